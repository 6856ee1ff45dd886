"""Events of other Almanac sites, from their open data: reads `/data/events.json` and makes records of its entries.

The text comes from outside. An entry passes the same checks as an event's file, and one that fails them is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, Meta

from almanac.content.codec import read_moment
from almanac.content.config import OtherSite
from almanac.content.open_data import DateData, EventData, Named, PlaceData, RepeatData, ResultData, SignupData
from almanac.content.records.event import EventFields

MOST_EVENTS = 50_000  # of one source
MOST_OF_ENTRY = 64 * 1024  # of an entry
MOST_DATES = 1000  # of an entry
LONGEST_TITLE = 300  # characters
DAY = len("2026-12-05")
SCHEMES = ("https", "http")

WholeUid = Annotated[str, Meta(pattern=r"^[^\s@/\x00-\x1f]+@[^\s@/\x00-\x1f]+$", max_length=400)]


class Entries(msgspec.Struct, frozen=True):
    """A document of open data whose entries are not read yet."""

    events: Annotated[list[msgspec.Raw], Meta(max_length=MOST_EVENTS)]


@cache  # made when it is needed: a site without sources does not wait for it
def _decoder(declared: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(declared)


def read_entry(raw: bytes) -> EventData:
    """An entry. Raises MsgspecError if it is not as the open data declare it."""
    entry: EventData = _decoder(EventData).decode(raw)
    return entry


def _raw_entries(document: bytes) -> list[msgspec.Raw]:
    found: Entries = _decoder(Entries).decode(document)
    return found.events


def count_in(document: bytes) -> int:
    """The number of entries of a document, faulty ones too. Raises MsgspecError if it is no open data at all."""
    return len(_raw_entries(document))


def entries_in(document: bytes) -> list[EventData]:
    """The entries of a document that are whole, each UID once. Raises MsgspecError if it is no open data at all."""
    found: dict[str, EventData] = {}
    for raw in _raw_entries(document):
        if entry := _entry(bytes(raw)):
            found.setdefault(entry.uid, entry)
    return list(found.values())


def _entry(raw: bytes) -> EventData | None:
    """An entry with sound addresses and a whole UID; None if it is too large or faulty."""
    if len(raw) > MOST_OF_ENTRY:
        return None
    try:
        entry = read_entry(raw)
        msgspec.convert(entry.uid, WholeUid)
    except msgspec.MsgspecError:
        return None
    sound = all(map(_is_address, (entry.url, entry.ics))) and 0 < len(entry.dates) <= MOST_DATES
    sound = sound and len(entry.title) <= LONGEST_TITLE and changed_at(entry) is not None
    return entry if sound else None


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    plain = value.isascii() and value.isprintable() and not set(value) & set(' "<>')
    return parts.scheme in SCHEMES and bool(parts.hostname) and plain


def fields_of(entry: EventData, event_id: str, source: OtherSite, timezone: str) -> EventFields | None:
    """The fields of an entry, checked as those of a file; None if they are faulty.

    Themes, forms and audiences keep their keys. Organisers are other people's, so they stay as names.
    """
    from pydantic import ValidationError

    from almanac.content.parse import adapter  # it loads pydantic, which an unchanged site does not need

    try:
        tree = {name: value for name, value in _tree(entry, ZoneInfo(timezone)).items() if value}
        fields: EventFields = adapter(EventFields).validate_python(
            {**tree, "id": event_id, "district": source.district}
        )
    except (ValidationError, ValueError, OverflowError):  # the latter two of moments out of range
        return None
    return fields


def _tree(entry: EventData, zone: ZoneInfo) -> dict[str, Any]:
    organisers = (*_names(entry.organisers), *_names(entry.co_organisers), *entry.other_co_organisers)
    return {
        "title": entry.title,
        "summary": entry.summary or None,
        "status": entry.status,
        "status_note": entry.status_note or None,
        "level": entry.level,
        "theme": [one.key for one in entry.themes],
        "form": entry.form.key if entry.form else None,
        "audience": [one.key for one in entry.audiences],
        "co_organiser": list(dict.fromkeys(organisers)),
        "ages": entry.ages or None,
        "venue": _place(entry.venue) if entry.venue else None,
        "online": entry.online or None,
        "fee": entry.fee or None,
        "language": entry.language or None,
        "signup": _signup(entry.signup, zone) if entry.signup else None,
        "result": _result(entry.result) if entry.result else None,
        "tags": list(entry.tags),
        "sample": entry.sample,
        "updated": _local(entry.updated, zone),
        **_dates(entry, zone),
    }


def _names(named: tuple[Named, ...]) -> Iterator[str]:
    return (one.name for one in named)


def _place(place: PlaceData) -> dict[str, Any]:
    known = place.longitude is not UNSET and place.latitude is not UNSET
    coordinates = {"coordinates": [place.longitude, place.latitude]} if known else {}
    return {"name": place.name, "address": place.address or None, **coordinates}


def _result(result: ResultData) -> dict[str, Any]:
    return {"held": result.held, "participants": result.participants or None, "note": result.note or None}


def _signup(signup: SignupData, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "url": signup.url or None,
        "phone": signup.phone or None,
        "how": signup.how or None,
        "opens": _local(signup.opens, zone) if signup.opens else None,
        "deadline": _local(signup.deadline, zone) if signup.deadline else None,
        "capacity": signup.capacity or None,
    }


def _dates(entry: EventData, zone: ZoneInfo) -> dict[str, Any]:
    """The keys of dates: sessions, a repeat with what departs from it, or start and end."""
    first = entry.dates[0]
    if first.session:
        return {"sessions": [_session(one, zone) for one in entry.dates]}
    if not entry.repeat:
        return {"start": _local(first.start, zone), "end": _moment(first.end, zone)}
    return _repeat(entry.repeat, entry.dates, zone)


def _session(one: DateData, zone: ZoneInfo) -> dict[str, Any]:
    return {**_date(one, zone), "id": one.session, "capacity": one.capacity or None}


def _repeat(repeat: RepeatData, dates: tuple[DateData, ...], zone: ZoneInfo) -> dict[str, Any]:
    apart = {_local(one.instead_of, zone)[:DAY]: _date(one, zone) for one in dates if one.instead_of}
    return {
        "start": _local(repeat.start, zone),
        "end": _moment(repeat.end, zone),
        "repeat": repeat.rule,
        "except_": list(repeat.excluded),
        "overrides": apart,
    }


def _date(one: DateData, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "start": _local(one.start, zone),
        "end": _moment(one.end, zone),
        "status": one.status,
        "venue": one.venue.name if one.venue else None,
        "note": one.note or None,
    }


def _moment(written: str | msgspec.UnsetType, zone: ZoneInfo) -> str | None:
    return _local(written, zone) if written else None


def _local(written: str, zone: ZoneInfo) -> str:
    """A moment of the document as a file would have it: local time of this site. Raises ValueError."""
    moment = read_moment(written)
    if isinstance(moment, datetime) and moment.tzinfo:
        moment = moment.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return f"{moment:%Y-%m-%d %H:%M:%S}" if isinstance(moment, datetime) else str(moment)


def changed_at(entry: EventData) -> datetime | None:
    """The instant of the last change of an entry, in UTC; None if it has none."""
    try:
        return datetime.fromisoformat(entry.updated).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
