// What every drawn diagram shares: a viewer in the look of its page, the fit into its box, the buttons to zoom.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const WORDS = { "Open {element}": "打开 {element}" };
const PADDING = 16;
const SMALLEST = 0.5; // below this nobody can read the names: show the current step instead of the whole

function translate(text, values = {}) {
  return (WORDS[text] || text).replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);
}

export function viewerIn(host, more = {}) {
  const family = getComputedStyle(host).fontFamily;
  return new NavigatedViewer({
    ...more,
    container: host,
    zoomScroll: { enabled: false }, // the wheel belongs to the page
    bpmnRenderer: { defaultFillColor: "var(--card)", defaultStrokeColor: "var(--ink)", defaultLabelColor: "var(--ink)" },
    textRenderer: { defaultStyle: { fontFamily: family }, externalStyle: { fontFamily: family } },
    additionalModules: [{ translate: ["value", translate] }],
  });
}

export function fit(viewer, current = []) {
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

export function buttons(viewer, whole) {
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
