/**
 * Keeps the book for reading without a network: all of its files at the first visit, anew when the book was built anew. What
 * is asked for is answered from there, and only from there; whatever is not part of the book goes to the network.
 * `npm run build` puts the list of files and their common hash in place of the two words in capitals.
 */
const VERSION = "BOOK_VERSION";
/** @type {readonly string[]} */
const FILES = JSON.parse("BOOK_FILES");
const CACHE = `you-in-cpu ${VERSION}`;
const scope = /** @type {any} */ (self);

scope.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(keep().then(() => scope.skipWaiting()));
});

scope.addEventListener("activate", (/** @type {any} */ event) => {
  event.waitUntil(forgetOthers().then(() => scope.clients.claim()));
});

scope.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method === "GET" && request.url.startsWith(scope.registration.scope))
    event.respondWith(answer(request));
});

/** One file after the other is missing rather than all, when a single one cannot be had. */
async function keep() {
  const cache = await caches.open(CACHE);
  await Promise.all(FILES.map((file) => cache.add(new Request(file, { cache: "no-cache" })).catch(() => {})));
}

async function forgetOthers() {
  for (const name of await caches.keys()) {
    if (name.startsWith("you-in-cpu ") && name !== CACHE) await caches.delete(name);
  }
}

/** @param {Request} request */
async function answer(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true });
  return kept ?? fetch(request);
}
