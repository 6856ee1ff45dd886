// Keeps the newest whole set of a screen: its data, and in a cache for the worker all files that it needs.
import { root } from "../page/dom.js";

const OURS = `almanac ${root.dataset.base}screen/ `; // begins the names of all caches of screens
const INDEX = `${OURS}index`; // the cache that names the present set of each screen
const AT_ONCE = 6; // files that are fetched side by side
const LONGEST_FETCH = 30_000; // milliseconds
const GONE = [404, 410];
const NO_STORAGE = ["QuotaExceededError", "SecurityError", "InvalidStateError", "UnknownError", "NotAllowedError"];

const here = new URL(".", location.href).pathname;
const dataAddress = `${here}data.json`;
const ofHere = `${OURS}${here} `;
const isKept = "caches" in globalThis; // browsers have caches in secure pages only

const pictures = new Map(); // where there are no caches: loaded pictures, which the browser does not load again
let missing = new Set(); // files of the last attempt that the server did not have

/** Fetches a file past all caches but by validation. */
export const ask = (address) => fetch(address, { cache: "no-cache", signal: AbortSignal.timeout(LONGEST_FETCH) });

/** Puts a file into the cache. A file that is missing twice in a row is left out: it must not hold up all others. */
const keepFile = async (cache, address, absent) => {
  const answer = await ask(address);
  if (answer.ok) await cache.put(address, answer);
  else if (GONE.includes(answer.status)) absent.add(address);
  else throw new Error(`${answer.status} ${address}`);
};

const keepFiles = async (cache, addresses) => {
  const absent = new Set();
  for (let start = 0; start < addresses.length; start += AT_ONCE) {
    await Promise.all(addresses.slice(start, start + AT_ONCE).map((one) => keepFile(cache, one, absent)));
  }
  const isNew = [...absent].some((address) => !missing.has(address));
  missing = absent;
  if (isNew) throw new Error([...absent].join(" "));
};

const removeOthers = async (name) => {
  const own = (await caches.keys()).filter((one) => one.startsWith(ofHere) && one !== name);
  await Promise.all(own.map((one) => caches.delete(one)));
};

const keepInCache = async (data, text) => {
  const name = `${ofHere}${data.version}`;
  const cache = await caches.open(name);
  await keepFiles(cache, [...data.shell, ...data.assets]);
  await cache.put(dataAddress, new Response(text));
  await (await caches.open(INDEX)).put(here, new Response(name));
  await removeOthers(name);
};

const keepInPage = async (data, text) => {
  const loaded = new Map(data.assets.map((address) => [address, Object.assign(new Image(), { src: address })]));
  await Promise.allSettled([...loaded.values()].map((picture) => picture.decode()));
  pictures.clear();
  loaded.forEach((picture, address) => pictures.set(address, picture));
  try {
    localStorage.setItem(dataAddress, text);
  } catch {
    // Without storage, or with a full one, the data last as long as the page.
  }
};

/** Keeps a set. Throws where it is not whole; the set before then stays. A full or closed storage is done without. */
export const keepSet = async (data, text) => {
  if (!isKept) return keepInPage(data, text);
  try {
    return await keepInCache(data, text);
  } catch (error) {
    if (!NO_STORAGE.includes(error.name)) throw error;
    return keepInPage(data, text);
  }
};

/** The text of the data of the set that is kept; undefined where there is none. */
export const keptText = async () => {
  try {
    if (!isKept) return localStorage.getItem(dataAddress) ?? undefined;
    const name = await (await (await caches.open(INDEX)).match(here))?.text();
    return name && (await (await (await caches.open(name)).match(dataAddress))?.text());
  } catch {
    return undefined;
  }
};
