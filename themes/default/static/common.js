// What several scripts need: days and moments in the site's time zone, cards of events, and the events that a visitor has starred.
// One file, since every page counts its requests.
const root = document.documentElement;
export const words = JSON.parse(document.querySelector("#page-words").textContent);

const dayFormat = new Intl.DateTimeFormat("en-CA", { timeZone: root.dataset.zone, year: "numeric", month: "2-digit", day: "2-digit" });
const shortFormat = new Intl.DateTimeFormat(root.lang, {
  timeZone: root.dataset.zone,
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** The day of a moment as yyyy-mm-dd. */
export const dayOf = (moment) => dayFormat.format(moment);

const HOURS_A_DAY = 24;
const A_DAY = HOURS_A_DAY * 3600 * 1000;
const utc = (day) => Date.parse(`${day}T00:00:00Z`);

/** The day that lies some days after another. */
export const addDays = (day, count) => new Date(utc(day) + count * A_DAY).toISOString().slice(0, 10);

/** How many days lie between two. */
export const daysBetween = (first, last) => Math.round((utc(last) - utc(first)) / A_DAY);

/** 0 for Monday to 6 for Sunday. */
export const weekdayOf = (day) => (new Date(utc(day)).getUTCDay() + 6) % 7;

/** Saturday and Sunday of the week in which a day lies. */
export const weekendOf = (day) => [addDays(day, 5 - weekdayOf(day)), addDays(day, 6 - weekdayOf(day))];

/** 11月26日 09:00, for a moment near enough that its year is known. */
export const shortMoment = (moment) => shortFormat.format(moment);

/** What people call a day that is near: today, tomorrow, this weekend; empty for all others. */
export const nearName = (day, today) => {
  if (day === today) return words.today;
  if (day === addDays(today, 1)) return words.tomorrow;
  return day > today && weekendOf(today).includes(day) ? words.weekend : "";
};

/** How signing up stands: not yet, open, closed, or nothing to say. */
export const signupState = ({ opens, deadline, starts, status }, now) => {
  if (["cancelled", "postponed", "full"].includes(status) || (!opens && !deadline)) return "";
  if (opens && now < opens) return "notYet";
  return now < (deadline ?? starts) ? "open" : "closed";
};

const badge = (text, ...classes) => {
  const span = document.createElement("span");
  span.className = ["badge", ...classes].join(" ");
  span.textContent = text;
  return span;
};

/** Fills a leaf of the almanac with a day. */
export const fillLeaf = (leaf, day) => {
  leaf.classList.toggle("red", weekdayOf(day) > 4);
  leaf.querySelector(".leaf-month").textContent = words.months[Number(day.slice(5, 7)) - 1];
  leaf.querySelector(".leaf-day").textContent = String(Number(day.slice(8)));
  leaf.querySelector(".leaf-week").textContent = words.weekdays[weekdayOf(day)];
};

/** First and last day of a date. Its moments are given in the site's zone, so that each begins with its day; one that ends at midnight ends the day before. */
const daysOf = (starts, ends) => {
  const [first, last] = [starts.slice(0, 10), ends.slice(0, 10)];
  return { first, last: last > first && ends.slice(11, 19) === "00:00:00" ? addDays(last, -1) : last };
};

/** The events of a year's data, by id: `[id, event]`, with moments instead of their texts. */
export const loadYear = async (year) => {
  const answer = await fetch(`${root.dataset.base}search/${year}.json`);
  if (!answer.ok) throw new Error(String(answer.status));
  const { events } = await answer.json();
  return events.map((event) => {
    const dates = event.dates.map(([starts, ends, text, status]) => ({ starts: new Date(starts), ends: new Date(ends), text, status, ...daysOf(starts, ends) }));
    return [event.id, { ...event, opens: event.opens && new Date(event.opens), deadline: event.deadline && new Date(event.deadline), dates }];
  });
};

/** A card for one date of an event. `labels` names facets by `parameter/key`; `mark` makes a node of a text. */
export const cardOf = ({ event, date }, now, labels, mark = (text) => document.createTextNode(text)) => {
  const card = document.querySelector("#page-card").content.cloneNode(true).firstElementChild;
  const part = (selector) => card.querySelector(selector);
  const day = dayOf(date.starts);
  card.classList.add(`tint-${event.colour}`);
  card.classList.toggle("over", date.ends <= now);
  card.classList.toggle("off", ["cancelled", "postponed"].includes(date.status));
  fillLeaf(part(".leaf"), day);
  part(".name a").href = root.dataset.base + event.address.slice(1);
  part(".name a").replaceChildren(mark(event.title));
  part("time").dateTime = date.starts.toISOString();
  part("time").textContent = date.text;
  const near = nearName(day, dayOf(now));
  if (near && date.ends > now) part(".when").append(` ${near}`);
  part(".summary").append(mark(event.summary ?? ""));
  const facts = [event.place, labels.get(`district/${event.district}`), labels.get(`programme/${event.programme}`), event.fee];
  for (const fact of facts.filter(Boolean)) {
    const span = document.createElement("span");
    span.append(mark(fact));
    part(".meta").append(span);
  }
  const signup = date.ends > now ? signupState({ ...event, starts: date.starts, status: date.status }, now) : "";
  const badges = part(".badges");
  if (date.ends <= now) badges.append(badge(words.over));
  else if (date.starts <= now) badges.append(badge(words.running, "running"));
  if (signup === "open" || signup === "closed") badges.append(badge(words[signup], signup));
  if (words.status[date.status]) badges.append(badge(words.status[date.status], date.status));
  if (words.level[event.level]) badges.append(badge(words.level[event.level], event.level));
  if (event.online) badges.append(badge(words.online));
  if (event.sample) badges.append(badge(words.sample, "sample"));
  card.append(starButton(event.id, Number(day.slice(0, 4)), event.title));
  return card;
};

// Starred events: the id of each with a year whose data tells of it, kept in this browser alone.
const STARS = "almanac-stars";
let unkept = []; // browsers that block storage still have the stars of the page at hand

/** The starred events, as a map from id to year. */
export const stars = () => {
  try {
    const kept = JSON.parse(localStorage.getItem(STARS) ?? "[]");
    return new Map(kept.filter(([id, year]) => typeof id === "string" && Number.isInteger(year)));
  } catch {
    return new Map(unkept);
  }
};

/** Keeps these events as the starred ones, and tells the page. */
export const keepStars = (starred) => {
  unkept = [...starred];
  try {
    localStorage.setItem(STARS, JSON.stringify(unkept));
  } catch {
    // nothing to be done: they last as long as the page
  }
  document.dispatchEvent(new Event("stars"));
};

/** Makes a button star an event; what it shows then follows from `showStars`. */
export const makeStar = (button, id, year) => {
  Object.assign(button.dataset, { star: id, year });
  return button;
};

/** The button at the corner of a card. */
export const starButton = (id, year, title) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "star";
  button.setAttribute("aria-label", words.star.replace("{title}", title));
  return makeStar(button, id, year);
};

/** Shows at every button whether its event is starred. */
export const showStars = () => {
  const starred = stars();
  for (const button of document.querySelectorAll("[data-star]")) {
    const pressed = starred.has(button.dataset.star);
    button.setAttribute("aria-pressed", String(pressed));
    const [on, off] = button.classList.contains("star") ? ["★", "☆"] : [words.starred, words.unstarred];
    button.textContent = pressed ? on : off;
  }
};

document.addEventListener("click", (click) => {
  const button = click.target.closest?.("[data-star]");
  if (!button) return;
  const starred = stars();
  if (!starred.delete(button.dataset.star)) starred.set(button.dataset.star, Number(button.dataset.year));
  keepStars(starred);
});
document.addEventListener("stars", showStars);
addEventListener("storage", showStars); // of another window
