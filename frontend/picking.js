// Rows ticked for a batch, phrases kept from an opinion, and the server told that a record was read.

// ---- rows

const boxes = () => [...document.querySelectorAll('input[form="bulk"][name="task"]')];

function tally() {
  const bar = document.querySelector("#bulk");
  if (!bar) return;
  const ticked = boxes().filter((box) => box.checked);
  bar.classList.toggle("on", ticked.length > 0);
  bar.querySelector("[data-picked]").textContent = ticked.length ? `已选 ${ticked.length} 件` : "勾选几件，一起办";
  bar.querySelectorAll("button").forEach((button) => (button.disabled = !ticked.length));
  const all = bar.querySelector("[data-pick-all]");
  all.hidden = false;
  all.querySelector("input").checked = ticked.length > 0 && ticked.length === boxes().length;
}

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-pick-all]")) boxes().forEach((box) => (box.checked = event.target.checked));
  if (event.target.closest("#bulk") || event.target.getAttribute("form") === "bulk") tally();
});
document.addEventListener("htmx:after:swap", tally);
tally();

export function pickHere() {
  const box = document.activeElement?.closest("tr[data-row]")?.querySelector('input[form="bulk"]');
  if (!box) return;
  box.checked = !box.checked;
  tally();
}

// ---- phrases

async function keepPhrase(button) {
  const form = button.closest("form");
  const body = new FormData();
  body.append("csrf_token", form.elements.namedItem("csrf_token").value);
  body.append("text", form.querySelector("textarea[name=opinion]")?.value ?? "");
  const headers = { "X-Requested-With": "fetch" };
  const answer = await fetch(button.dataset.keepPhrase, { method: "POST", body, headers, credentials: "same-origin" });
  if (answer.status !== 201) {
    button.textContent = answer.status === 422 || answer.status === 409 ? await answer.text() : "没有存上，请再点一次";
    return;
  }
  const { text } = await answer.json();
  const chip = document.createElement("button");
  chip.type = "button";
  chip.className = "chip";
  chip.dataset.phrase = chip.textContent = text;
  button.before(chip);
  button.textContent = "已存";
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-keep-phrase]");
  if (button) keepPhrase(button);
});

// ---- read

document.querySelectorAll("form[data-look]").forEach((form) => {
  const headers = { "X-Requested-With": "fetch" };
  fetch(form.action, { method: "POST", body: new FormData(form), headers, credentials: "same-origin" }).catch(() => {});
});
