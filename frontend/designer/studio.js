// Opens a draft on the canvas and joins its parts: the modeler, its panel, what keeps the draft, what checks it.
import Modeler from "bpmn-js/lib/Modeler";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from "bpmn-js-properties-panel";
import minimap from "diagram-js-minimap";
import flow from "../../app/static/modeler/flow.moddle.json";
import allowed from "./allowed.js";
import { Findings } from "./findings.js";
import { leaver, teller, undoWhatIsKept } from "./frame.js";
import { Keeper } from "./keeper.js";
import settings from "./panel.js";
import { missing, translate } from "./words.js";

const MARGIN = { left: 130, right: 40, top: 30, bottom: 50 }; // clear of the palette and of the mark of bpmn.io
const NARROW = { left: 80, right: 20, top: 20, bottom: 50, least: 0.55 }; // on a phone: legible, and moved by a finger
const LIGHT = { defaultFillColor: "#fff", defaultStrokeColor: "#17212f", defaultLabelColor: "#17212f" };

function modelerIn(canvas, panel, offered) {
  const family = getComputedStyle(canvas).fontFamily;
  return new Modeler({
    container: canvas,
    propertiesPanel: { parent: panel, layout: { groups: { general: { open: true }, flow: { open: true } } } },
    bpmnRenderer: LIGHT,
    textRenderer: { defaultStyle: { fontFamily: family }, externalStyle: { fontFamily: family } },
    moddleExtensions: { flow },
    additionalModules: [
      BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, minimap, allowed, settings,
      { translate: ["value", translate], offered: ["value", offered] },
    ],
  });
}

function fit(modeler, whole) {
  const canvas = modeler.get("canvas");
  const { inner, outer } = canvas.viewbox();
  const { left, right, top, bottom, least = 0 } = outer.width < 600 ? NARROW : MARGIN;
  const [wide, high] = [outer.width - left - right, outer.height - top - bottom];
  const scale = Math.max(whole ? 0 : least, Math.min(1, wide / inner.width, high / inner.height));
  canvas.viewbox({
    x: inner.x - left / scale, y: inner.y - top / scale,
    width: outer.width / scale, height: outer.height / scale,
  });
}

function tools(modeler, keeper, findings) {
  const stack = modeler.get("commandStack");
  const leave = leaver(keeper);
  const acts = {
    undo: () => stack.undo(),
    redo: () => stack.redo(),
    whole: () => fit(modeler, true),
    publish: leave,
    trial: leave,
    check: async (event) => {
      event.preventDefault();
      if (await keeper.flush()) findings.ask();
    },
  };
  undoWhatIsKept(keeper);
  const buttons = [...document.querySelectorAll("[data-do]")];
  buttons.forEach((button) => button.addEventListener("click", (event) => acts[button.dataset.do](event)));
  const able = () => buttons.forEach((button) => {
    if (button.dataset.do === "undo") button.disabled = !stack.canUndo();
    if (button.dataset.do === "redo") button.disabled = !stack.canRedo();
  });
  modeler.on("commandStack.changed", able);
  able();
}

const drawn = (modeler) => async () => (await modeler.saveXML({ format: true })).xml;

export async function openStudio(host) {
  const [canvas, side, panel] = ["canvas", "side", "panel"].map((name) => host.querySelector(`[data-studio-${name}]`));
  const offered = JSON.parse(document.querySelector("script[data-studio-offered]").textContent);
  const answer = await fetch(host.dataset.drawing, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const text = await answer.text();
  host.dataset.revision = answer.headers.get("X-Revision") || host.dataset.revision;
  const closed = [...canvas.childNodes];
  canvas.replaceChildren();
  const modeler = modelerIn(canvas, panel, offered);
  try {
    await modeler.importXML(text);
  } catch (fault) {
    modeler.destroy();
    canvas.replaceChildren(...closed);
    throw fault;
  }
  side.hidden = false;
  fit(modeler);
  const findings = new Findings(modeler, side, host.dataset.check);
  const keeper = new Keeper(host, drawn(modeler), teller(findings));
  modeler.on("commandStack.changed", () => keeper.changed());
  keeper.offer(text, async (other) => {
    await modeler.importXML(other);
    fit(modeler);
  });
  tools(modeler, keeper, findings);
  document.querySelectorAll("[data-studio-script]").forEach((one) => {
    one.hidden = false;
  });
  host.untranslated = missing;
  host.modeler = modeler;
  host.dataset.drawn = "yes";
  await findings.ask();
}
