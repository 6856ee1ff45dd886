// Writes the file of an event as `almanac new` does.

/** Whether a value is a mapping. */
export const isMapping = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const isPrintable = (sign) => sign === " " || !/[\p{C}\p{Z}]/u.test(sign);

const escapedSign = (sign) => {
  if (sign === '"' || sign === "\\") return `\\${sign}`;
  if (isPrintable(sign)) return sign;
  const code = sign.codePointAt(0);
  const digits = (count) => code.toString(16).toUpperCase().padStart(count, "0");
  if (code <= 0xff) return `\\x${digits(2)}`;
  return code <= 0xffff ? `\\u${digits(4)}` : `\\U${digits(8)}`;
};

const signsOf = (signs) => signs.replace(/[\\\]^-]/g, "\\$&");

/** A function that writes a text as a YAML scalar: as it stands where the table allows it, else in double quotes. */
const scalarBy = (quoting) => {
  const { first, further } = quoting;
  const plain = new RegExp(`^[\\p{L}\\p{N}_${signsOf(first)}][\\p{L}\\p{N}_${signsOf(further)}]*$`, "u");
  const isPlain = (text) =>
    plain.test(text) &&
    !quoting.never.includes(text) &&
    !quoting.never_at_end.some((end) => text.endsWith(end)) &&
    !quoting.never_within.some((part) => text.includes(part));
  return (text) => (isPlain(text) ? text : `"${[...text].map(escapedSign).join("").replaceAll("_x", "\\x5Fx")}"`);
};

/** A function that writes a key and its value as lines of front matter. */
export const linesBy = (quoting) => {
  const scalar = scalarBy(quoting);
  const flow = (value) => {
    if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
    if (!isMapping(value)) return scalar(value);
    const entries = Object.entries(value).map(([key, entry]) => `${scalar(key)}: ${flow(entry)}`);
    return `{${entries.join(", ")}}`;
  };
  const block = (value) => {
    if (Array.isArray(value) && value.some(isMapping)) return value.map((entry) => `\n  - ${flow(entry)}`).join("");
    if (isMapping(value) && Object.values(value).some(isMapping)) {
      return Object.entries(value)
        .map(([key, entry]) => `\n  ${scalar(key)}: ${flow(entry)}`)
        .join("");
    }
    return ` ${flow(value)}`;
  };
  return (key, value) => `${scalar(key)}:${block(value)}\n`;
};

/** The whole file: the keys of the tree, comments for further keys, and the body. */
export const fileText = (form, tree, body) => {
  const keyLines = linesBy(form.quoting);
  const keys = Object.entries(tree).map(([key, value]) => keyLines(key, value));
  const { further, keys: commented, listed } = form.comments;
  const unused = commented.filter(([key]) => !(key in tree)).map(([, line]) => line);
  const comments = [further, ...unused, ...listed].map((line) => `${`# ${line}`.trimEnd()}\n`);
  return `---\n${[...keys, ...comments].join("")}---\n${body}`;
};

/** The syllable of each common character, from the runs of equal pinyin in the order of GB 2312. */
export const syllablesOf = (runs) => {
  const decoder = new TextDecoder("gb2312");
  const found = new Map();
  let place = 0;
  for (const run of runs.split(" ")) {
    const [, syllable, count] = /^([a-z]+)(\d*)$/.exec(run);
    for (let left = Number(count || 1); left; left -= 1, place += 1) {
      const code = new Uint8Array([0xb0 + Math.floor(place / 94), 0xa1 + (place % 94)]);
      found.set(decoder.decode(code), syllable);
    }
  }
  return found;
};

/** A title in lower-case letters, digits and hyphens: pinyin without tones, shortened between syllables. */
export const slugOf = (title, syllables, longest) => {
  const spoken = [...title.normalize("NFKC")].map((sign) => (syllables.has(sign) ? ` ${syllables.get(sign)} ` : sign));
  let slug = "";
  for (const part of spoken.join("").toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    if (slug && slug.length + part.length >= longest) break;
    slug = slug ? `${slug}-${part}` : part.slice(0, longest);
  }
  return slug || "event";
};

/** The path of the file of a new event, below `undated` without a day. */
export const pathOf = (tree, slug) => {
  const starts = (tree.sessions ?? []).map((session) => session.start).filter(Boolean);
  const day = (tree.start ?? starts.sort()[0])?.slice(0, 10);
  return `content/events/${day ? `${day.slice(0, 4)}/${day.slice(5, 7)}/${day}-${slug}` : `undated/${slug}`}.md`;
};
