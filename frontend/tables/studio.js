// Opens a decision table of a draft: the editor, what keeps the draft, and what our own check says of it.
import TableEditor from "dmn-js-decision-table/lib/Editor";
import EditingManager from "dmn-js-shared/lib/base/EditingManager";
import { leaver, teller, undoWhatIsKept } from "../designer/frame.js";
import { Keeper } from "../designer/keeper.js";
import types, { TYPES } from "./types.js";
import { missing, translate, translateBeneath } from "./words.js";

class Tables extends EditingManager {
  _getViewProviders() {
    return [{ id: "decisionTable", constructor: TableEditor, opens: (one) => one.decisionLogic?.$type === "dmn:DecisionTable" }];
  }
}

class Findings {
  constructor(side, address, ours) {
    Object.assign(this, { side, address, ours, list: side.querySelector("ul"), head: side.querySelector("h2") });
  }

  async ask() {
    this.head.textContent = "正在检查……";
    try {
      const answer = await fetch(this.address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      this.show(await answer.json());
    } catch {
      this.head.textContent = "没有检查成，请稍后点“检查”";
    }
  }

  show({ findings, revision }) {
    const here = findings.filter(({ element }) => this.ours(element));
    const away = findings.length - here.length;
    this.head.textContent = here.length ? `这张表要改 ${here.length} 处` : "这张表检查通过";
    this.head.classList.toggle("red", here.length > 0);
    const words = [...here.map(({ message }) => message), ...(away ? [`流程的其他地方还有 ${away} 处要改，见“检查”`] : [])];
    this.list.replaceChildren(...words.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    this.side.dataset.checked = revision;
  }
}

function choose(editor, box) {
  const views = editor.getViews();
  box.hidden = views.length < 2;
  const select = box.querySelector("select");
  select.replaceChildren(...views.map(({ element }, at) => new Option(element.name || element.id, String(at))));
  select.addEventListener("change", () => editor.open(editor.getViews()[Number(select.value)]));
}

function tools(editor, keeper) {
  const stack = () => editor.getActiveViewer().get("commandStack");
  const leave = leaver(keeper);
  const acts = { undo: () => stack().undo(), redo: () => stack().redo(), leave };
  undoWhatIsKept(keeper);
  const buttons = [...document.querySelectorAll("[data-do]")];
  buttons.forEach((one) => one.addEventListener("click", (event) => acts[one.dataset.do](event)));
  const able = () => buttons.forEach((one) => {
    if (one.dataset.do === "undo") one.disabled = !stack().canUndo();
    if (one.dataset.do === "redo") one.disabled = !stack().canRedo();
  });
  editor.getActiveViewer().on("commandStack.changed", able);
  able();
}

export async function openTable(host) {
  const [sheet, side] = ["sheet", "side"].map((name) => host.querySelector(`[data-studio-${name}]`));
  const answer = await fetch(host.dataset.drawing, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  const text = await answer.text();
  host.dataset.revision = answer.headers.get("X-Revision") || host.dataset.revision;
  const common = { dataTypes: TYPES, additionalModules: [types, { translate: ["value", translate] }] };
  document.querySelectorAll("[data-studio-script]").forEach((one) => {
    one.hidden = false;
  });
  const editor = new Tables({ container: sheet, width: "100%", height: "100%", decisionTable: common });
  await editor.importXML(text);
  const findings = new Findings(side, host.dataset.check, (id) => id === host.dataset.file || text.includes(`"${id}"`));
  const written = async () => (await editor.saveXML({ format: true })).xml;
  const keeper = new Keeper(host, written, teller(findings));
  editor.getActiveViewer().on("commandStack.changed", () => keeper.changed());
  keeper.offer(text, (other) => editor.importXML(other));
  choose(editor, host.querySelector("[data-studio-choose]"));
  tools(editor, keeper);
  translateBeneath(sheet);
  document.querySelectorAll("[data-studio-plain]").forEach((one) => {
    one.hidden = true;
  });
  Object.assign(host, { untranslated: missing, editor });
  host.dataset.drawn = "yes";
  await findings.ask();
}
