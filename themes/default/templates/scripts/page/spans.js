// Events and campaigns that a page is about: how many days are left, running, over, open for signing up.
import { dayOf, daysBetween } from "./days.js";
import { all } from "./dom.js";
import { isCalledOff, momentOf, showBadge, signupState, timesOf } from "./states.js";
import { shortMoment } from "./wording.js";
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

/** Updates an event's own page. The event is over when its last date is; between two dates it counts down again. */
export const updateEvent = (head, now) => {
  const dates = all("li.date");
  for (const date of dates) updateSpan(date, now);
  const next = dates.find((date) => momentOf(date.dataset.ends) > now);
  if (next) head.dataset.starts = next.dataset.starts;
  updateSpan(head, now);
  const times = timesOf(head);
  const state = times.ends <= now ? "" : signupState(times, now);
  const notYet = state === "notYet" && words.notYet.replace("{moment}", shortMoment(times.opens));
  showBadge(document.querySelector(".facts .signup"), notYet || (words[state] ?? ""), state);
};

/** Updates a campaign, which is hidden when it is over. */
export const updateCampaign = (campaign, now) => {
  updateSpan(campaign, now);
  campaign.hidden = momentOf(campaign.dataset.ends) <= now;
};
