// Keeps one page and its style sheet for when there is no network. Nothing else is ever stored:
// no page of a person, no answer of a form. docs/decisions/0038-found-and-shared.md tells how to end it.
const CACHE = "offline-{{ version }}";
const PAGE = "{{ offline }}";
const FILES = [PAGE, "{{ style }}"];

self.addEventListener("install", (event) => {
  // Without cookies, so that the page kept is the one that everybody gets.
  const requests = FILES.map((file) => new Request(file, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  } else if (new URL(request.url).pathname === FILES[1]) {
    event.respondWith(fetch(request).catch(() => caches.match(FILES[1])));
  }
});
