// The line to the server: one question at a time, and a word for each way in which it can fail.

export class Away extends Error {} // no network, no answer, or a server that is down: try again later
export class SignedOut extends Error {}
export class SomebodyElse extends Error {}

/** Refused for good: the server's own words, the fields it names, the sheet it holds. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail || "没有上传成功，请稍后再试");
    this.status = status;
    this.fields = problem.fields || {};
    this.sheet = problem.sheet || null;
  }
}

const PATIENCE = 20_000;
const PATIENCE_FOR_PHOTOS = 180_000;

export class Line {
  constructor(person) {
    this.person = person;
    this.token = "";
  }

  /** The sheets that are due; learns by the way who is signed in and the token of this session. */
  async due() {
    const { body } = await this.#ask("GET", "/patrols/due.json");
    this.#know(body);
    return body;
  }

  #know(body) {
    if (body.person.id !== this.person) throw new SomebodyElse(body.person.name);
    this.token = body.csrf;
  }

  /** Change something. An outdated token is renewed once; by that, a session of somebody else is found out. */
  async send(method, path, { key, json, form } = {}) {
    if (!this.token) await this.due();
    try {
      return await this.#ask(method, path, { key, json, form });
    } catch (fault) {
      if (!(fault instanceof Refused && fault.stale)) throw fault;
      await this.due();
      return this.#ask(method, path, { key, json, form });
    }
  }

  async #ask(method, path, { key, json, form } = {}) {
    const headers = { Accept: "application/json", "X-Requested-With": "fetch" };
    if (method !== "GET") headers["X-CSRF-Token"] = this.token;
    if (key) headers["Idempotency-Key"] = key;
    if (json) headers["Content-Type"] = "application/json";
    const answer = await reach(path, { method, headers, body: form || (json && JSON.stringify(json)) }, Boolean(form));
    return judged(answer);
  }
}

async function reach(path, asked, large) {
  const stop = new AbortController();
  const clock = setTimeout(() => stop.abort(), large ? PATIENCE_FOR_PHOTOS : PATIENCE);
  try {
    const answer = await fetch(path, {
      ...asked, credentials: "same-origin", redirect: "manual", cache: "no-store", signal: stop.signal,
    });
    return { status: answer.status, type: answer.type, text: await answer.text() };
  } catch {
    throw new Away();
  } finally {
    clearTimeout(clock);
  }
}

function judged({ status, type, text }) {
  if (type === "opaqueredirect" || status === 401) throw new SignedOut();
  const body = parsed(text);
  if (status >= 200 && status < 300) {
    if (body === null && status !== 204) throw new Away(); // a page of some gateway in between
    return { status, body };
  }
  if (status >= 500 || status === 429 || status === 408) throw new Away(body?.detail || "");
  const refusal = new Refused(status, body || {});
  refusal.stale = Boolean(body?.stale);
  throw refusal;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
