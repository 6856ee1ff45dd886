// Days and moments in the words of the page's language.
import { addDays, weekdayOf, weekendOf } from "./days.js";
import { root } from "./dom.js";
import { words } from "./words.js";

const shortFormat = new Intl.DateTimeFormat(root.lang, {
  timeZone: root.dataset.zone,
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** A moment without its year, such as "26 November at 09:00". */
export const shortMoment = (moment) => shortFormat.format(moment);

/** "Today", "tomorrow" or "this weekend" for a near day; empty for all others. */
export const nearName = (day, today) => {
  if (day === today) return words.today;
  if (day === addDays(today, 1)) return words.tomorrow;
  return day > today && weekendOf(today).includes(day) ? words.weekend : "";
};

/** The name of a month given as yyyy-mm or yyyy-mm-dd. */
export const monthName = (month, names = words.months) => names[Number(month.slice(5, 7)) - 1];

/** Ages such as "6-12" or "6+" in words; empty without ages. */
export const agesText = (ages = "") => {
  const [first, last] = ages.split(/[-+]/);
  return (last ? words.ages : first && words.agesFrom).replace("{first}", first).replace("{last}", last);
};

const plurals = new Intl.PluralRules(root.lang);

/** ", 3 more dates"; empty for none. */
export const moreWords = (count) => {
  const pattern = plurals.select(count) === "one" ? words.moreOne : words.moreOther;
  return count > 0 ? pattern.replace("{count}", count) : "";
};

/** Shows a day on a leaf of the almanac. */
export const fillLeaf = (leaf, day) => {
  const month = monthName(day, leaf.matches(".leaf") ? words.shortMonths : words.months);
  leaf.classList.toggle("red", weekdayOf(day) > 4);
  leaf.querySelector(".leaf-month").textContent = month;
  leaf.querySelector(".leaf-day").textContent = String(Number(day.slice(8)));
  leaf.querySelector(".leaf-week").textContent = words.weekdays[weekdayOf(day)];
};

/** Turns a large leaf to another day, without the lunar date, which no script knows. */
export const turnLeaf = (leaf, day) => {
  leaf.querySelector(".leaf-lunar")?.remove();
  fillLeaf(leaf, day);
};
