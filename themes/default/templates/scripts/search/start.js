// The search page: what is typed or chosen becomes the state, its results are shown, and the address follows.
import { dayOf } from "../page/days.js";
import { addressOf, stateOf, toggled } from "./address.js";
import { choices } from "./choices.js";
import { load } from "./entries.js";
import { part, settings, showResults } from "./results.js";

const MOST = 40; // results before one asks for more
const PAUSE = 300; // milliseconds after which typing has stopped

let state = stateOf(location.search);
let most = MOST;

/** Loads the years that the state needs, then shows its results. */
const update = async () => {
  const thisYear = Number(dayOf(new Date()).slice(0, 4));
  try {
    await Promise.all(settings.years.filter((year) => state.past || year >= thisYear).map(load));
    showResults(state, most);
  } catch {
    part("count").textContent = settings.failed;
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
document.querySelector(".choices").addEventListener("submit", (sent) => {
  sent.preventDefault();
  type(part("words").value.trim());
});
document.querySelector(".choices").addEventListener("click", (click) => {
  const chosen = choices.find(({ link }) => link.contains(click.target));
  if (!chosen || click.ctrlKey || click.metaKey || click.shiftKey) return;
  click.preventDefault();
  choose(toggled(state, chosen.parameter, chosen.key));
});
part("clear").addEventListener("click", (click) => {
  click.preventDefault();
  part("words").value = "";
  choose(stateOf(""));
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
update();
