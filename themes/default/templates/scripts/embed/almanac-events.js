// The next events of a JSON Feed: <almanac-events src="…/feeds/all.json" count="5" lang="zh-CN">.
// What stands inside it is shown until the feed is there, and where it cannot be loaded.

/* global WORDS -- the words in each language, by its tag; the template of this script has them */
const MOST = 10;
const STYLE = `
:host { display: block; line-height: 1.55; }
ul { margin: 0; padding: 0; list-style: none; }
li { padding: 0.5em 0; border-top: 1px solid color-mix(in srgb, currentcolor 25%, transparent); }
a { color: inherit; font-weight: 600; }
p { margin: 0; font-size: 0.92em; }
.off time { text-decoration: line-through; }
.all { padding-top: 0.5em; }`;

const make = (name, text = "", attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

/** A link that opens in a new tab; only to the web, so that no feed can run a script here. */
const link = (text, address) => {
  const isWeb = /^https?:\/\//i.test(address);
  return isWeb ? make("a", text, { href: address, target: "_blank", rel: "noopener" }) : make("span", text);
};

/** The events that are not over, the nearest first: what has begun counts by its end. */
const upcoming = (items, now) => {
  const moment = ({ _event: { start, until } }) => (new Date(start) < now ? new Date(until) : new Date(start));
  const ahead = items.filter(({ _event }) => _event && new Date(_event.until) > now);
  return ahead.sort((one, other) => moment(one) - moment(other));
};

const entry = ({ title, url, _event: { status, start, when, location, fee } }) => {
  const item = make("li");
  const date = make("p");
  date.append(make("time", when, { datetime: start }));
  item.append(link(title, url), date);
  const about = [location, fee].filter(Boolean).join(" · ");
  if (about) item.append(make("p", about));
  item.classList.toggle("off", ["cancelled", "postponed"].includes(status));
  return item;
};

/** The words in a language; if there are none, in the first one that differs only by its country or script. */
const wordsIn = (tag) => {
  const [language] = tag.toLowerCase().split("-");
  const tags = Object.keys(WORDS);
  const found = tags.find((one) => one.toLowerCase() === tag.toLowerCase());
  return WORDS[found ?? tags.find((one) => one.split("-")[0] === language) ?? "en"];
};

class AlmanacEvents extends HTMLElement {
  static observedAttributes = ["src", "count", "lang"];

  constructor() {
    super();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.shadowRoot.append(make("slot"));
  }

  connectedCallback() {
    this.load();
  }

  attributeChangedCallback(name, before, value) {
    if (this.isConnected && before !== value) this.load();
  }

  async load() {
    const src = this.getAttribute("src");
    if (!src) return;
    try {
      const answer = await fetch(src, { credentials: "omit" });
      const feed = answer.ok && (await answer.json());
      if (feed && src === this.getAttribute("src")) this.show(feed);
    } catch {
      // What stands inside the element stays.
    }
  }

  show(feed) {
    const language = this.lang || document.documentElement.lang;
    const [nothing, all] = wordsIn(language);
    const most = Number.parseInt(this.getAttribute("count"), 10) || MOST;
    const entries = upcoming(feed.items, new Date()).slice(0, most).map(entry);
    const list = make("ul");
    list.append(...entries);
    const more = make("p", "", { class: "all" });
    more.append(link(`${all} · ${feed.title}`, feed.home_page_url));
    this.shadowRoot.replaceChildren(entries.length > 0 ? list : make("p", nothing), more);
  }
}

if (!customElements.get("almanac-events")) customElements.define("almanac-events", AlmanacEvents);
