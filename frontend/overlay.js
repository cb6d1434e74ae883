// What opens over a page: the map of keys, and the photos of a case, which a thumb or the arrow keys turn.
// Both are links first: without script they lead to a page and to the files themselves.

function over(label, look) {
  const dialog = document.createElement("dialog");
  dialog.className = `over ${look}`;
  dialog.setAttribute("aria-label", label);
  const shut = document.createElement("button");
  shut.type = "button";
  shut.className = "btn btn-plain over-shut";
  shut.textContent = "关闭";
  shut.addEventListener("click", () => dialog.close());
  dialog.append(shut);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  return dialog;
}

// ---- a page's own part, over this one

async function show(link) {
  const answer = await fetch(link.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const body = page.querySelector("[data-dialog-body]");
  if (!answer.ok || !body) return location.assign(link.href);
  const dialog = over(link.textContent.trim(), "over-page");
  dialog.append(document.importNode(body, true));
  dialog.showModal();
}

// ---- photos: one beside the other, the browser itself snaps to them

function turn(track, step) {
  track.scrollBy({ left: step * track.clientWidth, behavior: "instant" });
}

function slide(link, at, all) {
  const figure = document.createElement("figure");
  const photo = document.createElement("img");
  const words = document.createElement("figcaption");
  photo.src = link.href;
  photo.alt = link.textContent.trim();
  photo.loading = at > 1 ? "lazy" : "eager";
  words.textContent = `${at + 1}/${all}　${photo.alt}`;
  figure.append(photo, words);
  return figure;
}

function look(links, chosen) {
  const dialog = over("照片", "over-photos");
  const track = document.createElement("div");
  track.className = "photo-track";
  track.tabIndex = 0;
  track.append(...links.map((link, at) => slide(link, at, links.length)));
  const bar = document.createElement("div");
  bar.className = "photo-bar";
  for (const [words, step] of [["上一张", -1], ["下一张", 1]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-plain";
    button.textContent = words;
    button.addEventListener("click", () => turn(track, step));
    bar.append(button);
  }
  if (links.length > 1) dialog.append(bar);
  dialog.append(track);
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, k: -1, j: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    turn(track, step);
  });
  dialog.showModal();
  track.focus();
  turn(track, chosen);
}

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const page = event.target.closest("a[data-dialog]");
  const photo = event.target.closest("a[data-photo]");
  if (!page && !photo) return;
  event.preventDefault();
  if (page) show(page);
  else {
    const links = [...photo.closest(".thumbs").querySelectorAll("a[data-photo]")];
    look(links, links.indexOf(photo));
  }
});
