// Reads conditions as the studio's panel does, and writes them again: a JSON list of texts in, one of texts or null out.
import { readRows, writeRows } from "../../frontend/designer/feel.js";

let sent = "";
for await (const piece of process.stdin) sent += piece;
const again = (text) => {
  const rows = readRows(text);
  return rows && writeRows(rows);
};
process.stdout.write(JSON.stringify(JSON.parse(sent).map(again)));
