"""Reads calendar files (.ics, RFC 5545): each VEVENT becomes an incoming event in local time of the site."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from icalendar import Calendar
from icalendar.prop import vBroken
from msgspec.structs import replace

from almanac.content.frontmatter import Tree
from almanac.content.private_numbers import without_private_numbers
from almanac.core.problems import Location, Problem, Text, text
from almanac.exchange.calendar_dates import SiteZone, dates_of, repeat_of
from almanac.exchange.cell_types import LINE, PLACE, PROSE, names
from almanac.exchange.cells import CellContext, ParsedValue, read_cell
from almanac.exchange.incoming import IncomingEvent, checked, value_digest
from almanac.exchange.sheets import LARGEST

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BEGIN = b"BEGIN:VCALENDAR"
STATUSES = {"CANCELLED": "cancelled", "CONFIRMED": "scheduled"}
KEYS = frozenset(
    {"title", "start", "end", "repeat", "except", "overrides", "venue", "theme", "status", "url", "online"}
)
WEB_ADDRESS = re.compile(r"https?://\S+")
LONGEST_REASON = 120  # characters of icalendar's error


def is_calendar(data: bytes) -> bool:
    """Whether the bytes of a file are a calendar, whatever its name is."""
    return data.removeprefix(BYTE_ORDER_MARK).lstrip()[: len(BEGIN)].upper() == BEGIN


def read_calendar(
    path: str, data: bytes, context: CellContext, zone: SiteZone
) -> tuple[list[IncomingEvent], list[Problem]] | Problem:
    """The events of a calendar, and the problems of events without a title; one Problem if the file is broken.

    A VEVENT with RECURRENCE-ID becomes an override of the repeat that it changes (section 3.8.4.4).
    """
    if len(data) > LARGEST:
        return Problem(Location(path), text("This file is larger than {size} MB.", size=LARGEST >> 20))
    try:
        calendars: list[Any] = Calendar.from_ical(data.removeprefix(BYTE_ORDER_MARK), multiple=True)
        found = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:  # icalendar's for broken files
        reason = str(error).split("\n", maxsplit=1)[0][:LONGEST_REASON]
        message = text("This calendar cannot be read ({reason}).", reason=reason)
        return Problem(Location(path), message, text("Save it again from the calendar it comes from."))
    read = [(group[0], _incoming(*group, context, zone)) for group in _with_overrides(found)]
    untitled = text("An event of the calendar has no title: it was not imported.")
    return [event for _, event in read if event], [
        Problem(Location(f"{path} ({number})"), untitled) for number, event in read if not event
    ]


def _with_overrides(events: Iterable[Any]) -> Iterator[tuple[int, Any, list[Any]]]:
    """Each event with its number in the file and its overrides. An override without its repeat is an event itself."""
    numbered = list(enumerate(events, 1))
    repeats = {_uid(event) for _, event in numbered if event.get("RECURRENCE-ID") is None}
    overrides: dict[str, list[Any]] = defaultdict(list)
    whole = []
    for number, event in numbered:
        if event.get("RECURRENCE-ID") is not None and _uid(event) in repeats:
            overrides[_uid(event)].append(event)
        else:
            whole.append((number, event))
    return ((number, event, overrides.pop(_uid(event), [])) for number, event in whole)


def _uid(event: Any) -> str:
    return str(event.get("UID", ""))


def _incoming(
    number: int, event: Any, overrides: list[Any], context: CellContext, zone: SiteZone
) -> IncomingEvent | None:
    """The incoming event of a VEVENT and its overrides; None if it has no title."""
    title = read_cell(_line(event, "SUMMARY"), LINE, context)
    if title.value is None:
        return None
    broken = [*_remove_broken(event), *(message for one in overrides for message in _remove_broken(one))]
    parsed = {
        "title": title,
        **_place(event, context),
        "theme": _themes(event, context),
        "status": _status(event, context),
        "url": _link(event, context),
    }
    tree: dict[str, Tree] = {key: value.value for key, value in parsed.items() if value.value is not None}
    repeat = repeat_of(event, overrides, zone, context)
    tree |= dates_of(event, zone)
    tree |= repeat.value if isinstance(repeat.value, dict) else {}
    if own_id := _own_id(event, zone):
        tree["id"] = own_id
    body = read_cell(_description(event), PROSE, context)
    incoming = IncomingEvent(
        number,
        tree,
        str(body.value or ""),
        KEYS,
        _source_key(event, str(title.value), context),
        questions=(*broken, *repeat.questions, *(message for value in parsed.values() for message in value.questions)),
        notes=tuple(dict.fromkeys(message for value in (*parsed.values(), body) for message in value.notes)),
    )
    return checked(incoming, context.registries)


def _line(event: Any, name: str) -> str:
    """A property as one line of text."""
    return " ".join(str(event.get(name, "")).split())


def _own_id(event: Any, zone: SiteZone) -> str | None:
    """The id in a UID of this site's own feeds; None for any other UID."""
    uid = _uid(event)
    return uid.removesuffix(f"@{zone.uid_host}") if zone.uid_host and uid.endswith(f"@{zone.uid_host}") else None


def _source_key(event: Any, title: str, context: CellContext) -> str:
    """The UID, or else the title, with the date of a single override; a digest if it contains a private number."""
    changed = event.get("RECURRENCE-ID")
    day = f" {changed.to_ical().decode()}" if changed is not None and hasattr(changed, "to_ical") else ""
    key = " ".join(f"{event.get('UID', '') or title}{day}".split())
    return key if context.contacts or key == without_private_numbers(key) else value_digest(key)


def _remove_broken(event: Any) -> list[Text]:
    """Removes the properties that icalendar could not parse, and returns a question for each.

    icalendar would refuse to read the event while it has them.
    """
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


def _status(event: Any, context: CellContext) -> ParsedValue:
    status = read_cell(_line(event, "STATUS"), LINE, context)
    known = STATUSES.get(str(status.value or "CONFIRMED").upper())
    question = text("The calendar calls it {status}: does it take place?", status=status.value)
    return ParsedValue(known, () if known else (question,), status.notes)


def _place(event: Any, context: CellContext) -> dict[str, ParsedValue]:
    """The venue, whose name may be followed by an address; or `online`, if the location is a web address."""
    location = read_cell(_line(event, "LOCATION"), LINE, context)
    written = str(location.value or "")
    if WEB_ADDRESS.fullmatch(written):
        return {"online": location}
    known = context.registries.of("venues").resolve(re.split(r"[,，]", written)[0])
    place = ParsedValue(known) if known else _of_property("LOCATION", read_cell(written, PLACE, context))
    return {"venue": replace(place, notes=location.notes)}


def _themes(event: Any, context: CellContext) -> ParsedValue:
    categories = event.get("CATEGORIES")
    listed = categories if isinstance(categories, list) else [categories] if categories is not None else []
    written = "、".join(str(one) for group in listed for one in getattr(group, "cats", [group]))
    return _of_property("CATEGORIES", read_cell(written, names("themes"), context))


def _of_property(name: str, parsed: ParsedValue) -> ParsedValue:
    """The value, with questions that name the property."""
    questions = tuple(text("{column}: {message}", column=name, message=message) for message in parsed.questions)
    return replace(parsed, questions=questions)


def _link(event: Any, context: CellContext) -> ParsedValue:
    link = read_cell(_line(event, "URL"), LINE, context)
    return link if WEB_ADDRESS.fullmatch(str(link.value or "")) else ParsedValue()


def _description(event: Any) -> str:
    """The description as plain text; some calendars write HTML into it."""
    written = str(event.get("DESCRIPTION", ""))
    if not re.search(r"<(br|p|div|a|b|i|ul|li|span)\b", written, re.IGNORECASE):
        return written
    lines = re.sub(r"<(br|/p|/div|/li)[^>]*>", "\n", written, flags=re.IGNORECASE)
    return html.unescape(re.sub(r"<[^>]*>", "", lines))
