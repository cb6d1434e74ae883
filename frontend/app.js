// What every page loads; each page works without it. Keys for reviewers, menus that close, filters that need no button.
import "./polyfills.js";
import "htmx.org";
import "./form.js";
import "./keeping.js";
import "./overlay.js";
import "./badge.js";
import { pickHere } from "./picking.js";
import "./patrol/leaving.js";

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

// ---- keys: an element with data-key is clicked by its key; lists have j, k, c, x, f; "/" looks for a case

const MOVES = { j: 1, k: -1 };

function rows() {
  return [...document.querySelectorAll("tr[data-row] .name a")];
}

function move(step) {
  const links = rows();
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = links[here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1)];
  next?.focus();
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

function claimHere() {
  document.activeElement?.closest("tr[data-row]")?.querySelector("form button")?.click();
}

const EVERYWHERE = {
  "/": () => (document.querySelector("[data-find]") || document.querySelector("[data-find-all]"))?.focus(),
  f: () => (document.querySelector(".filters select") || document.querySelector(".filters input"))?.focus(),
  c: claimHere,
  x: pickHere,
};

function pressed(key) {
  const named = document.querySelector(`[data-key="${CSS.escape(key)}"]:not([disabled])`);
  if (named && named.getClientRects().length) return () => (named.focus(), named.click());
  if (key in MOVES && rows().length) return () => move(MOVES[key]);
  return EVERYWHERE[key];
}

function shut(except) {
  document.querySelectorAll("details.menu[open], details.confirm[open]").forEach((panel) => {
    if (panel !== except) panel.open = false;
  });
}

// What sends the form that one writes in: its main button, or the only one it has, unless that takes something away.
function sender(form, typing) {
  const main = form?.querySelector(".btn-primary[type=submit]");
  const all = (typing && form?.querySelectorAll("[type=submit]")) || [];
  return main ?? (all.length === 1 && !all[0].matches(".btn-return") ? all[0] : null);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  const typing = event.target.matches?.(TYPING);
  if (event.key === "Escape") {
    shut();
    if (typing) event.target.blur();
    return;
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    sender(event.target.closest?.("form"), typing)?.click();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey) return;
  const act = pressed(event.key.toLowerCase());
  if (!act) return;
  event.preventDefault();
  act();
});

// ---- clicks: a whole row opens; a panel closes when one looks elsewhere; a phrase goes into the opinion

function openRow(event) {
  const row = event.target.closest("tr[data-row]");
  if (!row || event.target.closest("a, button, input, label") || getSelection().toString()) return;
  const link = row.querySelector(".name a");
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
}

function writePhrase(button) {
  const form = button.closest("form");
  const box = form.querySelector("textarea[name=opinion]") || form.querySelector("textarea");
  if (!box) return;
  const said = box.value.trim();
  box.value = said && !said.endsWith("。") ? `${said}。${button.dataset.phrase}` : said + button.dataset.phrase;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function unfold(button) {
  const folds = [...button.closest("section").querySelectorAll("details[data-fold]")];
  const open = folds.some((fold) => !fold.open);
  folds.forEach((fold) => {
    fold.open = open;
  });
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-unfold]");
  if (opener) unfold(opener);
  shut(event.target.closest("details.menu, details.confirm"));
  const phrase = event.target.closest("[data-phrase]");
  if (phrase) writePhrase(phrase);
  else if (event.target.closest("[data-shut]")) shut();
  else openRow(event);
});

// ---- forms: sent once, and not without a network; the theme changes in place, so that nothing typed is lost

function sayOffline(button) {
  const row = button?.closest(".sticky, .acts") ?? button;
  if (!row || row.parentElement.querySelector("[data-offline]")) return;
  const line = document.createElement("p");
  line.className = "msg w-100 mb-2";
  line.dataset.offline = "";
  line.setAttribute("role", "alert");
  line.textContent = "没有网络，还没有提交；写的内容都在，联网后再按一次";
  if (row === button) row.before(line);
  else row.prepend(line);
}

window.addEventListener("online", () => document.querySelectorAll("[data-offline]").forEach((one) => one.remove()));

function chooseTheme(form, theme) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${secure}`;
  document.documentElement.dataset.bsTheme = theme;
  form.querySelectorAll("button[name=theme]").forEach((one) => one.setAttribute("aria-pressed", one.value === theme));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.submitter?.name === "theme") {
    event.preventDefault();
    chooseTheme(form, event.submitter.value);
    return;
  }
  if (event.defaultPrevented || form.method !== "post") return;
  if (!navigator.onLine) {
    event.preventDefault();
    sayOffline(event.submitter);
    return;
  }
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// ---- what only makes sense with script shows itself

document.documentElement.classList.add("js");
document.querySelectorAll("[data-phrases], [data-shut], [data-unfold]").forEach((one) => {
  one.hidden = false;
});
document.querySelector(".errs")?.focus();
