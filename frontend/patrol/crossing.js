// Two versions of one sheet, side by side, field by field. Nothing is taken over that nobody chose.
import { h, moment } from "./dom.js";
import { RESULTS, partings, title, written } from "./sheet.js";

const GRADES = { general: "一般隐患", major: "重大隐患" };
const BY = { mine: "只有我改了", theirs: "只有对方改了", both: "双方都改了" };

function said(name, value) {
  if (value === null || value === "" || (Array.isArray(value) && !value.length)) return "没有";
  const kind = name.split(".")[0];
  if (kind === "answers") return RESULTS[value] || value;
  if (kind === "hazards") return [GRADES[value.grade], value.text, value.measure, value.deadline, value.downgrade_reason].filter(Boolean).join("；");
  if (kind === "inspectors") return value.map((one) => [one.name, one.number].filter(Boolean).join(" ")).join("、");
  if (kind === "place_seen") return `${value.lng}，${value.lat}`;
  if (kind === "signing") return value.refused ? `拒签，见证人${value.witness || "没写"}` : value.signed_name || "没有";
  return String(value);
}

function parting(row, one, choices, choose) {
  const side = (key, words) => {
    const id = `${key}-${one.name}`;
    return [
      h("input.visually-hidden", { id, type: "radio", name: `take-${one.name}`, value: key, checked: choices[one.name] === key, onchange: () => choose(one.name, key) }),
      h("label", { for: id }, h("b", {}, words), h("span", {}, said(one.name, one[key]))),
    ];
  };
  return h("fieldset.crossing", { "data-field": one.name },
    h("legend", {}, title(row, one.name), h("small.quiet", {}, BY[one.by])),
    h("div.sides", {}, side("mine", "我的"), side("theirs", "对方的")));
}

/** The choice, drawn. `choices` is kept by the view; `take()` is pressed when each field has one. */
export function crossing(row, { choices, choose, take, open }) {
  const all = partings(row.base, row.mine, written(row.theirs));
  for (const one of all) if (one.by !== "both") choices[one.name] ??= one.by;
  const left = all.filter((one) => !choices[one.name]).length;
  const { saved_by: by, state } = row.theirs;
  if (state !== "open") return over(row, open);
  return h("section.part.two-versions", { "aria-label": "两个版本" },
    h("h2", {}, "两个版本，请逐项选择"),
    h("p", {}, `${by?.name || "另一台设备"}${by?.at ? `在 ${moment(by.at)} ` : ""}也保存了这次巡查。没有选定之前，两边都不会被覆盖。`),
    all.map((one) => parting(row, one, choices, choose)),
    h("button.btn.btn-primary.big", { type: "button", id: "take", disabled: left > 0, onclick: take },
      left ? `还有 ${left} 项没有选` : "按所选的保存"));
}

function over(row, giveUp) {
  return h("section.part", {}, h("h2", {}, "这次巡查已经办结"),
    h("p", {}, `${row.theirs.saved_by?.name || "别人"}已经提交了结论，手机里还没有上传的内容不能再并入。请先截图或抄录需要的内容。`),
    h("p", {}, h("a", { href: row.base.url }, "查看办结的巡查")),
    h("button.btn.btn-return", { type: "button", id: "give-up", onclick: giveUp }, "删除手机里没上传的内容"));
}
