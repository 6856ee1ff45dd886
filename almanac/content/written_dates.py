"""Rewrites one date as people write it, such as 2026年12月5日 下午2点, in the form of front matter."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time

DAY = r"(?P<year>\d{4})\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*[日号]?|(?P<digits>\d{8})"
WEEKDAY = r"\(?(?:周|星期|礼拜)[一二三四五六日天]\)?"
PART = r"(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚|[ap]\.?m\.?)?"
TIME = r"(?P<hour>\d{1,2})\s*(?:[:点时]\s*(?P<minute>\d{1,2}|半|整)?)\s*分?(?::\d{2})?"
WRITTEN = re.compile(rf"(?:{DAY})(?:\s*{WEEKDAY})?(?:[T,\s]*{PART}\s*{TIME}\s*(?P<later>[ap]\.?m\.?)?)?", re.IGNORECASE)
AFTERNOON = frozenset({"下午", "傍晚", "pm"})
EVENING = frozenset({"晚上", "晚"})
NIGHT = frozenset({"凌晨", "am"})
NOON = 12
END_SIGNS = ";。,."
DASH = re.compile(r"\s*(?:[-–—~至到]|--)\s*")
MINUTES = {"半": 30, "整": 0, None: 0}


def rewritten(value: str) -> str | None:
    """The date in the form 2026-12-05 or 2026-12-05 14:00; None where the value is no date, or more than one."""
    found = WRITTEN.fullmatch(unicodedata.normalize("NFKC", value).strip(f"{END_SIGNS} \t"))
    if not found:
        return None
    digits = found["digits"] or ""
    written = (digits[:4], digits[4:6], digits[6:]) if digits else found.group("year", "month", "day")
    year, month, day = map(int, written)
    minute = MINUTES.get(found["minute"])
    try:
        clock = time(_hour(found), int(found["minute"]) if minute is None else minute)
        moment = datetime.combine(date(year, month, day), clock)
    except ValueError:
        return None
    return f"{moment:%Y-%m-%d %H:%M}" if found["hour"] else f"{moment:%Y-%m-%d}"


def _hour(found: re.Match[str]) -> int:
    """The hour of the day; 24, which is no hour, where nobody can tell."""
    hour = int(found["hour"] or 0)
    part = (found["part"] or found["later"] or "").lower().replace(".", "")
    if part in EVENING and hour == NOON:
        return 24
    if part in NIGHT:
        return hour % NOON
    if (part in AFTERNOON | EVENING and hour < NOON) or (part == "中午" and hour < NOON // 2):
        return hour + NOON
    return hour


def rewritten_span(value: str) -> tuple[str, str] | None:
    """The start and the end of a span such as 2026-12-05 14:00-16:00; None where the value is none."""
    plain = unicodedata.normalize("NFKC", value)
    for dash in DASH.finditer(plain):
        start, rest = rewritten(plain[: dash.start()]), plain[dash.end() :]
        end = rewritten(rest) or (rewritten(f"{start[:10]} {rest}") if start and " " in start else None)
        if start and end and len(start) == len(end) and start < end:
            return start, end
    return None
