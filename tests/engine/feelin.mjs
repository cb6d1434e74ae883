// Works out expressions with feelin, the browser's FEEL: JSON lines in, JSON lines out.
// The first line is the list of contexts; each other line is [text, context number, subject of a cell or nothing].
import { createInterface } from 'node:readline';
import { evaluate, parseDate, parseDateTime, unaryTest } from 'feelin';

const read = (value) => {
  if (Array.isArray(value)) return value.map(read);
  if (value && typeof value === 'object') {
    return 'date' in value ? parseDate(value.date) : parseDateTime(value.moment);
  }
  return value;
};

const written = (value) => {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(written);
  if (typeof value === 'number') return { number: String(value) };
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value.toString === 'function' && value.iso) {
    return { [value.constructor.name.replace('Feel', '').toLowerCase()]: value.iso };
  }
  return { other: value.constructor?.name ?? typeof value };
};

const answered = (text, context, unary) => {
  try {
    const { value, warnings } = (unary ? unaryTest : evaluate)(text, context);
    return { value: written(value), warned: (warnings ?? []).map((each) => each.type) };
  } catch (error) {
    return { error: `${error.name}: ${error.message}` };
  }
};

let contexts;
const out = [];
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const said = JSON.parse(line);
  if (contexts === undefined) {
    contexts = said.map((each) =>
      Object.fromEntries(Object.entries(each).map(([name, value]) => [name, read(value)])),
    );
    continue;
  }
  const [text, at, subject] = said;
  const context = subject ? { ...contexts[at], '?': contexts[at][subject] } : contexts[at];
  out.push(JSON.stringify(answered(text, context, Boolean(subject))));
}
process.stdout.write(out.join('\n') + '\n');
