"""Reads the dates of events as people write them in Chinese: front-matter values, or questions. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import msgspec
from dateutil.rrule import rrulestr
from msgspec.structs import replace

from almanac.content.frontmatter import Tree
from almanac.content.occurrences import daily_hours, shown
from almanac.content.recurrence import Moment
from almanac.content.values import FIRST_YEAR, LAST_YEAR
from almanac.core.problems import Text, text
from almanac.exchange.date_tokens import WEEK, Token, tokenise

MORNING = frozenset({"凌晨", "清晨", "早上", "早晨", "上午", "am"})
EARLIEST = 7  # o'clock; an earlier hour without a part of the day may be meant for the afternoon
NOON = 12
MONTHS = 12
UNDECIDED = re.compile(r"待定|未定|另行通知|暂定|暂未|不定|待通知")
SPANS = ("D", "DA", "D-D", "D-DA", "DT", "DT-T", "D-DT-T", "DT-DT")  # signatures of one span of time

LONGEST = 2000  # characters, as a list of 200 days has
QUOTED = 60  # characters of what is longer


class ParsedDates(msgspec.Struct, frozen=True):
    """The front-matter keys `start`, `end`, `repeat` or `sessions`, and questions.

    `month` is the year and month of the first date, also if the date itself is unclear.
    """

    keys: Mapping[str, Tree] = msgspec.field(default_factory=dict)
    questions: tuple[Text, ...] = ()
    month: tuple[int, int] | None = None


class UnclearDateError(ValueError):
    """The text is no exact date. `known` are the front-matter keys that are certain all the same."""

    def __init__(self, question: Text, known: Mapping[str, Tree] | None = None) -> None:
        super().__init__(question.message)
        self.question, self.known = question, known or {}


def read_date_text(written: str, year: int | None = None) -> ParsedDates:
    """The dates of a text. `year` is assumed for dates without one."""
    if len(written) > LONGEST:
        message = text("“{written}…” is too long for a date.", written=written[:QUOTED])
        return ParsedDates({}, (message,), None)
    tokens = tokenise(written)
    rest = "".join(token.text for token in tokens if token.kind == "X")
    rest_questions = (_question_about_rest(written, rest),) if rest else ()
    month = _first_month(tokens, year)
    try:
        dated = _with_years([token for token in tokens if token.kind != "X"], year, written)
        keys, questions = _read(dated, written)
    except UnclearDateError as unclear:
        return ParsedDates(unclear.known, rest_questions if UNDECIDED.search(rest) else (unclear.question,), month)
    return ParsedDates(keys, (*questions, *rest_questions), month)


def _question_about_rest(written: str, rest: str) -> Text:
    if UNDECIDED.search(rest):
        return text("“{written}”: the date is not settled yet.", written=written)
    return text("“{written}”: what does “{rest}” mean for the date?", written=written, rest=rest)


def _first_month(tokens: Sequence[Token], year: int | None) -> tuple[int, int] | None:
    for token in tokens:
        if token.month:
            year = token.year or year
            valid = year is not None and FIRST_YEAR <= year <= LAST_YEAR and token.month <= MONTHS
            return (year, token.month) if year and valid else None
    return None


def _with_years(tokens: Sequence[Token], year: int | None, written: str) -> list[Token]:
    """The tokens with the year and month of each date; a date without them takes them from the one before."""
    dated: list[Token] = []
    month: int | None = None
    for token in tokens:
        if token.kind == "Y":
            dated.append(_next_day(dated, token, written))
            continue
        if token.kind not in {"D", "M"}:
            dated.append(token)
            continue
        month, year = token.month or month, token.year or year
        if year is None:
            raise UnclearDateError(text("“{written}” does not say the year.", written=written))
        if month is None:
            raise UnclearDateError(text("“{written}” does not say the month.", written=written))
        if _crosses_year(dated, token, month, year):
            year += 1
        dated.append(replace(token, year=year, month=month))
    return dated


def _next_day(dated: Sequence[Token], token: Token, written: str) -> Token:
    """The date after the last one: 9月15日22:00至次日6:00."""
    before = next((one for one in reversed(dated) if one.kind == "D"), None)
    if before is None:
        raise UnclearDateError(text("“{written}” cannot be read as a date.", written=written))
    day = _day(before, written) + timedelta(days=1)
    return replace(token, kind="D", year=day.year, month=day.month, day=day.day)


def _crosses_year(dated: Sequence[Token], token: Token, month: int, year: int) -> bool:
    """Whether a span goes on into the next year: 12月28日—1月3日."""
    if token.year is not None or len(dated) < 2 or dated[-1].kind != "-":  # noqa: PLR2004 - a date and “until” precede
        return False
    before = next((one for one in reversed(dated) if one.kind in {"D", "M"}), None)
    return before is not None and before.year == year and (before.month or 0) > month


def _read(tokens: list[Token], written: str) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """The keys of dated tokens, and questions about the weekday and the hour."""
    if not any(token.kind == "S" for token in tokens):
        tokens = _with_part_of_day(tokens)
    questions = tuple(
        _weekday_question(token, written) for token in tokens if token.kind == "D" and _contradicts(token, written)
    )
    tokens = _with_closed_days(tokens)
    if any(token.kind == "E" for token in tokens):
        keys = _repeat([token for token in tokens if token.kind != "S"], written)
    elif any(token.kind == "S" for token in tokens):
        keys = _sessions(_split(tokens), written)
    else:
        keys = _span(tokens, written)
    return keys, (*questions, *_hour_question(tokens, written))


def _with_closed_days(tokens: list[Token]) -> list[Token]:
    """The tokens, in which days without an opening limit a daily repeat: 9月1日—30日 9:00-17:00（周一闭馆）."""
    closed = {day for token in tokens if token.kind == "C" for day in token.days}
    if not closed:
        return tokens
    rule = next((token for token in tokens if token.kind == "E" and not token.monthly), Token("E", "", days=WEEK))
    opened = replace(rule, days=tuple(day for day in rule.days if day not in closed))
    return [*(token for token in tokens if token.kind not in {"C", "E", "S"}), opened]


def _contradicts(token: Token, written: str) -> bool:
    return token.weekday is not None and WEEK[_day(token, written).weekday()] != token.weekday


def _weekday_question(token: Token, written: str) -> Text:
    day = shown(_day(token, written))
    return text("“{written}”: the day of the week does not fit {day}.", written=written, day=day)


def _hour_question(tokens: Sequence[Token], written: str) -> tuple[Text, ...]:
    """A question about an hour that may be one of the afternoon: 2:30 without 下午."""
    times = [token for token in tokens if token.kind == "T"]
    if not times or times[0].part is not None or (times[0].hour or 0) >= EARLIEST:
        return ()
    return (text("“{written}”: morning or afternoon? Write the hours from 0 to 23.", written=written),)


def _span(tokens: list[Token], written: str) -> dict[str, Tree]:
    """One span of time: a start and, if stated, an end."""
    tokens = _with_part_of_day(_with_numbers_read(tokens))
    signature = _signature(tokens)
    if signature not in SPANS:
        raise _no_span(tokens, signature, written)
    start, end = _bounds(tokens, signature, written)
    if end is not None and end < start:
        raise UnclearDateError(text("“{written}” ends before it starts.", written=written))
    keys: dict[str, Tree] = {"start": shown(start)}
    return keys if end is None else {**keys, "end": shown(end)}


def _signature(tokens: Sequence[Token]) -> str:
    return "".join(token.kind for token in tokens)


def _with_numbers_read(tokens: list[Token]) -> list[Token]:
    """The tokens, in which a bare number is a day after “9月15-”, and an hour in “14-16时”."""
    signature = _signature(tokens)
    if signature.startswith("D-N"):
        first, until, number, *others = tokens
        return [first, until, replace(number, kind="D", year=first.year, month=first.month, day=number.hour), *others]
    if signature.endswith("N-T"):
        return [*tokens[:-3], replace(tokens[-3], kind="T", part=tokens[-1].part), *tokens[-2:]]
    return tokens


def _with_part_of_day(tokens: list[Token]) -> list[Token]:
    """The tokens, in which a part of the day that stands apart belongs to the first time: 8:00-9:30 晚上."""
    parts = [token for token in tokens if token.kind == "P"]
    first = next((token for token in tokens if token.kind == "T"), None)
    if len(parts) != 1 or first is None or first.part is not None:
        return tokens
    part = parts[0].text.strip()
    return [replace(token, part=part) if token is first else token for token in tokens if token.kind != "P"]


def _no_span(tokens: Sequence[Token], signature: str, written: str) -> UnclearDateError:
    """Why the tokens are no span of time, with the day if that is certain."""
    if signature in {"DP", "D-DT", "D-DP"}:
        known: dict[str, Tree] = {"start": shown(_day(tokens[0], written))}
        return UnclearDateError(text("“{written}” does not say the hours.", written=written), known)
    if set(signature) & {"M", "V"}:
        return UnclearDateError(text("“{written}” is not an exact date.", written=written))
    return UnclearDateError(text("“{written}” cannot be read as a date.", written=written))


def _bounds(tokens: Sequence[Token], signature: str, written: str) -> tuple[Moment, Moment | None]:
    days = [_day(token, written) for token in tokens if token.kind == "D"]
    times = _times([token for token in tokens if token.kind == "T"], written, apart=signature == "DT-DT")
    if not times:
        return days[0], days[-1] if len(days) > 1 else None
    start = datetime.combine(days[0], times[0])
    return start, datetime.combine(days[-1], times[-1]) if len(times) > 1 else None


def _day(token: Token, written: str) -> date:
    if not FIRST_YEAR <= (token.year or 0) <= LAST_YEAR:
        raise UnclearDateError(text("“{written}”: the year {year} is out of range.", written=written, year=token.year))
    try:
        return date(token.year or 0, token.month or 0, token.day or 0)
    except ValueError:
        raise UnclearDateError(text("“{written}”: there is no such day.", written=written)) from None


def _times(tokens: Sequence[Token], written: str, *, apart: bool = False) -> list[time]:
    """The times of day. In 下午2点—4点 the second is in the afternoon too, unless the times are `apart` on two days."""
    inherited = None if apart or not tokens or tokens[0].part in MORNING else tokens[0].part
    return [_clock(token, token.part or inherited, written) for token in tokens]


def _clock(token: Token, part: str | None, written: str) -> time:
    hour = token.hour or 0
    if part in MORNING and hour > NOON:
        raise UnclearDateError(
            text("“{written}”: {part} does not fit {hour} o'clock.", written=written, part=part, hour=hour)
        )
    if part == "中午":
        hour += NOON if hour < EARLIEST else 0
    elif part and part not in MORNING:
        noon_stays = part in {"下午", "pm"} and hour == NOON
        hour += NOON if hour <= NOON and not noon_stays else 0
    try:
        return time(hour, token.minute)
    except ValueError:
        raise UnclearDateError(text("“{written}”: there is no such time.", written=written)) from None


def _split(tokens: Sequence[Token]) -> list[list[Token]]:
    """The runs of tokens between separators."""
    runs: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "S":
            runs.append([])
        else:
            runs[-1].append(token)
    return [run for run in runs if run]


def _sessions(runs: list[list[Token]], written: str) -> dict[str, Tree]:
    """Several dates. A run without a day takes the day of the run before; one without hours takes those of the last."""
    if not runs:
        raise UnclearDateError(text("“{written}” cannot be read as a date.", written=written))
    if len(runs) == 1:
        return _span(runs[0], written)
    timed = any(token.kind == "T" for token in runs[-1])
    last_hours = [token for token in runs[-1] if token.kind in {"T", "-"}][:3] if timed else []
    spans: list[dict[str, Tree]] = []
    day: list[Token] = []
    for run in runs:
        day = [token for token in run if token.kind == "D"][:1] or day
        whole = run if run[0].kind == "D" else [*day, *run]
        if whole[-1:] and whole[-1].kind == "D" and not any(token.kind == "T" for token in whole):
            whole = [*whole, *last_hours]
        spans.append(_span(whole, written))
    starts = [str(span["start"]) for span in spans]
    if starts != sorted(set(starts)):
        raise UnclearDateError(text("“{written}”: the dates are not in order.", written=written))
    return {"sessions": [{"id": str(number), **span} for number, span in enumerate(spans, 1)]}


def _repeat(tokens: Sequence[Token], written: str) -> dict[str, Tree]:
    """A repeat between a first and a last day: 9月1日—10月31日每周六上午9点."""
    rules = [token for token in tokens if token.kind == "E"]
    bounds = [token for token in tokens if token.kind in {"D", "M"}]
    times = [token for token in tokens if token.kind == "T"]
    signature = "".join(token.kind for token in tokens if token.kind != "E")
    if len(rules) != 1 or not re.fullmatch(r"(T(-T)?)?([DM]-[DM]|M)?|([DM]-[DM]|M)?(T(-T)?)?", signature):
        raise UnclearDateError(text("“{written}” cannot be read as a repeat.", written=written))
    if not bounds:
        raise UnclearDateError(text("“{written}” does not say from when until when.", written=written))
    return _series(rules[0], _first_and_last_day(bounds, written), _times(times, written), written)


def _first_and_last_day(bounds: Sequence[Token], written: str) -> tuple[date, date]:
    """The first and last day between two dates or months."""
    first = _day(bounds[0] if bounds[0].kind == "D" else replace(bounds[0], day=1), written)
    if bounds[-1].kind == "D":
        return first, _day(bounds[-1], written)
    month = _day(replace(bounds[-1], day=1), written)
    return first, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _series(rule: Token, bounds: tuple[date, date], times: Sequence[time], written: str) -> dict[str, Tree]:
    """The keys of a repeat. Its start is the first day that the rule names."""
    first, last = bounds
    frequency = _frequency(rule)
    try:
        day = next(iter(rrulestr(f"{frequency};UNTIL={last:%Y%m%d}", dtstart=datetime.combine(first, time()))), None)
    except ValueError:  # 每月32日
        day = None
    if day is None:
        raise UnclearDateError(text("“{written}”: no date lies within it.", written=written))
    start = datetime.combine(day, times[0]) if times else day.date()
    end = datetime.combine(day, times[1]) if len(times) > 1 else None
    if end is not None and isinstance(start, datetime) and (end <= start or daily_hours(start, end)):
        raise UnclearDateError(text("“{written}” ends before it starts.", written=written))
    keys: dict[str, Tree] = {"start": shown(start), "repeat": f"{frequency};UNTIL={last:%Y%m%d}"}
    return keys if end is None else {**keys, "end": shown(end)}


def _frequency(rule: Token) -> str:
    if rule.monthly:
        return f"FREQ=MONTHLY;{rule.monthly}"
    return "FREQ=DAILY" if rule.days == WEEK else f"FREQ=WEEKLY;BYDAY={','.join(rule.days)}"
