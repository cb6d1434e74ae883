// Whose patrols this device shows: whoever last opened a patrol page here and has not signed out since.
import { WRITE, opened, result, settled } from "./database.js";

const WAITING = "patrol.waiting.";

/** Do something with the one row that names the person; null where nothing can be stored. */
async function row(mode, act) {
  let database = null;
  try {
    database = await opened("patrol", 1, (fresh) => fresh.createObjectStore("device"));
    const transaction = database.transaction("device", mode, WRITE);
    const done = settled(transaction);
    const found = await result(act(transaction.objectStore("device")));
    await done;
    return found ?? null;
  } catch {
    return null; // storage is switched off, and without it there is nothing to protect either
  } finally {
    database?.close();
  }
}

// Not in localStorage: that reaches the disk seconds later, and a phone whose battery died meanwhile would hold
// patrols of nobody.
export const person = () => row("readonly", (device) => device.get("person"));
export const remember = (who) => row("readwrite", (device) => device.put({ id: who.id, name: who.name }, "person"));
export const forget = () => row("readwrite", (device) => device.delete("person"));

/** How much of this person's work is only on this device; kept where every page can ask at once. */
export function waiting(id) {
  try {
    return Number(localStorage.getItem(WAITING + id)) || 0;
  } catch {
    return 0; // storage is switched off
  }
}

export function noteWaiting(id, count) {
  try {
    if (count) localStorage.setItem(WAITING + id, count);
    else localStorage.removeItem(WAITING + id);
  } catch {
    // then nothing waits here either
  }
}
