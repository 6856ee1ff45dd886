// Dates in words, such as 下周六下午两点到四点: the start and the end as front matter writes moments.
import { dayMeanings } from "../search/daywords.js";
import { twoDigits } from "./reading.js";

const PARTS = "凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚";
const HOUR = "\\d{1,2}|[一二三四五六七八九十两]{1,3}";
const MINUTES = "\\d{1,2}|半|整|一刻|三刻";
const TIME = `(?<part>${PARTS})?\\s*(?<hour>${HOUR})\\s*(?:[:点时]\\s*(?<minute>${MINUTES})?)\\s*分?`;
const UNTIL = /^\s*(?:--|[-–—~至到])+\s*/;
const FROM_NOON = ["下午", "傍晚", "晚上", "晚"];
const FOUND_AS_DAY = ["day", "date", "near"];
const NAMED_MINUTES = { 半: 30, 整: 0, 一刻: 15, 三刻: 45 };
const DIGITS = "零一二三四五六七八九十";

const spokenNumber = (text) => {
  if (/^\d+$/.test(text)) return Number(text);
  const [tens, ones] = text.replace("两", "二").includes("十") ? text.replace("两", "二").split("十") : ["", text.replace("两", "二")];
  const ten = text.includes("十") ? 10 * (tens ? DIGITS.indexOf(tens) : 1) : 0;
  return ten + (ones ? DIGITS.indexOf(ones) : 0);
};


/** The time at the front of a text, and the rest of it; `usual` is the part of the day where the text names none. */
const timeIn = (text, usual) => {
  const found = new RegExp(`^[\\s,]*${TIME}`).exec(text);
  if (!found) return undefined;
  const { part = usual, hour, minute } = found.groups;
  const written = spokenNumber(hour);
  const isLater = (FROM_NOON.includes(part) && written < 12) || (part === "中午" && written < 6);
  const [hours, minutes] = [isLater ? written + 12 : written, minute ? (NAMED_MINUTES[minute] ?? Number(minute)) : 0];
  if (hours > 23 || minutes > 59) return undefined;
  return { time: `${twoDigits(hours)}:${twoDigits(minutes)}`, part, rest: text.slice(found[0].length) };
};

/** The day that a text names, and what follows its words. */
const dayIn = (text, today, dates) => {
  const iso = /(\d{4})[-./](\d{1,2})[-./](\d{1,2})/.exec(text);
  if (iso) return { day: `${iso[1]}-${twoDigits(iso[2])}-${twoDigits(iso[3])}`, rest: text.slice(iso.index + iso[0].length) };
  const meanings = dayMeanings(dates);
  for (const [kind, pattern] of dates.patterns ?? []) {
    const found = FOUND_AS_DAY.includes(kind) && new RegExp(pattern).exec(text);
    if (!found) continue;
    // 今晚 names a part of the day too.
    const end = found.index + found[0].length - (found[0].endsWith("晚") ? 1 : 0);
    return { day: meanings[kind](today, ...found.slice(1)), rest: text.slice(end) };
  }
  return undefined;
};

/** The start and the end that a text names; undefined where it names no day, `end` undefined where it names none. */
export const spanIn = (text, today, dates) => {
  const plain = text.normalize("NFKC");
  const found = dayIn(plain, today, dates);
  if (!found || found.day.length !== 10) return undefined;
  const rest = found.rest.replace(/^\s*\(?(?:周|星期|礼拜)[一二三四五六日天]\)?/, "");
  const begin = timeIn(rest);
  if (!begin) {
    const until = UNTIL.exec(rest);
    const last = until && dayIn(rest.slice(until[0].length), today, dates);
    return { start: found.day, end: last?.day.length === 10 ? last.day : undefined };
  }
  const until = UNTIL.exec(begin.rest);
  const end = until && timeIn(begin.rest.slice(until[0].length), begin.part);
  return { start: `${found.day} ${begin.time}`, end: end ? `${found.day} ${end.time}` : undefined };
};
