// Whose patrols this device shows: whoever last opened a patrol page here and has not signed out since.
import { WRITE, opened, result, settled } from "./database.js";

const WAITING = "patrol.waiting.";

/** Do something with what this device knows by itself; null where nothing can be stored. */
async function device(mode, act) {
  let database = null;
  try {
    database = await opened("patrol", 1, (fresh) => fresh.createObjectStore("device"));
    const transaction = database.transaction("device", mode, WRITE);
    const done = settled(transaction);
    const found = await act(transaction.objectStore("device"));
    await done;
    return found ?? null;
  } catch {
    return null; // storage is switched off, or full: the page works on, without its memory
  } finally {
    database?.close();
  }
}

// Not in localStorage: that reaches the disk seconds later, and a phone whose battery died meanwhile would hold
// patrols of nobody.
export const person = () => device("readonly", (kept) => result(kept.get("person")));
export const remember = (who) => device("readwrite", (kept) => result(kept.put({ id: who.id, name: who.name }, "person")));
export const forget = () => device("readwrite", (kept) => result(kept.delete("person")));

/** Forget whoever is not this one: in one step, for the page may be taking this one in meanwhile. */
export const forgetOthers = (id) =>
  device("readwrite", async (kept) => {
    const who = await result(kept.get("person"));
    if (who && who.id !== id) kept.delete("person");
  });

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
