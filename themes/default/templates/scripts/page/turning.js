// Cards of a page that stay true: a card turns to its next date, moves to that day's or month's group, or retires.
import { dayOf } from "./days.js";
import { all } from "./dom.js";
import { isCalledOff, isNews, momentOf, showBadge, signupState, timesOf } from "./states.js";
import { fillLeaf, moreWords } from "./wording.js";
import { words } from "./words.js";

/** Turns a card to its next date that is not over, if it has one. */
const turn = (card, now) => {
  const later = all(".later > li > time", card);
  const next = later.find((time) => momentOf(time.dataset.ends) > now);
  if (!next) return;
  const shown = card.querySelector(".when time");
  const passed = later.indexOf(next) + 1;
  card.dataset.starts = new Date(next.dateTime).toISOString();
  card.dataset.ends = next.dataset.ends;
  shown.dateTime = next.dateTime;
  shown.textContent = next.textContent;
  for (const time of later.slice(0, passed)) time.parentElement.remove();
  const more = card.querySelector(".more");
  if (more) {
    more.dataset.count = Number(more.dataset.count) - passed;
    more.textContent = moreWords(Number(more.dataset.count));
  }
  const leaf = card.querySelector(".leaf");
  if (leaf) fillLeaf(leaf, dayOf(momentOf(card.dataset.starts)));
};

const insertInOrder = (list, card) => {
  const starts = momentOf(card.dataset.starts);
  const after = all(":scope > .card", list).find(
    (other) => other !== card && momentOf(other.dataset.starts) > starts,
  );
  list.insertBefore(card, after ?? null);
};

/** Puts a card under the day or month of its date; hides it where the page does not reach that far. */
const place = (card, now) => {
  const group = card.closest("[data-key]");
  if (!group) return;
  // A running event stands under today, not under the day on which it began.
  const starts = momentOf(card.dataset.starts);
  const day = dayOf(starts < now ? now : starts);
  const key = day.slice(0, group.dataset.key.length);
  if (group.dataset.key >= key) return;
  const target = group.closest("[data-upcoming]").querySelector(`[data-key="${key}"] .cards`);
  card.hidden = !target;
  if (target) insertInOrder(target, card);
};

/** Moves a card that is over to the past events of its page; hides it where the page has none. */
const retire = (card) => {
  const past = document.querySelector("[data-past]");
  if (past && card.closest("article")) {
    past.hidden = false;
    past.querySelector(".cards").prepend(card);
  } else {
    card.hidden = true;
  }
};

/**
 * Shows on a card whether its date is running, or over with or without dates to come, and whether one can sign up.
 * Returns whether the date is over.
 */
export const updateCardState = (card, now) => {
  const times = timesOf(card);
  const over = times.ends <= now;
  const calledOff = isCalledOff(times.status);
  const running = !over && !calledOff && times.starts <= now;
  const past = momentOf(card.dataset.until) > now ? words.between : words.over;
  const state = over && !calledOff ? past : running ? words.running : "";
  card.classList.toggle("over", over);
  showBadge(card.querySelector(".state"), state, running ? "running" : "");
  const changed = card.querySelector(".changed");
  if (changed) changed.hidden = over || !isNews(card.dataset.changed, now);
  const signup = over ? "" : signupState(times, now);
  showBadge(card.querySelector(".signup"), signup === "notYet" || !signup ? "" : words[signup], signup);
  return over;
};

/** Brings a card up to date. Only cards of upcoming events turn, move and retire. */
export const updateCard = (card, now) => {
  const upcoming = card.closest("[data-upcoming]");
  if (upcoming && momentOf(card.dataset.ends) <= now) turn(card, now);
  const over = updateCardState(card, now);
  if (!upcoming) return;
  if (over) retire(card);
  else place(card, now);
};

/** Whether a list of the search data is needed and not there yet. */
const isWaiting = (upcoming) => upcoming.querySelector("[data-fill][data-waiting]") !== null;

/** Hides groups and lists without a visible card. A day that shows only some of its events stays until it is over. */
export const hideEmptyGroups = (today) => {
  const leadsOn = (group) => group.querySelector(":scope > .whole") && group.dataset.key >= today;
  for (const group of all("[data-upcoming] [data-key]")) {
    group.hidden = !group.querySelector(".card:not([hidden])") && !leadsOn(group);
  }
  for (const upcoming of all("[data-upcoming]")) {
    const nothing = upcoming.querySelector(".nothing");
    const any = upcoming.querySelector(".card:not([hidden]), [data-key]:not([hidden]) > .whole");
    if (nothing) nothing.hidden = Boolean(any) || isWaiting(upcoming);
    else upcoming.hidden = !any;
  }
};
