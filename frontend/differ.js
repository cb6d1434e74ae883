// Draws the two sides of a comparison where a page has [data-compare], with what differs marked on both.
import "./polyfills.js";
import { diff } from "bpmn-js-differ";
import flow from "../app/static/modeler/flow.moddle.json";
import { buttons, viewerIn } from "./drawing.js";

const SIGNS = { added: "增", removed: "删", changed: "改" };
const MARGIN = 24;
const READABLE = 0.6;

async function opened(host) {
  const answer = await fetch(host.dataset.url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const viewer = viewerIn(host, { moddleExtensions: { flow }, canvas: { deferUpdate: false } });
  await viewer.importXML(await answer.text());
  host.setAttribute("role", "figure"); // it now holds a link and buttons, which an image may not
  return viewer;
}

// What the drawings say, element by element, and what the sentences say of steps whose lane or form changed.
function differing(before, after, said) {
  const found = diff(before.getDefinitions(), after.getDefinitions());
  const kinds = { added: Object.keys(found._added), removed: Object.keys(found._removed), changed: Object.keys(found._changed) };
  for (const { kind, element } of said) if (element && !kinds[kind].includes(element)) kinds[kind].push(element);
  return kinds;
}

function mark(viewer, kind, ids) {
  const [canvas, elements, overlays] = ["canvas", "elementRegistry", "overlays"].map((name) => viewer.get(name));
  for (const id of ids) {
    const shape = elements.get(id);
    if (!shape || shape === canvas.getRootElement()) continue;
    canvas.addMarker(id, `is-${kind}`);
    const badge = document.createElement("span");
    badge.className = `compare-sign is-${kind}`;
    badge.textContent = SIGNS[kind];
    overlays.add(id, { position: placed(shape), html: badge, scale: { min: 0.8 } });
  }
}

// A line has its sign in the middle of its first stretch, a shape at its upper left corner.
function placed(shape) {
  if (!shape.waypoints) return { top: -12, left: -10 };
  const left = Math.min(...shape.waypoints.map(({ x }) => x));
  const top = Math.min(...shape.waypoints.map(({ y }) => y));
  const [from, to] = shape.waypoints;
  return { left: (from.x + to.x) / 2 - left - 9, top: (from.y + to.y) / 2 - top - 9 };
}

// Both canvases show the same part: what one shows, the other does, in as much as it is as large.
function join(one, other) {
  let following = false;
  const follow = (from, to) => from.on("canvas.viewbox.changed", ({ viewbox }) => {
    if (following) return;
    following = true;
    const { x, y, width, height } = viewbox;
    to.get("canvas").viewbox({ x, y, width, height });
    following = false;
  });
  follow(one, other);
  follow(other, one);
}

// Brings these boxes of the drawings into the middle, not smaller than can be read if `least` says so.
function show(viewers, boxes, least = 0) {
  const { outer } = viewers[0].get("canvas").viewbox();
  const [left, top] = ["x", "y"].map((axis) => Math.min(...boxes.map((box) => box[axis])) - MARGIN);
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + MARGIN;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + MARGIN;
  const scale = Math.max(least, Math.min(1, outer.width / (right - left), outer.height / (bottom - top)));
  const [width, height] = [outer.width / scale, outer.height / scale];
  viewers[0].get("canvas").viewbox({ x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height });
}

const whole = (viewers) => show(viewers, viewers.map((viewer) => viewer.get("canvas").viewbox().inner));

// Where it differs, as far as that is a place: the steps and gateways, else the whole.
function differences(viewers, kinds) {
  const ids = new Set(Object.values(kinds).flat());
  const marked = (shape) => ids.has(shape.id) && !shape.waypoints && shape.type !== "label" && shape.width < 200;
  const boxes = viewers.flatMap((viewer) => viewer.get("elementRegistry").filter(marked));
  if (boxes.length) show(viewers, boxes, READABLE);
  else whole(viewers);
}

async function compare(box) {
  const hosts = ["before", "after"].map((side) => box.querySelector(`[data-compare-side="${side}"]`));
  const said = JSON.parse(box.querySelector("script[data-compare-said]").textContent);
  box.hidden = false; // a box that is not shown has no size to fit into
  const viewers = await Promise.all(hosts.map(opened));
  const [before, after] = viewers;
  const kinds = differing(before, after, said);
  for (const kind of ["removed", "changed"]) mark(before, kind, kinds[kind]);
  for (const kind of ["added", "changed"]) mark(after, kind, kinds[kind]);
  join(before, after);
  differences(viewers, kinds);
  hosts.forEach((host, at) => {
    host.append(buttons(viewers[at], () => whole(viewers)));
    host.dataset.drawn = "yes";
  });
  box.viewers = viewers;
  box.dataset.compared = "yes";
}

for (const box of document.querySelectorAll("[data-compare]")) {
  compare(box).catch((fault) => {
    console.warn("compare:", fault);
    box.hidden = true; // the sentences say it all
  });
}
