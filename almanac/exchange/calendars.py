"""Calendar files (.ics, RFC 5545): each VEVENT becomes an entry. The times of other zones become local times of the site."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from almanac.content.fields import FIRST_YEAR, LAST_YEAR
from almanac.content.frontmatter import Tree
from almanac.exchange.cells import Setting
from almanac.exchange.entries import Entry, checked
from almanac.exchange.files import written
from almanac.exchange.kinds import PLACE, PROSE, names
from almanac.exchange.sheets import LARGEST
from almanac.occurrences import PARTS
from almanac.problems import Location, Problem, Text, text

Moment: TypeAlias = date | datetime
BEGIN = b"BEGIN:VCALENDAR"
LAST_SECOND = time(23, 59, 59)
STATUSES = {"CANCELLED": "cancelled", "CONFIRMED": "scheduled"}
KEYS = frozenset({"title", "start", "end", "repeat", "except", "overrides", "venue", "theme", "status", "url", "online"})


@dataclass(frozen=True)
class Zone:
    """The site's zone, and the host by which its own UIDs are known."""

    zone: ZoneInfo
    uid_host: str = ""


def is_calendar(data: bytes) -> bool:
    """Whether a file is a calendar, whatever its name."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(BEGIN)].upper() == BEGIN


def read_calendar(path: str, data: bytes, setting: Setting, zone: Zone) -> list[Entry] | Problem:
    """The entries of a calendar; dates of a repeat that differ become its overrides (section 3.8.4.4)."""
    from icalendar import Calendar

    if len(data) > LARGEST:
        return Problem(Location(path), text("This file is larger than {size} MB.", size=LARGEST >> 20))
    try:
        calendars: list[Any] = Calendar.from_ical(data.removeprefix(b"\xef\xbb\xbf"), multiple=True)
        found = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:  # what icalendar raises for what is no calendar
        message = text("This calendar cannot be read ({reason}).", reason=str(error).split("\n", maxsplit=1)[0][:120])
        return Problem(Location(path), message, text("Save it again from the calendar it comes from."))
    return [entry for group in _grouped(found) if (entry := _entry(*group, setting, zone))]


def _grouped(events: Iterable[Any]) -> Iterator[tuple[int, Any, list[Any]]]:
    """Each event with its number in the file and those that change a single date of it."""
    changed: dict[str, list[Any]] = defaultdict(list)
    masters: dict[str, tuple[int, Any]] = {}
    for place, event in enumerate(events, 1):
        uid = str(event.get("UID", "")) or f"{event.get('SUMMARY', '')} {place}"
        if event.get("RECURRENCE-ID") is not None:
            changed[uid].append(event)
        else:
            masters.setdefault(uid, (place, event))
    return ((place, event, changed[uid]) for uid, (place, event) in masters.items())


def _entry(place: int, event: Any, changed: list[Any], setting: Setting, zone: Zone) -> Entry | None:
    title = " ".join(str(event.get("SUMMARY", "")).split())
    if not title:
        return None
    tree: dict[str, Tree] = {"title": title}
    unsettled = [*_broken(event), *(message for one in changed for message in _broken(one))]
    for part in (_dates(event, zone), _repeat(event, changed, zone), _status(event), _place(event, setting), _themes(event, setting), _links(event)):
        tree |= part[0]
        unsettled += part[1]
    body = PROSE.read(_description(event), setting) if _description(event) else None
    uid = str(event.get("UID", "")) or title
    own_id = uid.removesuffix(f"@{zone.uid_host}") if zone.uid_host and uid.endswith(f"@{zone.uid_host}") else None
    entry = Entry(place, {**tree, **({"id": own_id} if own_id else {})}, str(body.value) if body and body.value else "", KEYS, " ".join(uid.split()))
    return checked(replace(entry, unsettled=tuple(unsettled), notes=body.notes if body else ()), setting.register)


def _broken(event: Any) -> list[Text]:
    """What the calendar says wrongly; it is taken out of the event, which icalendar would otherwise refuse to read in part."""
    from icalendar.prop import vBroken

    broken = [name for name, value in event.items() for one in (value if isinstance(value, list) else [value]) if isinstance(one, vBroken)]
    return [text("{column}: {message}", column=name, message=text("this cannot be read.")) for name in dict.fromkeys(broken) if event.pop(name) is not None]


Part: TypeAlias = tuple[dict[str, Tree], list[Text]]


def local(moment: Moment, zone: Zone) -> Moment:
    """A moment in the site's zone; one without a zone is meant locally (section 3.3.5, form 1)."""
    if not isinstance(moment, datetime):
        return moment
    try:
        return (moment.astimezone(zone.zone) if moment.tzinfo else moment).replace(tzinfo=None, microsecond=0)
    except OverflowError:  # UNTIL=99991231T235959Z, which is said for “for ever”
        return moment.replace(tzinfo=None)


def _dates(event: Any, zone: Zone) -> Part:
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


def _repeat(event: Any, changed: list[Any], zone: Zone) -> Part:
    """RRULE, EXDATE and the dates that differ. What a repeat here cannot say is left to settle."""
    start = _moment(event, "DTSTART", zone)
    rules = event.get("RRULE")
    if start is None or (rules is None and event.get("RDATE") is None):
        return {}, []
    if rules is None or isinstance(rules, list) or event.get("RDATE") is not None or set(rules) - PARTS:
        return {}, [text("The repeat “{rule}” is of a kind that is not kept.", rule=_raw(rules or event.get("RDATE")))]
    if not set(rules) & {"UNTIL", "COUNT"}:
        return {}, [text("The repeat “{rule}” has no end: write one, with UNTIL=20270331 or COUNT=10.", rule=_raw(rules))]
    moved = _shifts_days(event, zone)
    if moved and set(rules) & {"BYDAY", "BYMONTHDAY"}:
        return {}, [text("The repeat “{rule}” names days of another time zone.", rule=_raw(rules))]
    excluded: list[Tree] = [*_days(event.get("EXDATE"), zone)]
    repeat: dict[str, Tree] = {"repeat": _rule(rules, zone)}
    return repeat | ({"except": excluded} if excluded else {}) | _overrides(changed, zone), []


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


def _overrides(changed: list[Any], zone: Zone) -> dict[str, Tree]:
    overrides: dict[str, Tree] = {}
    for event in changed:
        named = _moment(event, "RECURRENCE-ID", zone)
        if named is None:
            continue
        dates, _ = _dates(event, zone)
        status = {"status": "cancelled"} if str(event.get("STATUS", "")) == "CANCELLED" else {}
        overrides[f"{named:%Y-%m-%d}"] = {**dates, **status}
    return {"overrides": overrides} if overrides else {}


def _status(event: Any) -> Part:
    status = str(event.get("STATUS", "CONFIRMED")).upper()
    if status not in STATUSES:
        return {}, [text("The calendar calls it {status}: does it take place?", status=status)]
    return {"status": STATUSES[status]}, []


def _place(event: Any, setting: Setting) -> Part:
    """A venue by its name, also where an address follows it; a web address is where one can follow online."""
    location = " ".join(str(event.get("LOCATION", "")).split())
    if not location:
        return {}, []
    if re.fullmatch(r"https?://\S+", location):
        return {"online": location}, []
    known = setting.register.of("venues").key_of(re.split(r"[,，]", location)[0])
    return ({"venue": known}, []) if known else ({"venue": PLACE.read(location, setting).value}, [])


def _themes(event: Any, setting: Setting) -> Part:
    categories = event.get("CATEGORIES")
    listed = categories if isinstance(categories, list) else [categories] if categories is not None else []
    said = "、".join(str(one) for group in listed for one in getattr(group, "cats", [group]))
    reading = names("themes").read(said, setting) if said else None
    if reading is None:
        return {}, []
    return ({"theme": reading.value} if reading.value else {}), [text("{column}: {message}", column="CATEGORIES", message=one) for one in reading.unsettled]


def _links(event: Any) -> Part:
    link = str(event.get("URL", ""))
    return ({"url": link}, []) if re.fullmatch(r"https?://\S+", link) else ({}, [])


def _description(event: Any) -> str:
    """The description as plain text: some calendars write HTML into it."""
    said = str(event.get("DESCRIPTION", ""))
    if re.search(r"<(br|p|div|a|b|i|ul|li|span)\b", said, re.IGNORECASE):
        said = html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<(br|/p|/div|/li)[^>]*>", "\n", said, flags=re.IGNORECASE)))
    return said
