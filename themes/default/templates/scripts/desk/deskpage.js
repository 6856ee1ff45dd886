// The page with the lists: shows them, and shows them again after each build.
import { ask } from "./asking.js";
import { draftCard, problemCard } from "./cards.js";
import { takeTables } from "./importing.js";
import { keepingPlace, place, tell } from "./parts.js";
import { showResults } from "./results.js";

const CARDS = { problems: problemCard, remarks: problemCard, drafts: draftCard };
const shownLists = {};

/** Shows the lists that have changed, so that nobody loses a place in one that has not. */
const showLists = (found) => {
  for (const [name, cardOf] of Object.entries(CARDS)) {
    const now = JSON.stringify(found[name]);
    if (shownLists[name] !== now) place(name).replaceChildren(...found[name].map(cardOf));
    shownLists[name] = now;
  }
  showResults(found.results);
  for (const [name, count] of Object.entries(found.counts)) {
    document.querySelector(`[data-none="${name}"]`)?.toggleAttribute("hidden", count > 0);
    document.querySelector(`[data-count="${name}"]`).textContent = count;
  }
  place("remarks-part").hidden = !found.counts.remarks;
  place("lists").hidden = false;
};

const refresh = async () => {
  try {
    const found = await ask("lists");
    keepingPlace(() => showLists(found));
  } catch (refusal) {
    tell(refusal.message);
  }
};

takeTables();
// The first message comes at once, and one after each build and after advice on it.
new EventSource("/__almanac__/events").addEventListener("message", refresh);
