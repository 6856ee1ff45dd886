"""Reads calendars with libical, the C library behind GNOME's and KDE's calendars, through ctypes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from ctypes import Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass
from datetime import UTC, date, datetime


class IcalTime(Structure):
    """`struct icaltimetype` of libical 3 (icaltime.h)."""

    _fields_ = (
        ("year", c_int),
        ("month", c_int),
        ("day", c_int),
        ("hour", c_int),
        ("minute", c_int),
        ("second", c_int),
        ("is_date", c_int),
        ("is_daylight", c_int),
        ("zone", c_void_p),
    )


@dataclass(frozen=True)
class Read:
    """What libical says of one VEVENT: start and end as ISO 8601, in UTC where they have a time."""

    uid: str
    title: str
    start: str
    end: str
    status: str
    categories: tuple[str, ...]


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libical.so.3")
    for name, result, arguments in (
        ("icalparser_parse_string", c_void_p, [c_char_p]),
        ("icalcomponent_string_to_kind", c_int, [c_char_p]),
        ("icalcomponent_get_first_component", c_void_p, [c_void_p, c_int]),
        ("icalcomponent_get_next_component", c_void_p, [c_void_p, c_int]),
        ("icalcomponent_get_uid", c_char_p, [c_void_p]),
        ("icalcomponent_get_summary", c_char_p, [c_void_p]),
        ("icalcomponent_get_dtstart", IcalTime, [c_void_p]),
        ("icalcomponent_get_dtend", IcalTime, [c_void_p]),
        ("icalcomponent_count_errors", c_int, [c_void_p]),
        ("icalcomponent_strip_errors", None, [c_void_p]),
        ("icalrestriction_check", c_int, [c_void_p]),
        ("icaltime_as_timet_with_zone", c_int64, [IcalTime, c_void_p]),
        ("icalcomponent_get_status", c_int, [c_void_p]),
        ("icalproperty_status_to_string", c_char_p, [c_int]),
        ("icalproperty_string_to_kind", c_int, [c_char_p]),
        ("icalcomponent_get_first_property", c_void_p, [c_void_p, c_int]),
        ("icalcomponent_get_next_property", c_void_p, [c_void_p, c_int]),
        ("icalproperty_get_categories", c_char_p, [c_void_p]),
        ("icalcomponent_free", None, [c_void_p]),
        ("icaltimezone_new", c_void_p, []),
        ("icaltimezone_set_component", c_int, [c_void_p, c_void_p]),
        ("icaltimezone_free", None, [c_void_p, c_int]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def read(data: bytes) -> list[Read]:
    """The events of a calendar. Raises ValueError for an error or an unmet restriction of RFC 5545."""
    library = _library()
    calendar = library.icalparser_parse_string(data)
    if not calendar:
        raise ValueError("libical cannot read this")
    try:
        if errors := library.icalcomponent_count_errors(calendar):
            raise ValueError(f"libical finds {errors} errors")
        kind = library.icalcomponent_string_to_kind(b"VEVENT")
        found = []
        component = library.icalcomponent_get_first_component(calendar, kind)
        while component:
            found.append(_event(library, component))
            component = library.icalcomponent_get_next_component(calendar, kind)
        return found
    finally:
        library.icalcomponent_free(calendar)


def in_utc(vtimezone: bytes, times: Iterable[datetime]) -> list[int]:
    """Local times of a zone in seconds since 1970."""
    library = _library()
    zone = library.icaltimezone_new()
    try:
        if not library.icaltimezone_set_component(zone, library.icalparser_parse_string(vtimezone)):
            raise ValueError("libical cannot read this zone")
        return [library.icaltime_as_timet_with_zone(_time(time), zone) for time in times]
    finally:
        library.icaltimezone_free(zone, 1)


def _time(local: datetime) -> IcalTime:
    return IcalTime(local.year, local.month, local.day, local.hour, local.minute, local.second)


def _event(library: ctypes.CDLL, component: c_void_p) -> Read:
    start = library.icalcomponent_get_dtstart(component)
    return Read(
        library.icalcomponent_get_uid(component).decode(),
        library.icalcomponent_get_summary(component).decode(),
        _iso(library, start),
        _iso(library, library.icalcomponent_get_dtend(component)),
        library.icalproperty_status_to_string(library.icalcomponent_get_status(component)).decode(),
        tuple(_categories(library, component)),
    )


def _categories(library: ctypes.CDLL, component: c_void_p) -> Iterator[str]:
    kind = library.icalproperty_string_to_kind(b"CATEGORIES")
    found = library.icalcomponent_get_first_property(component, kind)
    while found:
        yield library.icalproperty_get_categories(found).decode()
        found = library.icalcomponent_get_next_property(component, kind)


def _iso(library: ctypes.CDLL, time: IcalTime) -> str:
    if time.is_date:
        return date(time.year, time.month, time.day).isoformat()
    seconds = library.icaltime_as_timet_with_zone(time, time.zone)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
