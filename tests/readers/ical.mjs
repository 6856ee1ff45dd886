// Reads calendar files with ical.js and prints what they say as JSON: the file names come as arguments.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const utc = (time) => (time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString().replace(".000Z", "Z"));

function eventsOf(file) {
  ICAL.TimezoneService.reset();
  const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, "utf8")));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component, { exceptions: [] });
    return {
      uid: event.uid,
      title: event.summary,
      start: utc(event.startDate),
      end: utc(event.endDate),
      status: component.getFirstPropertyValue("status"),
      rule: component.getFirstPropertyValue("rrule")?.toString() ?? null,
      instances: event.isRecurring() ? instances(component) : null,
    };
  });
}

function instances(component) {
  const found = [];
  const expansion = new ICAL.RecurExpansion({ component, dtstart: component.getFirstPropertyValue("dtstart") });
  for (let next = expansion.next(); next && found.length < 1000; next = expansion.next()) found.push(utc(next));
  return found;
}

const files = process.argv.slice(2);
process.stdout.write(JSON.stringify(Object.fromEntries(files.map((file) => [file, eventsOf(file)]))));
