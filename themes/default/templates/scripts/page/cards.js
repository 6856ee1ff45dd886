// Cards of events from the search data: the page's card template, whose markup is that of the pages' own cards, filled.
import { dayOf } from "./days.js";
import { root } from "./dom.js";
import { deferPicture } from "./pictures.js";
import { starButton } from "./stars.js";
import { isCalledOff } from "./states.js";
import { updateCardState } from "./turning.js";
import { agesText, fillLeaf, moreWords, nearName } from "./wording.js";

const template = document.querySelector("#page-card");
const names = template ? JSON.parse(template.dataset.names) : {}; // of facets, by `parameter/key`

const href = (address) =>
  address.includes("://") ? address : root.dataset.base + address.slice(1).split("/").map(encodeURIComponent).join("/");

/** The dates after one that are not called off. */
const laterDates = (event, date) =>
  event.dates.filter((other) => other.starts > date.starts && !isCalledOff(other.status));

const setTimes = (card, event, date, until) => {
  const signup = { opens: event.opensText, deadline: event.deadlineText };
  const times = { starts: date.startText, ends: date.endText, until, ...signup, changed: event.changed };
  for (const [name, text] of Object.entries({ ...times, status: date.status })) {
    if (text) card.dataset[name] = text;
    else delete card.dataset[name];
  }
};

const plainText = (text) => document.createTextNode(text);

/**
 * A card for one date of an event at the moment `now`; `mark` makes a node of a text. Parts of the template that the
 * event has no text for are taken out.
 */
export const cardOf = ({ event, date }, now, mark = plainText) => {
  const card = template.content.querySelector(".card").cloneNode(true);
  const part = (name) => card.querySelector(`.${name}`);
  const fill = (name, text, make = plainText) => (text ? part(name).replaceChildren(make(text)) : part(name).remove());
  card.className = `card tint-${event.colour}`;
  card.classList.toggle("off", isCalledOff(date.status));
  const later = laterDates(event, date);
  setTimes(card, event, date, later.at(-1)?.endText ?? date.endText);
  if (event.picture) {
    part("card-picture").src = href(event.picture);
    deferPicture(part("card-picture"));
  } else {
    part("card-picture").remove();
  }
  fillLeaf(part("leaf"), date.first);
  const link = card.querySelector(".name a");
  link.href = href(event.address);
  link.replaceChildren(mark(event.title));
  const time = card.querySelector(".when time");
  time.dateTime = date.allDay ? date.first : date.startText;
  time.textContent = date.text;
  const near = date.ends > now && !isCalledOff(date.status) && nearName(date.first, dayOf(now));
  if (near) time.after(` ${near}`);
  const count = event.daily ? 0 : later.length;
  part("more").dataset.count = count;
  fill("more", moreWords(count));
  fill("summary", event.summary, mark);
  fill("home", event.home);
  fill("place", event.place, mark);
  fill("district", names[`district/${event.district}`], mark);
  fill("form", names[`form/${event.form}`], mark);
  fill("ages", agesText(event.ages));
  fill("fee", event.fee, mark);
  if (!event.online) part("online").remove();
  if (!event.sample) part("sample")?.remove();
  const badges = new Set([date.status, event.level, "state", event.changed && "changed", "signup"]);
  for (const badge of [...part("badges").children]) if (!badges.has(badge.classList[1])) badge.remove();
  updateCardState(card, now);
  if (!event.home) card.append(starButton(event.id, Number(date.first.slice(0, 4)), event.title));
  return card;
};
