"""Calendar files (.ics, RFC 5545): each VEVENT becomes an entry. The times of other zones become local times of the site."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from almanac.content.frontmatter import Tree
from almanac.exchange.calendar_dates import Part, Zone, dates_of, repeat_of
from almanac.exchange.cells import Setting
from almanac.exchange.entries import Entry, checked
from almanac.exchange.kinds import PLACE, PROSE, names
from almanac.exchange.sheets import LARGEST
from almanac.problems import Location, Problem, Text, text

BEGIN = b"BEGIN:VCALENDAR"
STATUSES = {"CANCELLED": "cancelled", "CONFIRMED": "scheduled"}
KEYS = frozenset({"title", "start", "end", "repeat", "except", "overrides", "venue", "theme", "status", "url", "online"})


def is_calendar(data: bytes) -> bool:
    """Whether a file is a calendar, whatever its name."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(BEGIN)].upper() == BEGIN


def read_calendar(path: str, data: bytes, setting: Setting, zone: Zone) -> tuple[list[Entry], list[Problem]] | Problem:
    """The entries of a calendar, and events that are none; dates of a repeat that differ become its overrides (section 3.8.4.4)."""
    from icalendar import Calendar

    if len(data) > LARGEST:
        return Problem(Location(path), text("This file is larger than {size} MB.", size=LARGEST >> 20))
    try:
        calendars: list[Any] = Calendar.from_ical(data.removeprefix(b"\xef\xbb\xbf"), multiple=True)
        found = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:  # what icalendar raises for what is no calendar
        message = text("This calendar cannot be read ({reason}).", reason=str(error).split("\n", maxsplit=1)[0][:120])
        return Problem(Location(path), message, text("Save it again from the calendar it comes from."))
    read = [(group[0], _entry(*group, setting, zone)) for group in _grouped(found)]
    untitled = text("An event of the calendar has no title: it was not imported.")
    return [entry for _, entry in read if entry], [Problem(Location(f"{path} ({place})"), untitled) for place, entry in read if not entry]


def _grouped(events: Iterable[Any]) -> Iterator[tuple[int, Any, list[Any]]]:
    """Each event with its number in the file and those that change a single date of it; a change of nothing stands for itself."""
    numbered = list(enumerate(events, 1))
    changed: dict[str, list[Any]] = defaultdict(list)
    whole = {str(event.get("UID", "")) for _, event in numbered if event.get("RECURRENCE-ID") is None}
    alone = [(place, event) for place, event in numbered if event.get("RECURRENCE-ID") is None or str(event.get("UID", "")) not in whole]
    for _, event in numbered:
        if event.get("RECURRENCE-ID") is not None and str(event.get("UID", "")) in whole:
            changed[str(event.get("UID", ""))].append(event)
    return ((place, event, changed.pop(str(event.get("UID", "")), [])) for place, event in alone)


def _entry(place: int, event: Any, changed: list[Any], setting: Setting, zone: Zone) -> Entry | None:
    title = " ".join(str(event.get("SUMMARY", "")).split())
    if not title:
        return None
    tree: dict[str, Tree] = {"title": title}
    unsettled = [*_broken(event), *(message for one in changed for message in _broken(one))]
    venues = setting.register.of("venues")
    for part in (
        dates_of(event, zone),
        repeat_of(event, changed, zone, venues),
        _status(event),
        _place(event, setting),
        _themes(event, setting),
        _links(event),
    ):
        tree |= part[0]
        unsettled += part[1]
    body = PROSE.read(_description(event), setting) if _description(event) else None
    own_id = _own_id(event, zone)
    entry = Entry(place, {**tree, **({"id": own_id} if own_id else {})}, str(body.value) if body and body.value else "", KEYS, _row(event, title))
    return checked(replace(entry, unsettled=tuple(unsettled), notes=body.notes if body else ()), setting.register)


def _own_id(event: Any, zone: Zone) -> str | None:
    """The id in a UID of this site's own feeds."""
    uid = str(event.get("UID", ""))
    return uid.removesuffix(f"@{zone.uid_host}") if zone.uid_host and uid.endswith(f"@{zone.uid_host}") else None


def _row(event: Any, title: str) -> str:
    """The UID, with the date that is meant where only one of a repeat is told."""
    changed = event.get("RECURRENCE-ID")
    day = f" {changed.to_ical().decode()}" if changed is not None and hasattr(changed, "to_ical") else ""
    return " ".join(f"{event.get('UID', '') or title}{day}".split())


def _broken(event: Any) -> list[Text]:
    """What the calendar says wrongly; it is taken out of the event, which icalendar would otherwise refuse to read in part."""
    from icalendar.prop import vBroken

    broken = [name for name, value in event.items() for one in (value if isinstance(value, list) else [value]) if isinstance(one, vBroken)]
    return [text("{column}: {message}", column=name, message=text("this cannot be read.")) for name in dict.fromkeys(broken) if event.pop(name) is not None]


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
