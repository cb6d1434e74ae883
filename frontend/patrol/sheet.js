// A sheet as three versions of the same fields: what the server said last, what stands here, what the server says now.

export const RESULTS = { ok: "合格", bad: "不合格", none: "不涉及" };
const HAZARD = ["client_id", "item_code", "text", "rule", "measure", "grade", "downgrade_reason", "deadline"];
const WHOLE = ["remark", "inspectors", "place_seen"];
export const RISKS = { high: ["h", "高风险"], medium: ["m", "中风险"], low: ["l", "低风险"] };
const NAMES = { remark: "说明", inspectors: "巡查人员", place_seen: "位置", signing: "签字" };
const SIGNING = ["signed_name", "refused", "witness"];

const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
const ordered = (value) => {
  if (Array.isArray(value)) return value.map(ordered);
  if (!value || typeof value !== "object") return value ?? null;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, ordered(value[key])]));
};
const blank = (value) => value === null || value === "" || value === false || (Array.isArray(value) && !value.length);
const same = (one, other) => {
  const [a, b] = [ordered(one), ordered(other)];
  return (blank(a) && blank(b)) || JSON.stringify(a) === JSON.stringify(b);
};

/** The part of a sheet that its inspector writes. */
export function written(sheet) {
  return {
    ...pick(sheet, ["started_at", ...WHOLE]),
    ...pick(sheet, SIGNING),
    answers: structured(sheet.answers || {}),
    hazards: structured(sheet.hazards || []).map((hazard) => pick(hazard, HAZARD)),
  };
}

function structured(value) {
  return JSON.parse(JSON.stringify(value));
}

/** The sheet's fields by name: what can be changed, compared and chosen apart from the rest. */
function fields(mine) {
  const found = new Map();
  for (const [code, answer] of Object.entries(mine.answers)) found.set(`answers.${code}`, answer);
  for (const hazard of mine.hazards) found.set(`hazards.${hazard.client_id}`, hazard);
  for (const name of WHOLE) found.set(name, mine[name]);
  const signing = pick(mine, SIGNING);
  found.set("signing", SIGNING.every((name) => blank(signing[name])) ? null : signing);
  return found;
}

/** The names of the fields that differ between two versions. */
export function changed(one, other) {
  const [a, b] = [fields(one), fields(other)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((name) => !same(a.get(name), b.get(name)));
}

/** Where mine and theirs part, and who of the two moved away from what both once had. */
export function partings(base, mine, theirs) {
  const [before, here, there] = [base, mine, theirs].map(fields);
  const names = changed(mine, theirs);
  const found = (name) => here.get(name) || there.get(name);
  // a failed item's hazard goes with its answer, wherever that is to be chosen
  const apart = names.filter((name) => !(name.startsWith("hazards.") && names.includes(`answers.${found(name).item_code}`)));
  return apart.map((name) => {
    const [moved, they] = [!same(here.get(name), before.get(name)), !same(there.get(name), before.get(name))];
    const by = moved && they ? "both" : moved ? "mine" : "theirs";
    return { name, by, mine: here.get(name) ?? null, theirs: there.get(name) ?? null };
  });
}

function put(into, name, value) {
  const [kind, key] = name.split(/\.(.*)/s);
  if (kind === "answers") {
    if (value) into.answers[key] = value;
    else delete into.answers[key];
  } else if (kind === "hazards") {
    const rest = into.hazards.filter((hazard) => hazard.client_id !== key);
    into.hazards = value ? [...rest, value] : rest;
  } else if (kind === "signing") Object.assign(into, value || { signed_name: "", refused: false, witness: "" });
  else into[kind] = value;
}

/** Mine, with theirs for every field that was chosen so. */
export function chosen(mine, theirs, choices) {
  const [result, there] = [structured(mine), fields(theirs)];
  for (const [name, side] of Object.entries(choices)) {
    if (side !== "theirs") continue;
    put(result, name, there.get(name) ?? null);
    const code = name.startsWith("answers.") ? name.slice("answers.".length) : null;
    if (code === null) continue;
    const of = (hazard) => hazard.item_code === code;
    result.hazards = [...result.hazards.filter((one) => !of(one)), ...structured(theirs.hazards.filter(of))];
  }
  return result;
}

export const items = (sheet) => sheet.groups.flatMap((group) => group.items);

/** How many questions there are, and how many are answered. */
export function progress(row) {
  const all = items(row.base);
  return { all: all.length, answered: all.filter((item) => row.mine.answers[item.code]).length };
}

/** What is still missing before this can be concluded: where, and in which words. */
export function missing(row, photos) {
  const found = [];
  for (const [at, group] of row.base.groups.entries()) {
    for (const item of group.items) {
      if (!row.mine.answers[item.code]) found.push({ at, id: `item-${item.code}`, words: `未查：${item.text}` });
    }
  }
  for (const hazard of row.mine.hazards) {
    const at = row.base.groups.findIndex((group) => group.items.some((item) => item.code === hazard.item_code));
    const id = `hazard-${hazard.client_id}`;
    const where = { at: at < 0 ? row.base.groups.length : at, id };
    if (!(hazard.text || "").trim()) found.push({ ...where, words: "有一处隐患没有写明情况" });
    if (!pictures(row, photos, hazard.client_id).length) found.push({ ...where, words: `隐患没有照片：${hazard.text}` });
    if (lowered(row, hazard) && !(hazard.downgrade_reason || "").trim()) {
      found.push({ ...where, words: `重大隐患改为一般，没有写理由：${hazard.text}` });
    }
  }
  return [...found, ...unsigned(row, photos)];
}

function unsigned(row, photos) {
  const at = row.base.groups.length;
  const { mine } = row;
  if (mine.refused) return mine.witness?.trim() ? [] : [{ at, id: "witness", words: "现场拒签，没有写见证人" }];
  if (!mine.signed_name?.trim()) return [{ at, id: "signed_name", words: "没有现场签字人姓名" }];
  const drawn = pictures(row, photos, "signature").length || row.base.signature_id;
  return drawn || row.typed ? [] : [{ at, id: "pad", words: "没有现场签名" }];
}

export function grade(row, hazard) {
  return items(row.base).find((item) => item.code === hazard.item_code)?.grade || "general";
}

export const lowered = (row, hazard) => grade(row, hazard) === "major" && hazard.grade !== "major";

/** Photos of one hazard, of the site, or the signature: those of the device first, then what only the server has. */
export function pictures(row, photos, hazard) {
  const here = photos.filter((photo) => photo.hazard === hazard && photo.state !== "removed");
  const known = new Set(photos.flatMap((photo) => [photo.id, photo.sha256]));
  const there = (row.base.photos || []).filter((one) => one.hazard === hazard);
  return [...here, ...there.filter((one) => !known.has(one.client_id) && !known.has(one.sha256))];
}

export const unsent = (photo) => photo.state !== "sent";

/** How many answers and photos are only on this device, over all of its patrols. */
export function counted(rows, photos) {
  let records = 0;
  for (const row of rows) {
    if (row.edited > row.sent || row.parcel) records += Math.max(1, changed(row.mine, written(row.base)).length);
    if (row.conclude) records += 1;
  }
  const never = (photo) => photo.state === "removed" && !photo.server;
  const pictures = photos.filter((photo) => unsent(photo) && !never(photo)).length;
  return { records, photos: pictures, waiting: records + pictures };
}

/** Whether this person may work on it: nobody is there yet, or they are there themselves. */
export const free = (sheet) => sheet.state === "open" && (sheet.mine !== false || !sheet.started_by);

export const touched = (row) => row.edited > row.sent || Boolean(row.parcel || row.conclude || row.theirs);

/** A sheet as it comes from the server for the first time. */
export function received(sheet) {
  return {
    id: sheet.id, base: sheet, mine: written(sheet),
    edited: 0, sent: 0, parcel: null, theirs: null, refused: null, conclude: null,
  };
}

/** Take a newer sheet of the server, unless something here has not been sent: then sending will find out. */
export function refreshed(row, sheet) {
  if (row.edited > row.sent || row.parcel || row.theirs) return false;
  if (JSON.stringify(row.base) === JSON.stringify(sheet)) return false;
  row.base = sheet;
  row.mine = written(sheet);
  return true;
}

/** What came along from elsewhere with an answer of the server: filled in there, untouched here. */
export function merged(before, sent, sheet) {
  const known = new Set(changed(before, sent));
  return changed(sent, written(sheet)).filter((name) => !known.has(name));
}

/** A field as people know it. */
export function title(row, name) {
  const [kind, key] = name.split(/\.(.*)/s);
  if (kind === "answers") return items(row.base).find((item) => item.code === key)?.text || "检查项";
  return kind === "hazards" ? "隐患" : NAMES[kind] || kind;
}
