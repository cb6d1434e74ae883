// What was drawn and did not reach the draft, laid aside in this window: a reload without a network, a sign-out or the
// button back loses nothing. It is offered when the draft is opened again, and never put in by itself.

export class Aside {
  constructor(host) {
    this.now = `draft:${document.body.dataset.person}:${host.dataset.draft}:${host.dataset.file}`;
    this.left = `${this.now}:left`;
  }

  keep(text, revision) {
    const at = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" });
    try {
      sessionStorage.setItem(this.now, JSON.stringify({ text, revision, at }));
    } catch {
      this.drop(); // no room: an older one must not pass for it
    }
  }

  drop() {
    sessionStorage.removeItem(this.now);
  }

  // What an earlier visit left, unless the draft has it: {text, revision, at}.
  found(text) {
    const kept = sessionStorage.getItem(this.now);
    if (kept) sessionStorage.setItem(this.left, kept);
    this.drop();
    const left = JSON.parse(sessionStorage.getItem(this.left));
    if (left && left.text !== text) return left;
    this.settled();
    return undefined;
  }

  settled() {
    sessionStorage.removeItem(this.left);
  }
}
