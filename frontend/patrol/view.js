// One patrol on the screen. What is typed or pressed is stored first and sent after; drawing follows the store.
import { crossing } from "./crossing.js";
import { h, icon, newId, redraw } from "./dom.js";
import { ending } from "./ending.js";
import { begun, group, hazard } from "./items.js";
import { photo, signature } from "./photos.js";
import { position } from "./place.js";
import { RISKS, chosen, items, missing, pictures, progress, title, written } from "./sheet.js";
import { strip } from "./strip.js";

const TYPING = 400;

export class View {
  constructor(root, { store, sender, id, state, person }) {
    Object.assign(this, { root, store, sender, id, state, person });
    this.at = 0;
    Object.assign(this, { outcome: "", sure: false, scope: "all", part: "", acting: "" });
    this.choices = {};
    this.wrong = new Map();
    this.strokes = []; // what was typed and not yet stored
    store.onChange((changed) => changed === this.id && this.load());
    for (const moment of ["pagehide", "blur"]) window.addEventListener(moment, () => this.keep());
    document.addEventListener("visibilitychange", () => this.keep());
  }

  /** Nothing is drawn here any more. */
  close() {
    this.draw = this.gone = () => {};
    this.came = () => false;
  }

  get open() {
    return this.row.base.state === "open" && !this.row.conclude && !this.row.theirs;
  }

  async load() {
    const [row, photos] = [await this.store.sheet(this.id), await this.store.photos(this.id)];
    if (!row) {
      this.row = null;
      return this.gone(this.state);
    }
    if (!this.came()) return;
    for (const stroke of this.strokes) stroke(row.mine);
    Object.assign(this, { row, photos });
    this.draw();
  }

  // ---- writing

  /** Typed text: kept in memory at once, in the store a moment later. */
  write(stroke) {
    stroke(this.row.mine);
    this.strokes.push(stroke);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), TYPING);
  }

  async keep() {
    clearTimeout(this.timer);
    if (!this.strokes.length) return;
    const strokes = this.strokes.splice(0);
    await this.store.editSheet(this.id, (row) => {
      for (const stroke of strokes) stroke(row.mine);
      row.edited += 1;
    });
    this.sender.soon();
  }

  async change(stroke) {
    this.strokes.push(stroke);
    await this.keep();
  }

  /** Something about the sheet that is no field of it. */
  note(change) {
    return this.store.editSheet(this.id, change);
  }

  begin() {
    this.change((mine) => {
      mine.started_at ||= new Date().toISOString();
      if (!mine.inspectors?.length) mine.inspectors = [{ name: this.person.name, number: "" }];
    });
    this.locate();
  }

  async answer(item, result) {
    const given = this.row.mine.hazards.filter((one) => one.item_code === item.code);
    const taken = given.flatMap((one) => pictures(this.row, this.photos, one.client_id)).length;
    const words = `改掉“不合格”会撤掉这处隐患${taken ? `和 ${taken} 张照片` : ""}，要撤掉吗？`;
    const worked = given.some((one) => one.text !== begun(item)) || taken;
    if (result !== "bad" && worked && !window.confirm(words)) return this.draw();
    for (const one of result === "bad" ? [] : given) await this.#dropPictures(one.client_id);
    await this.change((mine) => {
      mine.answers[item.code] = result;
      const others = mine.hazards.filter((one) => one.item_code !== item.code);
      if (result !== "bad") mine.hazards = others;
      else if (others.length === mine.hazards.length) mine.hazards.push(hazard(this.row, item, `item-${item.code}`));
    });
  }

  async dropHazard(one) {
    await this.#dropPictures(one.client_id);
    await this.change((mine) => void (mine.hazards = mine.hazards.filter((each) => each.client_id !== one.client_id)));
  }

  // ---- photos and the signature

  async take(files, hazard) {
    this.wrong.delete(hazard);
    for (const file of files) {
      try {
        const made = await photo(file, { patrol: this.id, hazard, position: this.row.mine.place_seen });
        const twin = pictures(this.row, this.photos, hazard).some((one) => made.sha256 && one.sha256 === made.sha256);
        if (twin) this.wrong.set(hazard, `${file.name}已经有了，没有重复添加`);
        else await this.store.addPhoto(made);
      } catch (fault) {
        const full = fault.name === "QuotaExceededError";
        this.wrong.set(hazard, full ? "手机存储空间不够，照片没有存下，请清理后再拍" : fault.message);
      }
    }
    this.draw();
    this.sender.now();
  }

  async removePhoto(one) {
    const local = "state" in one ? one : { ...one, id: one.client_id || one.id, patrol: this.id, server: one };
    await this.store.removePhoto({ ...local, state: "removed" });
    this.sender.soon();
  }

  async #dropPictures(hazard) {
    for (const one of pictures(this.row, this.photos, hazard)) await this.removePhoto(one);
  }

  /** The pad with its strokes: the one on the screen, which nobody draws again, or a new one. */
  signaturePad(make) {
    if (this.pad?.isConnected) return h("div", { "data-key": "pad", "data-keep": "pad" });
    this.pad = make();
    return this.pad;
  }

  sign(blob) {
    clearTimeout(this.signing);
    this.signing = setTimeout(async () => {
      await this.#dropPictures("signature");
      await this.store.addPhoto(await signature(blob, this.id));
      this.sender.soon();
    }, TYPING);
  }

  async unsign() {
    this.pad = null;
    await this.#dropPictures("signature");
    this.draw();
  }

  async locate() {
    this.placeWords = "正在定位";
    this.draw();
    const { seen, words } = await position();
    this.placeWords = words;
    if (seen) await this.change((mine) => void (mine.place_seen = seen));
    else this.draw();
  }

  // ---- two versions, and the end

  async settle() {
    await this.keep();
    const { choices } = this;
    this.choices = {};
    await this.note((row) => {
      Object.assign(row, { mine: chosen(row.mine, written(row.theirs), choices), base: row.theirs, theirs: null });
      row.edited += 1;
    });
    this.sender.now();
  }

  choose(outcome) {
    Object.assign(this, { outcome, sure: false });
    this.draw();
  }

  /** Part of the conclusion: how far a stop goes, and that it was said on site. */
  say(part) {
    Object.assign(this, part);
    this.draw();
  }

  async conclude({ key, label, danger }) {
    await this.keep();
    const { scope, part } = this;
    const posts = this.row.base.posts || [];
    const under = posts.length > 1 ? { acting: this.acting || posts[0][0] } : {};
    const json = { outcome: key, ...under, ...(danger ? { scope, part: scope === "part" ? part : "" } : {}) };
    await this.note((row) => void Object.assign(row, { conclude: { key: newId(), label, json }, refused: null }));
    this.sender.now();
  }

  withdraw() {
    return this.note((row) => void (row.conclude = null));
  }

  // ---- the screen

  go(at, id) {
    this.at = Math.max(0, Math.min(at, this.row.base.groups.length));
    this.draw();
    const there = id && document.getElementById(id);
    if (there) there.focus();
    else window.scrollTo({ top: 0, behavior: "instant" });
    there?.scrollIntoView({ block: "center", behavior: "instant" });
  }

  next() {
    const gap = missing(this.row, this.photos)[0];
    if (gap) this.go(gap.at, gap.id);
    else this.go(this.row.base.groups.length, "conclusion");
  }

  stop() {
    this.outcome = this.row.base.outcomes.find((one) => one.danger)?.key || "";
    this.go(this.row.base.groups.length, "conclusion");
  }

  tell(state) {
    this.state = state;
    if (this.row) this.draw();
    else this.gone(state);
  }

  draw() {
    if (!this.row) return;
    redraw(this.root, [...this.#strip(), h("div", { id: `screen-${this.at}` }, ...this.#body())]);
  }

  #strip() {
    const { all, answered } = progress(this.row);
    const { row, photos } = this;
    return [
      h("header.patrol-top", { id: "patrol-top" }, h("a", { href: "/patrols" }, icon("left", "返回今日巡查")),
        h("h1.cut", {}, row.base.title), h("span.end.num", {}, `已查 ${answered} / ${all} 项`)),
      h("div", { id: "patrol-strip" }, strip(this.state, { row, rows: [row], photos, again: () => this.sender.again() }),
        this.state.hint && h("p.hint", {}, this.state.hint), Boolean(row.merged?.length) && this.#news()),
    ];
  }

  #body() {
    const { row } = this;
    if (row.theirs) {
      return [crossing(row, {
        choices: this.choices, take: () => this.settle(), open: () => this.store.drop(this.id),
        choose: (name, side) => ((this.choices[name] = side), this.draw()),
      })];
    }
    if (row.base.state !== "open") return [h("p", {}, "这次巡查已经办结。"), h("a", { href: row.base.url }, "查看")];
    if (!row.mine.started_at) return [this.#first()];
    const { groups } = row.base;
    const last = this.at >= groups.length;
    const head = h("div.group-head", {}, h("h2", {}, last ? "签字和结论" : groups[this.at].title),
      RISKS[row.base.risk] && h(`span.risk.${RISKS[row.base.risk][0]}`, {}, RISKS[row.base.risk][1]),
      h("span.quiet.end", {}, last ? "最后一步" : `第 ${this.at + 1} 组，共 ${groups.length} 组`));
    return [head, ...(last ? ending(this) : group(this, groups[this.at])), this.#bar(last)];
  }

  /** What another device filled in meanwhile: it came along, and is said. */
  #news() {
    const names = this.row.merged.map((name) => title(this.row, name));
    return h("p.hint", {}, `另一台设备也填了，已并入：${names.join("、")}。`,
      h("button.btn-text", { type: "button", onclick: () => this.note((row) => void (row.merged = null)) }, "知道了"));
  }

  #first() {
    const { base } = this.row;
    return h("section.part", {}, h("p", {}, base.place), h("p.quiet", {}, `共 ${items(base).length} 项，分 ${base.groups.length} 组。检查内容已存在手机里，没有网络也能查。`),
      h("button.btn.btn-primary.big", { type: "button", id: "begin", onclick: () => this.begin() }, "开始巡查"));
  }

  #bar(last) {
    const major = this.row.mine.hazards.some((one) => one.grade === "major");
    return h("div.sticky", {},
      this.at > 0 && h("button.btn.btn-plain", { type: "button", id: "before", onclick: () => this.go(this.at - 1) }, "上一组"),
      major && !last && h("button.btn.btn-stop", { type: "button", id: "stop", onclick: () => this.stop() }, icon("stop"), "责令停工"),
      !last && h("button.btn.btn-primary", { type: "button", id: "after", onclick: () => this.go(this.at + 1) },
        this.at + 1 < this.row.base.groups.length ? "下一组" : "去签字"),
      last && h("button.btn.btn-plain", { type: "button", id: "first-gap", onclick: () => this.next() }, "到第一处没填的"));
  }
}
