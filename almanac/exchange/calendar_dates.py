"""Dates of calendar events (RFC 5545): start, end and repeat, in local time of the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from almanac.content.fields import FIRST_YEAR, LAST_YEAR
from almanac.content.frontmatter import Tree
from almanac.core.problems import Text, text
from almanac.exchange.cells import Setting, read_cell
from almanac.exchange.files import written
from almanac.exchange.kinds import LINE
from almanac.content.occurrences import PARTS

Moment: TypeAlias = date | datetime
LAST_SECOND = time(23, 59, 59)
MONTHS = 12  # looked at for summer time


class Zone(msgspec.Struct, frozen=True):
    """The site's zone, and the host by which its own UIDs are known."""

    zone: ZoneInfo
    uid_host: str = ""


Part: TypeAlias = tuple[dict[str, Tree], list[Text]]


def local(moment: Moment, zone: Zone) -> Moment:
    """A moment in the site's zone; one without a zone is meant locally (section 3.3.5, form 1)."""
    if not isinstance(moment, datetime):
        return moment
    try:
        return (moment.astimezone(zone.zone) if moment.tzinfo else moment).replace(tzinfo=None, microsecond=0)
    except OverflowError:  # UNTIL=99991231T235959Z, which is said for “for ever”
        return moment.replace(tzinfo=None)


def dates_of(event: Any, zone: Zone) -> Part:
    """Start and end; the end of all-day events is exclusive here and inclusive in front matter."""
    start = _moment(event, "DTSTART", zone)
    if start is None:
        return {}, []  # said by whoever checks the dates
    end = _end(event, start, zone)
    dates: dict[str, Tree] = {"start": written(start)}
    return {**dates, "end": written(end)} if end is not None and end > start else dates, []


def _moment(event: Any, name: str, zone: Zone) -> Moment | None:
    value = getattr(event.get(name), "dt", None)
    return local(value, zone) if isinstance(value, date) and FIRST_YEAR < value.year < LAST_YEAR else None


def _end(event: Any, start: Moment, zone: Zone) -> Moment | None:
    end = _moment(event, "DTEND", zone)
    length = getattr(event.get("DURATION"), "dt", None)
    if end is None and isinstance(length, timedelta):
        end = start + length
    if end is None or isinstance(end, datetime) != isinstance(start, datetime):
        return None
    return end if isinstance(end, datetime) else end - timedelta(days=1)


def repeat_of(event: Any, changed: list[Any], zone: Zone, setting: Setting) -> Part:
    """RRULE, EXDATE and the dates that differ. What a repeat here cannot say is left to settle."""
    start = _moment(event, "DTSTART", zone)
    rules = event.get("RRULE")
    if start is None or (rules is None and event.get("RDATE") is None):
        return {}, []
    if why := _not_kept(event, rules, changed, zone):
        return {}, [why]
    excluded: list[Tree] = [*_days(event.get("EXDATE"), zone)]
    repeat: dict[str, Tree] = {"repeat": _rule(rules, zone)}
    return repeat | ({"except": excluded} if excluded else {}) | _overrides(event, changed, zone, setting), []


def _not_kept(event: Any, rules: Any, changed: list[Any], zone: Zone) -> Text | None:
    """Why a repeat cannot be taken over."""
    if rules is None or isinstance(rules, list) or event.get("RDATE") is not None or set(rules) - PARTS:
        return text("The repeat “{rule}” is of a kind that is not kept.", rule=_raw(rules or event.get("RDATE")))
    if not set(rules) & {"UNTIL", "COUNT"}:
        return text("The repeat “{rule}” has no end: write one, with UNTIL=20270331 or COUNT=10.", rule=_raw(rules))
    if _shifts_days(event, zone) and set(rules) & {"BYDAY", "BYMONTHDAY"}:
        return text("The repeat “{rule}” names days of another time zone.", rule=_raw(rules))
    if _shifts_hours(event, zone):
        return text(
            "The repeat “{rule}” follows the clock of another time zone, whose summer time is not that of the site.",
            rule=_raw(rules),
        )
    if any("RANGE" in getattr(one.get("RECURRENCE-ID"), "params", {}) for one in changed):
        return text("The repeat “{rule}” changes from one of its dates on.", rule=_raw(rules))
    return None


def _shifts_hours(event: Any, zone: Zone) -> bool:
    """Whether the hour in the site's zone differs over the year."""
    value = event.get("DTSTART").dt
    if not isinstance(value, datetime) or value.tzinfo is None:
        return False
    moments = [value + timedelta(days=30 * month) for month in range(MONTHS)]
    return len({local(moment, zone) - moment.replace(tzinfo=None) for moment in moments}) > 1


def _raw(rule: Any) -> str:
    return str(rule.to_ical().decode()) if hasattr(rule, "to_ical") else "RDATE"


def _shifts_days(event: Any, zone: Zone) -> bool:
    value = event.get("DTSTART").dt
    return isinstance(value, datetime) and local(value, zone).weekday() != value.weekday()


def _rule(rules: Any, zone: Zone) -> str:
    """The rule with UNTIL as a local day or moment."""
    parts = dict(part.split("=", 1) for part in _raw(rules).split(";"))
    if parts.pop("UNTIL", None):
        until = rules["UNTIL"][0]
        moment = local(until, zone)
        timed = isinstance(moment, datetime) and moment.time() != LAST_SECOND
        parts["UNTIL"] = f"{moment:%Y%m%dT%H%M%S}" if timed else f"{moment:%Y%m%d}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _days(excluded: Any, zone: Zone) -> Iterator[str]:
    for one in excluded if isinstance(excluded, list) else [excluded] if excluded else []:
        for moment in one.dts:
            yield f"{local(moment.dt, zone):%Y-%m-%d}"


def _overrides(event: Any, changed: list[Any], zone: Zone, setting: Setting) -> dict[str, Tree]:
    """The dates that differ, by the date they had: their new time, whether they are called off, a registered venue, another title as a note."""
    overrides: dict[str, Tree] = {}
    for one in changed:
        named = _moment(one, "RECURRENCE-ID", zone)
        if named is None:
            continue
        override = dates_of(one, zone)[0]
        if str(one.get("STATUS", "")).upper() == "CANCELLED":
            override["status"] = "cancelled"
        if (place := str(one.get("LOCATION", ""))) != str(event.get("LOCATION", "")) and (
            venue := setting.register.of("venues").key_of(place)
        ):
            override["venue"] = venue
        note = "；".join(
            said
            for name in ("SUMMARY", "LOCATION")
            if (said := str(one.get(name, ""))) and said != str(event.get(name, ""))
        )
        told = read_cell(note, LINE, setting).value
        overrides[f"{named:%Y-%m-%d}"] = {**override, **({"note": told} if told else {})}
    return {"overrides": overrides} if overrides else {}
