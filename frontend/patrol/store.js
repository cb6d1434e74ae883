// What this device keeps of one person's patrols: a sheet each, and photos. Each person has a store of their own.
import { WRITE, opened, result, settled } from "./database.js";
import { noteWaiting } from "./who.js";
import { counted, received } from "./sheet.js";

const VERSION = 1;

function build(database) {
  database.createObjectStore("sheets", { keyPath: "id" });
  database.createObjectStore("photos", { keyPath: "id" }).createIndex("patrol", "patrol");
}

export class Store {
  constructor(database, person) {
    this.database = database;
    this.person = person;
    this.others = "BroadcastChannel" in window ? new BroadcastChannel(`patrol-${person}`) : null;
    this.listeners = new Set();
    this.others?.addEventListener("message", ({ data }) => this.#tell(data));
  }

  /** The store of this person. `outdated` is called when a newer build wants to change its shape. */
  static async open(person, outdated) {
    const database = await opened(`patrol-${person}`, VERSION, build);
    database.onversionchange = () => {
      database.close();
      outdated?.();
    };
    return new Store(database, person);
  }

  /** Call `listener(id)` whenever a patrol changes, here or in another tab. */
  onChange(listener) {
    this.listeners.add(listener);
  }

  #tell(id) {
    this.listeners.forEach((listener) => listener(id));
  }

  async #changed(id) {
    noteWaiting(this.person, counted(await this.sheets(), await this.photos()).waiting);
    this.others?.postMessage(id);
    this.#tell(id);
  }

  #reading(name) {
    return this.database.transaction(name).objectStore(name);
  }

  sheets() {
    return result(this.#reading("sheets").getAll());
  }

  sheet(id) {
    return result(this.#reading("sheets").get(id));
  }

  photos(patrol) {
    const store = this.#reading("photos");
    return result(patrol ? store.index("patrol").getAll(patrol) : store.getAll());
  }

  /** Keep a sheet of the server: a new one whole, a known one as far as `refresh(row)` allows. */
  async keepSheet(sheet, refresh) {
    let news = false;
    await this.#edit("sheets", sheet.id, (row) => (news = row.base === sheet || refresh(row)), received(sheet));
    if (news) await this.#changed(sheet.id);
  }

  /** Change one row in one transaction, so that two tabs never write over each other. */
  async #edit(name, id, change, fresh) {
    const transaction = this.database.transaction(name, "readwrite", WRITE);
    const done = settled(transaction);
    const store = transaction.objectStore(name);
    const row = (await result(store.get(id))) ?? fresh;
    if (row && change(row) !== false) store.put(row);
    await done;
    return row;
  }

  async editSheet(id, change, fresh) {
    const row = await this.#edit("sheets", id, change, fresh);
    await this.#changed(id);
    return row;
  }

  async editPhoto(id, change) {
    const row = await this.#edit("photos", id, change);
    if (row) await this.#changed(row.patrol);
    return row;
  }

  async addPhoto(photo) {
    await this.#edit("photos", photo.id, () => true, photo);
    await this.#changed(photo.patrol);
  }

  /** Mark a photo for removal; the sender forgets it once the server has. */
  async removePhoto(photo) {
    await this.#edit("photos", photo.id, (row) => void Object.assign(row, { state: "removed", blob: null }), photo);
    await this.#changed(photo.patrol);
  }

  async dropPhoto(id, patrol) {
    const transaction = this.database.transaction("photos", "readwrite", WRITE);
    transaction.objectStore("photos").delete(id);
    await settled(transaction);
    await this.#changed(patrol);
  }

  /** Forget a patrol, photos and all: the server has it, or its person gave it up. */
  async drop(patrol) {
    const transaction = this.database.transaction(["sheets", "photos"], "readwrite", WRITE);
    const done = settled(transaction);
    transaction.objectStore("sheets").delete(patrol);
    const photos = transaction.objectStore("photos");
    for (const key of await result(photos.index("patrol").getAllKeys(patrol))) photos.delete(key);
    await done;
    await this.#changed(patrol);
  }
}
