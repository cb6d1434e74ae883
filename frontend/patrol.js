// The patrol pages with a bad signal: what is answered stays on this device, is sent when it can be, and is sent once.
import { HINTS, keepPage, persisted } from "./patrol/away.js";
import { h } from "./patrol/dom.js";
import { Line } from "./patrol/line.js";
import { List, nearest } from "./patrol/list.js";
import { Sender } from "./patrol/sender.js";
import { touched } from "./patrol/sheet.js";
import { Store } from "./patrol/store.js";
import { View } from "./patrol/view.js";
import { person, remember } from "./patrol/who.js";

const ENOUGH = 3_000; // a page that is held already does not wait longer for news
const PATROL = /^\/patrols\/([0-9a-f]{32})\/?$/;

function say(root, ...words) {
  root.replaceChildren(h("h1", {}, "巡查"), ...words.map((one) => h("p", {}, one)), h("p", {}, h("a", { href: "/patrols" }, "今日巡查")));
  plain(false);
}

function plain(shown) {
  document.querySelectorAll("[data-plain]").forEach((part) => (part.hidden = !shown));
}

/** Where a visit stands that this phone does not hold; the sender goes on asking for it. */
function absent(root, { shell, phase }) {
  const away = phase === "away";
  if (!shell) {
    // the server's own form is there and works: it is only said what does not
    root.hidden = !(away && document.querySelector("[data-plain] form"));
    root.replaceChildren(h("p.hint", {}, "这次巡查还没有存进这部手机，断网后不能检查；连上网络会自动存入"));
  } else if (phase === "signed-out") {
    const next = encodeURIComponent(location.pathname);
    say(root, "登录已过期，这次巡查没有存在这部手机里。", h("a", { href: `/staff/sign-in?next=${next}` }, "重新登录"));
  } else if (away) say(root, "这次巡查没有存在这部手机里，连上网络会自动打开。");
  else say(root, "这次巡查不在您的待办里，可能已经办结或者交给了别人。", h("a", { href: location.pathname }, "联网查看"));
}

/** Say whether somebody has begun in the server's own form: it is not taken from under their hands. */
function working() {
  let begun = false;
  for (const part of document.querySelectorAll("[data-plain]")) {
    for (const event of ["input", "submit"]) part.addEventListener(event, () => (begun = true));
  }
  return () => begun;
}

/** Somebody else is signed in now: nothing of the one before is shown or sent, and nothing of it is lost. */
function stepAside(root, who, other, sender, view) {
  sender.stop();
  view?.close();
  root.hidden = false;
  say(root, `现在登录的是${other}。${who.name}没有上传的巡查内容已收起，仍存在这部手机里，不会用别人的名义上传；${who.name}本人重新登录后可以继续。`);
}

/** The page's mount: of one patrol, of the list, or of the frame that the device keeps. */
async function mount() {
  const root = document.querySelector("[data-patrol], [data-patrols], [data-shell]");
  if (!root) return null;
  const shell = "shell" in root.dataset;
  const id = shell ? PATROL.exec(location.pathname)?.[1] : root.dataset.patrol;
  const list = shell ? /^\/patrols\/?$/.test(location.pathname) : "patrols" in root.dataset;
  const who = shell ? await person() : { id: root.dataset.person, name: root.dataset.name };
  if (!shell && !who.id) return null;
  return { root, shell, id, list, who };
}

function theme() {
  const chosen = /(?:^|; )theme=(light|dark|auto)/.exec(document.cookie)?.[1];
  if (chosen) document.documentElement.dataset.bsTheme = chosen;
}

async function begin({ root, shell, id, list, who }) {
  if (shell) theme();
  else await remember(who);
  if (!list && !id) return say(root, "这一页没有存在这部手机里，联网后才能打开。");
  if (shell) say(root, "正在打开");
  let state = { phase: navigator.onLine ? "idle" : "away" };
  let view = null;
  let aside = false;
  const tell = ({ phase, ...news }) => {
    state = { hint: state.hint, persisted: state.persisted, sent: state.sent, phase: phase || state.phase, ...news };
    aside ||= phase === "somebody-else";
    if (aside) return news.words && stepAside(root, who, news.words, sender, view);
    view?.tell(state);
    if (news.url && news.patrol === id && !list) location.assign(news.url);
  };
  const store = await Store.open(who.id, () => tell({ hint: HINTS.fresh }));
  const line = new Line(who.id);
  line.token = root.dataset.csrf || "";
  const sender = new Sender(store, line, tell);
  keepPage((hint) => tell({ hint }));
  persisted().then((answer) => tell({ persisted: answer }));

  if (list) view = new List(root, { store, sender, state, own: shell });
  else {
    const begun = shell ? () => false : working();
    const asks = await news(store, sender, id);
    if (aside || (!asks && !shell)) return;
    if (!asks) return absent(root, { shell, phase: "idle" });
    view = patrol(root, { store, sender, id, state, who, shell, begun });
  }
  if (aside) return;
  if (list) {
    root.hidden = false;
    if (shell) plain(false);
    else nearest();
  }
  await view.load();
  sender.start();
}

/**
 * What the server says of a patrol, where nothing here is newer; what is held does not wait long for it.
 * False if it is not held and the server gives this person none.
 */
async function news(store, sender, id) {
  const held = await store.sheet(id);
  if (held && touched(held)) return true;
  const asked = sender.look();
  if (!held) return asked;
  await Promise.race([asked, new Promise((done) => setTimeout(done, ENOUGH))]);
  return true;
}

/** The view of one patrol, drawn as soon as the device holds it. */
function patrol(root, { shell, begun, ...given }) {
  const view = new View(root, { ...given, person: given.who });
  let shown = false;
  view.came = () => {
    if (!shown && begun()) return false;
    shown = true;
    root.hidden = false;
    plain(false);
    return true;
  };
  view.gone = ({ phase }) => {
    if (shown) say(root, "这次巡查已经办结或者交给了别人，手机里的副本已删除。");
    else if (!begun()) absent(root, { shell, phase });
  };
  return view;
}

async function start() {
  const found = await mount();
  if (!found) return;
  const { root, shell, who } = found;
  if (!("indexedDB" in window)) {
    root.hidden = false;
    root.replaceChildren(h("p.hint", {}, HINTS.none));
  } else if (who) await begin(found).catch((fault) => failed(fault, root, shell));
  else say(root, "这部手机上现在没有人登录。联网登录后打开今日巡查，就能离线检查；以前存下、还没上传的内容都在。");
}

function failed(fault, root, shell) {
  console.error(fault);
  if (shell) return say(root, "手机里的巡查打不开，请关闭浏览器再打开；仍不行时联网打开今日巡查。");
  root.hidden = true;
  plain(true);
}

start();
