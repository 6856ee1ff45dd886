"""Computes the dates of an event from its front matter.

Times are local times of the site throughout; the zone is attached where something leaves the site (feeds, JSON-LD).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import islice
from typing import Protocol, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from almanac.content.records.event import CALLED_OFF, EventFields, Override, Session, Status
from almanac.core.problems import KeyPath, Text, text

Moment: TypeAlias = date | datetime
MOST_OCCURRENCES = 750
LONGEST_REPEAT = timedelta(days=3653)  # ten years
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
RULE_HINT = text("Write a rule such as FREQ=WEEKLY;BYDAY=SA;UNTIL=20270331.")
PARTS = frozenset({"FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"})


class Occurrence(msgspec.Struct, frozen=True, dict=True):
    """One date of an event. `end` is exclusive for times; for all-day dates it is the last day, inclusive."""

    start: Moment
    end: Moment | None = None
    status: Status = "scheduled"
    venue: str | None = None
    note: str | None = None
    session: str | None = None
    capacity: int | None = None
    recurrence: Moment | None = None  # its date by the rule of the repeat, if an override has moved it

    @cached_property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)

    @cached_property
    def begins(self) -> datetime:
        """The first moment, for sorting and comparing."""
        return as_datetime(self.start)

    @cached_property
    def ends(self) -> datetime:
        """The moment from which it is over; without an end, the start itself for times, midnight for all-day dates."""
        if self.all_day:
            return as_datetime(self.end or self.start) + timedelta(days=1)
        return as_datetime(self.end or self.start)

    def days(self) -> Sequence[date]:
        """Every day of it."""
        return days_of(self.begins, self.ends, all_day=self.all_day)


def days_of(begins: datetime, ends: datetime, *, all_day: bool) -> Sequence[date]:
    """Every day between two moments; `ends` is exclusive. A night that ends before noon counts as one day."""
    first, last = begins.date(), ends.date()
    if first >= last:
        return (first,)
    last = (ends - timedelta(microseconds=1)).date()
    overnight = not all_day and ends - begins < timedelta(hours=24) and ends.time() < time(12)
    return [first + timedelta(days=offset) for offset in range(1 if overnight else (last - first).days + 1)]


class Series(msgspec.Struct, frozen=True):
    """The dates of an event that share one rule: the pattern of each, the RFC 5545 rule, and what departs from it."""

    start: Moment
    end: Moment | None
    rule: str | None
    excluded: tuple[date, ...] = ()


class Dates(msgspec.Struct, frozen=True):
    """All dates of an event in order: those of one series, or its sessions (then `series` is None)."""

    occurrences: tuple[Occurrence, ...]
    series: Series | None

    @property
    def apart(self) -> tuple[Occurrence, ...]:
        """The dates with calendar entries of their own: sessions, and dates that depart from a series."""
        return tuple(one for one in self.occurrences if self.series is None or one.recurrence is not None)


class _Dated(Protocol):
    @property
    def status(self) -> Status: ...


OneDate = TypeVar("OneDate", bound=_Dated)


def taking_place(dates: tuple[OneDate, ...]) -> tuple[OneDate, ...]:
    """The dates that are not called off; all dates if every one is."""
    return tuple(one for one in dates if one.status not in CALLED_OFF) or dates


DateFault: TypeAlias = tuple[KeyPath, Text, Text | None]


class Impossible(Exception):  # noqa: N818 - a value on its way to becoming a Problem
    """Impossible dates. `fault` is the key, the message and a hint."""

    def __init__(self, key: KeyPath, message: Text, hint: Text | None = None) -> None:
        super().__init__(message.message)
        self.fault: DateFault = (key, message, hint)


def dates(event: EventFields) -> Dates:
    """The dates of an event. Raises Impossible where they contradict one another or never end."""
    if event.sessions:
        return _of_sessions(event)
    if event.start is None:
        raise Impossible(
            ("start",),
            text("The key “{name}” is missing.", name="start"),
            text("Write start: 2026-12-05 14:00, or a list of sessions."),
        )
    _check_order(event.start, event.end, ("end",))
    if event.repeat:
        return _of_repeat(event, event.start)
    if daily_hours(event.start, event.end):
        return _of_rule(event, event.start, _daily_rule(event.end))
    occurrence = Occurrence(event.start, event.end, event.status)
    return Dates((occurrence,), Series(event.start, event.end, None))


def daily_hours(start: Moment, end: Moment | None) -> bool:
    """Whether start and end mean the same hours on each of several days, as for an exhibition, not one long block."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    return end.date() > start.date() and end.time() > start.time()


def as_datetime(moment: Moment) -> datetime:
    """A date becomes its first moment."""
    return moment if isinstance(moment, datetime) else datetime.combine(moment, time())


def day_of(moment: Moment) -> date:
    """The day of a moment; a day is itself."""
    return moment.date() if isinstance(moment, datetime) else moment


def _check_order(start: Moment, end: Moment | None, key: KeyPath) -> None:
    if end is None:
        return
    if isinstance(start, datetime) != isinstance(end, datetime):
        raise Impossible(
            key, text("One of start and end has a time, the other has none."), text("Give both a time, or neither.")
        )
    if end < start:
        raise Impossible(
            key,
            text("The end ({end}) lies before the start ({start}).", start=shown(start), end=shown(end)),
            text("Check the date and the time of both."),
        )
    if end == start and isinstance(start, datetime):
        raise Impossible(
            key,
            text("The end ({end}) is the start.", end=shown(end)),
            text("Leave the end out if it is not known."),
        )


def shown(moment: Moment) -> str:
    """A moment as authors write it."""
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else f"{moment:%Y-%m-%d}"


def _of_sessions(event: EventFields) -> Dates:
    for name in ("start", "end", "repeat"):
        if getattr(event, name) is not None:
            raise Impossible(
                (name,),
                text("An event with sessions has no {name} of its own.", name=name),
                text("Delete the key, or the sessions."),
            )
    met: set[str] = set()
    for place, session in enumerate(event.sessions):
        if session.id in met:
            raise Impossible(
                ("sessions", place, "id"), text("The session id “{id}” stands here a second time.", id=session.id)
            )
        met.add(session.id)
        _check_order(session.start, session.end, ("sessions", place, "end"))
    occurrences = sorted((_of_session(session, event) for session in event.sessions), key=lambda one: one.begins)
    return Dates(tuple(occurrences), None)


def _of_session(session: Session, event: EventFields) -> Occurrence:
    status = session.status if session.status != "scheduled" else event.status
    return Occurrence(session.start, session.end, status, session.venue, session.note, session.id, session.capacity)


def _of_repeat(event: EventFields, start: Moment) -> Dates:
    rule = _checked_rule(event.repeat or "", start)
    dates_ = _of_rule(event, start, rule)
    first = next(iter(_expand(rule, start)), None)
    if first != start:
        raise Impossible(
            ("repeat",),
            text("The start {start} does not fit the repeat.", start=shown(start)),
            text("The first date of this rule is {first}: write it as the start.", first=shown(first))
            if first
            else None,
        )
    return dates_


def _of_rule(event: EventFields, start: Moment, rule: str) -> Dates:
    end = _first_end(start, event.end)
    length = as_datetime(end) - as_datetime(start) if end is not None else None
    starts = _expand(rule, start)
    by_date = {day_of(moment): moment for moment in starts}
    _check_named_days(event, tuple(by_date))
    occurrences = [
        _of_instance(moment, length, event, event.overrides.get(day))
        for day, moment in by_date.items()
        if day not in event.except_
    ]
    if not occurrences:
        raise Impossible(("except",), text("No date is left: every one is excepted."))
    return Dates(
        tuple(sorted(occurrences, key=lambda one: one.begins)), Series(start, end, rule, tuple(sorted(event.except_)))
    )


def _check_named_days(event: EventFields, known: tuple[date, ...]) -> None:
    """Every date that is excepted or overridden is one of the repeat's."""
    named: list[tuple[KeyPath, date]] = [(("except", place), day) for place, day in enumerate(event.except_)]
    named += [(("overrides", str(day)), day) for day in event.overrides]
    for key, day in named:
        if day not in known:
            hint = text("Its dates are {days} …", days=", ".join(map(str, known[:4])))
            raise Impossible(key, text("{day} is not a date of this repeat.", day=day), hint)


def _first_end(start: Moment, end: Moment | None) -> Moment | None:
    """The end of the first date: of daily hours, the closing time on the first day."""
    if isinstance(start, datetime) and isinstance(end, datetime) and daily_hours(start, end):
        return datetime.combine(start.date(), end.time())
    return end


def _of_instance(moment: Moment, length: timedelta | None, event: EventFields, override: Override | None) -> Occurrence:
    plain = Occurrence(moment, moment + length if length is not None else None, event.status)
    if override is None:
        return plain
    start = override.start or moment
    end = override.end or (start + length if length is not None else None)
    _check_order(start, end, ("overrides", str(day_of(moment))))
    return replace(
        plain,
        start=start,
        end=end,
        status=override.status or event.status,
        venue=override.venue,
        note=override.note,
        recurrence=moment,
    )


def _daily_rule(end: Moment | None) -> str:
    return f"FREQ=DAILY;UNTIL={end:%Y%m%d}"


def _checked_rule(repeat: str, start: Moment) -> str:
    """The rule in upper case, with an end that is near enough. Raises Impossible."""
    parts = rule_parts(repeat)
    unknown = sorted(set(parts) - PARTS)
    if unknown or parts.get("FREQ") not in FREQUENCIES:
        raise Impossible(("repeat",), text("“{rule}” is not a rule of repetition.", rule=repeat), RULE_HINT)
    if ("UNTIL" in parts) == ("COUNT" in parts):
        raise Impossible(
            ("repeat",),
            text("This repeat needs either UNTIL or COUNT, or it never ends."),
            text("Add ;UNTIL=20270331 (the last day) or ;COUNT=10."),
        )
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    if "UNTIL" in parts and rule_until(rule) > as_datetime(start) + LONGEST_REPEAT:
        raise Impossible(
            ("repeat",), text("This repeat goes on for more than ten years."), text("Choose a nearer UNTIL.")
        )
    return rule


def rule_parts(rule: str) -> dict[str, str]:
    """The parts of an RRULE (RFC 5545, section 3.3.10) by name, in upper case."""
    split = (part.partition("=") for part in rule.upper().replace(" ", "").split(";") if part)
    return {name: value for name, _, value in split}


def rule_until(rule: str) -> datetime:
    """The last local moment of a rule with UNTIL; a date alone includes the whole day. Raises Impossible."""
    until = rule_parts(rule)["UNTIL"]
    for form in ("%Y%m%d", "%Y%m%dT%H%M%S"):
        try:
            moment = datetime.strptime(until, form)  # noqa: DTZ007 - local time of the site
        except ValueError:
            continue
        return moment if "T" in until else moment + timedelta(days=1, seconds=-1)
    raise Impossible(
        ("repeat",), text("UNTIL={until} is not a date.", until=until), text("Write the last day as UNTIL=20270331.")
    )


def published_rule(rule: str, start: Moment, zone: ZoneInfo) -> str:
    """The rule, its UNTIL of the type of DTSTART: a date, or a moment in UTC (RFC 5545, section 3.3.10)."""
    parts = rule_parts(rule)
    if "UNTIL" in parts:
        until = rule_until(rule)
        in_utc = until.replace(tzinfo=zone).astimezone(UTC)
        parts["UNTIL"] = f"{in_utc:%Y%m%dT%H%M%SZ}" if isinstance(start, datetime) else f"{until:%Y%m%d}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


@lru_cache(1)  # a repeat is expanded, then asked for its first date
def _expand(rule: str, start: Moment) -> list[Moment]:
    """Every start of a rule, the last day included. Raises Impossible where there are too many."""
    from dateutil.rrule import rrulestr

    parts = rule_parts(rule)
    count = parts.pop("COUNT", "")
    # The search ends after ten years: a rule without dates (30 February) would be searched up to the year 9999.
    parts["UNTIL"] = f"{rule_until(rule) if 'UNTIL' in parts else as_datetime(start) + LONGEST_REPEAT:%Y%m%dT%H%M%S}"
    try:
        most = int(count) if count else MOST_OCCURRENCES + 1
        if int(parts.get("INTERVAL", "1")) < 1 or most < 1:
            raise ValueError  # noqa: TRY301 - dateutil would loop for ever
        expansion = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=as_datetime(start))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):  # rrulestr raises each for faulty rules
        raise Impossible(("repeat",), text("“{rule}” is not a rule of repetition.", rule=rule), RULE_HINT) from None
    starts = [
        moment if isinstance(start, datetime) else moment.date()
        for moment in islice(expansion, min(most, MOST_OCCURRENCES + 1))
    ]
    if len(starts) > MOST_OCCURRENCES:
        raise Impossible(
            ("repeat",),
            text("This repeat has more than {most} dates.", most=MOST_OCCURRENCES),
            text("Choose a nearer UNTIL or a smaller COUNT."),
        )
    return starts
