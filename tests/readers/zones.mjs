// Converts local times to UTC with ical.js. Standard input: JSON, a list of [VTIMEZONE, [local time, …]]. Standard output:
// JSON, a list of lists of seconds since 1970. A local time is given as seconds since 1970, as if it were in UTC.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

function converted([component, times]) {
  const zone = new ICAL.Timezone(new ICAL.Component(ICAL.parse(component)));
  return times.map((seconds) => {
    const time = ICAL.Time.fromJSDate(new Date(seconds * 1000), true);
    return seconds - zone.utcOffset(time);
  });
}

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(converted)));
