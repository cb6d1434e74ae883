// Draws the diagram of a case where a page has [data-diagram], with the steps passed and the current ones marked.
import "./polyfills.js";
import { buttons, fit, viewerIn } from "./drawing.js";

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
