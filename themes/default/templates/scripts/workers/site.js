// The worker of the site: pages come from the network, and from what was kept where the network does not answer.
const VERSION = "{{ view }}"; // of the site theme: another look has caches of its own
const SCOPE = new URL(registration.scope).pathname;
const OURS = `almanac ${SCOPE} `;
const KEPT = `${OURS}kept ${VERSION}`; // the offline page, and the coming weeks
const SEEN = `${OURS}seen ${VERSION}`; // pages that were visited
const PATIENCE = 3000; // milliseconds until a kept file takes the place of one that does not come
const NO_PATIENCE = 300; // the same after a file that did not come: its page waits for others
const MOST_SEEN = 120; // files
const AT_ONCE = 4; // files that are fetched side by side
const OFFLINE = `${SCOPE}offline/`;
const LIST = `${SCOPE}offline/pages.json`;
const SHELL = [
  OFFLINE,
  ...["style.css", "mode.js", "page.js", "my.js", "reading.js", "icon.svg"].map((name) => `${SCOPE}static/${name}`),
];
const ELSEWHERE = ["screen/", "feeds/", "data/", "sw.js"].map((path) => SCOPE + path); // never kept here

let patience = PATIENCE;

/** The address that a script, a sheet or a picture has in every build. */
const lasting = (address) => address.replace(/\/hashed\/([^?#]+)\.[0-9a-f]{16}/, "/static/$1");

const keptAs = async (request, options) => {
  for (const name of [SEEN, KEPT]) {
    const found = await (await caches.open(name)).match(request, options);
    if (found) return found;
  }
  return undefined;
};

// A page and the files that it loads may have been kept from two builds.
const kept = async (request) => {
  const options = { ignoreSearch: request.mode === "navigate", ignoreVary: true };
  return (await keptAs(request, options)) ?? keptAs(lasting(request.url), options);
};

// A worker that another has replaced may still be at work; it must not bring back the caches that the other removes.
const isReplaced = () => globalThis.serviceWorker?.state === "redundant";

/** Keeps an answer in place of an older one; of pages that were only visited, the newest. */
const keep = async (request, answer) => {
  if (isReplaced()) return;
  const coming = await caches.open(KEPT);
  const isComing = await coming.match(request);
  const cache = isComing ? coming : await caches.open(SEEN);
  await cache.put(request, answer);
  if (isComing) return;
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_SEEN)).map((one) => cache.delete(one)));
};

const isWhole = (answer) => answer.status === 200 && answer.type === "basic" && !answer.redirected;

/** Fetches a file. One of an earlier build may have gone; that of this build takes its place. */
const ask = async (request) => {
  const answer = await fetch(request);
  const other = lasting(request.url);
  return answer.status === 404 && other !== request.url ? fetch(other) : answer;
};

const fromNetwork = async (event) => {
  const answer = await ask(event.request);
  patience = PATIENCE;
  if (isWhole(answer) && !new URL(event.request.url).search) {
    const copy = answer.clone();
    event.waitUntil(keep(event.request, copy).catch(() => undefined)); // a full disk keeps nobody from reading
  }
  return answer;
};

const answer = async (event) => {
  const asked = fromNetwork(event);
  event.waitUntil(asked.catch(() => undefined));
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, patience)));
  try {
    const first = await Promise.race([asked, late]);
    if (first && first.status < 500) return first;
    patience = NO_PATIENCE;
    return (await kept(event.request)) ?? first ?? (await asked);
  } catch {
    const found = (await kept(event.request)) ?? (event.request.mode === "navigate" && (await caches.match(OFFLINE)));
    return found || Response.error();
  } finally {
    clearTimeout(timer);
  }
};

const isOurs = ({ method, url, headers }) => {
  const { origin, pathname } = new URL(url);
  return (
    method === "GET" && origin === location.origin && !headers.has("range") &&
    pathname.startsWith(SCOPE) && !ELSEWHERE.some((path) => pathname.startsWith(path))
  );
};

const fetchInto = async (cache, address) => {
  const answer = await fetch(address, { cache: "no-cache" });
  if (isWhole(answer)) await cache.put(address, answer);
};

const removeOld = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && ![KEPT, SEEN].includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
};

/** Keeps the coming weeks, and the data of the years with starred events; files are asked for when the list is new. */
const fill = async (years) => {
  const cache = await caches.open(KEPT);
  const listed = await fetch(LIST, { cache: "no-cache" });
  if (!isWhole(listed)) return;
  const text = await listed.text();
  const isNew = (await (await cache.match(LIST))?.text()) !== text;
  const wanted = [...JSON.parse(text).pages, ...years.map((year) => `${SCOPE}search/${year}.json`)];
  const there = (await cache.keys()).map(({ url }) => new URL(url).pathname);
  const needed = new Set([LIST, ...SHELL, ...wanted]);
  await Promise.all(there.filter((path) => !needed.has(path)).map((path) => cache.delete(path)));
  const missing = isNew ? wanted : wanted.filter((path) => !there.includes(path));
  for (let start = 0; start < missing.length && !isReplaced(); start += AT_ONCE) {
    await Promise.all(missing.slice(start, start + AT_ONCE).map((path) => fetchInto(cache, path)));
  }
  if (isReplaced()) return;
  await cache.put(LIST, new Response(text));
};

const install = async () => {
  const cache = await caches.open(KEPT);
  await cache.addAll(SHELL.map((path) => new Request(path, { cache: "no-cache" })));
  await skipWaiting();
};

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(removeOld()));
addEventListener("message", (event) => event.waitUntil(fill(event.data.years).catch(() => undefined)));
addEventListener("fetch", (event) => {
  if (isOurs(event.request)) event.respondWith(answer(event));
});
