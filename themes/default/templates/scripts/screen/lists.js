// The slides of a list of dates.
import { isCalledOff } from "../page/states.js";
import { words } from "../page/words.js";
import { dayWithWeekday, fill, hoursText, joined, repeatText, statusText } from "./texts.js";

const ROWS = 4; // on one slide, so that they are read from the other side of the room
const FEW = 2; // rows that are drawn larger
const SLIDES = 3; // of one list

/** The number of dates that the slides of a list hold. */
export const MOST = ROWS * SLIDES;

const rowOf = (withDay) => (date) => ({
  when: [repeatText(date) || (withDay ? dayWithWeekday(date.first) : ""), hoursText(date)].filter(Boolean).join("\n"),
  title: date.event.title,
  place: joined([statusText(date), date.place, date.event.sample ? words.sample : ""]),
  off: isCalledOff(date.status),
  colour: date.event.colour,
});

/** The slides of a list: some rows on each, and on the last how many are left out. */
export const listSlides = (key, kicker, { chosen, left }, data, withDay) => {
  const count = Math.ceil(chosen.length / ROWS);
  const size = Math.ceil(chosen.length / count); // rows are spread evenly
  const pages = Array.from({ length: count }, (_, page) => chosen.slice(page * size, (page + 1) * size));
  return pages.map((dates, page) => ({
    kind: dates.length > FEW ? "list" : "list few",
    key: `${key} ${page}`,
    kicker,
    rows: dates.map(rowOf(withDay)),
    more:
      left > 0 && page === pages.length - 1 ? fill(left > 1 ? words.moreOther : words.moreOne, { count: left }) : "",
    code: data.code,
    caption: words.scanAll,
  }));
};
