// Whose patrols this device shows: whoever last opened a patrol page here and has not signed out since.

const PERSON = "patrol.person";
const WAITING = "patrol.waiting.";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // storage is switched off, or somebody wrote nonsense into it
  }
}

function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // without storage there is nothing to protect either
  }
}

export const person = () => read(PERSON);
export const remember = (who) => write(PERSON, { id: who.id, name: who.name });
export const forget = () => write(PERSON, null);

/** How much of this person's work is only on this device; kept where every page can ask at once. */
export const waiting = (id) => Number(read(WAITING + id)) || 0;
export const noteWaiting = (id, count) => write(WAITING + id, count || null);
