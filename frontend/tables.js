// Decision tables of a draft: opens the editor where a page has [data-table]; without this script cells are plain boxes.
import "./polyfills.js";
import { openTable } from "./tables/studio.js";

const host = document.querySelector("[data-table]");
if (host) openTable(host).catch((fault) => console.warn("table:", fault));
