// Several events as one calendar file.
import { root } from "../page/dom.js";

/** One calendar of several: the head of the first, the entries of all (RFC 5545, section 3.4). */
const joined = (calendars) => {
  const [head] = calendars[0].split("BEGIN:VEVENT");
  const entries = calendars.map((text) => text.slice(text.indexOf("BEGIN:VEVENT"), text.lastIndexOf("END:VCALENDAR")));
  return `${head}${entries.join("")}END:VCALENDAR\r\n`;
};

/** Saves the calendar files of some events as one. Throws where none can be loaded. */
export const saveCalendar = async (events, name) => {
  const files = events.map((event) => `${root.dataset.base}${event.address.slice(1, -1)}.ics`);
  const answers = await Promise.all(files.map((file) => fetch(file)));
  const calendars = await Promise.all(answers.filter((answer) => answer.ok).map((answer) => answer.text()));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([joined(calendars)], { type: "text/calendar;charset=utf-8" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
};
