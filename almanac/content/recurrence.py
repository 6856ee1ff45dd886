"""Rules of repetition (RFC 5545, section 3.3.10) whose dates are days: each is checked, then expanded day by day.

Expanding is bounded: it looks at each day of ten years once, whatever the rule is.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TypeAlias
from zoneinfo import ZoneInfo

from almanac.core.problems import Text, text

Moment: TypeAlias = date | datetime
MOST_OCCURRENCES = 750
LONGEST_REPEAT = timedelta(days=3653)  # ten years
RULE_HINT = text("Write a rule such as FREQ=WEEKLY;BYDAY=SA;UNTIL=20270331.")
LONGEST_RULE = 500  # characters
WEEKDAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
DAY = "MO|TU|WE|TH|FR|SA|SU"
NUMBER_OF_YEAR = "[+-]?(?:[1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-6])"
NUMBER_OF_MONTH = "[+-]?(?:[1-9]|[12][0-9]|3[01])"
ORDINAL = "[+-]?(?:[1-9]|[1-4][0-9]|5[0-3])"


def _list_of(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})(?:,(?:{pattern}))*")


PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY|YEARLY"),
    "UNTIL": re.compile("[0-9]{8}(?:T[0-9]{6})?"),
    "COUNT": re.compile("0*[1-9][0-9]{0,8}"),
    "INTERVAL": re.compile("0*[1-9][0-9]{0,2}"),
    "BYDAY": _list_of(f"(?:{ORDINAL})?(?:{DAY})"),
    "BYMONTHDAY": _list_of(NUMBER_OF_MONTH),
    "BYMONTH": _list_of("0?[1-9]|1[0-2]"),
    "BYSETPOS": _list_of(NUMBER_OF_YEAR),
    "WKST": re.compile(DAY),
}


class InvalidRule(ValueError):  # noqa: N818 - becomes a Problem
    """The rule is none, or its dates cannot be listed."""

    def __init__(self, message: Text, hint: Text | None = RULE_HINT) -> None:
        super().__init__(message.message)
        self.message, self.hint = message, hint


def rule_parts(rule: str) -> dict[str, str]:
    """The parts of an RRULE by name, in upper case."""
    split = (part.partition("=") for part in rule.upper().replace(" ", "").split(";") if part)
    return {name: value for name, _, value in split}


def checked_rule(rule: str, start: Moment) -> str:
    """The rule in upper case. It has an end within ten years, and only parts that section 3.3.10 allows.

    Raises InvalidRule.
    """
    parts = rule_parts(rule)
    is_rule = parts.get("FREQ", "") and PARTS["FREQ"].fullmatch(parts["FREQ"])
    if not is_rule or not parts.keys() <= PARTS.keys() or len(rule) > LONGEST_RULE:
        raise InvalidRule(text("“{rule}” is not a rule of repetition.", rule=rule[:LONGEST_RULE]))
    if len(parts) < sum(1 for part in rule.split(";") if part.strip()):
        raise InvalidRule(text("A part of this rule stands there twice."))
    if ("UNTIL" in parts) == ("COUNT" in parts):
        raise InvalidRule(
            text("This repeat needs either UNTIL or COUNT, or it never ends."),
            text("Add ;UNTIL=20270331 (the last day) or ;COUNT=10."),
        )
    if "UNTIL" in parts and rule_until(parts) > _as_datetime(start) + LONGEST_REPEAT:
        raise InvalidRule(text("This repeat goes on for more than ten years."), text("Choose a nearer UNTIL."))
    if wrong := next((name for name, value in parts.items() if not _fits(name, value, parts)), None):
        raise InvalidRule(text("“{part}” is no part of such a rule.", part=f"{wrong}={parts[wrong]}"))
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _fits(name: str, value: str, parts: Mapping[str, str]) -> bool:
    """Whether a part has a value that it may have in a rule with these other parts."""
    if not PARTS[name].fullmatch(value):
        return False
    frequency = parts["FREQ"]
    if name == "BYDAY" and any(character.isdigit() for character in value):
        return frequency in {"MONTHLY", "YEARLY"}
    if name == "BYMONTHDAY":
        return frequency != "WEEKLY"
    return name != "BYSETPOS" or bool(parts.keys() & {"BYDAY", "BYMONTHDAY", "BYMONTH"})


def rule_until(parts: Mapping[str, str]) -> datetime:
    """The last local moment of a rule with UNTIL; a date alone includes the whole day. Raises InvalidRule."""
    until = parts["UNTIL"]
    try:
        if PARTS["UNTIL"].fullmatch(until):
            day = datetime.strptime(until[:8], "%Y%m%d")  # noqa: DTZ007 - local time of the site
            clock = datetime.strptime(until[9:] or "235959", "%H%M%S").time()  # noqa: DTZ007 - likewise
            return datetime.combine(day, clock)
    except ValueError:  # 20270230
        pass
    raise InvalidRule(text("UNTIL={until} is not a date.", until=until), text("Write the last day as UNTIL=20270331."))


def published_rule(rule: str, start: Moment, zone: ZoneInfo) -> str:
    """The rule, its UNTIL of the type of DTSTART: a date, or a moment in UTC."""
    parts = rule_parts(rule)
    if "UNTIL" in parts:
        until = rule_until(parts)
        in_utc = until.replace(tzinfo=zone).astimezone(UTC)
        parts["UNTIL"] = f"{in_utc:%Y%m%dT%H%M%SZ}" if isinstance(start, datetime) else f"{until:%Y%m%d}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def starts_of(rule: str, start: Moment) -> list[Moment]:
    """Every start of a checked rule, the last day included.

    Raises InvalidRule if there are none, too many, or if COUNT is not reached within ten years.
    """
    parts = rule_parts(rule)
    last = rule_until(parts) if "UNTIL" in parts else _as_datetime(start) + LONGEST_REPEAT
    count = int(parts.get("COUNT", "0"))
    most = min(count or MOST_OCCURRENCES + 1, MOST_OCCURRENCES + 1)
    found = list(islice(_starts(parts, _as_datetime(start), last), most))
    if len(found) > MOST_OCCURRENCES:
        raise InvalidRule(
            text("This repeat has more than {most} dates.", most=MOST_OCCURRENCES),
            text("Choose a nearer UNTIL or a smaller COUNT."),
        )
    if not found:
        raise InvalidRule(text("No day within ten years fits this repeat."), RULE_HINT)
    if len(found) < count:
        raise InvalidRule(text("This repeat goes on for more than ten years."), text("Choose a smaller COUNT."))
    return [moment if isinstance(start, datetime) else moment.date() for moment in found]


def _starts(parts: Mapping[str, str], start: datetime, last: datetime) -> Iterator[datetime]:
    fits = _day_test(parts, start.date())
    positions = [int(place) for place in parts.get("BYSETPOS", "").split(",") if place]
    for first, end in _periods(parts, start.date(), last.date()):
        days = [day for number in range(first, end) if fits(day := date.fromordinal(number))]
        if positions:
            days = sorted({days[place] for place in map(_index, positions) if -len(days) <= place < len(days)})
        moments = (datetime.combine(day, start.time()) for day in days)
        yield from (moment for moment in moments if start <= moment <= last)


def _index(position: int) -> int:
    return position - 1 if position > 0 else position


def _periods(parts: Mapping[str, str], start: date, last: date) -> Iterator[tuple[int, int]]:
    """The first day of every period of the frequency, and the day after its last, as ordinals."""
    interval, end = int(parts.get("INTERVAL", "1")), last.toordinal()
    match parts["FREQ"]:
        case "DAILY":
            yield from ((day, day + 1) for day in range(start.toordinal(), end + 1, interval))
        case "WEEKLY":
            begin = start.toordinal() - (start.weekday() - WEEKDAYS[parts.get("WKST", "MO")]) % 7
            yield from ((day, day + 7) for day in range(begin, end + 1, 7 * interval))
        case "MONTHLY":
            first, final = start.year * 12 + start.month - 1, last.year * 12 + last.month - 1
            for month in range(first, final + 1, interval):
                begin = date(month // 12, month % 12 + 1, 1).toordinal()
                yield begin, begin + monthrange(month // 12, month % 12 + 1)[1]
        case _:
            for year in range(start.year, last.year + 1, interval):
                begin = date(year, 1, 1).toordinal()
                yield begin, begin + 365 + isleap(year)


def _day_test(parts: Mapping[str, str], start: date) -> Callable[[date], bool]:
    """Whether a day is one of the rule: a part that is missing follows from the start."""
    months = _numbers(parts, "BYMONTH")
    month_days = _numbers(parts, "BYMONTHDAY")
    weekdays = {(int(one[:-2] or "0"), WEEKDAYS[one[-2:]]) for one in parts.get("BYDAY", "").split(",") if one}
    if not month_days and not weekdays:
        if parts["FREQ"] == "WEEKLY":
            weekdays = {(0, start.weekday())}
        elif parts["FREQ"] != "DAILY":
            month_days = {start.day}
        if parts["FREQ"] == "YEARLY":
            months = months or {start.month}
    in_year = parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts

    def fits(day: date) -> bool:
        if months and day.month not in months:
            return False
        length = monthrange(day.year, day.month)[1]
        if month_days and day.day not in month_days and day.day - length - 1 not in month_days:
            return False
        if not weekdays or (0, day.weekday()) in weekdays:
            return True
        place, length = (day.timetuple().tm_yday, 365 + isleap(day.year)) if in_year else (day.day, length)
        front, back = (place - 1) // 7 + 1, -((length - place) // 7 + 1)
        return (front, day.weekday()) in weekdays or (back, day.weekday()) in weekdays

    return fits


def _numbers(parts: Mapping[str, str], name: str) -> set[int]:
    return {int(number) for number in parts.get(name, "").split(",") if number}


def _as_datetime(moment: Moment) -> datetime:
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())
