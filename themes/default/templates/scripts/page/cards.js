// Cards of events from the search data: the page's card template, whose markup is that of the pages' own cards, filled.
import { dayOf } from "./days.js";
import { root } from "./dom.js";
import { starButton } from "./stars.js";
import { isCalledOff } from "./states.js";
import { updateCardState } from "./turning.js";
import { agesText, fillLeaf, nearName } from "./wording.js";

const template = document.querySelector("#page-card");
const plurals = new Intl.PluralRules(root.lang);

const href = (address) => root.dataset.base + address.slice(1).split("/").map(encodeURIComponent).join("/");

/** "And 3 more dates", counting the dates after the one shown that are not called off. */
const moreDates = (event, date) => {
  const count = event.dates.filter((other) => other.starts > date.starts && !isCalledOff(other.status)).length;
  const { [plurals.select(count)]: words = template.dataset.other } = template.dataset;
  return count ? words.replace("{count}", count) : "";
};

const setTimes = (card, event, date) => {
  const times = { starts: date.startText, ends: date.endText, opens: event.opensText, deadline: event.deadlineText };
  for (const [name, text] of Object.entries({ ...times, status: date.status })) {
    if (text) card.dataset[name] = text;
    else delete card.dataset[name];
  }
};

const plainText = (text) => document.createTextNode(text);

/**
 * A card for one date of an event at the moment `now`. `labels` names facets by `parameter/key`; `mark` makes a node of
 * a text. Parts of the template that the event has no text for are taken out.
 */
export const cardOf = ({ event, date }, now, labels, mark = plainText) => {
  const card = template.content.querySelector(".card").cloneNode(true);
  const part = (name) => card.querySelector(`.${name}`);
  const fill = (name, text, make = plainText) => (text ? part(name).replaceChildren(make(text)) : part(name).remove());
  card.className = `card tint-${event.colour}`;
  card.classList.toggle("off", isCalledOff(date.status));
  setTimes(card, event, date);
  fillLeaf(part("leaf"), date.first);
  const link = card.querySelector(".name a");
  link.href = href(event.address);
  link.replaceChildren(mark(event.title));
  const time = card.querySelector(".when time");
  time.dateTime = date.allDay ? date.first : date.startText;
  time.textContent = date.text;
  const near = date.ends > now && nearName(date.first, dayOf(now));
  if (near) time.after(` ${near}`);
  fill("more", moreDates(event, date));
  fill("summary", event.summary, mark);
  fill("place", event.place, mark);
  fill("district", labels.get(`district/${event.district}`), mark);
  fill("form", labels.get(`form/${event.form}`), mark);
  fill("ages", agesText(event.ages));
  fill("programme", labels.get(`programme/${event.programme}`), mark);
  fill("fee", event.fee, mark);
  const badges = { [date.status]: true, [event.level]: true, online: event.online, sample: event.sample };
  for (const badge of [...part("badges").children]) if (!badges[badge.classList[1]]) badge.remove();
  updateCardState(card, now);
  card.append(starButton(event.id, Number(date.first.slice(0, 4)), event.title));
  return card;
};
