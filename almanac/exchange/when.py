"""What a cell says of the dates of an event: front-matter values, or what is left to settle. Nothing is guessed.

A year that a cell does not state is the one that the caller gives. Values are written as authors write them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.fields import FIRST_YEAR, LAST_YEAR
from almanac.content.frontmatter import Tree
from almanac.core.problems import Text, text
from almanac.exchange.tokens import WEEK, Token, tokens
from almanac.content.occurrences import daily_hours, shown

Moment: TypeAlias = date | datetime
MORNING = frozenset({"凌晨", "清晨", "早上", "早晨", "上午", "am"})
EARLIEST = 7  # o'clock: an hour before that, without a part of the day, may be meant for the afternoon
NOON, NIGHT = 12, 24
OPEN = re.compile(r"待定|未定|另行通知|暂定|暂未|不定|待通知")


class When(msgspec.Struct, frozen=True):
    """Front-matter values (`start`, `end`, `repeat`, `sessions`), what is to settle, and the month where at least that is known."""

    keys: Mapping[str, Tree] = msgspec.field(default_factory=dict)
    unsettled: tuple[Text, ...] = ()
    month: tuple[int, int] | None = None


class _Unclear(Exception):  # noqa: N818 - carried to the one caller
    def __init__(self, why: Text, kept: Mapping[str, Tree] | None = None) -> None:
        super().__init__(why.message)
        self.why, self.kept = why, kept or {}


def read_when(written: str, year: int | None = None) -> When:
    """What `written` says; `year` stands in where it states none."""
    found = tokens(written)
    rest = "".join(token.text for token in found if token.kind == "X")
    left = (_left(written, rest),) if rest else ()
    try:
        said = [token for token in found if token.kind != "X"]
        keys, doubts = _read(_with_years(said, year, written), written)
    except _Unclear as unclear:
        return When(unclear.kept, left if OPEN.search(rest) else (unclear.why,), _month(found, year))
    return When(keys, (*doubts, *left), _month(found, year))


def _left(written: str, rest: str) -> Text:
    if OPEN.search(rest):
        return text("“{written}”: the date is not settled yet.", written=written)
    return text("“{written}”: what does “{rest}” mean for the date?", written=written, rest=rest)


def _month(found: list[Token], year: int | None) -> tuple[int, int] | None:
    token = next((token for token in found if token.month), None)
    named = (token.year or year) if token else None
    return (
        (named, token.month)
        if token and token.month and named and FIRST_YEAR <= named <= LAST_YEAR and token.month <= NOON
        else None
    )


def _with_years(found: list[Token], year: int | None, written: str) -> list[Token]:
    """The tokens with the year and month of each date; those that state none take them from the one before."""
    known: list[Token] = []
    month: int | None = None
    for token in found:
        if token.kind not in {"D", "M"}:
            known.append(token)
            continue
        month, year = token.month or month, token.year or year
        if year is None:
            raise _Unclear(text("“{written}” does not say the year.", written=written))
        if month is None:
            raise _Unclear(text("“{written}” does not say the month.", written=written))
        year += _turn_of_year(known, month, token, year)
        known.append(replace(token, year=year, month=month))
    return known


def _turn_of_year(known: list[Token], month: int, token: Token, year: int) -> int:
    """1 where a stretch goes from one year into the next (12月28日—1月3日), else 0."""
    if token.year is not None or len(known) < 2 or known[-1].kind != "-":  # noqa: PLR2004 - a date and “until” come first
        return 0
    before = next((one for one in reversed(known) if one.kind in {"D", "M"}), None)
    return int(before is not None and before.year == year and (before.month or 0) > month)


def _read(found: list[Token], written: str) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    doubts = tuple(
        _wrong_weekday(token, written) for token in found if token.kind == "D" and _contradicts(token, written)
    )
    if any(token.kind == "E" for token in found):
        keys = _repeat([token for token in found if token.kind != "S"], written)
    elif any(token.kind == "S" for token in found):
        keys = _sessions(_split(found), written)
    else:
        keys = _span(found, written)
    return keys, (*doubts, *_early(found, written))


def _contradicts(token: Token, written: str) -> bool:
    return token.weekday is not None and WEEK[_day(token, written).weekday()] != token.weekday


def _wrong_weekday(token: Token, written: str) -> Text:
    return text(
        "“{written}”: the day of the week does not fit {day}.", written=written, day=shown(_day(token, written))
    )


def _early(found: list[Token], written: str) -> tuple[Text, ...]:
    """Whether an hour may be one of the afternoon: 2:30 without 下午."""
    times = [token for token in found if token.kind == "T"]
    vague = bool(times) and times[0].part is None and (times[0].hour or 0) < EARLIEST
    return (text("“{written}”: morning or afternoon? Write the hours from 0 to 23.", written=written),) if vague else ()


SPANS = ("D", "DA", "D-D", "D-DA", "DT", "DT-T", "D-DT-T", "DT-DT")


def _span(found: list[Token], written: str) -> dict[str, Tree]:
    """One stretch of time: a start, and mostly an end."""
    found = _numbers_read("".join(token.kind for token in found), found)
    signature = "".join(token.kind for token in found)
    if signature not in SPANS:
        raise _unread(found, signature, written)
    start, end = _bounds(found, signature, written)
    if end is not None and end < start:
        raise _Unclear(text("“{written}” ends before it starts.", written=written))
    keys: dict[str, Tree] = {"start": shown(start)}
    return keys if end is None else {**keys, "end": shown(end)}


def _numbers_read(signature: str, found: list[Token]) -> list[Token]:
    """A bare number is a day after “9月15-”, an hour in “14-16时”."""
    if re.match("D-N", signature):
        return [
            found[0],
            found[1],
            replace(found[2], kind="D", year=found[0].year, month=found[0].month, day=found[2].hour),
            *found[3:],
        ]
    if signature.endswith("N-T"):
        return [*found[:-3], replace(found[-3], kind="T", part=found[-1].part), *found[-2:]]
    return found


def _unread(found: list[Token], signature: str, written: str) -> _Unclear:
    """Why a row of tokens is no stretch of time, with what can be kept of it."""
    first = found[0] if found else None
    if first is not None and first.kind == "D" and signature in {"DP", "D-DT", "D-DP"}:
        return _Unclear(
            text("“{written}” does not say the hours.", written=written), {"start": shown(_day(first, written))}
        )
    if set(signature) & {"M", "V"}:
        return _Unclear(text("“{written}” is not an exact date.", written=written))
    return _Unclear(text("“{written}” cannot be read as a date.", written=written))


def _bounds(found: list[Token], signature: str, written: str) -> tuple[Moment, Moment | None]:
    days = [_day(token, written) for token in found if token.kind == "D"]
    times = _times([token for token in found if token.kind == "T"], written, apart=signature == "DT-DT")
    if not times:
        return days[0], days[-1] if len(days) > 1 else None
    start = datetime.combine(days[0], times[0])
    return start, datetime.combine(days[-1], times[-1]) if len(times) > 1 else None


def _day(token: Token, written: str) -> date:
    if not FIRST_YEAR <= (token.year or 0) <= LAST_YEAR:
        raise _Unclear(text("“{written}”: the year {year} is out of range.", written=written, year=token.year))
    try:
        return date(token.year or 0, token.month or 0, token.day or 0)
    except ValueError:
        raise _Unclear(text("“{written}”: there is no such day.", written=written)) from None


def _times(found: list[Token], written: str, *, apart: bool = False) -> list[time]:
    """The times of day; the second of “下午2点—4点” is one of the afternoon too, unless they are `apart`, on days of their own."""
    clocks: list[time] = []
    for place, token in enumerate(found):
        part = token.part if token.part or place == 0 or apart or found[0].part in MORNING else found[0].part
        clocks.append(_clock(token, part, written))
    return clocks


def _clock(token: Token, part: str | None, written: str) -> time:
    hour = token.hour or 0
    if part == "中午":
        hour += NOON if hour < EARLIEST else 0
    elif part and part not in MORNING:
        hour += NOON if hour <= NOON and (part != "下午" or hour < NOON) and (part != "pm" or hour < NOON) else 0
    try:
        return time(hour, token.minute)
    except ValueError:
        raise _Unclear(text("“{written}”: there is no such time.", written=written)) from None


def _split(found: list[Token]) -> list[list[Token]]:
    """The tokens between separators."""
    chunks: list[list[Token]] = [[]]
    for token in found:
        if token.kind == "S":
            chunks.append([])
        else:
            chunks[-1].append(token)
    return [chunk for chunk in chunks if chunk]


def _sessions(chunks: list[list[Token]], written: str) -> dict[str, Tree]:
    """Several dates: each chunk takes the day of the one before, and the hours of the last, where it has none of its own."""
    if not chunks:
        raise _Unclear(text("“{written}” cannot be read as a date.", written=written))
    if len(chunks) == 1:
        return _span(chunks[0], written)
    hours = (
        [token for token in chunks[-1] if token.kind in {"T", "-"}]
        if any(token.kind == "T" for token in chunks[-1])
        else []
    )
    spans: list[dict[str, Tree]] = []
    day: list[Token] = []
    for chunk in chunks:
        day = [token for token in chunk if token.kind == "D"][:1] or day
        dated = chunk if chunk[0].kind == "D" else [*day, *chunk]
        timed = (
            dated
            if any(token.kind == "T" for token in dated)
            else [*dated, *(hours[:3] if dated[-1:] and dated[-1].kind == "D" else [])]
        )
        spans.append(_span(timed, written))
    starts = [str(span["start"]) for span in spans]
    if starts != sorted(set(starts)):
        raise _Unclear(text("“{written}”: the dates are not in order.", written=written))
    return {"sessions": [{"id": str(place), **span} for place, span in enumerate(spans, 1)]}


def _repeat(found: list[Token], written: str) -> dict[str, Tree]:
    """A repeat with its first and last day: 9月1日—10月31日每周六上午9点."""
    every = [token for token in found if token.kind == "E"]
    stretch = [token for token in found if token.kind in {"D", "M"}]
    times = [token for token in found if token.kind == "T"]
    signature = "".join(token.kind for token in found if token.kind != "E")
    if len(every) != 1 or not re.fullmatch(r"(T(-T)?)?([DM]-[DM]|M)?|([DM]-[DM]|M)?(T(-T)?)?", signature):
        raise _Unclear(text("“{written}” cannot be read as a repeat.", written=written))
    if not stretch:
        raise _Unclear(text("“{written}” does not say from when until when.", written=written))
    return _series(every[0], _stretch(stretch, written), _times(times, written), written)


def _stretch(found: list[Token], written: str) -> tuple[date, date]:
    """The first and last day; a month is all of it."""
    first = _day(found[0] if found[0].kind == "D" else replace(found[0], day=1), written)
    if found[-1].kind == "D":
        return first, _day(found[-1], written)
    month = _day(replace(found[-1], day=1), written)
    return first, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _series(every: Token, stretch: tuple[date, date], times: list[time], written: str) -> dict[str, Tree]:
    first, last = stretch
    days = [
        first + timedelta(days=offset)
        for offset in range(7)
        if WEEK[(first + timedelta(days=offset)).weekday()] in every.days
    ]
    if not days or days[0] > last:
        raise _Unclear(text("“{written}”: no date lies within it.", written=written))
    start = datetime.combine(days[0], times[0]) if times else days[0]
    end = datetime.combine(days[0], times[1]) if len(times) > 1 else None
    if end is not None and isinstance(start, datetime) and (end <= start or daily_hours(start, end)):
        raise _Unclear(text("“{written}” ends before it starts.", written=written))
    rule = "FREQ=DAILY" if every.days == WEEK else f"FREQ=WEEKLY;BYDAY={','.join(every.days)}"
    keys: dict[str, Tree] = {"start": shown(start), "repeat": f"{rule};UNTIL={last:%Y%m%d}"}
    return keys if end is None else {**keys, "end": shown(end)}
