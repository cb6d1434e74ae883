// Today's patrols: the server's list with what this phone knows, or, without network, the phone's own list.
import { h, icon, moment, redraw } from "./dom.js";
import { position } from "./place.js";
import { RISKS, counted, progress } from "./sheet.js";
import { strip } from "./strip.js";

function standing(row, photos, hint) {
  const { waiting } = counted([row], photos);
  const { all, answered } = progress(row);
  if (row.theirs) return "两个版本，请选择";
  if (row.refused) return "没有传上去";
  const begun = row.mine.started_at ? `手机里已查 ${answered} / ${all} 项` : `已存在手机里${hint ? "" : "，可离线检查"}`;
  return waiting ? `${begun}，${waiting} 项待传` : begun;
}

function card(row, photos) {
  const { base } = row;
  return h("li.card-a", { "data-kept": row.id },
    h("h3", {}, h("a", { href: `/patrols/${row.id}` }, base.title)),
    h("p", {}, base.place),
    h("p.quiet", {}, [RISKS[base.risk]?.[1], base.due_at && `${moment(base.due_at)}前`].filter(Boolean).join("，")),
    h("p.strong", {}, standing(row, photos)));
}

export class List {
  constructor(root, { store, sender, state, own }) {
    Object.assign(this, { root, store, sender, state, own }); // own: there is no list of the server on this page
    store.onChange(() => this.load());
  }

  /** Nothing is drawn here any more. */
  close() {
    this.draw = () => {};
  }

  async load() {
    const [rows, photos] = [await this.store.sheets(), await this.store.photos()];
    rows.sort((a, b) => (a.base.due_at || "").localeCompare(b.base.due_at || ""));
    Object.assign(this, { rows, photos });
    this.draw();
  }

  tell(state) {
    this.state = state;
    if (this.rows) this.draw();
  }

  draw() {
    const { rows, photos } = this;
    const of = (row) => photos.filter((photo) => photo.patrol === row.id);
    const top = strip(this.state, { rows, photos, again: () => this.sender.again() });
    redraw(this.root, [this.own && [this.#heading(), top, this.#cards(of)], !this.own && top, this.#words()]);
    if (!this.own) rows.forEach((row) => mark(row, standing(row, of(row), this.state.hint)));
  }

  #heading() {
    return h("header.patrol-top", {}, h("h1", {}, "今日巡查"), h("span.end", {}, `共 ${this.rows.length} 处`));
  }

  #cards(of) {
    if (!this.rows.length) return h("p", {}, "这部手机里没有存下巡查，请联网打开今日巡查。");
    return h("ul.kept", {}, this.rows.map((row) => card(row, of(row))));
  }

  #words() {
    const { hint, persisted } = this.state;
    return h("div.kept-words", {}, hint && h("p.hint", {}, hint),
      h("p.quiet", {}, "打开本页时，列出的巡查已存进手机，没有网络也能开始和填写；没有列出的工程要联网才能开始。"),
      persisted === false && h("p.quiet", {}, "浏览器没有答应长期保存，存储紧张时可能清理，请尽快联网上传。"));
  }
}

/** The button that sorts the server's list by distance. */
export function nearest() {
  const form = document.querySelector("[data-near]");
  if (!form || !window.isSecureContext || !navigator.geolocation) return;
  form.hidden = false;
  form.querySelector("[data-locate]").addEventListener("click", async () => {
    const state = form.querySelector("[data-near-state]");
    state.textContent = "正在定位";
    const { seen, words } = await position();
    state.textContent = words;
    if (!seen) return;
    Object.assign(form.elements.namedItem("lng"), { value: seen.lng });
    Object.assign(form.elements.namedItem("lat"), { value: seen.lat });
    form.submit();
  });
}

/** A word of the phone's own under a patrol of the server's list. */
function mark(row, words) {
  const link = document.querySelector(`main a[href="/patrols/${row.id}"]`);
  if (!link) return;
  const id = `kept-${row.id}`;
  const said = document.getElementById(id) || h("p.kept-mark", { id });
  said.replaceChildren(icon("done"), words);
  if (!said.isConnected) (link.closest("li, article, tr, .card-a") || link.parentElement).append(said);
}
