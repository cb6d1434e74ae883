// One group of questions: 合格 or 不合格 as words, and the hazard's card where something failed.
import { h, icon } from "./dom.js";
import { RESULTS, grade, lowered } from "./sheet.js";
import { tiles } from "./tiles.js";

const GRADES = { general: "一般隐患", major: "重大隐患" };

function choice(view, item, result) {
  const id = `${item.code}-${result}`;
  const given = view.row.mine.answers[item.code];
  return [
    h("input.visually-hidden", {
      id, type: "radio", name: `answer-${item.code}`, value: result, checked: given === result, disabled: !view.open,
      onchange: () => view.answer(item, result),
    }),
    h(`label.${result}`, { for: id }, RESULTS[result]),
  ];
}

function question(view, item) {
  const wrong = view.row.refused?.fields[`answers.${item.code}`];
  return h("fieldset.check", { id: `item-${item.code}`, tabindex: "-1", "data-code": item.code },
    h("legend", {}, item.text, item.grade === "major" && h("small.grade", {}, "不合格即重大隐患")),
    h("div.yn", {}, Object.keys(RESULTS).map((result) => choice(view, item, result))),
    wrong && h("p.msg", {}, wrong),
  );
}

/** A labelled field of a hazard; typed text is kept at every stroke. */
function field(view, hazard, name, words, type = "") {
  const id = `${name}-${hazard.client_id}`;
  const wrong = view.row.refused?.fields[`hazards.${hazard.client_id}.${name}`];
  const typed = h(`${type ? "input" : "textarea"}.form-control`, {
    id, type: type || null, rows: type ? null : 2, value: hazard[name] ?? "", disabled: !view.open,
    oninput: (event) => view.write((mine) => {
      const found = mine.hazards.find((one) => one.client_id === hazard.client_id);
      if (found) found[name] = event.target.value;
    }),
  });
  return h("div.field", {}, h("label", { for: id }, words), typed, wrong && h("p.msg", {}, wrong));
}

function grading(view, hazard) {
  const choose = (value) => view.change((mine) => {
    const found = mine.hazards.find((one) => one.client_id === hazard.client_id);
    if (found) found.grade = value;
  });
  return h("fieldset.field", {}, h("legend", {}, "等级"), h("div.yn", {},
    Object.entries(GRADES).map(([key, words]) => {
      const id = `grade-${key}-${hazard.client_id}`;
      const name = `grade-${hazard.client_id}`;
      const checked = hazard.grade === key;
      return [
        h("input.visually-hidden", { id, name, type: "radio", value: key, checked, disabled: !view.open, onchange: () => choose(key) }),
        h(`label.${key}`, { for: id }, words),
      ];
    })));
}

export function card(view, hazard) {
  const major = hazard.grade === "major";
  const heading = major ? "重大隐患，应立即停工" : "一般隐患，限期整改";
  const wrong = ["", ".photos"].map((part) => view.row.refused?.fields[`hazards.${hazard.client_id}${part}`]).find(Boolean);
  return h(`section.hazard${major ? ".major" : ""}`, { id: `hazard-${hazard.client_id}`, tabindex: "-1", "aria-label": heading },
    h("p.hazard-head", {}, icon(major ? "stop" : "warn"), h("b", {}, heading),
      !hazard.item_code && view.open && h("button.btn-text.end", { type: "button", onclick: () => view.dropHazard(hazard) }, "撤掉这处")),
    wrong && h("p.msg", {}, wrong),
    field(view, hazard, "text", "现场情况"),
    field(view, hazard, "measure", "整改要求"),
    field(view, hazard, "deadline", "整改期限", "date"),
    grading(view, hazard),
    lowered(view.row, hazard) && field(view, hazard, "downgrade_reason", "改为一般隐患的理由（负责人要确认）"),
    tiles(view, hazard.client_id),
  );
}

export function group(view, group) {
  const hazards = (item) => view.row.mine.hazards.filter((one) => one.item_code === item.code);
  return group.items.map((item) => [question(view, item), ...hazards(item).map((hazard) => card(view, hazard))]);
}

/** The words that a failed item's hazard begins with, to be made exact. */
export const begun = (item) => `不符合“${item.text}”`;

/** The last day that is allowed for mending, as the date field writes it. */
function lastDay(days) {
  if (!days) return "";
  const day = new Date(Date.now() + days * 86_400_000);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** A hazard as it begins, in the words of the list. */
export function hazard(row, item, id) {
  const given = item ? grade(row, { item_code: item.code }) : "general";
  return {
    client_id: id, item_code: item?.code || "", text: item ? begun(item) : "", rule: item?.rule || "",
    measure: item?.measure || "", grade: given, downgrade_reason: "", deadline: lastDay(row.base.days?.[given]),
  };
}
