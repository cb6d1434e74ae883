// Forms: fields that depend on others come and go, files go up at once, tables grow. All of it works without.

// ---- conditions: the same tests as on the server, alternatives of rows of tests

function answers(form, name) {
  const data = new FormData(form);
  return data.getAll(name).filter((value) => typeof value === "string" && value !== "");
}

function holds(form, test) {
  const given = answers(form, test.field);
  if (test.how === "in" || test.how === "contains") {
    const values = given.length || !ticked(form, test.field) ? given : ["false"];
    return values.some((value) => test.values.includes(value));
  }
  const number = Number.parseFloat(given[0]);
  if (Number.isNaN(number)) return false;
  return test.how === "above" ? number > Number(test.bound) : number >= Number(test.bound);
}

// an unticked box is not sent, and means no
function ticked(form, name) {
  const box = form.elements.namedItem(name);
  return box instanceof HTMLInputElement && box.type === "checkbox";
}

function asked(form, field) {
  const alternatives = JSON.parse(field.dataset.showIf);
  const here = (test) => form.elements.namedItem(test.field) !== null;
  return alternatives.some((row) => row.every((test) => !here(test) || holds(form, test)));
}

function settle(form) {
  form.querySelectorAll("[data-show-if]").forEach((field) => {
    field.hidden = !asked(form, field);
    field.querySelectorAll("[data-note]").forEach((note) => (note.hidden = true)); // it comes by itself
  });
}

// ---- files: one by one, each kept by the server before the next; what fails says so and loses nothing

const TOO_LARGE = { 413: "文件超过 20 MB，请压缩后再传" };

function tell(box, words) {
  const state = box.parentElement.querySelector("[data-upload-state]");
  if (state) state.textContent = words;
}

async function send(form, name, file) {
  const body = new FormData();
  body.append("csrf_token", form.elements.namedItem("csrf_token").value);
  body.append(name, file);
  const headers = { "X-Requested-With": "fetch" };
  const answer = await fetch(form.dataset.upload, { method: "POST", body, headers, credentials: "same-origin" });
  const text = await answer.text();
  if (answer.status === 201) return text;
  if (answer.redirected || answer.status === 401) throw new Error("登录已过期，请保存这一页，重新登录后再传");
  const plain = answer.headers.get("Content-Type")?.startsWith("text/plain");
  throw new Error(plain ? text : TOO_LARGE[answer.status] || "没有传上去，请刷新页面后再试");
}

async function upload(input) {
  const form = input.form;
  const box = input.closest("[data-files]");
  const failed = [];
  const files = [...input.files];
  for (const [at, file] of files.entries()) {
    tell(box, `正在上传 ${at + 1}/${files.length}`);
    try {
      box.insertAdjacentHTML("beforeend", await send(form, input.name, file));
    } catch (fault) {
      failed.push(`${file.name}：${navigator.onLine ? fault.message : "没有网络，请联网后再传"}`);
    }
  }
  input.value = "";
  const count = box.querySelectorAll("[data-file]").length;
  tell(box, failed.length ? failed.join("；") : `已传 ${count} 份`);
}

// ---- tables: a row more without a round trip

function grow(button) {
  const table = button.closest("[data-rows]");
  const rows = table.querySelectorAll("[data-row]");
  const last = rows[rows.length - 1];
  const fresh = last.cloneNode(true);
  const [from, to] = [Number(last.dataset.row), Number(last.dataset.row) + 1];
  fresh.dataset.row = String(to);
  fresh.querySelectorAll("[id], [for], [name], [aria-describedby]").forEach((one) => {
    for (const [attribute, mark] of [["id", "-"], ["for", "-"], ["name", "."], ["aria-describedby", "-"]]) {
      const said = one.getAttribute(attribute);
      if (said) one.setAttribute(attribute, said.replaceAll(`${mark}${from}${mark}`, `${mark}${to}${mark}`));
    }
  });
  fresh.querySelectorAll("input").forEach((one) => (one.value = ""));
  fresh.querySelectorAll(".msg, button").forEach((one) => one.remove());
  fresh.querySelectorAll(".bad").forEach((one) => one.classList.remove("bad"));
  fresh.querySelectorAll("legend").forEach((one) => (one.textContent = `第 ${to + 1} 行`));
  last.after(fresh);
  fresh.querySelector("input")?.focus();
}

// ---- place: the phone knows where it is; typing stays possible

function offerPlace(form) {
  const [lng, lat] = ["lng", "lat"].map((name) => form.elements.namedItem(name));
  if (!lng || !lat || !window.isSecureContext || !navigator.geolocation) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-plain";
  button.textContent = "用手机定位填写经纬度";
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        lng.value = coords.longitude.toFixed(6);
        lat.value = coords.latitude.toFixed(6);
        button.textContent = "已填写，可重新定位";
      },
      () => (button.textContent = "没有定到位，可再试或不填"),
      { enableHighAccuracy: true, timeout: 10000 },
    );
  });
  lng.closest(".field")?.before(button);
}

// ---- wiring

document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.type === "file" && target.form?.dataset.upload && target.closest("[data-files]")) upload(target);
  else if (target.form) settle(target.form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-rows] > button");
  if (!button) return;
  event.preventDefault();
  grow(button);
});

document.addEventListener("htmx:after:swap", () => document.querySelectorAll("form").forEach(settle));

document.querySelectorAll("form").forEach((form) => {
  settle(form);
  offerPlace(form);
});
