// Who signs a step, party by party: which desks, of which level, of which trade.
import { useService } from "bpmn-js-properties-panel";
import { bearer, button, field, line, said, select, useOffered } from "./parts.js";

const APPLICANT = "applicant";

// The innermost lane that names the element's node and says who handles what stands in it.
export function laneOf(element, drawn) {
  const node = element.businessObject;
  const around = drawn.filter((one) => one.type === "bpmn:Lane" && one.businessObject.flowNodeRef?.includes(node));
  return around.reverse().find((lane) => said(lane, "role"));
}

export function readParties(role, scope) {
  const pools = role.split(";").map((part) => part.trim().split(/\s+/).filter(Boolean)).filter((roles) => roles.length);
  const scopes = scope.replaceAll(";", " ").split(/\s+/).filter(Boolean);
  const next = scopes.length === 1 ? () => scopes[0] : () => scopes.shift() || "";
  return pools.map((roles) => ({ roles, scope: roles.includes(APPLICANT) ? "" : next() }));
}

export function writeParties(parties) {
  const kept = parties.filter((party) => party.roles.length);
  const scopes = kept.filter((party) => !party.roles.includes(APPLICANT)).map((party) => party.scope);
  return {
    "flow:role": kept.map((party) => party.roles.join(" ")).join("; ") || undefined,
    "flow:scope": (new Set(scopes).size === 1 ? scopes[0] : scopes.join(" ")) || undefined,
  };
}

const levelOf = (role) => /^(city|district)_/.exec(role)?.[1] || "community";

function withRole(party, role) {
  if (role === APPLICANT) return { roles: [role], scope: "" };
  const others = party.roles.filter((one) => one !== APPLICANT && one !== role);
  return { roles: [...others, role], scope: party.scope || levelOf(role) };
}

function showParty(offered, party, { number, alone, change, drop }) {
  const called = Object.fromEntries(offered.roles);
  const [level, trade = ""] = party.scope.split(":");
  const place = (one, other) => change({ ...party, scope: other ? `${one}:${other}` : one });
  const chips = party.roles.map((role) => line(
    called[role] || `${role}（没有这个岗位）`,
    button("✕", () => change({ ...party, roles: party.roles.filter((one) => one !== role) }), `去掉${called[role] || role}`),
  ));
  const left = offered.roles.filter(([key]) => !party.roles.includes(key));
  const where = party.roles.includes(APPLICANT) ? null : line(
    select("哪一级", level, offered.scopes, (one) => place(one, trade)),
    select("哪个行业", trade, [["", "不分行业"], ...offered.industries], (one) => place(level, one)),
  );
  const more = select("或者由谁办", "", [["", "或者由……办"], ...left], (role) => role && change(withRole(party, role)));
  const title = alone ? null : line(`第 ${number} 方`, button("✕", drop, `去掉第 ${number} 方`));
  return [title, ...chips, where, more];
}

function inWords(lane, offered) {
  const called = Object.fromEntries(offered.roles);
  const parties = readParties(said(lane, "role"), said(lane, "scope"));
  return parties.map((party) => party.roles.map((role) => called[role] || role).join("或")).join("；");
}

export function Parties({ element, id }) {
  const [modeling, drawn, offered] = [useService("modeling"), useService("elementRegistry"), useOffered()];
  const lane = element.type === "bpmn:Lane" ? undefined : laneOf(element, drawn);
  const parties = readParties(said(element, "role"), said(element, "scope"));
  const write = (changed) => modeling.updateModdleProperties(element, bearer(element), writeParties(changed));
  const shown = parties.flatMap((party, at) => showParty(offered, party, {
    number: at + 1,
    alone: parties.length === 1,
    change: (changed) => write(parties.map((one, index) => (index === at ? changed : one))),
    drop: () => write(parties.filter((_, index) => index !== at)),
  }));
  const first = parties.length ? "再加一方会签……" : "选择办理人……";
  const add = select("加办理人", "", [["", first], ...offered.roles],
    (role) => role && write([...parties, withRole({ roles: [], scope: "" }, role)]));
  const note = lane && !parties.length ? `沿用泳道“${lane.businessObject.name || lane.id}”：${inWords(lane, offered)}` : "";
  const back = lane && parties.length ? button("沿用泳道的办理人", () => write([])) : null;
  return field(id, "办理人", [...shown, add, back], note);
}
