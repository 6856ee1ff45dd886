// Reads calendar files with ical.js and prints what they say as JSON: the file names come as lines on standard input.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const utc = (time) => (time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString().replace(".000Z", "Z"));

function read(file) {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const components = calendar.getAllSubcomponents("vevent");
  return { events: components.map(told), dates: dates(components) };
}

function told(component) {
  const event = new ICAL.Event(component, { exceptions: [] });
  return {
    uid: event.uid,
    title: event.summary,
    start: utc(event.startDate),
    end: utc(event.endDate),
    status: component.getFirstPropertyValue("status"),
    categories: component.getAllProperties("categories").flatMap((property) => property.getValues()),
  };
}

/** Every date of every event as [uid, start, end, title], repeats expanded and what departs from them put in their place. */
function dates(components) {
  const masters = components.filter((component) => !component.hasProperty("recurrence-id"));
  return masters.flatMap((component) => {
    const uid = component.getFirstPropertyValue("uid");
    const exceptions = components.filter((other) => other.hasProperty("recurrence-id") && other.getFirstPropertyValue("uid") === uid);
    const event = new ICAL.Event(component, { exceptions });
    if (!event.isRecurring()) return [[uid, utc(event.startDate), utc(event.endDate), event.summary]];
    const found = [];
    const expansion = event.iterator();
    for (let next = expansion.next(); next && found.length < 1000; next = expansion.next()) {
      const { startDate, endDate, item } = event.getOccurrenceDetails(next);
      found.push([uid, utc(startDate), utc(endDate), item.summary]);
    }
    return found;
  });
}

const files = readFileSync(0, "utf8").split("\n").filter(Boolean);
process.stdout.write(JSON.stringify(Object.fromEntries(files.map((file) => [file, read(file)]))));
