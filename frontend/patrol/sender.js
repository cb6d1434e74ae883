// Sends what waits: answers, then photos, then the conclusion. One sender at a time, and the same thing twice is one.
import { Away, Refused, SignedOut, SomebodyElse } from "./line.js";
import { newId } from "./dom.js";
import { changed, free, merged, refreshed, touched, unsent, written } from "./sheet.js";

const FIRST_REST = 2_000;
const LONGEST_REST = 300_000;
const AFTER_TYPING = 1_200;

export class Sender {
  constructor(store, line, tell) {
    this.store = store;
    this.line = line;
    this.tell = tell; // ({phase, done, words}) for the strip
    this.rest = FIRST_REST;
    this.timer = 0;
    this.moved = false;
  }

  start() {
    window.addEventListener("online", () => this.now());
    window.addEventListener("offline", () => this.tell({ phase: "away" }));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.now());
    this.now();
  }

  /** Never again on this page. */
  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** What the server has, asked at once: another tab that sends is not waited for. False if it gives this person none. */
  async look() {
    try {
      await this.line.due().then(({ due }) => this.take(due));
    } catch (fault) {
      if (fault instanceof Refused) return false;
      this.#stopped(fault);
    }
    return true;
  }

  /** Soon, when somebody has stopped typing. */
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.run(), AFTER_TYPING);
  }

  now() {
    this.rest = FIRST_REST;
    return this.run();
  }

  /** The button: what was refused is tried again as well. */
  async again() {
    for (const row of await this.store.sheets()) {
      if (row.refused) await this.store.editSheet(row.id, (one) => void (one.refused = null));
    }
    for (const photo of await this.store.photos()) {
      if (photo.state === "refused") await this.store.editPhoto(photo.id, (one) => void (one.state = "waiting"));
    }
    return this.now();
  }

  async run() {
    clearTimeout(this.timer);
    const pass = () => this.#pass();
    if (!navigator.locks) return pass();
    return navigator.locks.request(`patrol-${this.store.person}`, pass);
  }

  async #pass() {
    if (this.stopped) return;
    if (!navigator.onLine) return this.tell({ phase: "away" });
    try {
      await this.line.due().then((body) => this.take(body.due));
      for (const row of await this.store.sheets()) await this.#patrol(row.id);
      this.rest = FIRST_REST;
      const sent = this.moved ? { sent: new Date().toISOString() } : {};
      this.moved = false;
      this.tell({ phase: "idle", ...sent });
    } catch (fault) {
      this.#stopped(fault);
    }
  }

  #stopped(fault) {
    if (fault instanceof SignedOut) return this.tell({ phase: "signed-out" });
    if (fault instanceof SomebodyElse) return this.tell({ phase: "somebody-else", words: fault.message });
    this.timer = setTimeout(() => this.run(), this.rest * (0.75 + Math.random() / 2));
    this.rest = Math.min(this.rest * 2, LONGEST_REST);
    const said = fault instanceof Away || fault instanceof Refused;
    this.tell({ phase: "away", words: said ? fault.message : "" });
    if (!said) throw fault; // a fault of ours: it belongs into the console
  }

  /** Keep what the server has for this person; what it no longer has and nobody touched goes. */
  async take(sheets) {
    const mine = sheets.filter(free);
    const listed = new Set(mine.map((sheet) => sheet.id));
    for (const sheet of mine) await this.store.keepSheet(sheet, (row) => refreshed(row, sheet));
    for (const row of await this.store.sheets()) {
      const pictures = (await this.store.photos(row.id)).some(unsent);
      if (!listed.has(row.id) && !touched(row) && !pictures) await this.store.drop(row.id);
    }
  }

  async #patrol(id) {
    try {
      if (!(await this.#sheet(id))) return;
      await this.#photos(id);
      await this.#conclude(id);
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      await this.store.editSheet(id, (row) => {
        row.parcel = null;
        row.refused = { message: fault.message, fields: fault.fields, edited: row.edited };
      });
    }
  }

  /** Send the answers until none is newer. False if they wait for the person: a conflict, or a refusal. */
  async #sheet(id) {
    for (;;) {
      const held = await this.store.sheet(id);
      if (held && begunHere(held)) await this.#start(id, held);
      const row = await this.store.editSheet(id, freeze);
      if (!row || row.theirs || (row.refused && row.refused.edited === row.edited)) return false;
      if (!row.parcel) return true;
      this.tell({ phase: "sending" });
      try {
        const { body } = await this.line.send("PUT", `/patrols/${id}/sheet`, row.parcel);
        await this.store.editSheet(id, (one) => arrived(one, row.parcel, body.sheet));
        this.moved = true;
      } catch (fault) {
        if (!(fault instanceof Refused && fault.status === 409 && fault.sheet)) throw fault;
        await this.store.editSheet(id, (one) => crossed(one, fault));
      }
    }
  }

  /** A visit begun on the device: taken on the server first, with the moment at which it was begun. */
  async #start(id, row) {
    const json = { started_at: row.mine.started_at };
    const { body } = await this.line.send("POST", `/patrols/${id}/started`, { key: `${id}-started`, json });
    await this.store.editSheet(id, (one) => {
      one.base = body.sheet;
      one.mine.started_at = body.sheet.started_at;
      if (one.parcel) one.parcel.json.revision = body.sheet.revision;
    });
  }

  async #photos(id) {
    const waiting = (await this.store.photos(id)).filter((photo) => photo.state === "waiting" || photo.state === "removed");
    for (const [at, photo] of waiting.entries()) {
      this.tell({ phase: "sending", done: at, all: waiting.length });
      if (photo.state === "removed") await this.#remove(photo);
      else await this.#photo(photo);
    }
  }

  async #photo(photo) {
    const form = new FormData();
    for (const name of ["hazard", "taken_at", "lng", "lat", "accuracy", "sha256"]) form.append(name, photo[name] ?? "");
    form.append("client_id", photo.id);
    form.append("file", photo.blob, photo.name);
    try {
      const { body } = await this.line.send("POST", `/patrols/${photo.patrol}/photos`, { form, key: photo.id });
      await this.store.editPhoto(photo.id, (one) => {
        if (one.state === "removed") one.server = body.photo;
        else Object.assign(one, { state: "sent", server: body.photo, sha256: body.photo.sha256, blob: null, why: "" });
      });
      this.moved = true;
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      await this.store.editPhoto(photo.id, (one) => void Object.assign(one, { state: "refused", why: fault.message }));
    }
  }

  async #remove(photo) {
    if (photo.server) await this.line.send("DELETE", `/patrols/${photo.patrol}/photos/${photo.server.id}`);
    await this.store.dropPhoto(photo.id, photo.patrol);
  }

  async #conclude(id) {
    const row = await this.store.sheet(id);
    if (!row?.conclude || (await this.store.photos(id)).some(unsent)) return;
    this.tell({ phase: "sending" });
    const { key } = row.conclude;
    try {
      const json = { revision: row.base.revision, ...row.conclude.json };
      const { body } = await this.line.send("POST", `/patrols/${id}/conclude`, { key, json });
      await this.store.drop(id);
      this.tell({ phase: "concluded", patrol: id, url: body.url });
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      await this.store.editSheet(id, (one) => void (one.conclude = null));
      if (fault.status !== 409 || !fault.sheet) throw fault;
      await this.store.editSheet(id, (one) => crossed(one, fault));
    }
  }
}

/** Whether the server does not know yet that this person is on site. */
function begunHere(row) {
  const taken = row.base.started_at && row.base.mine !== false;
  return row.mine.started_at && !taken && !row.theirs && row.refused?.edited !== row.edited;
}

/** Fix what is to be sent, under a key of its own: sent again after a lost answer, it is the same thing. */
function freeze(row) {
  if (row.parcel || row.theirs || row.edited === row.sent) return false;
  if (row.refused && row.refused.edited === row.edited) return false;
  row.refused = null;
  const json = { revision: row.base.revision, ...row.mine };
  row.parcel = { key: newId(), edited: row.edited, json: JSON.parse(JSON.stringify(json)) };
}

function arrived(row, parcel, sheet) {
  const news = merged(written(row.base), parcel.json, sheet);
  if (news.length) row.merged = [...new Set([...(row.merged || []), ...news])];
  row.base = sheet;
  row.sent = parcel.edited;
  row.parcel = null;
  row.refused = null;
  if (row.edited === row.sent) row.mine = written(sheet);
}

/** The server holds something newer. Where nothing differs there is nothing to ask. */
function crossed(row, { message, fields, sheet }) {
  row.parcel = null;
  if (sheet.state === "open" && sheet.mine === false) row.refused = { message, fields, edited: row.edited };
  else if (changed(row.mine, written(sheet)).length || sheet.state !== "open") row.theirs = sheet;
  else Object.assign(row, { base: sheet, sent: row.edited });
}
