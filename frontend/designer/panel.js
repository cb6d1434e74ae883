// The panel beside the canvas: its own groups of the standard that our engine takes, and 审批设置.
import { Group } from "@bpmn-io/properties-panel";
import { Condition, Otherwise } from "./conditions.js";
import { Choice, Tick } from "./parts.js";
import { Parties } from "./parties.js";
import { Limit, Outcomes, Signing, Timer } from "./ways.js";
import { translate } from "./words.js";

const KEPT = new Set(["general", "documentation", "message", "error", "signal", "escalation"]);
const FIXED = new Set(["isExecutable", "processId"]);
const SPLITS = new Set(["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"]);

const choice = (name, label, list, none) => ({ id: `flow-${name}`, component: Choice, name, label, list, none });
const TASK = [
  { id: "flow-role", component: Parties },
  choice("form", "表单", "forms"),
  { id: "flow-outcomes", component: Outcomes },
  { id: "flow-sla", component: Limit, label: "办理时限" },
  { id: "flow-sign", component: Signing },
  { id: "flow-each", component: Tick, name: "each", label: "岗位上每个人都要签", word: "person" },
  { id: "flow-clock", component: Tick, name: "clock", label: "办理期间不计整件时限", word: "stop" },
];
const WHOLE = [choice("startForm", "申请表", "forms"), { id: "flow-sla", component: Limit, label: "整件时限" }];
const TO = choice("to", "发给", "recipients");
const BY_TYPE = {
  "bpmn:UserTask": TASK,
  "bpmn:ManualTask": TASK,
  "bpmn:Process": WHOLE,
  "bpmn:Participant": WHOLE,
  "bpmn:Lane": [{ id: "flow-role", component: Parties }],
  "bpmn:ServiceTask": [choice("action", "系统动作", "actions")],
  "bpmn:BusinessRuleTask": [choice("decision", "决策表", "decisions")],
  "bpmn:SendTask": [TO],
};

function definition(element, kind) {
  return element.businessObject.eventDefinitions?.find((one) => one.$type === `bpmn:${kind}EventDefinition`);
}

function entriesOf(element) {
  if (element.type === "label") return entriesOf(element.labelTarget);
  const timer = definition(element, "Timer");
  if (timer) return [{ id: "flow-timer", component: Timer, definition: timer }];
  if (element.type === "bpmn:EndEvent") {
    return [choice("result", "办理结果", "results"), ...(definition(element, "Message") ? [TO] : [])];
  }
  if (element.type === "bpmn:IntermediateThrowEvent") return definition(element, "Message") ? [TO] : [];
  if (element.type === "bpmn:SequenceFlow") {
    if (!SPLITS.has(element.source?.type)) return [];
    const otherwise = { id: "flow-default", component: Otherwise };
    const isDefault = element.source.businessObject.default === element.businessObject;
    return isDefault ? [otherwise] : [{ id: "flow-condition", component: Condition }, otherwise];
  }
  return BY_TYPE[element.type] || [];
}

class Settings {
  constructor(propertiesPanel) {
    propertiesPanel.registerProvider(500, this);
  }

  getGroups(element) {
    const entries = entriesOf(element).map((entry) => ({ ...entry, element, isEdited: () => false }));
    const ours = { id: "flow", label: "审批设置", component: Group, shouldOpen: true, entries, translate };
    return (groups) => {
      const [general, ...rest] = groups.filter(({ id }) => KEPT.has(id)).map(trimmed(element));
      return [general, ...(entries.length ? [ours] : []), ...rest].filter(Boolean);
    };
  }
}
Settings.$inject = ["propertiesPanel"];

// The number of a process is its file's name, and whether it runs is said by publishing.
function trimmed(element) {
  const fixed = (id) => FIXED.has(id) || (id === "id" && element.type === "bpmn:Process");
  return (group) => ({ ...group, translate, entries: group.entries?.filter(({ id }) => !fixed(id)) });
}

export default { __init__: ["settings"], settings: ["type", Settings] };
