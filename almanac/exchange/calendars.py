"""Calendar files (.ics, RFC 5545): each VEVENT becomes an entry. The times of other zones become local times of the site."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from almanac.content.frontmatter import Tree
from almanac.content.private_numbers import without_private_numbers
from almanac.core.problems import Location, Problem, Text, text
from almanac.exchange.calendar_dates import Zone, dates_of, repeat_of
from almanac.exchange.cells import Reading, Setting, read_cell
from almanac.exchange.entries import Entry, checked, value_digest
from almanac.exchange.kinds import LINE, PLACE, PROSE, names
from almanac.exchange.sheets import LARGEST

BEGIN = b"BEGIN:VCALENDAR"
STATUSES = {"CANCELLED": "cancelled", "CONFIRMED": "scheduled"}
KEYS = frozenset(
    {"title", "start", "end", "repeat", "except", "overrides", "venue", "theme", "status", "url", "online"}
)


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
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
    ) as error:  # what icalendar raises for what is no calendar
        message = text("This calendar cannot be read ({reason}).", reason=str(error).split("\n", maxsplit=1)[0][:120])
        return Problem(Location(path), message, text("Save it again from the calendar it comes from."))
    read = [(group[0], _entry(*group, setting, zone)) for group in _grouped(found)]
    untitled = text("An event of the calendar has no title: it was not imported.")
    return [entry for _, entry in read if entry], [
        Problem(Location(f"{path} ({place})"), untitled) for place, entry in read if not entry
    ]


def _grouped(events: Iterable[Any]) -> Iterator[tuple[int, Any, list[Any]]]:
    """Each event with its number in the file and those that change a single date of it; a change of nothing stands for itself."""
    numbered = list(enumerate(events, 1))
    changed: dict[str, list[Any]] = defaultdict(list)
    whole = {str(event.get("UID", "")) for _, event in numbered if event.get("RECURRENCE-ID") is None}
    alone = [
        (place, event)
        for place, event in numbered
        if event.get("RECURRENCE-ID") is None or str(event.get("UID", "")) not in whole
    ]
    for _, event in numbered:
        if event.get("RECURRENCE-ID") is not None and str(event.get("UID", "")) in whole:
            changed[str(event.get("UID", ""))].append(event)
    return ((place, event, changed.pop(str(event.get("UID", "")), [])) for place, event in alone)


def _entry(place: int, event: Any, changed: list[Any], setting: Setting, zone: Zone) -> Entry | None:
    title = read_cell(_said(event, "SUMMARY"), LINE, setting)
    if title.value is None:
        return None
    unsettled = [*_broken(event), *(message for one in changed for message in _broken(one))]
    readings = {
        "title": title,
        **_place(event, setting),
        "theme": _themes(event, setting),
        "status": _status(event, setting),
        "url": _link(event, setting),
    }
    tree: dict[str, Tree] = {key: reading.value for key, reading in readings.items() if reading.value is not None}
    for part in (dates_of(event, zone), repeat_of(event, changed, zone, setting)):
        tree |= part[0]
        unsettled += part[1]
    body = read_cell(_description(event), PROSE, setting)
    own_id = _own_id(event, zone)
    tree |= {"id": own_id} if own_id else {}
    entry = Entry(place, tree, str(body.value or ""), KEYS, _row(event, str(title.value), setting))
    unsettled += [message for reading in readings.values() for message in reading.unsettled]
    notes = tuple(message for reading in (*readings.values(), body) for message in reading.notes)
    return checked(replace(entry, unsettled=tuple(unsettled), notes=tuple(dict.fromkeys(notes))), setting.register)


def _said(event: Any, name: str) -> str:
    return " ".join(str(event.get(name, "")).split())


def _own_id(event: Any, zone: Zone) -> str | None:
    """The id in a UID of this site's own feeds."""
    uid = str(event.get("UID", ""))
    return uid.removesuffix(f"@{zone.uid_host}") if zone.uid_host and uid.endswith(f"@{zone.uid_host}") else None


def _row(event: Any, title: str, setting: Setting) -> str:
    """The UID, with the date that is meant where only one of a repeat is told; a digest where it holds a private number."""
    changed = event.get("RECURRENCE-ID")
    day = f" {changed.to_ical().decode()}" if changed is not None and hasattr(changed, "to_ical") else ""
    row = " ".join(f"{event.get('UID', '') or title}{day}".split())
    return row if setting.contacts or row == without_private_numbers(row) else value_digest(row)


def _broken(event: Any) -> list[Text]:
    """What the calendar says wrongly; it is taken out of the event, which icalendar would otherwise refuse to read in part."""
    from icalendar.prop import vBroken

    broken = [
        name
        for name, value in event.items()
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, vBroken)
    ]
    return [
        text("{column}: {message}", column=name, message=text("this cannot be read."))
        for name in dict.fromkeys(broken)
        if event.pop(name) is not None
    ]


def _status(event: Any, setting: Setting) -> Reading:
    status = read_cell(_said(event, "STATUS"), LINE, setting)
    known = STATUSES.get(str(status.value or "CONFIRMED").upper())
    return Reading(
        known,
        () if known else (text("The calendar calls it {status}: does it take place?", status=status.value),),
        status.notes,
    )


def _place(event: Any, setting: Setting) -> dict[str, Reading]:
    """A venue by its name, also where an address follows it; a web address is where one can follow online."""
    location = read_cell(_said(event, "LOCATION"), LINE, setting)
    said = str(location.value or "")
    if re.fullmatch(r"https?://\S+", said):
        return {"online": location}
    known = setting.register.of("venues").key_of(re.split(r"[,，]", said)[0])
    place = Reading(known) if known else _of("LOCATION", read_cell(said, PLACE, setting))
    return {"venue": replace(place, notes=location.notes)}


def _themes(event: Any, setting: Setting) -> Reading:
    categories = event.get("CATEGORIES")
    listed = categories if isinstance(categories, list) else [categories] if categories is not None else []
    said = "、".join(str(one) for group in listed for one in getattr(group, "cats", [group]))
    return _of("CATEGORIES", read_cell(said, names("themes"), setting))


def _of(name: str, reading: Reading) -> Reading:
    """A reading whose messages say which property they are about."""
    return replace(
        reading,
        unsettled=tuple(text("{column}: {message}", column=name, message=message) for message in reading.unsettled),
    )


def _link(event: Any, setting: Setting) -> Reading:
    link = read_cell(_said(event, "URL"), LINE, setting)
    return link if re.fullmatch(r"https?://\S+", str(link.value or "")) else Reading()


def _description(event: Any) -> str:
    """The description as plain text: some calendars write HTML into it."""
    said = str(event.get("DESCRIPTION", ""))
    if re.search(r"<(br|p|div|a|b|i|ul|li|span)\b", said, re.IGNORECASE):
        said = html.unescape(
            re.sub(r"<[^>]*>", "", re.sub(r"<(br|/p|/div|/li)[^>]*>", "\n", said, flags=re.IGNORECASE))
        )
    return said
