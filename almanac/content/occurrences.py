"""Computes the dates of an event from its front matter.

Times are local times of the site throughout; the zone is attached where something leaves the site (feeds, JSON-LD).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Protocol, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace

from almanac.content.records.event import CALLED_OFF, EventFields, Override, Session, Status
from almanac.content.recurrence import LONGEST_REPEAT, InvalidRule, Moment, checked_rule, starts_of
from almanac.core.problems import KeyPath, Text, text


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
        return _of_days(event, event.start, event.end)
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
    if as_datetime(end) - as_datetime(start) > LONGEST_REPEAT:
        raise Impossible(
            key,
            text("From {start} to {end} are more than ten years.", start=shown(start), end=shown(end)),
            text("Check the year of both."),
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
    try:
        rule = checked_rule(event.repeat or "", start)
        starts = starts_of(rule, start)
    except InvalidRule as invalid:
        raise Impossible(("repeat",), invalid.message, invalid.hint) from None
    if starts[0] != start:
        raise Impossible(
            ("repeat",),
            text("The start {start} does not fit the repeat.", start=shown(start)),
            text("The first date of this rule is {first}: write it as the start.", first=shown(starts[0])),
        )
    return _of_rule(event, start, rule, starts)


def _of_days(event: EventFields, start: Moment, end: Moment | None) -> Dates:
    """The same hours on each day from the start to the end."""
    rule = f"FREQ=DAILY;UNTIL={end:%Y%m%d}"
    try:
        return _of_rule(event, start, rule, starts_of(rule, start))
    except InvalidRule as invalid:
        raise Impossible(("end",), invalid.message, text("Choose a nearer end.")) from None


def _of_rule(event: EventFields, start: Moment, rule: str, starts: Sequence[Moment]) -> Dates:
    end = _first_end(start, event.end)
    length = as_datetime(end) - as_datetime(start) if end is not None else None
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
