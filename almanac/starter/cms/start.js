/* Sveltia asks unpkg.com for the words of its pages in the reader's language, and again and again if it gets none. They
   lie here, beside the script; of any other language there are none, so its pages are English. Nothing else of that host
   is asked for. */
const ask = window.fetch;
const here = document.currentScript.src;
const LANGUAGE = /^https:\/\/unpkg\.com\/@sveltia\/cms@[^/]+\/locales\/([\w-]+\.json)$/;

async function words(name) {
  const found = await ask(new URL(`locales/${name}`, here));
  return found.ok ? found : new Response("{}");
}

window.fetch = (asked, options) => {
  const address = asked instanceof Request ? asked.url : String(asked);
  const language = LANGUAGE.exec(address);
  if (language) return words(language[1]);
  if (address.startsWith("https://unpkg.com/")) return Promise.resolve(new Response(null, { status: 404 }));
  return ask(asked, options);
};
