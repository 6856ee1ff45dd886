// The dates of the data, read once: moments and days of each date, with its event.
import { addDays } from "../page/days.js";

const MIDNIGHT = "00:00:00";
const timeOf = (text) => text.slice(11, 19);

/** A date that ends at midnight, or in the night before noon, has its last day before. */
const lastDay = (startText, endText) => {
  const [first, last] = [startText.slice(0, 10), endText.slice(0, 10)];
  const overnight = last === addDays(first, 1) && timeOf(endText) < "12:00:00" && timeOf(endText) < timeOf(startText);
  return last > first && (timeOf(endText) === MIDNIGHT || overnight) ? addDays(last, -1) : last;
};

const dateOf = (event) => ([startText, endText, hours, status, place]) => ({
  event,
  starts: new Date(startText),
  ends: new Date(endText),
  first: startText.slice(0, 10),
  last: lastDay(startText, endText),
  hours,
  begins: startText.slice(11, 16),
  closes: endText.slice(11, 16),
  allDay: timeOf(startText) === MIDNIGHT && timeOf(endText) === MIDNIGHT,
  status,
  place,
});

/** Every date of the data, in the order of their beginnings. */
export const datesOf = (data) =>
  data.events.flatMap((event) => event.dates.map(dateOf(event))).sort((one, other) => one.starts - other.starts);
