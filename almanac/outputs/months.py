"""`/calendar/` and `/calendar/<yyyy>/<mm>/`: what takes place, day by day; and `/calendar/<yyyy>/<mm>/<dd>/` where a month has too much for a page."""

from __future__ import annotations

from bisect import bisect_left
from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

import msgspec

from almanac.incremental import query
from almanac.model.days_off import DaysOff, days_off, red
from almanac.model.site import Site
from almanac.site.calendar_days import (
    FIRST_OF_DAY,
    DateOf,
    crowded,
    day_address,
    days_of,
    firsts,
    in_order,
    month_dates,
    period_of,
    whole_day,
)
from almanac.site.menus import CALENDAR
from almanac.site.pages import Page, page
from almanac.site.views import Card, Group, Head, Link, MonthLink, card, month_address, site_feed

MONDAY_FIRST = Calendar(firstweekday=0)
Neighbours: TypeAlias = tuple[date | None, date | None]  # the date with a page before another, and the one after it


class Day(msgspec.Struct, frozen=True):
    """A field of the month's grid: how many events the day has, where they stand if not on this page, and what kind of day it is."""

    day: date
    within: bool
    count: int
    address: str
    holiday: str = ""
    workday: bool = False
    red: bool = False


class MonthView(msgspec.Struct, frozen=True):
    """One month: its grid by weeks, then each day that has something; a `crowded` one leads to the pages of its days."""

    head: Head
    month: date
    weeks: tuple[tuple[Day, ...], ...]
    days: tuple[Group, ...]
    earlier: Link | None
    earlier_month: date | None
    later: Link | None
    later_month: date | None
    holidays_pending: bool
    crowded: bool


class DayView(msgspec.Struct, frozen=True):
    """One day of a crowded month: what begins on it, then what has begun before. `earlier` and `later` are days with pages."""

    head: Head
    day: date
    holiday: str
    cards: tuple[Card, ...]
    running: tuple[Card, ...]
    earlier: tuple[date, str] | None
    later: tuple[date, str] | None


class CalendarView(msgspec.Struct, frozen=True):
    """Every month that has events, by year; the link's count tells how many."""

    head: Head
    years: tuple[tuple[int, tuple[tuple[date, Link], ...]], ...]


def pages(site: Site) -> Iterator[Page]:
    """The list of months, each month, and each day of a crowded one."""
    yield page(CALENDAR.address, "html:calendar.html", calendar_view, indexed=True)
    for month in month_dates(site):
        yield page(month_address(month), "html:month.html", month_view, month.isoformat(), indexed=True)
        days = days_of(site, month)
        for day in days if crowded(days) else ():
            yield page(day_address(day), "html:day.html", day_view, day.isoformat(), indexed=True)


@query(list[str])
def paged_days(site: Site) -> list[str]:
    """Every day that has a page of its own, in order."""
    crowded_months = (days for month in month_dates(site) if crowded(days := days_of(site, month)))
    return [day.isoformat() for days in crowded_months for day in days]


def _around(known: Sequence[date], one: date) -> Neighbours:
    """The dates before and after one of some dates in order."""
    place = bisect_left(known, one)
    after = place + (place < len(known) and known[place] == one)
    return known[place - 1] if place else None, known[after] if after < len(known) else None


def calendar_view(site: Site) -> CalendarView:
    """The view of the list of months."""
    years: dict[int, list[tuple[date, Link]]] = defaultdict(list)
    for month in month_dates(site):
        events = {event_id for dates in days_of(site, month).values() for event_id, _ in dates}
        years[month.year].append((month, Link(f"{month:%Y-%m}", month_address(month), len(events))))
    head = Head(CALENDAR.address, CALENDAR.name, feeds=(site_feed(site),))
    return CalendarView(head, tuple((year, tuple(of_year)) for year, of_year in sorted(years.items(), reverse=True)))


def month_view(site: Site, first: str) -> MonthView:
    """The view of a month's page; the month is given by its first day."""
    month, off = date.fromisoformat(first), days_off(site)
    days = days_of(site, month)
    paged = crowded(days)
    weeks = tuple(
        tuple(_day(day, month, days, off, paged=paged) for day in week)
        for week in MONDAY_FIRST.monthdatescalendar(month.year, month.month)
    )
    groups = tuple(_group(site, day, in_order(site, days[day]), off, paged=paged) for day in days)
    neighbours = _around(month_dates(site), month)
    earlier, later = (Link(f"{other:%Y-%m}", month_address(other)) if other else None for other in neighbours)
    head = Head(month_address(month), f"{month:%Y-%m}", path=(CALENDAR,), feeds=(site_feed(site),))
    known = month.year in off.years
    return MonthView(head, month, weeks, groups, earlier, neighbours[0], later, neighbours[1], not known, paged)


def day_view(site: Site, iso_day: str) -> DayView:
    """The view of a day's page."""
    day = date.fromisoformat(iso_day)
    dates = in_order(site, days_of(site, day.replace(day=1))[day])
    new = [one for one in dates if period_of(site, one).begins.date() == day]
    running = [one for one in dates if period_of(site, one).begins.date() < day]
    way = (CALENDAR, MonthLink(day.replace(day=1), month_address(day)))
    head = Head(day_address(day), day.isoformat(), path=way, feeds=(site_feed(site),))
    around = _around([date.fromisoformat(one) for one in paged_days(site)], day)
    earlier, later = ((other, day_address(other)) if other else None for other in around)
    holiday = days_off(site).holidays.get(day, "")
    return DayView(head, day, holiday, _cards(site, new), _cards(site, running), earlier, later)


def _group(site: Site, day: date, dates: list[DateOf], off: DaysOff, *, paged: bool) -> Group:
    shown = firsts(site, day, dates, FIRST_OF_DAY) if paged else dates
    whole = whole_day(day, len(dates), paged=paged) if len(shown) < len(dates) else None
    return Group(_cards(site, shown), day, red(day, off), whole)


def _cards(site: Site, dates: list[DateOf]) -> tuple[Card, ...]:
    return tuple(card(site.event(event_id), number) for event_id, number in dates)


def _day(day: date, month: date, days: Mapping[date, Sequence[DateOf]], off: DaysOff, *, paged: bool) -> Day:
    address = day_address(day) if paged else ""
    return Day(
        day,
        day.month == month.month,
        len(days.get(day, ())),
        address,
        off.holidays.get(day, ""),
        day in off.workdays,
        red(day, off),
    )
