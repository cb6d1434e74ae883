// Two words of the language that browsers built on Chromium 86 do not know yet.
if (!Object.hasOwn) {
  Object.hasOwn = (owner, name) => Object.prototype.hasOwnProperty.call(owner, name);
}
if (!globalThis.structuredClone) {
  globalThis.structuredClone = (value) => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
}
