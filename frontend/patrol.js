// The patrol pages with a bad signal: what is answered stays on this device, is sent when it can be, and is sent once.
import { HINTS, keepPage, persisted } from "./patrol/away.js";
import { h } from "./patrol/dom.js";
import { Away, Line, Refused, SignedOut, SomebodyElse } from "./patrol/line.js";
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

/** Somebody else is signed in now: nothing of the one before is shown or sent, and nothing of it is lost. */
function stepAside(root, who, other, sender, view) {
  sender.stop();
  view?.close();
  root.hidden = false;
  say(root, `现在登录的是${other}。${who.name}没有上传的巡查内容已收起，仍存在这部手机里，不会用别人的名义上传；${who.name}本人重新登录后可以继续。`);
}

/** The page's mount: of one patrol, of the list, or of the frame that the device keeps. */
function mount() {
  const root = document.querySelector("[data-patrol], [data-patrols], [data-shell]");
  if (!root) return null;
  const shell = "shell" in root.dataset;
  const id = shell ? PATROL.exec(location.pathname)?.[1] : root.dataset.patrol;
  const list = shell ? /^\/patrols\/?$/.test(location.pathname) : "patrols" in root.dataset;
  const who = shell ? person() : { id: root.dataset.person, name: root.dataset.name };
  if (!shell && !who.id) return null;
  return { root, shell, id, list, who };
}

function theme() {
  const chosen = /(?:^|; )theme=(light|dark|auto)/.exec(document.cookie)?.[1];
  if (chosen) document.documentElement.dataset.bsTheme = chosen;
}

async function begin({ root, shell, id, list, who }) {
  if (shell) theme();
  else remember(who);
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
  else view = await patrol(root, { store, sender, line, id, state, who });
  if (aside) return;
  if (!view) return shell ? say(root, "这次巡查没有存在这部手机里，联网后才能打开。") : undefined;
  root.hidden = false;
  if (!list || shell) plain(false);
  if (list && !shell) nearest();
  await view.load();
  sender.start();
}

/** The view of one patrol: of what the device holds, refreshed by the server where nothing here is newer. */
async function patrol(root, { store, sender, line, id, state, who }) {
  if (!id) return null;
  const held = await store.sheet(id);
  if (!(held && touched(held))) {
    const news = line.due().then(({ due }) => sender.take(due));
    try {
      await (held ? Promise.race([news, new Promise((done) => setTimeout(done, ENOUGH))]) : news);
    } catch (fault) {
      if (fault instanceof SomebodyElse) return sender.tell({ phase: "somebody-else", words: fault.message });
      if (![Away, Refused, SignedOut].some((kind) => fault instanceof kind)) throw fault;
    }
  }
  if (!(await store.sheet(id))) return null;
  const view = new View(root, { store, sender, id, state, person: who });
  view.gone = () => say(root, "这次巡查已经上传办结，手机里的副本已删除。");
  return view;
}

const found = mount();
if (found && !("indexedDB" in window)) {
  found.root.hidden = false;
  found.root.replaceChildren(h("p.hint", {}, HINTS.none));
} else if (found?.who) begin(found).catch((fault) => {
  plain(true);
  console.error(fault);
});
else if (found) say(found.root, "这部手机上现在没有人登录。联网登录后打开今日巡查，就能离线检查；以前存下、还没上传的内容都在。");
