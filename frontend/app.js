// What every page loads; each page works without it.
import "./polyfills.js";
import "htmx.org";
