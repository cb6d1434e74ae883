// What all groups of the panel are made of: one attribute of ours on one element, shown as a choice, a box or a row.
import { CheckboxEntry, SelectEntry } from "@bpmn-io/properties-panel";
import { jsx, jsxs } from "@bpmn-io/properties-panel/preact/jsx-runtime";
import { useService } from "bpmn-js-properties-panel";

// Of a pool, what is set belongs to its process.
export function bearer(element) {
  const thing = element.businessObject;
  return element.type === "bpmn:Participant" ? thing.processRef : thing;
}

export const said = (element, name) => bearer(element)?.get(`flow:${name}`) || "";

export function useAttribute(element, name) {
  const modeling = useService("modeling");
  const write = (value) => modeling.updateModdleProperties(element, bearer(element), { [`flow:${name}`]: value || undefined });
  return [said(element, name), write];
}

export function useOffered() {
  return useService("offered");
}

// An attribute that takes one of a list; a value that the list does not know stays, and is shown as unknown.
export function Choice({ element, id, name, label, list, none = "未选" }) {
  const [value, write] = useAttribute(element, name);
  const known = useOffered()[list];
  const options = known.map(([key, title]) => ({ value: key, label: title === key ? key : `${title}（${key}）` }));
  if (value && !known.some(([key]) => key === value)) options.push({ value, label: `${value}（没有这一项）` });
  return jsx(SelectEntry, {
    element, id, label, getValue: () => value, setValue: write, getOptions: () => [{ value: "", label: none }, ...options],
  });
}

export function Tick({ element, id, name, label, word }) {
  const [value, write] = useAttribute(element, name);
  return jsx(CheckboxEntry, { element, id, label, getValue: () => value === word, setValue: (on) => write(on ? word : "") });
}

// ---- plain boxes for what the panel has no entry of its own for

export function select(label, value, options, change) {
  return jsx("select", {
    class: "bio-properties-panel-input", "aria-label": label, value, onChange: (event) => change(event.target.value),
    children: options.map(([key, title]) => jsx("option", { value: key, selected: key === value, children: title }, key)),
  });
}

export function box(label, value, change, more = {}) {
  return jsx("input", {
    class: "bio-properties-panel-input", "aria-label": label, type: "text", autocomplete: "off", ...more, value,
    onChange: (event) => change(event.target.value),
  });
}

export function button(label, act, title = label) {
  return jsx("button", { class: "studio-mini", type: "button", title, "aria-label": title, onClick: act, children: label });
}

export function line(...children) {
  return jsx("div", { class: "studio-line", children });
}

export function field(id, label, children, note = "") {
  return jsxs("div", {
    class: "bio-properties-panel-entry", "data-entry-id": id, role: "group", "aria-label": label,
    children: [
      jsx("span", { class: "bio-properties-panel-label", children: label }),
      ...[children].flat(),
      note ? jsx("div", { class: "bio-properties-panel-description", children: note }) : null,
    ],
  });
}
