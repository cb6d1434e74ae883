// Which buttons a step has, by when, and how several of it decide.
import { useService } from "bpmn-js-properties-panel";
import { box, button, field, line, said, select, useAttribute, useOffered } from "./parts.js";

const LONGEST = 20;
const OTHER = "+";

export function readOutcomes(text, known) {
  const called = Object.fromEntries(known);
  return text.split(/\s+/).filter(Boolean).map((part) => {
    const [key, ...label] = part.split(":");
    return { key, label: label.join(":") || called[key] || "" };
  });
}

const writeOutcomes = (ways) => ways.map(({ key, label }) => (label ? `${key}:${label}` : key)).join(" ");

function fresh(ways) {
  let number = 1;
  while (ways.some(({ key }) => key === `way_${number}`)) number += 1;
  return { key: `way_${number}`, label: "新结果" };
}

export function Outcomes({ element, id }) {
  const [text, write] = useAttribute(element, "outcomes");
  const { outcomes: known } = useOffered();
  const ways = readOutcomes(text, known);
  const put = (changed) => write(writeOutcomes(changed));
  const rows = ways.map((way, at) => line(
    box(`办理结果 ${way.key} 的按钮文字`, way.label, (label) => put(ways.map((one, index) => (
      index === at ? { ...one, label: label.replace(/[\s:]/g, "") } : one))), { maxLength: LONGEST, title: `编号 ${way.key}` }),
    at ? button("↑", () => put(swapped(ways, at)), `上移${way.label}`) : null,
    button("✕", () => put(ways.filter((_, index) => index !== at)), `去掉${way.label}`),
  ));
  const left = known.filter(([key]) => !ways.some((way) => way.key === key));
  const add = (key) => {
    if (key === OTHER) put([...ways, fresh(ways)]);
    else if (key) put([...ways, { key, label: Object.fromEntries(known)[key] }]);
  };
  return field(id, "办理结果（按钮）", [...rows, select("加办理结果", "", [["", "加一个……"], ...left, [OTHER, "其他"]], add)]);
}

function swapped(ways, at) {
  const moved = [...ways];
  [moved[at - 1], moved[at]] = [moved[at], moved[at - 1]];
  return moved;
}

const UNITS = [["wd", "个工作日"], ["h", "小时"]];

export function Limit({ element, id, label }) {
  const [text, write] = useAttribute(element, "sla");
  const [, amount = "", unit = "wd"] = /^(\d+)(wd|h)$/.exec(text) || [];
  const put = (number, of) => write(number > 0 ? `${Math.min(number, 999)}${of}` : "");
  return field(id, label, line(
    box(label, amount, (typed) => put(Number.parseInt(typed, 10) || 0, unit), { type: "number", min: 1, max: 999, placeholder: "不限" }),
    select("时限单位", unit, UNITS, (of) => put(Number(amount) || 1, of)),
  ), text && !amount ? `现在写的是“${text}”，请重新填写` : "");
}

const MODES = [["", "由一人办理"], ["any", "任一方办理即可"], ["all", "各方都要签署"], ["vote", "按票数"], ["order", "依次签署"]];

export function Signing({ element, id }) {
  const [text, write] = useAttribute(element, "sign");
  const [mode, share = "60"] = (text === "one" ? "" : text).split(":");
  const vote = mode === "vote" && line(
    "同意比例达到", box("同意比例", share, (typed) => write(`vote:${Math.min(Math.max(Number.parseInt(typed, 10) || 60, 1), 100)}`),
      { type: "number", min: 1, max: 100 }), "%",
  );
  return field(id, "会签方式", [
    select("会签方式", mode, MODES, (one) => write(one === "vote" ? "vote:60" : one)), vote || null,
  ]);
}

const DAYS = /^workdays\(\s*(\d+)\s*\)$/;
const KINDS = [["timeDate", "到时间"], ["timeDuration", "经过时长"], ["timeCycle", "循环"]];

// How many working days; what else a timer may say stays as text.
export function Timer({ element, id, definition }) {
  const [modeling, factory] = [useService("modeling"), useService("bpmnFactory")];
  const [kind = "timeDate"] = KINDS.map(([key]) => key).filter((key) => definition.get(key));
  const text = definition.get(kind)?.body || "";
  const days = DAYS.exec(text)?.[1];
  const write = (body, as = kind) => modeling.updateModdleProperties(element, definition, {
    timeDate: undefined, timeDuration: undefined, timeCycle: undefined,
    ...(body ? { [as]: factory.create("bpmn:FormalExpression", { body }) } : {}),
  });
  const whole = (typed) => write(Number.parseInt(typed, 10) > 0 ? `workdays(${Number.parseInt(typed, 10)})` : "", "timeDate");
  return field(id, "到点后走这里", [
    line(box("几个工作日后", days || "", whole, { type: "number", min: 1, max: 999 }), "个工作日后"),
    days ? null : box("定时表达式", text, (typed) => write(typed.trim())),
  ], days || !text ? "" : `按表达式计时（${Object.fromEntries(KINDS)[kind]}），写法见流程设计指南`);
}

export const outcomesOf = (element, known) => readOutcomes(said(element, "outcomes") || "submit", known);
