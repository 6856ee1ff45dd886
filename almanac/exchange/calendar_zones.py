"""The time zones of calendars, by the many names that programs give them."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?([0-5]\d))?")
UNIVERSAL = re.compile(r"\(?(?:UTC|GMT)\)?(?:\s+Coordinated Universal Time)?|Coordinated Universal Time|协调世界时")
# Windows displays zones by these names, which CLDR's table does not have. Only those without summer time are certain.
DISPLAYED = {
    "Beijing, Chongqing, Hong Kong, Urumqi": "Asia/Shanghai",
    "北京，重庆，香港特别行政区，乌鲁木齐": "Asia/Shanghai",
    "中国标准时间": "Asia/Shanghai",
    "Taipei": "Asia/Taipei",
    "Osaka, Sapporo, Tokyo": "Asia/Tokyo",
    "Seoul": "Asia/Seoul",
    "Kuala Lumpur, Singapore": "Asia/Singapore",
}
MOST_HOURS = 14  # of an offset from UTC


def zone_named(name: str) -> tzinfo | None:
    """The time zone of a TZID: an IANA name, a name of Windows, or a fixed offset. None if it is unknown."""
    name = name.strip().strip('"')
    if UNIVERSAL.fullmatch(name):
        return UTC
    if offset := OFFSET.fullmatch(name):
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        length = timedelta(hours=hours, minutes=minutes)
        return timezone(length if offset[1] == "+" else -length) if hours <= MOST_HOURS else None
    displayed = re.sub(r"\((?:UTC|GMT)[^)]*\)\s*", "", name)
    known = WINDOWS_TO_OLSON.get(name) or DISPLAYED.get(displayed)
    return _iana(known) if known else next(filter(None, map(_iana, _endings(name))), None)


def _endings(name: str) -> list[str]:
    """The name, and its last parts: some programs write /mozilla.org/20050126_1/Asia/Shanghai."""
    parts = name.split("/")
    return [name, "/".join(parts[-3:]), "/".join(parts[-2:])]


def _iana(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a name that is no path, a folder, an unknown zone
        return None
