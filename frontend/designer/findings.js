// What the server's check says, on the canvas and beside it; a click on either leads to the other.
// A fault that shows itself on a way only: its elements are marked, its steps told in their order.

const KIND = "finding";
const WAY = "studio-way";

export class Findings {
  constructor(modeler, side, address) {
    Object.assign(this, { modeler, side, address, list: side.querySelector("[data-studio-findings]"), asked: 0, way: [] });
    this.head = side.querySelector("[data-studio-count]");
  }

  async ask() {
    const turn = (this.asked += 1);
    this.head.textContent = "正在检查……";
    try {
      const answer = await fetch(this.address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { findings, revision } = await answer.json();
      if (turn === this.asked) this.show(findings, revision);
    } catch {
      if (turn === this.asked) this.head.textContent = "没有检查成，请稍后点“检查”";
    }
  }

  show(findings, revision) {
    this.head.textContent = findings.length ? `要改 ${findings.length} 处才能发布` : "检查通过，可以发布";
    this.head.classList.toggle("red", findings.length > 0);
    const shown = findings.map((one) => this.somewhere(one));
    this.list.replaceChildren(...shown.map((one) => this.item(one)));
    this.mark(shown);
    this.trace([]);
    this.side.dataset.checked = revision;
  }

  // A fault of a table is shown at the step that asks it: there the way to it ends.
  somewhere(one) {
    const drawn = this.modeler.get("elementRegistry").get(one.element);
    return drawn || !one.path.length ? one : { ...one, element: one.path.at(-1) };
  }

  item({ element, message, path, steps }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: message });
    const way = steps.length ? told(steps) : undefined;
    button.addEventListener("click", () => {
      this.go(element);
      this.trace(path);
      if (way) way.open = true;
    });
    way?.addEventListener("toggle", () => way.open && this.trace(path));
    item.append(button, ...(way ? [way] : []));
    return item;
  }

  trace(path) {
    const [canvas, drawn] = [this.modeler.get("canvas"), this.modeler.get("elementRegistry")];
    for (const id of this.way) if (drawn.get(id)) canvas.removeMarker(id, WAY);
    this.way = [...new Set(path)].filter((id) => drawn.get(id));
    for (const id of this.way) canvas.addMarker(id, WAY);
    if (this.way.length) this.modeler.get("contextPad").close(); // its tools would cover the way
  }

  mark(findings) {
    const [overlays, drawn] = [this.modeler.get("overlays"), this.modeler.get("elementRegistry")];
    overlays.remove({ type: KIND });
    const found = grouped(findings);
    for (const [id, about] of found) {
      const shape = drawn.get(id);
      if (shape && shape !== this.modeler.get("canvas").getRootElement()) {
        overlays.add(id, KIND, { position: placed(shape), html: this.badge(id, about), scale: { min: 1 } });
      }
    }
  }

  badge(id, about) {
    const badge = document.createElement("button");
    Object.assign(badge, { type: "button", className: "studio-badge", textContent: String(about.length) });
    badge.title = about.map(({ message }) => message).join("\n");
    badge.setAttribute("aria-label", `要改 ${about.length} 处`);
    badge.addEventListener("click", () => this.go(id));
    return badge;
  }

  go(id) {
    const canvas = this.modeler.get("canvas");
    const shape = this.modeler.get("elementRegistry").get(id) || canvas.getRootElement();
    this.modeler.get("selection").select(shape);
    if (shape !== canvas.getRootElement()) canvas.scrollToElement(shape, { top: 80, right: 80, bottom: 80, left: 120 });
  }
}

function told(steps) {
  const way = document.createElement("details");
  const head = document.createElement("summary");
  head.textContent = `怎样走到这里（${steps.length} 步）`;
  const list = document.createElement("ol");
  list.append(...steps.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  way.append(head, list);
  return way;
}

function grouped(findings) {
  const found = new Map();
  for (const one of findings) found.set(one.element, [...(found.get(one.element) || []), one]);
  return found;
}

// A line has its badge where it begins, a shape at its upper left corner.
function placed(shape) {
  if (!shape.waypoints) return { top: -12, left: -12 };
  const left = Math.min(...shape.waypoints.map(({ x }) => x));
  const top = Math.min(...shape.waypoints.map(({ y }) => y));
  const [from, to] = shape.waypoints;
  return { left: (from.x + to.x) / 2 - left - 10, top: (from.y + to.y) / 2 - top - 10 };
}
