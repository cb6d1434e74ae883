// When a line is taken, as rows of field, comparison and value; what rows cannot say stays as text.
import { useService } from "bpmn-js-properties-panel";
import { TextAreaEntry } from "@bpmn-io/properties-panel";
import { jsx } from "@bpmn-io/properties-panel/preact/jsx-runtime";
import { COMPARISONS, readRows, writeRows } from "./feel.js";
import { box, button, field, line, select, useOffered } from "./parts.js";
import { outcomesOf } from "./ways.js";

const HUMAN = new Set(["bpmn:UserTask", "bpmn:ManualTask"]);
const YES_NO = [["true", "是"], ["false", "否"]];

// What the steps before may have come to: back along the lines until somebody decides.
function outcomesBefore(flow, known) {
  const found = new Map();
  const seen = new Set();
  const front = [flow.source];
  while (front.length) {
    const at = front.pop();
    if (!at || seen.has(at)) continue;
    seen.add(at);
    if (HUMAN.has(at.type)) outcomesOf(at, known).forEach(({ key, label }) => found.set(key, label));
    else front.push(...(at.incoming || []).map((one) => one.source));
  }
  return [...found];
}

function variablesFor(element, offered) {
  return offered.variables.map((one) => (
    one.name === "outcome" ? { ...one, choices: outcomesBefore(element, offered.outcomes) } : one));
}

function typed(text, kind) {
  if (kind === "number" || (kind === "text" && /^-?\d+(\.\d+)?$/.test(text))) return { value: text || "0", number: true };
  return { value: text, number: false };
}

function showValue(row, variable, change) {
  if (variable?.choices.length) {
    const others = variable.choices.some(([key]) => key === row.value) ? [] : [[row.value, `${row.value}（没有这一项）`]];
    return select("值", row.value, [...variable.choices, ...others], (value) => change({ value, number: false }));
  }
  if (variable?.kind === "boolean" || typeof row.value === "boolean") {
    return select("值", String(row.value), YES_NO, (value) => change({ value: value === "true" }));
  }
  return box("值", String(row.value), (text) => change(typed(text, variable?.kind)), variable?.kind === "number" ? { inputMode: "decimal" } : {});
}

function first(variable) {
  if (variable.choices.length) return { value: variable.choices[0][0], number: false };
  return variable.kind === "boolean" ? { value: true } : typed("", variable.kind);
}

function showRow(row, variables, { change, drop }) {
  const names = variables.map(({ name, title }) => [name, title || name]);
  if (!names.some(([name]) => name === row.field)) names.push([row.field, `${row.field}（没有这个字段）`]);
  const variable = variables.find(({ name }) => name === row.field);
  const choose = (name) => change({ field: name, compare: "=", ...first(variables.find((one) => one.name === name)) });
  return [
    line(select("字段", row.field, names, choose), button("✕", drop, "去掉这一条")),
    line(select("比较", row.compare, COMPARISONS, (compare) => change({ ...row, compare })),
      showValue(row, variable, (said) => change({ ...row, ...said }))),
  ];
}

function useCondition(element) {
  const [modeling, factory] = [useService("modeling"), useService("bpmnFactory")];
  const text = element.businessObject.conditionExpression?.body || "";
  return [text, (body) => modeling.updateProperties(element, {
    conditionExpression: body ? factory.create("bpmn:FormalExpression", { body }) : undefined,
  })];
}

export function Condition({ element, id }) {
  const [text, write] = useCondition(element);
  const offered = useOffered();
  const read = readRows(text);
  if (!read) return jsx(AsText, { element, id });
  const variables = variablesFor(element, offered);
  const put = (rows, join = read.join) => write(writeRows({ rows, join }));
  const shown = read.rows.flatMap((row, at) => showRow(row, variables, {
    change: (changed) => put(read.rows.map((one, index) => (index === at ? changed : one))),
    drop: () => put(read.rows.filter((_, index) => index !== at)),
  }));
  const add = () => put([...read.rows, { field: variables[0].name, compare: "=", ...first(variables[0]) }]);
  const joined = read.rows.length > 1
    ? select("各条之间", read.join, [["and", "各条都成立"], ["or", "有一条成立"]], (join) => put(read.rows, join)) : null;
  return field(id, "走这条线的条件", [joined, ...shown, button("＋ 加一条", add)], text ? "" : "没有条件：总是走这条线");
}

// Brackets, lists and functions: the words as they stand, to be changed by who knows them.
function AsText({ element, id }) {
  const [text, write] = useCondition(element);
  const debounce = useService("debounceInput");
  return jsx(TextAreaEntry, {
    element, id, debounce, label: "走这条线的条件（表达式）", getValue: () => text, setValue: (body) => write((body || "").trim()),
    description: "这个条件不能分行显示，请按表达式修改；清空后可以重新按行填写。", rows: 3,
  });
}

export function Otherwise({ element, id }) {
  const modeling = useService("modeling");
  const flow = element.businessObject;
  const on = element.source.businessObject.default === flow;
  const label = on ? "改为按条件走这条线" : "其余情况都走这条线";
  const act = () => {
    if (!on && flow.conditionExpression) modeling.updateProperties(element, { conditionExpression: undefined });
    modeling.updateProperties(element.source, { default: on ? undefined : flow });
  };
  return field(id, "其余情况", button(label, act), on ? "别的线都不成立时走这条线" : "");
}
