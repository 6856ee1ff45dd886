// Cards of events from the search data, made of the page's card template.
import { dayOf } from "./days.js";
import { root } from "./dom.js";
import { starButton } from "./stars.js";
import { isCalledOff, signupState } from "./states.js";
import { fillLeaf, nearName } from "./wording.js";
import { words } from "./words.js";

const badge = (text, ...classes) => {
  const span = document.createElement("span");
  span.className = ["badge", ...classes].join(" ");
  span.textContent = text;
  return span;
};

const badgesOf = (event, date, now) => {
  const over = date.ends <= now;
  const signup = over ? "" : signupState({ ...event, starts: date.starts, status: date.status }, now);
  const badges = [];
  if (over) badges.push(badge(words.over));
  else if (date.starts <= now) badges.push(badge(words.running, "running"));
  if (signup === "open" || signup === "closed") badges.push(badge(words[signup], signup));
  if (words.status[date.status]) badges.push(badge(words.status[date.status], date.status));
  if (words.level[event.level]) badges.push(badge(words.level[event.level], event.level));
  if (event.online) badges.push(badge(words.online));
  if (event.sample) badges.push(badge(words.sample, "sample"));
  return badges;
};

const plainText = (text) => document.createTextNode(text);

/** A card for one date of an event. `labels` names facets by `parameter/key`; `mark` makes a node of a text. */
export const cardOf = ({ event, date }, now, labels, mark = plainText) => {
  const card = document.querySelector("#page-card").content.cloneNode(true).firstElementChild;
  const part = (selector) => card.querySelector(selector);
  card.classList.add(`tint-${event.colour}`);
  card.classList.toggle("over", date.ends <= now);
  card.classList.toggle("off", isCalledOff(date.status));
  fillLeaf(part(".leaf"), date.first);
  part(".name a").href = root.dataset.base + event.address.slice(1);
  part(".name a").replaceChildren(mark(event.title));
  part("time").dateTime = date.starts.toISOString();
  part("time").textContent = date.text;
  const near = nearName(date.first, dayOf(now));
  if (near && date.ends > now) part(".when").append(` ${near}`);
  part(".summary").append(mark(event.summary ?? ""));
  const names = [labels.get(`district/${event.district}`), labels.get(`programme/${event.programme}`)];
  for (const fact of [event.place, ...names, event.fee].filter(Boolean)) {
    const span = document.createElement("span");
    span.append(mark(fact));
    part(".meta").append(span);
  }
  part(".badges").append(...badgesOf(event, date, now));
  card.append(starButton(event.id, Number(date.first.slice(0, 4)), event.title));
  return card;
};
