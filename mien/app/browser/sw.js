// Keeps the page for the next visit. FILES, every file of the page with its version, is written above this line when the
// page is served or exported: a change to any of them makes this another file, and only what changed is fetched again.
const PAGE = "mien-page"; // by path and version
const MODELS = "mien-models"; // by address, with the version in it
const LATE = 3000; // milliseconds: then what was kept will do for mien.json

const here = new URL("./", self.location);
const keyOf = (path) => new URL(`${path}?kept=${FILES[path]}`, here).href;
const news = new URL("mien.json", here);
// The rest comes when it is needed: the runtime with the first model, an icon when the page is installed.
const small = Object.keys(FILES).filter((path) => !path.startsWith("vendor/") && !path.endsWith(".png"));

self.addEventListener("install", (event) => event.waitUntil(Promise.all([...small.map(kept), newest(new Request(news)).catch(full)])));

self.addEventListener("activate", (event) => event.waitUntil(Promise.all([tidy(), self.clients.claim()])));

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || !address.href.startsWith(here.href)) return;
  const path = address.pathname.slice(here.pathname.length) || "index.html";
  if (Object.hasOwn(FILES, path)) event.respondWith(kept(path));
  else if (path === "mien.json") event.respondWith(newest(event.request));
  else if (path.startsWith("models/")) event.respondWith(model(event.request, address));
});

/** A file of the page, from what is kept. */
async function kept(path) {
  const cache = await caches.open(PAGE);
  const found = await cache.match(keyOf(path));
  if (found) return found;
  const answer = await fetch(new URL(path, here), { cache: "no-cache" });
  if (answer.ok) await cache.put(keyOf(path), answer.clone()).catch(full);
  return answer;
}

/** What the page may do: from the network where there is one, else as it was. */
async function newest(request) {
  const cache = await caches.open(MODELS);
  const fetched = fetch(request).then(async (answer) => {
    if (answer.ok) await cache.put(news, answer.clone()).catch(full);
    return answer;
  });
  const late = new Promise((resolve) => setTimeout(resolve, LATE)).then(() => cache.match(news));
  const first = await Promise.race([fetched.catch(() => null), late]);
  return first?.ok ? first : (await cache.match(news)) ?? first ?? fetched;
}

/** A model: its address names its version. An older one of the same name goes. */
async function model(request, address) {
  const cache = await caches.open(MODELS);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) {
    await cache.delete(request, { ignoreSearch: true });
    await cache.put(address.href, answer.clone()).catch(full);
  }
  return answer;
}

async function tidy() {
  const cache = await caches.open(PAGE);
  const wanted = new Set(Object.keys(FILES).map(keyOf));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
}

/** No room to keep it: the page goes on, and will fetch it again next time. */
function full() {}
