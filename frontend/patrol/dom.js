// Elements by one call, and icons from the page's own drawer of shapes. No text ever becomes markup.

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  left: "M14.5 6l-6 6 6 6",
  camera: "M4 8h4l1.500-2.500h5L16 8h4v11H4zM12 9.700a3.300 3.300 0 100 6.600 3.300 3.300 0 000-6.600z",
  album: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.3",
  place: "M12 21c4.500-5 6.500-8 6.500-11a6.500 6.500 0 00-13 0c0 3 2 6 6.500 11zM12 7.700a2.300 2.300 0 100 4.600 2.300 2.300 0 000-4.600z",
  warn: "M12 4l9 16H3zM12 10v4.500M12 17v.3",
  stop: "M8.300 3.500h7.400l4.800 4.800v7.400l-4.800 4.800H8.300l-4.800-4.800V8.300zM12 8v5M12 16v.3",
  away: "M7 18h10a4 4 0 00.6-7.950A6 6 0 006.300 9.600 4.300 4.300 0 007 18zM4 4l16 17",
  done: "M12 4a8 8 0 100 16 8 8 0 000-16zM8.500 12.200l2.500 2.500 4.500-5",
  up: "M12 20V9M7.500 13l4.500-4.500 4.500 4.500M5 4h14",
};

const HEARD = Symbol("what an element does when something happens to it");

const EVENTS = ["click", "change", "input"];
const hear = (event) => event.currentTarget[HEARD]?.[event.type]?.(event);

function listen(made, event, act) {
  if (!made[HEARD]) EVENTS.forEach((each) => made.addEventListener(each, hear));
  made[HEARD] = { ...made[HEARD], [event]: act };
}

/** An element: `h("p.quiet", {id: "x", onclick: f, hidden: true}, "words", other)`. */
export function h(name, given, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag || "div");
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(given || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) listen(made, key.slice(2), value);
    else if (key === "value") made.value = value;
    else if (key === "checked") made.checked = true;
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

export function icon(name, label) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("class", "i");
  drawn.setAttribute("viewBox", "0 0 24 24");
  if (label) {
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", label);
  } else drawn.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  drawn.append(path);
  return drawn;
}

/** 11 月 19 日 10:42 */
export function moment(value) {
  if (!value) return "";
  const at = new Date(value);
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getMonth() + 1} 月 ${at.getDate()} 日 ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// ---- drawing again: what is there stays there, so that no tap, no focus and no half-written word is lost

const name = (node) => node.id || node.dataset?.key || "";
const alike = (one, other) => one.nodeName === other.nodeName && name(one) === name(other) && one.type === other.type;

/** Make the children of an element those given, changing as little as can be. */
export function redraw(root, children) {
  const fresh = children.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false);
  const names = new Set(fresh.map(name).filter(Boolean));
  let at = root.firstChild;
  for (const node of fresh) {
    const key = name(node);
    const kept = key ? [...root.childNodes].find((one) => name(one) === key) : at;
    if (kept && alike(kept, node)) {
      if (kept !== at) root.insertBefore(kept, at);
      patch(kept, node);
      at = kept.nextSibling;
    } else if (at && !key && !names.has(name(at))) {
      const next = at.nextSibling;
      at.replaceWith(node);
      at = next;
    } else root.insertBefore(node, at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function patch(kept, node) {
  if (kept === node || kept.dataset?.keep) return;
  if (kept.nodeType === Node.TEXT_NODE) {
    if (kept.data !== node.data) kept.data = node.data;
    return;
  }
  for (const { name: key } of [...kept.attributes]) if (!node.hasAttribute(key)) kept.removeAttribute(key);
  for (const { name: key, value } of node.attributes) if (kept.getAttribute(key) !== value) kept.setAttribute(key, value);
  if (node[HEARD] && !kept[HEARD]) EVENTS.forEach((each) => kept.addEventListener(each, hear));
  kept[HEARD] = node[HEARD] || (kept[HEARD] && {});
  if (kept.type === "radio" || kept.type === "checkbox") kept.checked = node.checked;
  else if ("value" in kept && kept.type !== "file" && kept !== document.activeElement && kept.value !== node.value) kept.value = node.value;
  if (kept.nodeName !== "TEXTAREA") redraw(kept, [...node.childNodes]);
}
