"""Public holidays and make-up workdays by date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

from almanac.model.site import Site

WEEKEND = (5, 6)  # as date.weekday() counts


class DaysOff(msgspec.Struct, frozen=True):
    """Holidays by date, make-up workdays, and the years for which both are known."""

    holidays: Mapping[date, str]
    workdays: frozenset[date]
    years: frozenset[int]


def days_off(site: Site) -> DaysOff:
    """The days off in `content/holidays/`."""
    years = [record.fields for record in site.records("holidays")]
    holidays: dict[date, str] = {}
    for year in years:
        for holiday in year.holidays:
            length = (holiday.end - holiday.start).days + 1
            holidays |= {holiday.start + timedelta(days=offset): holiday.name for offset in range(length)}
    workdays = frozenset(day for year in years for day in year.workdays)
    return DaysOff(holidays, workdays, frozenset(year.year for year in years if not year.pending))


def red(day: date, off: DaysOff) -> bool:
    """Whether the day is printed in red: a holiday, or a weekend that is no make-up workday."""
    return day in off.holidays or (day.weekday() in WEEKEND and day not in off.workdays)
