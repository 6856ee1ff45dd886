// The pages of texts: buttons that copy, how articles look, and the week or month of the visitor's clock first.
import { dayOf } from "../page/days.js";
import { all } from "../page/dom.js";
import { copyArticle, copyText } from "./copying.js";
import { showArticle } from "./preview.js";

const words = JSON.parse(document.querySelector("#share-words").textContent);
const field = (id) => document.getElementById(id);
const say = (button, word) => (button.closest("p").querySelector(".said").textContent = words[word]);

for (const button of all("[data-text]")) {
  button.hidden = false;
  button.addEventListener("click", async () =>
    say(button, (await copyText(field(button.dataset.text))) ? "copied" : "byHand"),
  );
}
for (const button of all("[data-article]")) {
  const { article, plain } = button.dataset;
  button.hidden = false;
  button.addEventListener("click", async () => say(button, await copyArticle(field(article).value, field(plain))));
}
for (const place of all("[data-preview]")) {
  const show = () => place.hidden && showArticle(place, field(place.dataset.preview).value);
  const bulletin = place.closest("details.bulletin");
  if (!bulletin || bulletin.open) show();
  bulletin?.addEventListener("toggle", show);
}

/** Hides what is over, opens the first of the others and names the current one. */
const showCurrent = () => {
  const today = dayOf(new Date());
  const bulletins = all(".bulletin");
  for (const bulletin of bulletins) {
    bulletin.hidden = bulletin.dataset.last < today;
    const badge = bulletin.querySelector(".badge");
    badge.hidden = bulletin.hidden || bulletin.dataset.first > today;
    badge.textContent = words.current;
  }
  const first = bulletins.find((bulletin) => !bulletin.hidden);
  if (first) first.open = true;
  const nothing = document.querySelector("#share-nothing");
  if (nothing) nothing.hidden = Boolean(first);
};

showCurrent();
addEventListener("pageshow", showCurrent);
