// Days and moments in the site's time zone, whatever the visitor's is.
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
