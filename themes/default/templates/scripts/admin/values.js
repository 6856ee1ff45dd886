// Reads single values as their declaration wants them: moments, addresses, numbers, names of records.
import { Unreadable } from "./messages.js";
import { isKnown } from "./names.js";

const BLANKS = /[\s\x1c-\x1f\x85]+/g; // eslint-disable-line no-control-regex -- what Python counts as blank
const INVISIBLE = /[\p{Cc}\p{Cs}\p{Co}\u202a\u202b\u202d\u202e\u2066-\u2068]/u;
const MOMENT = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const AGES = /^(\d{1,2})(?:-(\d{1,2})|\+)$/;
const LONGEST_ID = 120;

/** A number with two digits at least. */
export const twoDigits = (number) => String(number).padStart(2, "0");

const lineOf = (text, form) => {
  const plain = text.replace(new RegExp(form.patterns.widthless, "gu"), "");
  const sign = [...plain.replace(BLANKS, "")].find((one) => INVISIBLE.test(one));
  if (sign) {
    const code = sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw new Unreadable("invisible", { code });
  }
  return plain.replace(BLANKS, " ").trim();
};

const momentOf = (value, form) => {
  const found = MOMENT.exec(value);
  if (!found) throw new Unreadable("moment", { value });
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0));
  const [first, last] = form.years;
  if (year < first || year > last) throw new Unreadable("year", { year, first, last });
  const made = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const isDay = made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
  if (!isDay || hour > 23 || minute > 59 || second > 59) throw new Unreadable("no_day", { value, hint: "moment_hint" });
  const time = found[4] ? ` ${twoDigits(hour)}:${twoDigits(minute)}${second ? `:${twoDigits(second)}` : ""}` : "";
  return `${year}-${twoDigits(month)}-${twoDigits(day)}${time}`;
};

const dayValue = (value, form) => {
  const moment = momentOf(value, form);
  if (moment.length > 10) throw new Unreadable("timed", { value });
  return moment;
};

const isAddress = (value) => /^https?:\/\/[^/?#[\]]+/i.test(value) && !value.includes(" ");
const urlOf = (value) => {
  if (!isAddress(value)) throw new Unreadable("url", { value });
  return value;
};

const isId = (value, pattern) =>
  new RegExp(pattern).test(value) && !value.includes("..") && !value.endsWith(".") && value.length <= LONGEST_ID;
const idOf = (value, form, { pattern }) => {
  if (!isId(value, pattern)) throw new Unreadable("id", { value: value.slice(0, LONGEST_ID) });
  return value;
};

const aliasOf = (value, form) => {
  const { pattern } = form.fields.find((field) => field.kind === "id");
  const parts = value.replace(/^\/+|\/+$/g, "").split("/");
  if (!parts.every((part) => isId(part, pattern))) throw new Unreadable("alias", { value });
  return `/${parts.join("/")}/`;
};

const assetOf = (value) => {
  const path = value.replace(/^\.\//, "").replace(/^content\//, "");
  const isBelow = /^(images|files)\//.test(path) && !path.split("/").includes("..") && !path.includes("\\");
  if (!isBelow) throw new Unreadable("asset", { value });
  return path;
};

const agesOf = (value) => {
  const found = AGES.exec(value);
  if (!found) throw new Unreadable("ages", { value });
  if (found[2] && Number(found[1]) > Number(found[2])) throw new Unreadable("ages_order", { value, hint: "ages_hint" });
  return value;
};

/** A number as Python writes it. */
const decimal = (number) => {
  if (Number.isInteger(number)) return Object.is(number, -0) ? "-0.0" : number.toFixed(1);
  const isSmall = Math.abs(number) < 1e-4;
  return isSmall ? number.toExponential().replace(/e-(\d)$/, "e-0$1") : String(number);
};

const coordinatesOf = (value) => {
  const parts = value.split(",");
  const numbers = parts.map((part) => (part.trim() ? Number(part) : NaN));
  if (numbers.length !== 2 || numbers.some(Number.isNaN)) throw new Unreadable("coordinates");
  const [longitude, latitude] = numbers;
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) {
    const [east, north] = numbers.map(decimal);
    throw new Unreadable("nowhere", { longitude: east, latitude: north, hint: "coordinates_hint" });
  }
  return numbers.map(decimal);
};

const numberOf = (value, form, { label }) => {
  if (!/^[+-]?\d+$/.test(value)) throw new Unreadable("number", { name: label, value });
  return BigInt(value.replace("+", "")).toString();
};

const READERS = {
  moment: momentOf,
  day: dayValue,
  url: urlOf,
  id: idOf,
  alias: aliasOf,
  asset: assetOf,
  attachment: (value) => (value.includes(":") ? urlOf(value) : assetOf(value)),
  ages: agesOf,
  coordinates: coordinatesOf,
  number: numberOf,
};

/** A name as it stands in the file. Throws where no record has it and it may be no plain text. */
const nameOf = (value, field, form) => {
  if (!isKnown(form, field, value)) {
    if (field.to === "assets") throw new Unreadable("no_file", { name: value });
    throw new Unreadable("unknown", { name: value, folder: form.folders[field.to] });
  }
  return value;
};

/** Reads one value of a field, which is a text; undefined for an empty one. */
export const valueOf = (text, field, form) => {
  const line = lineOf(String(text ?? ""), form);
  if (!line) return undefined;
  const value = READERS[field.kind]?.(line, form, field) ?? line;
  return field.to ? nameOf(value, field, form) : value;
};
