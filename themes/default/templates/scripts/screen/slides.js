// What a screen shows at a moment: a list of slides, each with its texts, its picture and its code.
import { addDays, daysBetween, dayOf, weekdayOf } from "../page/days.js";
import { words } from "../page/words.js";
import { between, isRare, nextDate, running } from "./choosing.js";
import { listSlides, MOST } from "./lists.js";
import { clockText, dayWithWeekday, fill, hoursText, joined, shortDay, shortSpan, statusText } from "./texts.js";

const FEATURED = 3; // running events with a slide of their own
const SOON = 60; // minutes: nearer beginnings are counted down
const MILLISECONDS = 60_000; // in a minute
const LONGEST_CAMPAIGN = 62; // days: what is on for longer is announced by its events alone
const FRIDAY = 4; // as `weekdayOf` counts

const factsOf = (date) =>
  joined([...(date.event.facts ?? []), statusText(date), date.event.sample ? words.sample : ""]);

const eventSlide = (kind, kicker, date, when) => ({
  kind: `event ${kind}`,
  key: `${kind} ${date.event.code || date.event.title} ${date.starts.getTime()}`,
  kicker,
  title: date.event.title,
  lines: [when, joined([date.place, date.event.district]), factsOf(date)],
  picture: date.event.picture,
  code: date.event.code,
  caption: words.scan,
  colour: date.event.colour,
});

const nowSlides = (dates, now) =>
  running(dates, now)
    .filter(isRare)
    .slice(0, FEATURED)
    .map((date) => eventSlide("now", words.running, date, fill(words.ongoing, { time: clockText(date.ends) })));

const nextSlides = (dates, now, today) => {
  const date = nextDate(dates, now);
  if (!date) return [];
  const minutes = Math.ceil((date.starts - now) / MILLISECONDS);
  const near = date.first === today ? words.today : date.first === addDays(today, 1) ? words.tomorrow : "";
  const when = joined([near || dayWithWeekday(date.first), hoursText(date)]);
  const soon = minutes < SOON && !date.allDay ? fill(words.minutes, { count: minutes }) : words.next;
  return [eventSlide("next", soon, date, when)];
};

/** The rest of this week; from Friday on the next week too. */
const weekSlides = (data, dates, now, today) => {
  const sunday = addDays(today, 6 - weekdayOf(today));
  const week = between(dates, addDays(today, 1), sunday, now, MOST);
  const slides = listSlides("week", words.week, week, data, true);
  if (weekdayOf(today) < FRIDAY) return slides;
  const next = between(dates, addDays(sunday, 1), addDays(sunday, 7), now, MOST);
  return [...slides, ...listSlides("next-week", words.nextWeek, next, data, true)];
};

/** What there is to say of a day without events to come: whether it had any is not known where the data has ended. */
const restSlide = (data, dates, now, today) => {
  const theme = data.months.find(({ month }) => month === today.slice(0, 7));
  const next = nextDate(dates, now);
  const days = data.months.flatMap((month) => month.days);
  const observed = days.find((day) => day.first <= today && today <= day.last);
  const later = days.find((day) => day.first > today);
  const counted = later && fill(words.later, { count: daysBetween(today, later.first), name: later.name });
  const ended = dates.some((date) => date.first <= today && date.last >= today);
  return {
    kind: "rest",
    key: "rest",
    kicker: today >= data.until ? words.unknown : ended ? words.rest : words.empty,
    title: observed ? fill(words.observed, observed) : (theme?.title ?? data.name),
    lines: [
      next ? fill(words.nextEvent, { title: next.event.title }) : "",
      next ? joined([dayWithWeekday(next.first), hoursText(next), next.place]) : "",
      observed && theme ? `${words.theme} · ${theme.title}` : (counted ?? ""),
    ],
    picture: theme?.picture,
    code: data.code,
    caption: words.scanAll,
    colour: theme?.colour,
  };
};

const themeSlides = (data, today) =>
  data.months
    .filter(({ month }) => month === today.slice(0, 7))
    .map((theme) => ({
      kind: "theme",
      key: "theme",
      kicker: words.theme,
      title: theme.title,
      lines: theme.days.map(({ name, first, last }) =>
        joined([name, last > first ? shortSpan(first, last) : shortDay(first)]),
      ),
      ...pick(theme),
    }));

const pick = ({ picture, code, colour }) => ({ picture, code, colour, caption: words.scan });

const campaignSlide = (kicker, number, one) => ({
  kind: "campaign",
  key: `campaign ${one.first}`,
  kicker: fill(kicker, one),
  number,
  title: one.slogan,
  lines: [shortSpan(one.first, one.last)],
  ...pick(one),
});

/** The campaigns that are on, except those of many weeks, and the next one with the days until it begins. */
const campaignSlides = ({ campaigns }, today) => {
  const isShort = ({ first, last }) => daysBetween(first, last) < LONGEST_CAMPAIGN;
  const passed = ({ first }) => daysBetween(first, today);
  const on = campaigns.filter((one) => one.first <= today && today <= one.last && isShort(one));
  const next = campaigns.filter(({ first }) => first > today).slice(0, 1);
  return [
    ...on.map((one) => campaignSlide(words.campaign, fill(words.dayOf, { count: passed(one) + 1 }), one)),
    ...next.map((one) => campaignSlide(words.countdown, fill(words.days, { count: -passed(one) }), one)),
  ];
};

const slidesOf = (data, dates, { now, known }) => {
  const today = dayOf(now);
  if (!known) {
    const ahead = between(dates, today, data.until, now, MOST);
    const listed = listSlides("ahead", words.ahead, ahead, data, true);
    return listed.length > 0 ? listed : [restSlide({ ...data, until: today }, dates, now, today)];
  }
  const all = between(dates, today, today, now, MOST);
  const listed = listSlides("today", words.today, all, data, false);
  const todays = listed.length > 0 ? listed : [restSlide(data, dates, now, today)];
  return [
    ...nowSlides(dates, now),
    ...nextSlides(dates, now, today),
    ...todays,
    ...weekSlides(data, dates, now, today),
    ...themeSlides(data, today),
    ...campaignSlides(data, today),
  ];
};

/**
 * The slides at a moment, never none, each with a code. Where the moment is not known, nothing is said to be now, today
 * or next.
 */
export const slidesAt = (data, dates, moment) =>
  slidesOf(data, dates, moment).map((slide) => ({ ...slide, code: slide.code || data.code }));
