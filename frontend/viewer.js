// Draws the diagram of a case where a page has [data-diagram], with the steps passed and the current ones marked.
import "./polyfills.js";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const WORDS = { "Open {element}": "打开 {element}" };
const PADDING = 16;
const SMALLEST = 0.5; // below this nobody can read the names: show the current step instead of the whole

function translate(text, values = {}) {
  return (WORDS[text] || text).replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}

function viewerIn(host) {
  const family = getComputedStyle(host).fontFamily;
  return new NavigatedViewer({
    container: host,
    zoomScroll: { enabled: false }, // the wheel belongs to the page
    bpmnRenderer: { defaultFillColor: "var(--card)", defaultStrokeColor: "var(--ink)", defaultLabelColor: "var(--ink)" },
    textRenderer: { defaultStyle: { fontFamily: family }, externalStyle: { fontFamily: family } },
    additionalModules: [{ translate: ["value", translate] }],
  });
}

function mark(viewer, { passed = [], current = [], counts = {} }) {
  const [canvas, elements, overlays] = ["canvas", "elementRegistry", "overlays"].map((name) => viewer.get(name));
  const known = (id) => elements.get(id);
  passed.filter(known).forEach((id) => canvas.addMarker(id, "passed"));
  if (passed.length + current.length) {
    const left = (one) => !passed.includes(one.id) && !current.includes(one.id) && one.type !== "label";
    const steps = elements.filter((one) => one.businessObject?.$instanceOf("bpmn:FlowNode") && left(one));
    steps.forEach((one) => canvas.addMarker(one, "todo"));
  }
  current.filter(known).forEach((id) => canvas.addMarker(id, "current"));
  for (const [id, count] of Object.entries(counts)) {
    if (!known(id) || count < 2) continue;
    const badge = document.createElement("span");
    badge.className = "diagram-count";
    badge.textContent = `×${count}`;
    overlays.add(id, { position: { top: -10, right: 14 }, html: badge });
  }
}

function fit(viewer, current = []) {
  const canvas = viewer.get("canvas");
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min(1, outer.width / (inner.width + 2 * PADDING), outer.height / (inner.height + 2 * PADDING));
  const here = current.map((id) => viewer.get("elementRegistry").get(id)).find(Boolean);
  const near = here && scale < SMALLEST;
  const zoom = near ? SMALLEST + 0.2 : scale;
  const [width, height] = [outer.width / zoom, outer.height / zoom];
  const [x, y] = near
    ? [here.x + here.width / 2, here.y + here.height / 2]
    : [inner.x + inner.width / 2, inner.y + inner.height / 2];
  canvas.viewbox({ x: x - width / 2, y: y - height / 2, width, height });
}

function buttons(viewer, whole) {
  const bar = document.createElement("div");
  bar.className = "diagram-zoom";
  const zoom = (factor) => () => viewer.get("canvas").zoom(viewer.get("canvas").zoom() * factor);
  for (const [sign, words, act] of [["＋", "放大", zoom(1.25)], ["－", "缩小", zoom(0.8)], ["□", "看全图", whole]]) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: sign, title: words });
    button.setAttribute("aria-label", words);
    button.addEventListener("click", act);
    bar.append(button);
  }
  return bar;
}

async function draw(host) {
  const source = host.parentElement.querySelector("script[data-diagram-marks]");
  const marks = source ? JSON.parse(source.textContent) : {};
  const answer = await fetch(host.dataset.url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const viewer = viewerIn(host);
  await viewer.importXML(await answer.text());
  host.setAttribute("role", "figure"); // it now holds a link and buttons, which an image may not
  mark(viewer, marks);
  fit(viewer, marks.current);
  host.append(buttons(viewer, () => fit(viewer)));
  host.dataset.drawn = "yes";
}

function failed(host) {
  host.replaceChildren();
  host.textContent = "流程图没有打开，请看下面的文字流程。";
  host.classList.add("diagram-failed");
  host.parentElement.querySelector("details")?.setAttribute("open", "");
}

function drawAll(root = document) {
  for (const host of root.querySelectorAll("[data-diagram]:not([data-drawn])")) {
    host.dataset.drawn = "soon";
    draw(host).catch((fault) => {
      console.warn("diagram:", fault);
      failed(host);
    });
  }
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => drawAll());
else drawAll();
document.addEventListener("htmx:after:swap", () => drawAll());
