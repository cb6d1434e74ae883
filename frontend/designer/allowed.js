// Only what the engine takes is offered: the palette, what may follow an element, and what it may be changed into.

const REFUSED = new RegExp([
  "script-task", "-with-task$", "transaction", "ad-hoc", "event-subprocess", "complex-gateway", "conditional", "compensation",
  "cancel", "link-", "data-store", "data-object", "multi-instance", "toggle-loop", "toggle-parallel", "toggle-sequential",
  "toggle-adhoc", "non-interrupting-start", "participant-multiplicity", "instantiate",
].join("|"));
const KEPT_FLOWS = new Set(["replace-with-conditional-flow", "replace-with-default-flow", "replace-with-sequence-flow"]);
const USER_TASK = { className: "bpmn-icon-user-task" };

function offered(entries) {
  const kept = Object.entries(entries).filter(([key]) => KEPT_FLOWS.has(key) || !REFUSED.test(key));
  return Object.fromEntries(kept);
}

class AllowedPalette {
  constructor(palette, create, elementFactory) {
    this.start = (event) => create.start(event, elementFactory.createShape({ type: "bpmn:UserTask" }));
    palette.registerProvider(500, this);
  }

  getPaletteEntries() {
    return (entries) => {
      const task = { ...entries["create.task"], ...USER_TASK, action: { click: this.start, dragstart: this.start } };
      return { ...offered(entries), "create.task": task };
    };
  }
}
AllowedPalette.$inject = ["palette", "create", "elementFactory"];

class AllowedNext {
  constructor(contextPad, create, elementFactory, autoPlace) {
    Object.assign(this, { create, elementFactory, autoPlace });
    contextPad.registerProvider(500, this);
  }

  getContextPadEntries(element) {
    const make = () => this.elementFactory.createShape({ type: "bpmn:UserTask" });
    const drag = (event) => this.create.start(event, make(), { source: element });
    const action = { click: () => this.autoPlace.append(element, make()), dragstart: drag };
    return (entries) => {
      const kept = offered(entries);
      const task = kept["append.append-task"];
      return task ? { ...kept, "append.append-task": { ...task, ...USER_TASK, action } } : kept;
    };
  }
}
AllowedNext.$inject = ["contextPad", "create", "elementFactory", "autoPlace"];

class AllowedTypes {
  constructor(popupMenu) {
    popupMenu.registerProvider("bpmn-replace", 500, this);
  }

  getPopupMenuEntries() {
    return offered;
  }

  getPopupMenuHeaderEntries() {
    return offered;
  }
}
AllowedTypes.$inject = ["popupMenu"];

export default {
  __init__: ["allowedPalette", "allowedNext", "allowedTypes"],
  allowedPalette: ["type", AllowedPalette],
  allowedNext: ["type", AllowedNext],
  allowedTypes: ["type", AllowedTypes],
};
