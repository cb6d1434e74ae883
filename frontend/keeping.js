// A decision form is kept by the server as it is typed: a little after the last key, and when the page goes away.
// It says so beside the form, and when it could not; without script there is a button for it.

const PAUSE = 1200;
const waiting = new WeakMap();
const sending = new WeakSet(); // one at a time: an older text must not arrive after a newer one

function tell(form, words, bad = false) {
  const line = form.querySelector("[data-kept]");
  if (!line) return;
  line.textContent = words;
  line.classList.toggle("red", bad);
}

function typed(form) {
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  return body;
}

async function keep(form) {
  clearTimeout(waiting.get(form));
  if (sending.has(form)) return waiting.set(form, setTimeout(keep, PAUSE, form));
  return leave(form);
}

async function leave(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  sending.add(form);
  try {
    await send(form);
  } finally {
    sending.delete(form);
  }
}

async function send(form) {
  const headers = { "X-Requested-With": "fetch" };
  try {
    const answer = await fetch(form.dataset.keep, {
      method: "POST", body: typed(form), headers, credentials: "same-origin", keepalive: true,
    });
    if (answer.ok && !answer.redirected) return tell(form, `${(await answer.json()).saved} 已暂存`);
    if (answer.status === 401 || answer.redirected) return tell(form, "登录已过期，写的内容还在这一页，提交时会请您重新登录", true);
    return tell(form, answer.status === 409 ? "这一步已由他人办理，写的内容没有暂存" : "没有暂存上，请不要关闭这一页", true);
  } catch {
    waiting.set(form, 0); // goes when the network is back
    return tell(form, "没有网络，联网后自动暂存", true);
  }
}

function later(form) {
  if (form.dataset.sent) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(keep, PAUSE, form));
}

const forms = [...document.querySelectorAll("form[data-keep]")];
const pending = () => forms.filter((form) => waiting.has(form) && !form.dataset.sent);

forms.forEach((form) => {
  form.addEventListener("input", () => later(form));
  form.addEventListener("change", () => later(form));
  form.addEventListener("submit", () => {
    if (!navigator.onLine) return; // it does not go, see app.js
    clearTimeout(waiting.get(form));
    waiting.delete(form);
  });
});
window.addEventListener("online", () => pending().forEach(keep));
window.addEventListener("pagehide", () => pending().forEach(leave));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") pending().forEach(leave);
});
