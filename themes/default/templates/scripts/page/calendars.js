// Links to other calendars, each of which takes one date of an event: the next one, or the one that is chosen.
import { addDays } from "./days.js";
import { all } from "./dom.js";
import { isCalledOff } from "./states.js";

const inUtc = (text) => `${new Date(text).toISOString().slice(0, 19)}Z`;
const compact = (text) => text.replaceAll(/[-:]/g, "");
const dayIn = (text) => text.slice(0, 10); // the times of the page have the offset of the site

/** Start and end of a date in UTC, or its first day and the one after its last. */
const spanOf = (date) => {
  const { starts, ends } = date.dataset;
  const timed = date.querySelector("time").dateTime.includes("T");
  return timed ? [inUtc(starts), inUtc(ends)] : [dayIn(starts), dayIn(ends)];
};

/** A link for another date. Calendars name the same things differently; Yahoo's last day is inclusive. */
const dated = (href, date, { title, place }) => {
  const [start, end] = spanOf(date);
  const timed = start.includes("T");
  const note = date.querySelector(".note")?.textContent;
  const words = encodeURIComponent(note ? `${title} · ${note}` : title);
  const where = encodeURIComponent(date.dataset.place ?? place);
  const values = {
    text: words,
    subject: words,
    title: words,
    location: where,
    in_loc: where,
    dates: `${compact(start)}%2F${compact(end)}`,
    startdt: encodeURIComponent(start),
    enddt: encodeURIComponent(end),
    allday: String(!timed),
    st: compact(start),
    et: timed ? compact(end) : `${compact(addDays(end, -1))}&dur=allday`,
  };
  const known = new RegExp(`([?&])(${Object.keys(values).join("|")})=[^&]*`, "g");
  return href.replace("&dur=allday", "").replace(known, (_, before, name) => `${before}${name}=${values[name]}`);
};

/** Offers the dates of an event that are not over or called off; the links are those of `next` before one is chosen. */
export const offerDates = (event, next) => {
  const control = event.querySelector(".calendars[data-title]");
  const dates = all("#event-dates > .date", event).filter((date) => !isCalledOff(date.dataset.status));
  if (!control || dates.length === 0) return;
  const select = control.querySelector("select");
  const again = dates.find((date) => date.dataset.starts === select.value);
  const chosen = again ?? (dates.includes(next) ? next : dates[0]);
  const option = (date) => new Option(date.querySelector("time").textContent, date.dataset.starts);
  select.replaceChildren(...dates.map(option));
  const show = (date) => {
    for (const link of all(".one a", control)) link.href = dated(link.href, date, control.dataset);
  };
  select.value = chosen.dataset.starts;
  select.onchange = () => show(dates[select.selectedIndex]);
  show(chosen);
  control.querySelector(".chooser").hidden = false;
  control.querySelector(".one-date").hidden = true;
};
