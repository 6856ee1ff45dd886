"""Dates of calendar events (RFC 5545): start, end, repeat and sessions in local time of the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from almanac.content.front_matter_text import moment_text
from almanac.content.frontmatter import Tree
from almanac.content.occurrences import daily_hours
from almanac.content.recurrence import LONGEST_REPEAT, PARTS, InvalidRule, Moment, checked_rule, starts_of
from almanac.content.values import FIRST_YEAR, LAST_YEAR
from almanac.core.problems import Text, text
from almanac.exchange.calendar_zones import zone_named
from almanac.exchange.cell_types import LINE
from almanac.exchange.cells import CellContext, ParsedValue, read_cell

LAST_MINUTE = time(23, 59)
LAST_SECOND = time(23, 59, 59)
MONTHS = 12  # of which summer time may change the hour
MOST_SESSIONS = 100  # dates that are listed one by one
LONGEST_SPAN = timedelta(days=3)  # without a break; a longer span with hours is an exhibition with opening hours


class SiteZone(msgspec.Struct, frozen=True):
    """The site's time zone, and the host in the UIDs of its own feeds."""

    zone: ZoneInfo
    uid_host: str = ""


class EventTime(msgspec.Struct, frozen=True):
    """The local start and end of one VEVENT. The end of an all-day event is its last day, inclusive."""

    start: Moment
    end: Moment | None = None

    def keys(self) -> dict[str, Tree]:
        end = {"end": moment_text(self.end)} if self.end is not None and self.end > self.start else {}
        return {"start": moment_text(self.start), **end}


def local(moment: Moment, zone: SiteZone, params: Mapping[str, str] | None = None) -> Moment:
    """The moment in local time of the site. A moment without a zone is local already (section 3.3.5, form 1).

    icalendar leaves a moment without a zone if it does not know the name in `params`.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None and (named := zone_named((params or {}).get("TZID", ""))):
        moment = moment.replace(tzinfo=named)
    try:
        return (moment.astimezone(zone.zone) if moment.tzinfo else moment).replace(tzinfo=None, microsecond=0)
    except OverflowError:  # UNTIL=99991231T235959Z, by which some programs mean “for ever”
        return moment.replace(tzinfo=None)


def unknown_zones(event: Any) -> tuple[Text, ...]:
    """A question for each time zone of the event that is not known. Its times are taken as local."""
    names = []
    for name in ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"):
        for value in _listed(event.get(name)):
            zone = getattr(value, "params", {}).get("TZID", "")
            moments = getattr(value, "dts", [value])
            unresolved = any(
                isinstance(dt := getattr(one, "dt", None), datetime) and dt.tzinfo is None for one in moments
            )
            if zone and unresolved and zone_named(zone) is None:
                names.append(zone)
    return tuple(
        text("The time zone “{zone}” is not known, its times are taken as local: are they right?", zone=zone)
        for zone in dict.fromkeys(names)
    )


def span_of(event: Any, zone: SiteZone) -> EventTime | None:
    """The local span of a VEVENT; None without a valid start. From midnight to midnight it is an all-day event."""
    start = _moment(event, "DTSTART", zone)
    if start is None:
        return None
    end = _end(event, start, zone)
    if isinstance(start, datetime) and isinstance(end, datetime) and start.time() == time() and end > start:
        if end.time() == time():
            return EventTime(start.date(), end.date() - timedelta(days=1))
        if end.time().replace(second=0) == LAST_MINUTE:
            return EventTime(start.date(), end.date())
    return EventTime(start, end)


def _moment(event: Any, name: str, zone: SiteZone) -> Moment | None:
    value = event.get(name)
    moment = getattr(value, "dt", None)
    valid = isinstance(moment, date) and FIRST_YEAR < moment.year < LAST_YEAR
    return local(moment, zone, getattr(value, "params", None)) if valid and isinstance(moment, date) else None


def _end(event: Any, start: Moment, zone: SiteZone) -> Moment | None:
    end = _moment(event, "DTEND", zone)
    length = getattr(event.get("DURATION"), "dt", None)
    if end is None and isinstance(length, timedelta) and abs(length) <= LONGEST_REPEAT:
        end = start + length
    if end is None or isinstance(end, datetime) != isinstance(start, datetime):
        return None
    return end if isinstance(end, datetime) else end - timedelta(days=1)


def dates_of(
    event: Any, overrides: Sequence[Any], detached: Sequence[Any], zone: SiteZone, context: CellContext
) -> ParsedValue:
    """A mapping with the keys of dates: start and end, a repeat with its exceptions, or sessions.

    `detached` are overrides that became events of their own; their dates are exceptions. A repeat that front matter
    cannot express is a question, and so is an unknown time zone.
    """
    span = span_of(event, zone)
    if span is None:
        return ParsedValue({})  # the check of the event asks for its date
    rule, extra = event.get("RRULE"), _listed(event.get("RDATE"))
    questions = tuple(dict.fromkeys(question for one in (event, *overrides) for question in unknown_zones(one)))
    if rule is None and not extra:
        return ParsedValue(_single(span), questions)
    excluded = [
        *_moments(event.get("EXDATE"), zone),
        *(moment for one in detached if (moment := _moment(one, "RECURRENCE-ID", zone)) is not None),
    ]
    changed = {moment: one for one in overrides if (moment := _moment(one, "RECURRENCE-ID", zone)) is not None}
    differing = {moment: _override(event, one, zone, context) for moment, one in changed.items()}
    if extra:
        sessions = _sessions(event, span, excluded, differing, zone)
        if isinstance(sessions, Text):
            return ParsedValue(span.keys(), (*questions, sessions))
        return ParsedValue({"sessions": sessions}, questions)
    if question := _unsupported(event, rule, (*overrides, *detached), zone):
        return ParsedValue(span.keys(), (*questions, question))
    keys: dict[str, Tree] = {"repeat": _local_rule(rule, zone, timed=isinstance(span.start, datetime))}
    if excluded:
        keys["except"] = [*dict.fromkeys(f"{moment:%Y-%m-%d}" for moment in excluded)]
    if differing:
        keys["overrides"] = {f"{moment:%Y-%m-%d}": override for moment, override in differing.items()}
    return ParsedValue({**span.keys(), **keys}, questions)


def _single(span: EventTime) -> dict[str, Tree]:
    """The keys of one date. Up to three days without a break are a session: start and end would mean daily hours."""
    whole = (
        isinstance(span.start, datetime) and isinstance(span.end, datetime) and span.end - span.start <= LONGEST_SPAN
    )
    if whole and daily_hours(span.start, span.end):
        return {"sessions": [{"id": "1", **span.keys()}]}
    return span.keys()


def _unsupported(event: Any, rule: Any, overrides: Sequence[Any], zone: SiteZone) -> Text | None:
    """The reason why front matter cannot express a repeat."""
    if isinstance(rule, list) or set(rule) - set(PARTS):
        return text("The repeat “{rule}” is of a kind that is not kept.", rule=_raw(rule))
    if not set(rule) & {"UNTIL", "COUNT"}:
        return text("The repeat “{rule}” has no end: write one, with UNTIL=20270331 or COUNT=10.", rule=_raw(rule))
    if _shifts_days(event, zone) and set(rule) & {"BYDAY", "BYMONTHDAY"}:
        return text("The repeat “{rule}” names days of another time zone.", rule=_raw(rule))
    if _shifts_hours(event, zone):
        return text(
            "The repeat “{rule}” follows the clock of another time zone, whose summer time is not that of the site.",
            rule=_raw(rule),
        )
    if any("RANGE" in getattr(one.get("RECURRENCE-ID"), "params", {}) for one in overrides):
        return text("The repeat “{rule}” changes from one of its dates on.", rule=_raw(rule))
    return None


def _shifts_hours(event: Any, zone: SiteZone) -> bool:
    """Whether the local hour of the event changes in the course of a year."""
    value = event.get("DTSTART").dt
    if not isinstance(value, datetime) or value.tzinfo is None:
        return False
    moments = [value + timedelta(days=30 * month) for month in range(MONTHS)]
    return len({local(moment, zone) - moment.replace(tzinfo=None) for moment in moments}) > 1


def _shifts_days(event: Any, zone: SiteZone) -> bool:
    """Whether the event begins on another weekday in local time."""
    value = event.get("DTSTART")
    return isinstance(value.dt, datetime) and local(value.dt, zone, value.params).weekday() != value.dt.weekday()


def _raw(rule: Any) -> str:
    return str(rule.to_ical().decode()) if hasattr(rule, "to_ical") else "RRULE"


def _local_rule(rule: Any, zone: SiteZone, *, timed: bool) -> str:
    """The rule, with UNTIL as a local day or moment."""
    parts = dict(part.split("=", 1) for part in _raw(rule).split(";"))
    if parts.pop("UNTIL", None):
        until = local(rule["UNTIL"][0], zone)
        exact = timed and isinstance(until, datetime) and until.time() != LAST_SECOND
        parts["UNTIL"] = f"{until:%Y%m%dT%H%M%S}" if exact else f"{until:%Y%m%d}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _moments(dates: Any, zone: SiteZone) -> Iterator[Moment]:
    """The local starts of a list of dates, such as EXDATE; of a period its start."""
    for one in _listed(dates):
        for moment in getattr(one, "dts", ()):
            start = moment.dt[0] if isinstance(moment.dt, tuple) else moment.dt
            if isinstance(start, date):  # EXDATE may hold a duration by mistake
                yield local(start, zone, getattr(one, "params", None))


def _override(event: Any, changed: Any, zone: SiteZone, context: CellContext) -> dict[str, Tree]:
    """One date of a repeat that differs: its time, a cancellation, a registered venue, and another title as a note."""
    span = span_of(changed, zone)
    override = span.keys() if span else {}
    if str(changed.get("STATUS", "")).upper() == "CANCELLED":
        override["status"] = "cancelled"
    place = str(changed.get("LOCATION", ""))
    if place != str(event.get("LOCATION", "")) and (venue := context.registries.of("venues").key_of(place)):
        override["venue"] = venue
    differences = (
        value
        for name in ("SUMMARY", "LOCATION")
        if (value := str(changed.get(name, ""))) and value != str(event.get(name, ""))
    )
    note = read_cell("；".join(differences), LINE, context).value
    return {**override, **({"note": note} if note else {})}


def _sessions(
    event: Any,
    span: EventTime,
    excluded: Iterable[Moment],
    differing: Mapping[Moment, Mapping[str, Tree]],
    zone: SiteZone,
) -> list[Tree] | Text:
    """Every date of a repeat as a session, or the question why they cannot be listed."""
    unlisted = text("The dates of this repeat (RDATE) cannot be listed: are there too many?")
    try:
        by_rule = _rule_starts(event, zone)
    except InvalidRule:
        return unlisted
    starts = sorted({*by_rule, *_moments(event.get("RDATE"), zone)} - set(excluded), key=str)
    alike = all(isinstance(start, datetime) == isinstance(span.start, datetime) for start in starts)
    if not alike or not 0 < len(starts) <= MOST_SESSIONS:
        return unlisted
    length = span.end - span.start if span.end is not None else None
    sessions: list[Tree] = []
    for start in starts:
        plain = EventTime(start, start + length if length is not None else None).keys()
        identifier = f"{start:%Y%m%d-%H%M}" if isinstance(start, datetime) else f"{start:%Y%m%d}"
        sessions.append({"id": identifier, **plain, **differing.get(start, {})})
    return sessions


def _rule_starts(event: Any, zone: SiteZone) -> Iterable[Moment]:
    """The local starts that RRULE gives; DTSTART alone without a rule. Raises InvalidRule."""
    property_ = event.get("DTSTART")
    start, rule = property_.dt, event.get("RRULE")
    if rule is None or isinstance(rule, list):
        return (local(start, zone, property_.params),)
    parts = dict(part.split("=", 1) for part in _raw(rule).split(";"))
    zoned = start.tzinfo if isinstance(start, datetime) else None
    if "UNTIL" in parts:
        until = rule["UNTIL"][0]
        if isinstance(until, datetime) and until.tzinfo and zoned:
            until = until.astimezone(zoned)
        parts["UNTIL"] = f"{until:%Y%m%dT%H%M%S}" if isinstance(until, datetime) else f"{until:%Y%m%dT235959}"
    naive = start.replace(tzinfo=None) if isinstance(start, datetime) else start
    found = starts_of(checked_rule(";".join(map("=".join, parts.items())), naive), naive)
    return [
        local(moment.replace(tzinfo=zoned) if isinstance(moment, datetime) else moment, zone, property_.params)
        for moment in found
    ]
