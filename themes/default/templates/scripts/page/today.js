// Days of a page by their distance from today: the leaf of today, names of near days, the way to the next day.
import { all } from "./dom.js";
import { nearName, turnLeaf } from "./wording.js";

const becomeToday = (leaf, today) => {
  leaf.dataset.leaf = today;
  leaf.querySelector("time").dateTime = today;
  turnLeaf(leaf, today);
};

/**
 * Shows the leaf of today and the theme of its month, names near days, marks today in grids, and hides past entries of
 * lists of days.
 */
export const nameDays = (today) => {
  for (const day of all(".ahead [data-until]")) day.hidden = day.dataset.until < today;
  for (const near of all("[data-near]")) near.textContent = nearName(near.dataset.near, today);
  const leaves = all("[data-leaf]");
  // A site that has not been built for weeks has no leaf for today: its first leaf turns to it.
  if (leaves.length > 0 && !leaves.some((leaf) => leaf.dataset.leaf === today)) becomeToday(leaves[0], today);
  for (const leaf of leaves) leaf.hidden = leaf.dataset.leaf !== today;
  for (const month of all("[data-month]")) month.hidden = month.dataset.month !== today.slice(0, 7);
  for (const cell of all("[data-today]")) {
    if (cell.dataset.today === today) cell.setAttribute("aria-current", "date");
    else cell.removeAttribute("aria-current");
  }
};

/** Offers, on the page of the current month, the way to its first day that is not past. */
export const offerJump = (today) => {
  const days = all(".day[data-key]").map((day) => day.dataset.key);
  const next = days.find((day) => day >= today);
  const within = days.length > 0 && days[0].slice(0, 7) === today.slice(0, 7) && next !== days[0];
  for (const link of all("[data-jump]")) {
    link.hidden = !within || !next;
    if (next) link.href = `#d-${next}`;
  }
};

/** Leads from the page of all months, if it was built in another month, to the page of the current one. */
export const showCurrentMonth = (today) => {
  const shown = document.querySelector("[data-shown-month]");
  const month = today.slice(0, 7);
  if (!shown || shown.dataset.shownMonth === month) return;
  const link = shown.querySelector(`[href$="/calendar/${month.replace("-", "/")}/"]`);
  if (link) location.replace(link.href);
};
