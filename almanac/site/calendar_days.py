"""The events of each day, and crowded months: months with too many events for one page.

The page of a crowded month shows a few cards of each day, and each day has its own page. A new event then changes the
page of its day, and a number on the page of its month.
"""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import TypeAlias

from almanac.content.metadata import Period
from almanac.content.records.event import CALLED_OFF
from almanac.incremental import query, table
from almanac.model.links import Linked, events
from almanac.model.site import Site
from almanac.site.views import Link, month_address

MOST_IN_A_MONTH = 200  # cards on the page of a month, some 160 bytes each when compressed
FIRST_OF_DAY = 3  # cards of each day on the page of a crowded month
MONDAY_FIRST = Calendar(firstweekday=0)
DAYS_IN_WEEK = 7
RANKS = {"city": 0, "key": 1, "regular": 2}

DateOf: TypeAlias = tuple[str, int]  # an event's id, and the number of one of its dates, counted from 0
Days: TypeAlias = dict[str, tuple[DateOf, ...]]  # dates of events by the day in ISO 8601


@table(Days)
def months(site: Site) -> Mapping[str, Days]:
    """The dates of events on each day, by month (2026-12)."""
    days: dict[date, list[DateOf]] = defaultdict(list)
    for event in events(site).values():
        for number, period in enumerate(event.metadata.periods):
            for day in period.days():
                days[day].append((event.id, number))
    found: dict[str, Days] = defaultdict(dict)
    for day, dates in days.items():
        found[f"{day:%Y-%m}"][day.isoformat()] = tuple(dates)
    return dict(found)


@query(list[DateOf])
def called_off(site: Site) -> list[DateOf]:
    """The dates that do not take place, which no count includes."""
    return [
        (event.id, number)
        for event in events(site).values()
        for number, period in enumerate(event.metadata.periods)
        if period.status in CALLED_OFF
    ]


def days_of_month(site: Site, month: date) -> Mapping[date, tuple[DateOf, ...]]:
    """The dates of events on each day of a month, in the order of days."""
    found = months.get(site, f"{month:%Y-%m}") or {}
    return {date.fromisoformat(day): dates for day, dates in sorted(found.items())}


def month_dates(site: Site) -> list[date]:
    """The first day of each month that has events, in order."""
    return sorted(date.fromisoformat(f"{month}-01") for month in months(site))


def crowded(days: Mapping[date, Sequence[DateOf]]) -> bool:
    """Whether the days of a month need pages of their own."""
    return sum(map(len, days.values())) > MOST_IN_A_MONTH


def in_order(site: Site, dates: Iterable[DateOf]) -> list[DateOf]:
    """The dates of one day, by the time of day at which they begin."""

    def hour(one: DateOf) -> tuple[time, datetime, str]:
        begins = period_of(site, one).begins
        return begins.time(), begins, one[0]

    return sorted(dates, key=hour)


def firsts(site: Site, day: date, dates: Sequence[DateOf], most: int) -> list[DateOf]:
    """At most `most` dates of a day, in their order: those of important events, then those that begin on the day."""

    def rank(one: DateOf) -> tuple[bool, int, bool]:
        period = period_of(site, one)
        return period.status in CALLED_OFF, RANKS[linked_of(site, one).metadata.level], period.begins.date() < day

    chosen = set(sorted(dates, key=rank)[:most])
    return [one for one in dates if one in chosen]


def linked_of(site: Site, one: DateOf) -> Linked:
    """The event of a date."""
    return events.entry(site, one[0])


def period_of(site: Site, one: DateOf) -> Period:
    """The span of a date."""
    return linked_of(site, one).metadata.periods[one[1]]


def day_address(day: date) -> str:
    """The page of a day of a crowded month."""
    return f"{month_address(day)}{day:%d}/"


def whole_day(day: date, count: int, *, paged: bool) -> Link:
    """A link to all events of a day: to its page if it is `paged`, else to the page of the month."""
    return Link(day.isoformat(), day_address(day) if paged else month_address(day), count)
