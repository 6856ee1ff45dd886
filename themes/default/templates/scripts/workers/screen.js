// The worker of big screens: answers from the whole set that a screen has kept where the network does not.
const INDEX = `almanac ${new URL(registration.scope).pathname} index`;
const PATIENCE = 5000; // milliseconds that a page waits for the network
const AGAIN = 20; // seconds after which a page that could not be loaded is asked for again

const keptFor = async (page, request) => {
  const index = await caches.open(INDEX);
  const name = await (await index.match(page))?.text();
  return name && (await (await caches.open(name)).match(request, { ignoreSearch: true, ignoreVary: true }));
};

const fromNetwork = async (request) => {
  const answer = await fetch(request);
  if (answer.status >= 400) throw new Error(String(answer.status));
  return answer;
};

const late = (kept) => new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));

// Never an error page of the browser, which would stay until somebody comes: this one asks again by itself.
const waiting = () =>
  new Response(
    `<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="${AGAIN}"><title>…</title>` +
      '<body style="background:#f7f4ec;color:#0b5563;font:20vmin sans-serif;text-align:center">…',
    { headers: { "Content-Type": "text/html; charset=utf-8" } },
  );

const answer = async ({ request, clientId }) => {
  const isPage = request.mode === "navigate";
  const address = isPage ? request.url : ((await clients.get(clientId))?.url ?? request.url);
  const page = new URL(".", address).pathname;
  const kept = await keptFor(page, request).catch(() => undefined);
  if (kept && request.destination === "image") return kept;
  const asked = fromNetwork(request);
  asked.catch(() => undefined);
  try {
    return await (kept ? Promise.race([asked, late(kept)]) : asked);
  } catch {
    return kept ?? (isPage ? waiting() : Response.error());
  }
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  // What the screen's script fetches, it keeps itself.
  if (request.method !== "GET" || (request.destination === "" && request.mode !== "navigate")) return;
  if (new URL(request.url).origin === location.origin) event.respondWith(answer(event));
});
