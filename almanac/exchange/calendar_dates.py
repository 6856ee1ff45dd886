"""Dates of calendar events (RFC 5545): start, end and repeat in local time of the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from almanac.content.fields import FIRST_YEAR, LAST_YEAR
from almanac.content.frontmatter import Tree
from almanac.content.occurrences import PARTS, Moment
from almanac.core.problems import Text, text
from almanac.exchange.cell_types import LINE
from almanac.exchange.cells import CellContext, ParsedValue, read_cell
from almanac.exchange.files import moment_text

LAST_SECOND = time(23, 59, 59)
MONTHS = 12  # of which summer time may change the hour


class SiteZone(msgspec.Struct, frozen=True):
    """The site's time zone, and the host in the UIDs of its own feeds."""

    zone: ZoneInfo
    uid_host: str = ""


def local(moment: Moment, zone: SiteZone) -> Moment:
    """The moment in local time of the site. A moment without a zone is local already (section 3.3.5, form 1)."""
    if not isinstance(moment, datetime):
        return moment
    try:
        return (moment.astimezone(zone.zone) if moment.tzinfo else moment).replace(tzinfo=None, microsecond=0)
    except OverflowError:  # UNTIL=99991231T235959Z, by which some programs mean “for ever”
        return moment.replace(tzinfo=None)


def dates_of(event: Any, zone: SiteZone) -> dict[str, Tree]:
    """The keys `start` and `end`. All-day events end exclusively in calendars, and inclusively in front matter."""
    start = _moment(event, "DTSTART", zone)
    if start is None:
        return {}  # the check of the event asks for its date
    end = _end(event, start, zone)
    return {"start": moment_text(start), **({"end": moment_text(end)} if end is not None and end > start else {})}


def _moment(event: Any, name: str, zone: SiteZone) -> Moment | None:
    value = getattr(event.get(name), "dt", None)
    return local(value, zone) if isinstance(value, date) and FIRST_YEAR < value.year < LAST_YEAR else None


def _end(event: Any, start: Moment, zone: SiteZone) -> Moment | None:
    end = _moment(event, "DTEND", zone)
    length = getattr(event.get("DURATION"), "dt", None)
    if end is None and isinstance(length, timedelta):
        end = start + length
    if end is None or isinstance(end, datetime) != isinstance(start, datetime):
        return None
    return end if isinstance(end, datetime) else end - timedelta(days=1)


def repeat_of(event: Any, overrides: list[Any], zone: SiteZone, context: CellContext) -> ParsedValue:
    """A mapping with `repeat`, `except` and `overrides`. A repeat that front matter cannot express is a question."""
    start = _moment(event, "DTSTART", zone)
    rule = event.get("RRULE")
    if start is None or (rule is None and event.get("RDATE") is None):
        return ParsedValue({})
    if question := _unsupported(event, rule, overrides, zone):
        return ParsedValue({}, (question,))
    keys: dict[str, Tree] = {"repeat": _local_rule(rule, zone)}
    excluded: list[Tree] = [*_days(event.get("EXDATE"), zone)]
    if excluded:
        keys["except"] = excluded
    changed: dict[str, Tree] = {
        f"{named:%Y-%m-%d}": _override(event, one, zone, context)
        for one in overrides
        if (named := _moment(one, "RECURRENCE-ID", zone)) is not None
    }
    if changed:
        keys["overrides"] = changed
    return ParsedValue(keys)


def _unsupported(event: Any, rule: Any, overrides: list[Any], zone: SiteZone) -> Text | None:
    """The reason why front matter cannot express a repeat."""
    if rule is None or isinstance(rule, list) or event.get("RDATE") is not None or set(rule) - PARTS:
        return text("The repeat “{rule}” is of a kind that is not kept.", rule=_raw(rule or event.get("RDATE")))
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
    value = event.get("DTSTART").dt
    return isinstance(value, datetime) and local(value, zone).weekday() != value.weekday()


def _raw(rule: Any) -> str:
    return str(rule.to_ical().decode()) if hasattr(rule, "to_ical") else "RDATE"


def _local_rule(rule: Any, zone: SiteZone) -> str:
    """The rule, with UNTIL as a local day or moment."""
    parts = dict(part.split("=", 1) for part in _raw(rule).split(";"))
    if parts.pop("UNTIL", None):
        until = local(rule["UNTIL"][0], zone)
        timed = isinstance(until, datetime) and until.time() != LAST_SECOND
        parts["UNTIL"] = f"{until:%Y%m%dT%H%M%S}" if timed else f"{until:%Y%m%d}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _days(excluded: Any, zone: SiteZone) -> Iterator[str]:
    for one in excluded if isinstance(excluded, list) else [excluded] if excluded else []:
        for moment in one.dts:
            yield f"{local(moment.dt, zone):%Y-%m-%d}"


def _override(event: Any, changed: Any, zone: SiteZone, context: CellContext) -> dict[str, Tree]:
    """One date of a repeat that differs: its time, a cancellation, a registered venue, and other changes as a note."""
    override = dates_of(changed, zone)
    if str(changed.get("STATUS", "")).upper() == "CANCELLED":
        override["status"] = "cancelled"
    place = str(changed.get("LOCATION", ""))
    if place != str(event.get("LOCATION", "")) and (venue := context.registries.of("venues").resolve(place)):
        override["venue"] = venue
    differences = (
        value
        for name in ("SUMMARY", "LOCATION")
        if (value := str(changed.get(name, ""))) and value != str(event.get(name, ""))
    )
    note = read_cell("；".join(differences), LINE, context).value
    return {**override, **({"note": note} if note else {})}
