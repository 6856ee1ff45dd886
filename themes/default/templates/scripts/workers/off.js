// The worker that takes the place of one that is no longer wanted: it removes what that has kept, and then itself.
const OURS = `almanac ${new URL(registration.scope).pathname} `;

const leave = async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS));
  await Promise.all(names.map((name) => caches.delete(name)));
  await registration.unregister();
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(leave()));
