// The search page: what is typed or chosen becomes the state, its results are shown, and the address follows.
import { dayOf } from "../page/days.js";
import { addressOf, stateOf, toggled } from "./address.js";
import { choices } from "./choices.js";
import { load } from "./entries.js";
import { askPosition, forgetPosition, isNear } from "./near.js";
import { part, setBusy, showResults } from "./results.js";
import { settings } from "./settings.js";

const MOST = 40; // results before one asks for more
const PAUSE = 300; // milliseconds after which typing has stopped

let state = stateOf(location.search);
let most = MOST;

/** Loads the years that the state needs, then shows its results. */
const update = async () => {
  setBusy(true);
  const [thisYear, chosen] = [dayOf(new Date()), state.date].map((date) => Number(date.slice(0, 4)));
  try {
    await Promise.all(settings.years.filter((year) => state.past || year >= thisYear || year === chosen).map(load));
    showResults(state, most);
  } catch {
    part("count").textContent = settings.failed;
    setBusy(false);
  }
};

let naming = 0;
let isNew = false; // whether the address to come is a step to go back from: a choice makes one, typing does not

const stopNaming = () => {
  clearTimeout(naming);
  naming = 0;
};

const nameNow = () => {
  stopNaming();
  history[isNew ? "pushState" : "replaceState"](null, "", addressOf(state));
  isNew = false;
};

/** Takes another state. The address follows after a pause: changing it is slow, and browsers limit how often it may. */
const ask = (next) => {
  state = next;
  most = MOST;
  clearTimeout(naming);
  naming = setTimeout(nameNow, PAUSE);
  return update();
};

const choose = (next) => {
  isNew = true;
  return ask(next);
};
const type = (words) => ask({ ...state, words });

// A click that leaves the page leaves the address of all that was asked for.
addEventListener("click", () => naming && nameNow(), true);

part("words").value = state.words;
part("words").addEventListener("input", (typed) => type(typed.target.value.trim()));
part("form").addEventListener("submit", (sent) => {
  sent.preventDefault();
  type(part("words").value.trim());
});

/** The state to which a link of the page leads; undefined for links of events and others. */
const stateBehind = (link) => {
  const chosen = link.matches("[href]") && choices.find((choice) => choice.link === link);
  if (chosen) return toggled(state, chosen.parameter, chosen.key);
  return link.matches("#finder-chosen a, #finder-wider a, #finder-clear") ? stateOf(link.search) : undefined;
};
part("results").parentElement.addEventListener("click", (click) => {
  const link = click.target.closest("a");
  const next = link && stateBehind(link);
  if (!next || click.ctrlKey || click.metaKey || click.shiftKey) return;
  click.preventDefault();
  part("words").value = next.words;
  choose(next);
});
const day = document.querySelector("[data-pick]");
day.addEventListener("change", () => choose({ ...state, date: day.value }));
day.form.addEventListener("submit", (sent) => sent.preventDefault());

part("open").addEventListener("click", () => part("sheet").showModal());
part("show").addEventListener("click", () => part("sheet").close());
if (matchMedia("(max-width: 56rem)").matches) part("sheet").close();

part("near").addEventListener("click", async () => {
  part("said").textContent = "";
  try {
    await (isNear() ? forgetPosition() : askPosition());
  } catch {
    part("said").textContent = settings.nowhere;
  }
  part("near").setAttribute("aria-pressed", String(isNear()));
  showResults(state, most);
});
part("more").addEventListener("click", () => {
  const first = most;
  most += MOST;
  showResults(state, most, most);
  part("cards").children[first]?.querySelector("a").focus();
});
addEventListener("popstate", () => {
  stopNaming();
  isNew = false;
  state = stateOf(location.search);
  part("words").value = state.words;
  update();
});
setBusy(true);
requestAnimationFrame(() => setTimeout(update)); // the first painting does not wait for the data
