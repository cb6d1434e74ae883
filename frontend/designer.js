// The flow studio: opens the canvas where a page has [data-studio]; without this script the page works by files.
import "./polyfills.js";
import { openStudio } from "./designer/studio.js";

const host = document.querySelector("[data-studio]");
if (host) {
  openStudio(host).catch((fault) => {
    console.warn("studio:", fault);
    host.querySelector("[data-studio-why]").hidden = true;
    host.querySelector("[data-studio-fault]").hidden = false;
  });
}
