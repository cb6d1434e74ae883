// The service worker of /patrols: it keeps one frame and what the frame loads, of one build, and nothing of anybody.
/* global self, caches, clients */

const { version, frame, parts } = self.BUILD;
const NAME = `patrol-${version}`;
const PATIENCE = 6_000;
const DRAWN = /^\/patrols(\/[0-9a-f]{32})?\/?$/; // what the frame can draw by itself

async function fill() {
  const cache = await caches.open(NAME);
  for (const address of [frame, ...parts]) {
    const answer = await fetch(address, { credentials: "omit", cache: "reload", redirect: "error" });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    await cache.put(address, answer);
  }
}

async function clear() {
  const old = (await caches.keys()).filter((name) => name.startsWith("patrol-") && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** A page: from the server while it answers; else the frame, which draws what the device holds. */
async function page(request) {
  const kept = caches.open(NAME).then((cache) => cache.match(frame));
  const drawn = DRAWN.test(new URL(request.url).pathname);
  const late = new Promise((done) => drawn && setTimeout(done, PATIENCE));
  const asked = fetch(request).catch(() => null);
  const answer = await Promise.race([asked, late]);
  if (answer) return answer;
  return (await kept) || (await asked) || Response.error();
}

async function part(request) {
  const cache = await caches.open(NAME);
  return (await cache.match(request.url)) || fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(clear()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (parts.includes(address.pathname)) event.respondWith(part(request));
});
