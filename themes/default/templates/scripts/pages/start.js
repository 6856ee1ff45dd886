// The search through pages of text: what is typed is looked for, and the address holds it.
import { pageAddress, root } from "../page/dom.js";
import { find } from "./finding.js";

const form = document.querySelector("#pages-form");
const query = document.querySelector("#pages-query");
const said = document.querySelector("#pages-said");
const list = document.querySelector("#pages-found");

let loading = null;
const load = () => {
  loading ??= fetch(form.dataset.words).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
  return loading;
};

const base = root.dataset.base.slice(0, -1);

const shown = ({ page, heading, fragment, excerpt }) => {
  const entry = document.createElement("li");
  const link = document.createElement("a");
  link.href = `${base}${page.address}${fragment}`;
  link.textContent = heading ? `${page.title} › ${heading}` : page.title;
  entry.append(link, document.createElement("br"), excerpt);
  return entry;
};

const update = async () => {
  const asked = query.value.trim();
  history.replaceState(null, "", asked ? `?q=${encodeURIComponent(asked)}` : pageAddress);
  list.hidden = !asked;
  said.textContent = "";
  if (!asked) return;
  try {
    const found = find(await load(), asked);
    if (asked !== query.value.trim()) return; // something else has been typed since
    list.replaceChildren(...found.map(shown));
    said.textContent = found.length ? said.dataset.found.replace("{count}", found.length) : said.dataset.nothing;
  } catch {
    loading = null;
    said.textContent = said.dataset.failed;
  }
};

form.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  update();
});
query.addEventListener("input", update);
query.value = new URLSearchParams(location.search).get("q") ?? "";
if (query.value) update();
