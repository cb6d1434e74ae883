// The browser's own database, asked by promises, and written through to the disk.

export const WRITE = { durability: "strict" }; // a flat battery is the case in point
const PATIENCE = 15_000; // a browser that is closing, or whose disk is full, may never answer

export const result = (asked) =>
  new Promise((done, failed) => {
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });

export const settled = (transaction) =>
  new Promise((done, failed) => {
    transaction.oncomplete = () => done();
    transaction.onabort = transaction.onerror = () => failed(transaction.error);
  });

/** The database of this name, made by `build` the first time. */
export async function opened(name, version, build) {
  const asked = indexedDB.open(name, version);
  asked.onupgradeneeded = () => build(asked.result);
  let clock = 0;
  const late = new Promise((_, failed) => (clock = setTimeout(failed, PATIENCE, new Error(`${name} does not open`))));
  try {
    return await Promise.race([result(asked), late]);
  } finally {
    clearTimeout(clock);
  }
}
