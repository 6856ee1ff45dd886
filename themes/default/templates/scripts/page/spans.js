// Events and campaigns that a page is about: how many days are left, running, over, open for signing up.
import { offerDates } from "./calendars.js";
import { dayOf, daysBetween } from "./days.js";
import { all } from "./dom.js";
import { isCalledOff, isNews, momentOf, showBadge, signupState, timesOf } from "./states.js";
import { shortMoment, turnLeaf } from "./wording.js";
import { words } from "./words.js";

const SOON = 14; // days for which an event counts down

const countdown = (days) => {
  if (days === 0) return words.today;
  if (days === 1) return words.tomorrow;
  return days <= SOON ? words.soon.replace("{days}", days) : "";
};

/** Shows on an element with times whether they are to come, running or over. */
const updateSpan = (element, now) => {
  const times = timesOf(element);
  const over = times.ends <= now;
  const running = !over && times.starts <= now;
  const text = over ? words.over : running ? words.running : countdown(daysBetween(dayOf(now), dayOf(times.starts)));
  element.classList.toggle("over", over);
  showBadge(element.querySelector(".state"), isCalledOff(times.status) ? "" : text, running ? "running" : "");
};

/** Moves past dates out of the list of an event's dates, and returns the next one, or the last if all are past. */
const foldDates = (event, now) => {
  const gone = event.querySelector("#event-gone");
  const dates = all("#event-dates > .date", event);
  for (const date of all(".date", event)) updateSpan(date, now);
  const past = dates.filter((date) => momentOf(date.dataset.ends) <= now);
  const left = dates.filter((date) => !past.includes(date));
  // An event that is over keeps its list.
  if (past.length > 0 && left.length > 0) {
    gone.hidden = false;
    gone.querySelector(".dates").append(...past);
  }
  return left.find((date) => !isCalledOff(date.dataset.status)) ?? left[0] ?? past.at(-1);
};

/** Shows a date as the next one of an event: on the leaf, in words, and as what the state counts down to. */
const showNext = (event, date) => {
  if (event.dataset.starts === date.dataset.starts) return;
  event.dataset.starts = date.dataset.starts;
  const [shown, time] = [event.querySelector("#event-next"), date.querySelector("time")];
  shown.dateTime = time.dateTime;
  shown.textContent = time.textContent;
  turnLeaf(event.querySelector(".bigleaf"), dayOf(momentOf(date.dataset.starts)));
};

/** Updates an event's own page. The event is over when its last date is; between two dates it counts down again. */
export const updateEvent = (event, now) => {
  const next = foldDates(event, now);
  if (next) {
    showNext(event, next);
    offerDates(event, next);
  }
  updateSpan(event, now);
  const times = timesOf(event);
  const state = times.ends <= now ? "" : signupState(times, now);
  const notYet = state === "notYet" && words.notYet.replace("{moment}", shortMoment(times.opens));
  showBadge(event.querySelector(".act .signup"), notYet || (words[state] ?? ""), state);
  const change = event.querySelector(".notice[data-changed]");
  if (change) change.hidden = !isNews(change.dataset.changed, now);
  const button = event.querySelector("[data-signup]");
  if (button) button.hidden = state === "closed" || state === "notYet";
};

/** Shows the campaign that is on or the next one that is announced. */
export const updateCampaigns = (now) => {
  const today = dayOf(now);
  const campaigns = all(".campaign[data-ends]");
  const isShown = ({ dataset }) => momentOf(dataset.ends) > now && dataset.notice <= today;
  const shown = campaigns.find(isShown);
  for (const campaign of campaigns) {
    campaign.hidden = campaign !== shown;
    updateSpan(campaign, now);
  }
};
