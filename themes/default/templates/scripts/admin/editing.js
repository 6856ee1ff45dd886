// Changes keys of a file line by line: all other lines, comments and their order stay as they are.
import { linesBy } from "./writing.js";

/** Whether two values are the same. */
export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The keys in which front matter differs, each with its new value; undefined for a key that goes. */
export const changesOf = (before, after) => {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return new Map([...keys].filter((key) => !isSame(before[key], after[key])).map((key) => [key, after[key]]));
};

/** The lines of one key, or their replacement. Comments and blank lines after it stay. */
const changedLines = (lines, written) => {
  const last = lines.findLastIndex((line, place) => place === 0 || (line.trim() && !line.startsWith("#")));
  return [...written, ...lines.slice(last + 1)];
};

/** The file with some keys changed, and with another body if one is given. New keys come last. */
export const changedText = (form, source, changes, body) => {
  const keyLines = linesBy(form.quoting);
  const lines = source.text.split("\n");
  const head = lines.slice(1, source.lines + 1);
  const rest = body ?? lines.slice(source.lines + 2).join("\n");
  const linesFor = (key) => {
    const value = changes.get(key);
    return value === undefined ? [] : keyLines(key, value).trimEnd().split("\n");
  };
  const kept = head.slice(0, source.keys[0]?.[0] ?? head.length);
  for (const [number, [place, key]] of source.keys.entries()) {
    const own = head.slice(place, source.keys[number + 1]?.[0] ?? head.length);
    kept.push(...(changes.has(key) ? changedLines(own, linesFor(key)) : own));
  }
  const known = source.keys.map(([, key]) => key);
  for (const key of changes.keys()) if (!known.includes(key)) kept.push(...linesFor(key));
  return ["---", ...kept, "---", rest].join("\n");
};

/** The lines of two texts, each with "-" for one that goes, "+" for one that comes, or a blank. */
export const difference = (before, after) => {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const common = Array.from({ length: old.length + 1 }, () => new Uint16Array(fresh.length + 1));
  for (let at = old.length - 1; at >= 0; at -= 1) {
    for (let to = fresh.length - 1; to >= 0; to -= 1) {
      const most = Math.max(common[at + 1][to], common[at][to + 1]);
      common[at][to] = old[at] === fresh[to] ? common[at + 1][to + 1] + 1 : most;
    }
  }
  const found = [];
  let [at, to] = [0, 0];
  while (at < old.length || to < fresh.length) {
    if (at < old.length && to < fresh.length && old[at] === fresh[to]) {
      found.push([" ", old[at]]);
      [at, to] = [at + 1, to + 1];
    } else if (at < old.length && (to === fresh.length || common[at + 1][to] >= common[at][to + 1])) {
      found.push(["-", old[at++]]);
    } else found.push(["+", fresh[to++]]);
  }
  return found;
};
