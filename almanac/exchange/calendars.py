"""Reads calendar files (.ics, RFC 5545): each VEVENT becomes an incoming event in local time of the site."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import msgspec
from icalendar.prop import vBroken
from msgspec.structs import replace

from almanac.content.frontmatter import Tree
from almanac.content.private_numbers import without_private_numbers
from almanac.content.values import is_line
from almanac.core.problems import Location, Problem, Text, text
from almanac.exchange.calendar_dates import SiteZone, dates_of
from almanac.exchange.calendar_files import read_vevents
from almanac.exchange.cell_types import LINE, PLACE, PROSE
from almanac.exchange.cells import CellContext, ParsedValue, read_cell
from almanac.exchange.html_text import markdown_of
from almanac.exchange.incoming import IncomingEvent, checked, value_digest
from almanac.exchange.table_rows import SkippedRow

STATUSES = {"CANCELLED": "cancelled", "CONFIRMED": "scheduled"}
PRIVATE = frozenset({"PRIVATE", "CONFIDENTIAL"})
KEYS = frozenset(
    {
        "title",
        "start",
        "end",
        "repeat",
        "except",
        "overrides",
        "sessions",
        "organiser",
        "venue",
        "theme",
        "tags",
        "status",
        "url",
        "online",
        "attachments",
    }
)
SEQUENCE = re.compile(r"[0-9]{1,10}")
LONGEST_KEY = 500  # characters of a UID that is kept as it is
WEB_ADDRESS = re.compile(r"https?://\S+")
# Outlook's colours of categories say nothing about an event.
COLOUR = re.compile(r"[红橙黄绿蓝紫]色类别|(?:red|orange|yellow|green|blue|purple) category", re.IGNORECASE)
PROPERTIES = ("SUMMARY", "DESCRIPTION", "LOCATION", "ORGANIZER")  # whose text is checked for broken characters


class CalendarEvents(msgspec.Struct, frozen=True):
    """The events of a calendar, the problems of events without a title, and events that are left out.

    `skipped` are older versions of events, and `private` counts the private and confidential ones.
    """

    events: tuple[IncomingEvent, ...]
    problems: tuple[Problem, ...] = ()
    skipped: tuple[SkippedRow, ...] = ()
    private: int = 0


def read_calendar(path: str, data: bytes, context: CellContext, zone: SiteZone) -> CalendarEvents | Problem:
    """The events of a calendar; a Problem if the whole file is broken.

    A VEVENT with RECURRENCE-ID becomes an override of the repeat that it changes (section 3.8.4.4).
    """
    found = read_vevents(path, data)
    if isinstance(found, Problem):
        return found
    numbered = list(enumerate(found, 1))
    public = [(number, event) for number, event in numbered if str(event.get("CLASS", "")).upper() not in PRIVATE]
    newest, older = _newest_versions(public)
    events: list[IncomingEvent] = []
    problems: list[Problem] = []
    for group in _with_overrides(newest, context, zone):
        if event := _incoming(group, context, zone):
            events.append(event)
        else:
            message = text("An event of the calendar has no title: it was not imported.")
            problems.append(Problem(Location(f"{path} ({group.number})"), message))
    return CalendarEvents(tuple(events), tuple(problems), tuple(older), len(numbered) - len(public))


def _uid(event: Any) -> str:
    return str(event.get("UID", ""))


def _newest_versions(numbered: Sequence[tuple[int, Any]]) -> tuple[list[tuple[int, Any]], list[SkippedRow]]:
    """The newest version of each event by SEQUENCE, then by time stamp; the others are skipped (section 3.8.7.4)."""
    versions: dict[object, list[tuple[int, Any]]] = defaultdict(list)
    for number, event in numbered:
        changed = event.get("RECURRENCE-ID")
        date = changed.to_ical() if changed is not None and hasattr(changed, "to_ical") else None
        versions[(_uid(event), date) if _uid(event) else number].append((number, event))
    newest = {id(max(same, key=lambda one: _version(one[1]))[1]) for same in versions.values()}
    skipped = [
        SkippedRow(number, _line(event, "SUMMARY"), text("The calendar has a newer version of it."))
        for number, event in numbered
        if id(event) not in newest
    ]
    return [(number, event) for number, event in numbered if id(event) in newest], skipped


def _version(event: Any) -> tuple[int, str]:
    sequence = str(event.get("SEQUENCE", "0"))
    stamp = event.get("LAST-MODIFIED") or event.get("DTSTAMP")
    written = stamp.to_ical().decode() if stamp is not None and hasattr(stamp, "to_ical") else ""
    return int(sequence) if SEQUENCE.fullmatch(sequence) else 0, written


class _Group(msgspec.Struct, frozen=True):
    """A VEVENT with its number in the file, its overrides, and the overrides that became events of their own."""

    number: int
    event: Any
    overrides: tuple[Any, ...] = ()
    detached: tuple[Any, ...] = ()


def _with_overrides(numbered: Sequence[tuple[int, Any]], context: CellContext, zone: SiteZone) -> list[_Group]:
    """The VEVENTs with their overrides. An override that front matter cannot hold is an event itself.

    So is an override of an event that has no title and is not imported.
    """
    series = {
        _uid(event): event
        for _, event in numbered
        if event.get("RECURRENCE-ID") is None and _title(event, context).value is not None
    }
    groups: list[_Group] = []
    overrides: dict[str, list[Any]] = defaultdict(list)
    detached: dict[str, list[Any]] = defaultdict(list)
    for number, event in numbered:
        whole = series.get(_uid(event)) if event.get("RECURRENCE-ID") is not None else None
        if whole is not None and (_own_id(event, zone) or _fits(event, whole, context)):
            overrides[_uid(event)].append(event)
        else:
            groups.append(_Group(number, event))
            if whole is not None:
                detached[_uid(event)].append(event)
    return [
        group
        if group.event.get("RECURRENCE-ID") is not None
        else replace(
            group,
            overrides=tuple(overrides.pop(_uid(group.event), ())),
            detached=tuple(detached.pop(_uid(group.event), ())),
        )
        for group in groups
    ]


def _fits(override: Any, series: Any, context: CellContext) -> bool:
    """Whether front matter can say what differs: no place without a file of its own, and no other description."""
    if str(override.get("STATUS", "")).upper() == "CANCELLED":
        return True
    place = _line(override, "LOCATION")
    if place and place != _line(series, "LOCATION") and not _venue_key(place, context):
        return False
    description = str(override.get("DESCRIPTION", "")).strip()
    return not description or description == str(series.get("DESCRIPTION", "")).strip()


def _incoming(group: _Group, context: CellContext, zone: SiteZone) -> IncomingEvent | None:
    """The incoming event of a VEVENT and its overrides; None if it has no title."""
    event = group.event
    title = _title(event, context)
    if title.value is None:
        return None
    broken = [message for one in (event, *group.overrides, *group.detached) for message in _remove_broken(one)]
    parsed = {
        "title": title,
        "organiser": _organiser(event, context),
        **_place(event, context),
        **_categories(event, context),
        "status": _status(event, context),
        "url": _link(event, context),
        "attachments": _attachments(event, context),
    }
    tree: dict[str, Tree] = {key: value.value for key, value in parsed.items() if value.value is not None}
    dates = dates_of(event, group.overrides, group.detached, zone, context)
    tree |= dates.value if isinstance(dates.value, dict) else {}
    if own_id := _own_id(event, zone):
        tree["id"] = own_id
    body = read_cell(markdown_of(str(event.get("DESCRIPTION", ""))), PROSE, context)
    values = (*parsed.values(), body)
    incoming = IncomingEvent(
        group.number,
        tree,
        str(body.value or ""),
        KEYS,
        _source_key(event, str(title.value), context),
        questions=(
            *broken,
            *_unreadable_characters(event),
            *dates.questions,
            *(message for value in values for message in value.questions),
        ),
        notes=tuple(dict.fromkeys(message for value in values for message in value.notes)),
        row_count=1 + len(group.overrides),
    )
    return checked(incoming, context.registries)


def _title(event: Any, context: CellContext) -> ParsedValue:
    return read_cell(_line(event, "SUMMARY"), LINE, context)


def _line(event: Any, name: str) -> str:
    """A property as one line of text."""
    return " ".join(str(event.get(name, "")).split())


def _own_id(event: Any, zone: SiteZone) -> str | None:
    """The id in a UID of this site's own feeds; None for any other UID."""
    uid = _uid(event)
    return uid.removesuffix(f"@{zone.uid_host}") if zone.uid_host and uid.endswith(f"@{zone.uid_host}") else None


def _source_key(event: Any, title: str, context: CellContext) -> str:
    """The UID, or else the title, with the date of a single override.

    A digest stands for one that contains a private number, or what front matter does not hold.
    """
    changed = event.get("RECURRENCE-ID")
    day = f" {changed.to_ical().decode()}" if changed is not None and hasattr(changed, "to_ical") else ""
    key = " ".join(f"{event.get('UID', '') or title}{day}".split())
    is_public = context.contacts or key == without_private_numbers(key)
    return key if is_public and len(key) <= LONGEST_KEY and is_line(key) else value_digest(key)


def _remove_broken(event: Any) -> list[Text]:
    """Removes the properties that icalendar could not parse, and returns a question for each.

    icalendar would refuse to read the event while it has them.
    """
    broken = [name for name, value in event.items() for one in _listed(value) if isinstance(one, vBroken)]
    return [
        text("{column}: {message}", column=name, message=text("this cannot be read."))
        for name in dict.fromkeys(broken)
        if event.pop(name) is not None
    ]


def _unreadable_characters(event: Any) -> Iterable[Text]:
    for name in PROPERTIES:
        if "�" in str(event.get(name, "")):
            yield text("{column}: {message}", column=name, message=text("some characters are broken."))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value is not None else []


def _status(event: Any, context: CellContext) -> ParsedValue:
    status = read_cell(_line(event, "STATUS"), LINE, context)
    known = STATUSES.get(str(status.value or "CONFIRMED").upper())
    question = text("The calendar calls it {status}: does it take place?", status=status.value)
    return ParsedValue(known, () if known else (question,), status.notes)


def _organiser(event: Any, context: CellContext) -> ParsedValue:
    """The registered organiser by its name (CN). Any other may be a person, and is only noted."""
    found = [getattr(one, "params", {}).get("CN", "") for one in _listed(event.get("ORGANIZER"))]
    names = [str(read_cell(str(name), LINE, context).value or "") for name in found if name]
    keys: list[Tree] = [key for name in names if (key := context.registries.of("organisers").key_of(name))]
    notes = tuple(
        text("ORGANIZER: “{name}” is not a registered organiser.", name=name)
        for name in names
        if name and not context.registries.of("organisers").key_of(name)
    )
    return ParsedValue(keys or None, notes=notes)


def _venue_key(place: str, context: CellContext) -> str | None:
    """The key of a registered venue, whose name may be followed by an address."""
    return context.registries.of("venues").key_of(re.split(r"[,，]", place)[0])


def _place(event: Any, context: CellContext) -> dict[str, ParsedValue]:
    """The venue with its coordinates (GEO); or `online`, if the location is a web address."""
    location = read_cell(_line(event, "LOCATION"), LINE, context)
    written = str(location.value or "")
    if WEB_ADDRESS.fullmatch(written):
        return {"online": location}
    known = _venue_key(written, context)
    place = ParsedValue(known) if known else _of_property("LOCATION", read_cell(written, PLACE, context))
    point = event.get("GEO")
    if point is not None and isinstance(place.value, dict):
        place = replace(place, value={**place.value, "coordinates": [str(point.longitude), str(point.latitude)]})
    elif point is not None and not known:
        place = replace(place, notes=(text("GEO: coordinates without a place were not imported."),))
    return {"venue": replace(place, notes=(*location.notes, *place.notes))}


def _categories(event: Any, context: CellContext) -> dict[str, ParsedValue]:
    """The themes among the categories; the others become tags, except Outlook's colours."""
    listed = [str(one) for group in _listed(event.get("CATEGORIES")) for one in getattr(group, "cats", [group])]
    read = [read_cell(" ".join(one.split()), LINE, context) for one in listed]
    names = [str(one.value) for one in read if one.value]
    registry = context.registries.of("themes")
    themes: list[Tree] = [key for name in names if (key := registry.key_of(name))]
    tags: list[Tree] = [name for name in names if not registry.key_of(name) and not COLOUR.fullmatch(name)]
    notes = (
        *(message for one in read for message in one.notes),
        *(
            (text("CATEGORIES: {names} are not themes and became tags.", names="、".join(map(str, tags))),)
            if tags
            else ()
        ),
    )
    return {
        "theme": ParsedValue(list(dict.fromkeys(map(str, themes))) or None, notes=notes),
        "tags": ParsedValue(list(dict.fromkeys(map(str, tags))) or None),
    }


def _of_property(name: str, parsed: ParsedValue) -> ParsedValue:
    """The value, with questions that name the property."""
    questions = tuple(text("{column}: {message}", column=name, message=message) for message in parsed.questions)
    return replace(parsed, questions=questions)


def _link(event: Any, context: CellContext) -> ParsedValue:
    link = read_cell(_line(event, "URL"), LINE, context)
    if link.value is None or WEB_ADDRESS.fullmatch(str(link.value)):
        return link
    return ParsedValue(notes=(*link.notes, text("URL: “{value}” is not a web address.", value=link.value)))


def _attachments(event: Any, context: CellContext) -> ParsedValue:
    """The documents that the event links to, each with its file name as title."""
    documents: list[Tree] = []
    notes: list[Text] = []
    for attached in _listed(event.get("ATTACH")):
        address = str(attached)
        if not WEB_ADDRESS.fullmatch(address):
            notes.append(text("ATTACH: a document without a web address was not imported."))
            continue
        named = attached.params.get("FILENAME") or unquote(urlsplit(address).path.rpartition("/")[2]) or address
        title = read_cell(str(named), LINE, context)
        documents.append({"title": title.value or "附件", "url": address})
        notes += title.notes
    return ParsedValue(documents or None, notes=tuple(notes))
