// A condition as rows of field, comparison and value, and back; what rows cannot say comes back as nothing.

const NAME = /^[A-Za-z_]\w*$/;
const ROW = /^([A-Za-z_]\w*)\s*(!=|<=|>=|=|<|>)\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false)$/;
export const COMPARISONS = [["=", "等于"], ["!=", "不等于"], [">", "大于"], [">=", "大于或等于"], ["<", "小于"], ["<=", "小于或等于"]];

// The parts between one word, where it stands outside of quotes; nothing where there are brackets.
function parts(text, word) {
  const found = [""];
  for (const piece of text.match(/"(?:[^"\\]|\\.)*"|\s+|[^\s"]+/g) || []) {
    if (piece === word) found.push("");
    else if (/^[^"]*[()[\]{}]/.test(piece)) return null;
    else found[found.length - 1] += piece;
  }
  return found.map((part) => part.trim());
}

function value(literal) {
  if (literal.startsWith('"')) return JSON.parse(literal);
  return literal === "true" || literal === "false" ? literal === "true" : literal;
}

function row(text) {
  if (NAME.test(text)) return { field: text, compare: "=", value: true };
  const [, field, compare, literal] = ROW.exec(text) || [];
  return field ? { field, compare, value: value(literal), number: /^-?\d/.test(literal) } : null;
}

export function readRows(text) {
  if (!text.trim()) return { join: "and", rows: [] };
  for (const join of ["and", "or"]) {
    const rows = parts(text, join)?.map(row);
    if (rows?.every(Boolean)) return { join, rows };
  }
  return null;
}

function literal({ value: said, number }) {
  if (typeof said === "boolean") return String(said);
  return number ? String(said) : JSON.stringify(String(said));
}

export function writeRows({ join, rows }) {
  return rows.map((each) => `${each.field} ${each.compare} ${literal(each)}`).join(` ${join} `);
}
