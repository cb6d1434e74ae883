// Keeps the draft as it is drawn: a little after the last change, by revision. Who saved meanwhile is named, and what
// was drawn here stays in the page until its author has decided. All saves of one sitting are one change of the draft.
import { Aside } from "./aside.js";

const PAUSE = 1200;
const AGAIN = 8000;
const PRESENCE = 45000;

export class Keeper {
  constructor(host, drawing, tell) {
    Object.assign(this, { host, drawing, tell, revision: Number(host.dataset.revision), made: 0, kept: 0, stopped: false });
    this.aside = new Aside(host);
    window.addEventListener("online", () => this.flush());
    window.addEventListener("beforeunload", (event) => this.pending && event.preventDefault());
    document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? this.flush() : this.present()));
    window.addEventListener("pageshow", (event) => event.persisted && this.present());
    setInterval(() => this.present(), PRESENCE);
  }

  get pending() {
    return this.kept < this.made;
  }

  changed() {
    this.made += 1;
    if (!this.stopped) this.tell.state("正在改……");
    this.later(PAUSE);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), pause);
  }

  // Whether everything that was drawn is in the draft.
  async flush() {
    clearTimeout(this.timer);
    while (this.saving) await this.saving;
    if (!this.pending) return true;
    this.saving = (this.stopped ? this.written() : this.save()).catch(() => this.failed("没有存上，请稍后再试"));
    await this.saving;
    this.saving = undefined;
    return !this.pending;
  }

  // As it stands now; laid aside in this window until the draft has it.
  async written() {
    const now = { made: this.made, text: await this.drawing() };
    this.aside.keep(now.text, this.revision);
    return now;
  }

  // What may have arrived without our hearing of it goes again as it was: anything else would pass for a second editor.
  async save() {
    const now = await this.written();
    const again = this.unsure;
    const { made, text } = again || now;
    const begun = this.begun ?? this.revision;
    this.unsure = { made, text };
    const answer = await this.post(this.host.dataset.save, { draft: this.host.dataset.draft, revision: this.revision, begun, files: { [this.host.dataset.file]: text } });
    if (!answer) return this.failed("没有存上（网络不通），会再试；请不要关闭这一页");
    if (![502, 503, 504].includes(answer.status)) this.unsure = undefined; // heard: kept, or refused whole
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.begun = begun;
      this.kept = made;
      this.keptAt(told);
      if (this.pending && again) return this.save();
      if (this.pending) this.later(PAUSE);
      else this.aside.drop();
      return undefined;
    }
    if (answer.status === 409 || answer.status === 404) return this.lost(told);
    if (answer.status === 401 || told.stale) return this.signedOut();
    return this.failed(`没有存上：${told.detail || "请稍后再试"}`);
  }

  keptAt({ revision, saved }) {
    this.revision = revision;
    document.querySelectorAll("[data-studio-revision]").forEach((box) => {
      box.value = revision;
    });
    this.host.dataset.revision = revision;
    this.tell.state(`${saved} 已存入草稿`);
    this.tell.kept(saved);
  }

  failed(words) {
    this.tell.state(words, true);
    this.later(AGAIN);
  }

  stop(words, ...ways) {
    this.stopped = true;
    this.tell.state("没有存进草稿", true);
    this.tell.note(words, ...ways);
  }

  signedOut() {
    const words = "登录已过期，画的内容还在这一页：请在另一个窗口登录，再点“接着存”。";
    this.stop(words, ["接着存", () => this.resume()], ["下载我的这份", () => this.download()]);
  }

  // Whoever signed in again has another token; it is taken from the page as they would get it now.
  async resume() {
    const page = await fetch(window.location.href, { credentials: "same-origin" }).then((answer) => answer.text()).catch(() => "");
    const found = new DOMParser().parseFromString(page, "text/html").querySelector("[data-studio]");
    if (!found) return this.tell.state("还没有登录，请先在另一个窗口登录", true);
    this.host.dataset.csrf = found.dataset.csrf;
    document.querySelectorAll('[name="csrf_token"]').forEach((box) => {
      box.value = found.dataset.csrf;
    });
    this.stopped = false;
    this.tell.note("");
    return this.flush();
  }

  lost({ detail }) {
    const mine = ["下载我的这份", () => this.download()];
    const over = ["用我的代替", () => this.replace()];
    this.stop(`${detail || "别人保存过这份草稿"}。`, mine, over, ["打开草稿里的", () => this.reopen()]);
  }

  async download(text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text ?? (await this.drawing())], { type: "application/xml" }));
    link.download = this.host.dataset.file;
    link.click();
  }

  async replace() {
    const told = await this.present();
    if (!told) return;
    this.host.dataset.draft = told.draft;
    this.revision = told.revision;
    this.begun = undefined;
    this.stopped = false;
    this.tell.note("");
    await this.flush();
  }

  reopen() {
    this.kept = this.made;
    window.location.reload();
  }

  // What somebody else saved, after what was drawn here: where both changed, their author decides.
  async newer() {
    if (await this.flush()) this.reopen();
  }

  // Offers what an earlier visit left unsaved: `text` is what the draft has, `open` puts another drawing on the page.
  offer(text, open) {
    const left = this.aside.found(text);
    if (!left) return this.present();
    this.offering = true;
    const settle = () => {
      this.offering = false;
      this.aside.settled();
      this.tell.note("");
    };
    const on = async () => {
      await open(left.text);
      settle();
      this.changed();
    };
    const later = left.revision < this.revision ? "；草稿后来又改过，接着改会代替现在的" : "";
    const mine = ["下载我的这份", () => this.download(left.text)];
    this.tell.note(`您 ${left.at} 在这个窗口改的没有存进草稿${later}。`, ["接着改", on], mine, ["不要了", settle]);
    return undefined;
  }

  // Says that this page is open, and hears who else has it open or has saved.
  async present() {
    const answer = await this.post(this.host.dataset.open, {});
    const told = answer?.ok ? await answer.json() : undefined;
    if (!told) return undefined;
    if (this.saving || this.stopped || this.offering) return told;
    const other = told.draft !== this.host.dataset.draft;
    if (other || told.revision > this.revision) this.tell.note(`${told.saved.who} ${told.saved.at} 改过这份草稿。`, ["打开新的", () => this.newer()]);
    else if (told.other) this.tell.note(`${told.other}也打开着这份草稿，请先商量好由谁改。`);
    return told;
  }

  async post(address, body) {
    const headers = {
      "Content-Type": "application/json", Accept: "application/json",
      "X-CSRF-Token": this.host.dataset.csrf, "X-Requested-With": "fetch",
    };
    try {
      return await fetch(address, { method: "POST", headers, body: JSON.stringify(body), credentials: "same-origin" });
    } catch {
      return undefined;
    }
  }
}
