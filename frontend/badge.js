// How much waits, in the title and beside the boxes: one small question a minute, only while the page is looked at.

const EVERY = 60000;
const url = document.body.dataset.counts;
const title = document.title;
let tag = "";
let asked = 0;
let told = null;

function say(counts) {
  const waiting = [counts.todo, counts.claimable].map((one) => Number.parseInt(one, 10) || 0);
  const sum = waiting[0] + waiting[1];
  document.title = sum ? `(${sum}${/\+/.test(counts.claimable + counts.todo) ? "+" : ""}) ${title}` : title;
  document.querySelectorAll("[data-count]").forEach((one) => {
    one.textContent = counts[one.dataset.count];
  });
  const bell = document.querySelector(".bell .count");
  if (bell) {
    bell.textContent = counts.unread || "";
    bell.hidden = !counts.unread;
    bell.parentElement.setAttribute("aria-label", counts.unread ? `通知，${counts.unread} 条未读` : "通知");
  }
  const stale = document.querySelector("[data-stale]");
  if (stale && told !== null && sum > told) stale.hidden = false;
  told = sum;
}

async function ask() {
  if (document.visibilityState !== "visible" || Date.now() - asked < EVERY / 2) return;
  asked = Date.now();
  try {
    const answer = await fetch(url, { credentials: "same-origin", redirect: "error", headers: tag ? { "If-None-Match": tag } : {} });
    if (answer.status !== 200) return;
    tag = answer.headers.get("ETag") || "";
    say(await answer.json());
  } catch {
    // no network, or signed out: the next minute asks again
  }
}

if (url) {
  ask();
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
