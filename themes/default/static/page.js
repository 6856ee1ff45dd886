// Keeps a page true after it was built: what is past moves away, today is named, signing up opens and closes. And sharing.
import { addDays, dayOf, daysBetween, fillLeaf, makeStar, nearName, shortMoment, showStars, signupState, starButton, words } from "./common.js";

const LONGEST_WAIT = 6 * 3600 * 1000; // milliseconds; timers of sleeping phones are not to be trusted for longer
const SOON = 14; // days for which an event counts down

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const moment = (text) => (text ? new Date(text) : undefined);

const say = (badge, text, kind = "") => {
  if (!badge) return;
  badge.textContent = text;
  badge.hidden = !text;
  badge.classList.toggle("running", kind === "running");
  badge.classList.toggle("open", kind === "open");
};

const timesOf = ({ dataset }) => ({
  starts: moment(dataset.starts),
  ends: moment(dataset.ends),
  opens: moment(dataset.opens),
  deadline: moment(dataset.deadline),
  status: dataset.status,
});

/** Turns a card to its next date that is not over, if it has one. */
const turn = (card, now) => {
  const later = all(".later > li > time", card);
  const next = later.find((time) => moment(time.dataset.ends) > now);
  if (!next) return;
  const shown = card.querySelector(".when time");
  const passed = later.indexOf(next) + 1;
  card.dataset.starts = new Date(next.dateTime).toISOString();
  card.dataset.ends = next.dataset.ends;
  shown.dateTime = next.dateTime;
  shown.textContent = next.textContent;
  for (const time of later.slice(0, passed)) time.parentElement.remove();
  card.querySelector(".more")?.remove();
  const leaf = card.querySelector(".leaf");
  if (leaf) fillLeaf(leaf, dayOf(moment(card.dataset.starts)));
};

const insertInOrder = (list, card) => {
  const starts = moment(card.dataset.starts);
  const after = all(":scope > .card", list).find((other) => other !== card && moment(other.dataset.starts) > starts);
  list.insertBefore(card, after ?? null);
};

/** Puts a card under the day or month of its date; hides it where the page does not reach that far. */
const place = (card, now) => {
  const group = card.closest("[data-key]");
  if (!group) return;
  // What lasts stands under the day of today, not under the day on which it began.
  const starts = moment(card.dataset.starts);
  const day = dayOf(starts < now ? now : starts);
  const key = day.slice(0, group.dataset.key.length);
  if (group.dataset.key >= key) return;
  const target = group.closest("[data-upcoming]").querySelector(`[data-key="${key}"] .cards`);
  card.hidden = !target;
  if (target) insertInOrder(target, card);
};

const retire = (card) => {
  const past = document.querySelector("[data-past]");
  if (past && card.closest("article")) {
    past.hidden = false;
    past.querySelector(".cards").prepend(card);
  } else {
    card.hidden = true;
  }
};

const updateCard = (card, now) => {
  const upcoming = card.closest("[data-upcoming]");
  if (upcoming && moment(card.dataset.ends) <= now) turn(card, now);
  const times = timesOf(card);
  const over = times.ends <= now;
  const calledOff = ["cancelled", "postponed"].includes(times.status);
  const running = !over && !calledOff && times.starts <= now;
  card.classList.toggle("over", over);
  say(card.querySelector(".state"), over && !calledOff ? words.over : running ? words.running : "", running ? "running" : "");
  const signup = over ? "" : signupState(times, now);
  say(card.querySelector(".signup"), signup === "notYet" || !signup ? "" : words[signup], signup);
  if (!upcoming) return;
  if (over) retire(card);
  else place(card, now);
};

const hideEmptyGroups = (today) => {
  // A day that shows only some of its events leads to the others until it is over.
  const leadsOn = (group) => group.querySelector(":scope > .whole") && group.dataset.key >= today;
  for (const group of all("[data-upcoming] [data-key]")) group.hidden = !group.querySelector(".card:not([hidden])") && !leadsOn(group);
  for (const upcoming of all("[data-upcoming]")) {
    const nothing = upcoming.querySelector(".nothing");
    const any = upcoming.querySelector(".card:not([hidden]), [data-key]:not([hidden]) > .whole");
    if (nothing) nothing.hidden = Boolean(any);
    else upcoming.hidden = !any;
  }
};

const becomeToday = (leaf, today) => {
  leaf.dataset.leaf = today;
  leaf.querySelector("time").dateTime = today;
  leaf.querySelector(".leaf-lunar")?.remove();
  fillLeaf(leaf, today);
};

const nameDays = (today) => {
  for (const day of all("[data-until]")) day.hidden = day.dataset.until < today;
  for (const near of all("[data-near]")) near.textContent = nearName(near.dataset.near, today);
  const leaves = all("[data-leaf]");
  // A site that has not been built for weeks has no leaf for today: its first one becomes it, without the lunar date that no script knows.
  if (leaves.length > 0 && !leaves.some((leaf) => leaf.dataset.leaf === today)) becomeToday(leaves[0], today);
  for (const leaf of leaves) leaf.hidden = leaf.dataset.leaf !== today;
  for (const cell of all("[data-today]")) {
    if (cell.dataset.today === today) cell.setAttribute("aria-current", "date");
    else cell.removeAttribute("aria-current");
  }
};

/** On the page of this month: the way to the first day that is not past. */
const offerJump = (today) => {
  const days = all(".day[data-key]").map((day) => day.dataset.key);
  const next = days.find((day) => day >= today);
  const within = days.length > 0 && days[0].slice(0, 7) === today.slice(0, 7) && next !== days[0];
  for (const link of all("[data-jump]")) {
    link.hidden = !within || !next;
    if (next) link.href = `#d-${next}`;
  }
};

const updateSpan = (element, now) => {
  const times = timesOf(element);
  const calledOff = ["cancelled", "postponed"].includes(times.status);
  const over = times.ends <= now;
  const ahead = daysBetween(dayOf(now), dayOf(times.starts));
  const running = !over && times.starts <= now;
  const soon = ahead === 0 ? words.today : ahead === 1 ? words.tomorrow : ahead <= SOON ? words.soon.replace("{days}", ahead) : "";
  element.classList.toggle("over", over);
  say(element.querySelector(".state"), calledOff ? "" : over ? words.over : running ? words.running : soon, running ? "running" : "");
};

/** An event's own page: it is over when its last date is; between two dates it is neither over nor on. */
const updateEvent = (head, now) => {
  const dates = all("li.date");
  for (const date of dates) updateSpan(date, now);
  const next = dates.find((date) => moment(date.dataset.ends) > now);
  if (next) head.dataset.starts = next.dataset.starts;
  updateSpan(head, now);
  const state = moment(head.dataset.ends) <= now ? "" : signupState(timesOf(head), now);
  const text = state === "notYet" ? words.notYet.replace("{moment}", shortMoment(moment(head.dataset.opens))) : (words[state] ?? "");
  say(document.querySelector(".facts .signup"), text, state);
};

const updateCampaign = (campaign, now) => {
  updateSpan(campaign, now);
  campaign.hidden = moment(campaign.dataset.ends) <= now;
};

/** When the page next changes by itself: at midnight, or when something begins, ends, opens or closes. */
const nextChange = (now) => {
  const midnight = (from) => {
    const tomorrow = addDays(dayOf(from), 1);
    let low = from.getTime();
    let high = low + 27 * 3600 * 1000; // a day has 25 hours at most, where clocks go back
    while (high - low > 1000) {
      const middle = (low + high) / 2;
      if (dayOf(middle) < tomorrow) low = middle;
      else high = middle;
    }
    return high;
  };
  const moments = all("[data-ends]").flatMap(({ dataset }) => [dataset.starts, dataset.ends, dataset.opens, dataset.deadline]);
  const ahead = moments.map((text) => moment(text)?.getTime()).filter((time) => time > now.getTime());
  return Math.min(midnight(now), now.getTime() + LONGEST_WAIT, ...ahead);
};

let timer = 0;
const refresh = () => {
  const now = new Date();
  for (const card of all(".card[data-ends]")) updateCard(card, now);
  for (const campaign of all(".campaign[data-ends]")) updateCampaign(campaign, now);
  for (const head of all("[data-event]")) updateEvent(head, now);
  hideEmptyGroups(dayOf(now));
  nameDays(dayOf(now));
  offerJump(dayOf(now));
  clearTimeout(timer);
  timer = setTimeout(refresh, nextChange(now) - now.getTime() + 50);
};

refresh();
document.addEventListener("visibilitychange", () => document.hidden || refresh());
addEventListener("pageshow", refresh);

// What is open where there is room would push the rest off a phone's screen.
if (matchMedia("(max-width: 56rem)").matches) for (const details of all("details[data-roomy]")) details.open = false;

// Starring: a button at the corner of each card, and one on an event's own page
const idOf = (address) => decodeURIComponent(new URL(address).pathname.split("/").at(-2));
const yearOf = (element) => Number(dayOf(moment(element.dataset.starts)).slice(0, 4));

const addStars = () => {
  for (const card of all(".card[data-ends]")) {
    const link = card.querySelector(".name a");
    card.append(starButton(idOf(link.href), yearOf(card), link.textContent));
  }
  const own = document.querySelector("#event-star");
  if (own) {
    own.hidden = false;
    makeStar(own, idOf(location.href), yearOf(document.querySelector("[data-event]")));
  }
  showStars();
};

// After the first painting: no star is needed to read the page.
if ("my" in document.documentElement.dataset) setTimeout(addStars);

// Sharing and copying
const said = document.querySelector("[data-said]");
const tell = (text) => said && (said.textContent = text);

for (const button of all("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      tell(words.copied);
    } catch {
      tell(`${words.copyFailed} ${button.dataset.copy}`);
    }
  });
}

for (const button of all("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  // Whoever closes the sheet again has changed their mind: no error.
  button.addEventListener("click", () => navigator.share({ title: document.title, url: location.href }).catch(() => undefined));
}

// WeChat's browser saves no files: say how to leave it.
if (/MicroMessenger/i.test(navigator.userAgent)) {
  for (const link of all("a[download], a[href^='webcal:']")) link.addEventListener("click", () => tell(words.wechat));
}
