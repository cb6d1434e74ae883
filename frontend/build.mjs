// Bundles the entries of this folder into app/static/dist, with a manifest and the notices of all that went in.
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.dirname(HERE);
const DIST = path.join(ROOT, "app", "static", "dist");
const NEXT = `${DIST}.next`;
const ENTRIES = [
  "app.js", "app.css", "viewer.js", "viewer.css", "patrol.js", "css/patrol.css", "patrol-worker.js",
  "designer.js", "designer.css", "differ.js", "differ.css", "tables.js", "tables.css",
];
const PLAIN_INSTEAD = Object.fromEntries(
  ["@bpmn-io/feel-editor", "@bpmn-io/feelers-editor", "@camunda/feel-builtins"].map((name) => [
    name, path.join(HERE, "tables", "cell.js"),
  ]),
); // the editors of their own expression language: a quarter of each bundle

async function bundles() {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES.map((name) => ({ in: `frontend/${name}`, out: path.parse(name).name })),
    entryNames: "[name]-[hash]",
    outdir: NEXT,
    bundle: true,
    minify: true,
    metafile: true,
    charset: "utf8",
    legalComments: "none", // the notices file below has them whole
    target: ["chrome87", "firefox91", "safari15"],
    alias: PLAIN_INSTEAD,
    loader: { ".svg": "dataurl", ".woff2": "dataurl" },
    logLevel: "warning",
  });
  return metafile;
}

async function manifest(metafile) {
  const names = {};
  for (const [file, made] of Object.entries(metafile.outputs)) {
    if (made.entryPoint) names[path.basename(made.entryPoint)] = path.basename(file);
  }
  for (const name of (await readdir(HERE)).filter((name) => /\.(svg|png|webmanifest)$/.test(name))) {
    const { name: stem, ext } = path.parse(name);
    const hash = createHash("sha256").update(await readFile(path.join(HERE, name))).digest("hex");
    names[name] = `${stem}-${hash.slice(0, 8)}${ext}`;
    await cp(path.join(HERE, name), path.join(NEXT, names[name]));
  }
  await writeFile(path.join(NEXT, "manifest.json"), `${JSON.stringify(names, null, 2)}\n`);
  return names;
}

function packagesIn(metafile) {
  const found = Object.keys(metafile.inputs).map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
  return [...new Set(found.filter(Boolean))].sort();
}

async function notice(name) {
  const folder = path.join(ROOT, "node_modules", name);
  const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry));
  if (!file && !about.license) throw new Error(`${name} comes without a licence`);
  const text = file ? await readFile(path.join(folder, file), "utf8") : `Licence: ${about.license}\n`;
  return `${name} ${about.version}\n${"=".repeat(72)}\n${text.trim()}\n`;
}

await rm(NEXT, { recursive: true, force: true });
await mkdir(NEXT, { recursive: true });
const metafile = await bundles();
const names = await manifest(metafile);
const notices = await Promise.all(packagesIn(metafile).map(notice));
await writeFile(path.join(NEXT, "licenses.txt"), notices.join("\n\n"));
await rm(DIST, { recursive: true, force: true });
await rename(NEXT, DIST);
console.log(Object.values(names).join("\n"));
