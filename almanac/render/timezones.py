"""VTIMEZONE components (RFC 5545, section 3.6.5): exact from 1970 to 2038, short, and readable by Outlook.

- A yearly change is one observance with an RRULE that names one weekday or one day of a month. Other rules, such as the
  Friday before the last Sunday, and changes that follow no rule are cut into the longest such pieces.
- Outlook approximates a zone by one STANDARD and one DAYLIGHT observance, the newest or the first of each kind
  ([MS-OXCICAL], section 2.1.3.1.1.19). So the newest come first, and a zone whose clocks no longer change has no
  DAYLIGHT.
- ical.js and libical have no offset before the first observance, so each zone begins with one of 1970.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

FIRST_YEAR, LAST_YEAR = 1970, 2038
STEP = 3 * 24 * 60 * 60  # seconds; the shortest time between two changes of a zone since 1970 is nearly a week
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKS = 4  # every month has them; a fifth Sunday does not come every year
# Beijing time without the summer time of 1986 to 1991, which some clients apply to later years.
WITHOUT_HISTORY = frozenset({"Asia/Shanghai", "Asia/Chongqing", "Asia/Chungking", "Asia/Harbin", "PRC"})
BEGINNING_WITHOUT_HISTORY = datetime(2000, 1, 1)  # noqa: DTZ001 - local time


class Change(NamedTuple):
    """A change of clocks."""

    onset: datetime  # local time before the change, without a zone
    before: timedelta  # offsets from UTC
    after: timedelta
    name: str  # abbreviation of the time after the change
    summer: bool  # whether summer time begins


class Observance(NamedTuple):
    """Changes that are alike, one a year; the rule gives their days where there are several."""

    changes: tuple[Change, ...]
    rule: str


@cache  # searching a zone for changes takes longer than rendering a feed; the zone data do not change
def vtimezone(name: str) -> bytes:
    """The VTIMEZONE of an IANA zone. Raises ZoneInfoNotFoundError."""
    component = Timezone()
    component.add("TZID", name)
    for observance in sorted(_observances(_changes(name)), reverse=True):
        component.add_component(_block(observance))
    written: bytes = component.to_ical()
    return written


def _changes(name: str) -> list[Change]:
    """All changes from 1970 to 2038 in order of time. The first is the beginning, which changes nothing."""
    zone = ZoneInfo(name)
    if name in WITHOUT_HISTORY:
        return [_beginning(BEGINNING_WITHOUT_HISTORY, zone)]
    changes = [_change(moment, zone) for moment in _moments_of_change(zone)]
    if not changes or changes[-1].onset.year < LAST_YEAR - 1:
        changes = [change._replace(summer=False) for change in changes]
    return [_beginning(datetime(FIRST_YEAR, 1, 1), zone), *changes]  # noqa: DTZ001 - local time


def _beginning(onset: datetime, zone: ZoneInfo) -> Change:
    local = onset.replace(tzinfo=zone)
    offset = local.utcoffset() or timedelta()
    return Change(onset, offset, offset, local.tzname() or "", summer=False)


def _moments_of_change(zone: ZoneInfo) -> Iterator[int]:
    """The first second of each new offset, in seconds since 1970."""
    moments = range(0, int(datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp()) + STEP, STEP)
    offsets = [_offset(moment, zone) for moment in moments]
    for moment, (before, after) in zip(moments, pairwise(offsets), strict=False):
        if before != after:
            changed = partial(_has_changed, before, zone)
            yield moment + bisect_left(range(moment, moment + STEP), x=True, key=changed)


def _has_changed(before: timedelta, zone: ZoneInfo, moment: int) -> bool:
    return _offset(moment, zone) != before


def _offset(moment: int, zone: ZoneInfo) -> timedelta:
    return datetime.fromtimestamp(moment, zone).utcoffset() or timedelta()


def _change(moment: int, zone: ZoneInfo) -> Change:
    local, before = datetime.fromtimestamp(moment, zone), _offset(moment - 1, zone)
    onset = (datetime.fromtimestamp(moment, UTC) + before).replace(tzinfo=None)
    return Change(onset, before, _offset(moment, zone), local.tzname() or "", summer=bool(local.dst()))


def _observances(changes: Iterable[Change]) -> Iterator[Observance]:
    """The changes, cut into the longest observances that rules can give."""
    alike: dict[tuple[object, ...], list[Change]] = defaultdict(list)
    for change in changes:
        alike[change[1:]].append(change)
    for left in alike.values():
        while left:
            longest = max((_observance(left, rule) for rule in _rules(left[0].onset)), key=_length)
            yield longest
            left[:] = [change for change in left if change not in longest.changes]


def _length(observance: Observance) -> int:
    return len(observance.changes)


def _observance(changes: Sequence[Change], rule: str) -> Observance:
    """The first change with those that follow it by the rule, year after year."""
    found = [changes[0]]
    for change in changes[1:]:
        following = change.onset.year == found[-1].onset.year + 1 and change.onset.time() == found[-1].onset.time()
        if following and rule in _rules(change.onset):
            found.append(change)
    return Observance(tuple(found), rule)


def _rules(onset: datetime) -> list[str]:
    """The yearly rules that fit this day: the last weekday of its month, the first to fourth, the day of the month."""
    week, weekday = (onset.day - 1) // 7 + 1, WEEKDAYS[onset.weekday()]
    last = [f"BYDAY=-1{weekday}"] if (onset + timedelta(weeks=1)).month != onset.month else []
    counted = [f"BYDAY={week}{weekday}"] if week <= WEEKS else []
    return [f"BYMONTH={onset.month};{day}" for day in (*last, *counted, f"BYMONTHDAY={onset.day}")]


def _block(observance: Observance) -> TimezoneStandard | TimezoneDaylight:
    first, last = observance.changes[0], observance.changes[-1]
    block = TimezoneDaylight() if first.summer else TimezoneStandard()
    block.add("DTSTART", first.onset)
    block.add("TZOFFSETFROM", first.before)
    block.add("TZOFFSETTO", first.after)
    block.add("TZNAME", first.name)
    if first is not last:
        until = "" if last.onset.year == LAST_YEAR else f";UNTIL={last.onset - last.before:%Y%m%dT%H%M%SZ}"
        block.add("RRULE", vRecur.from_ical(f"FREQ=YEARLY;{observance.rule}{until}"))
    return block
