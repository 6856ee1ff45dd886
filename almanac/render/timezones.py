"""VTIMEZONE components as calendar clients want them (RFC 5545, section 3.6.5): minimal, and with rules instead of lists.

A zone without summer time today is one STANDARD block. A zone with it is two blocks with an RRULE each, made from the rule at
the end of its time zone file (RFC 9636, section 3.3), since Outlook ignores observances given by RDATE alone.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

FIRST_YEAR = 2010  # today's rules hold from here on in the zones that have summer time at all
DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
CHANGE = re.compile(r",M(?P<month>\d+)\.(?P<week>\d)\.(?P<day>\d)(?:/(?P<hours>[+-]?\d+)(?::(?P<minutes>\d+))?)?")
LAST_WEEK = 5
USUAL_HOUR = "2"


@cache
def vtimezone(name: str) -> Timezone:
    """The VTIMEZONE of an IANA zone, made once: whoever takes it does not change it."""
    zone = ZoneInfo(name)
    changes = list(CHANGE.finditer(_posix_rule(name)))
    component = Timezone()
    component.add("TZID", name)
    if not changes:
        component.add_component(_standard(datetime(2000, 1, 1, tzinfo=zone)))
        return component
    standard, summer = sorted(
        (datetime(FIRST_YEAR, month, 1, tzinfo=zone) for month in (1, 7)), key=lambda moment: bool(moment.dst())
    )
    to_summer, to_standard = changes
    component.add_component(_observance(TimezoneStandard(), summer, standard, to_standard))
    component.add_component(_observance(TimezoneDaylight(), standard, summer, to_summer))
    return component


def _standard(moment: datetime) -> TimezoneStandard:
    """The one block of a zone whose offset does not change: that of today, without history."""
    today = datetime(2030, 1, 1, tzinfo=moment.tzinfo)
    block = TimezoneStandard()
    block.add("DTSTART", moment.replace(tzinfo=None))
    block.add("TZOFFSETFROM", today.utcoffset())
    block.add("TZOFFSETTO", today.utcoffset())
    block.add("TZNAME", today.tzname())
    return block


def _observance(
    block: TimezoneStandard | TimezoneDaylight, before: datetime, after: datetime, change: re.Match[str]
) -> TimezoneStandard | TimezoneDaylight:
    """A block for the yearly change from the offset of `before` to that of `after`; its times are local times before the change."""
    week = -1 if int(change["week"]) == LAST_WEEK else int(change["week"])
    at = timedelta(hours=int(change["hours"] or USUAL_HOUR), minutes=int(change["minutes"] or 0))
    block.add("DTSTART", _weekday_of_month(int(change["month"]), week, int(change["day"])) + at)
    block.add(
        "RRULE", vRecur.from_ical(f"FREQ=YEARLY;BYMONTH={change['month']};BYDAY={week}{DAYS[int(change['day'])]}")
    )
    block.add("TZOFFSETFROM", before.utcoffset())
    block.add("TZOFFSETTO", after.utcoffset())
    block.add("TZNAME", after.tzname())
    return block


def _weekday_of_month(month: int, week: int, day: int) -> datetime:
    """Midnight of the week-th weekday `day` (Sunday is 0) of a month in the first year; week -1 is the last."""
    month_days = (datetime(FIRST_YEAR, month, 1) + timedelta(days=offset) for offset in range(31))  # noqa: DTZ001 - RFC 5545 wants it without a zone here
    fitting = [moment for moment in month_days if moment.month == month and moment.isoweekday() % 7 == day]
    return fitting[week if week < 0 else week - 1]


def _posix_rule(name: str) -> str:
    """The last line of a zone's file: `EET-2EEST,M3.5.0/3,M10.5.0/4`, or `CST-8` for a fixed offset."""
    return _zone_file(name).rstrip(b"\n").rpartition(b"\n")[2].decode("ascii", "replace")


def _zone_file(name: str) -> bytes:
    found = next((file for folder in TZPATH if (file := Path(folder, name)).is_file()), None)
    return found.read_bytes() if found else files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
