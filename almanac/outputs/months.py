"""`/calendar/` and `/calendar/<yyyy>/<mm>/`: what takes place, day by day; and `/calendar/<yyyy>/<mm>/<dd>/` where a month has too much for a page."""

from __future__ import annotations

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TypeAlias

import msgspec

from almanac.build.pages import Chapter, Page, recipe, shows_cards
from almanac.model.catalogue import Catalogue, Event
from almanac.model.days_off import DaysOff, days_off, red
from almanac.site.calendar_days import (
    FIRST_OF_DAY,
    Days,
    Entry,
    by_month,
    crowded,
    day_address,
    firsts,
    in_order,
    months_of,
    whole_day,
)
from almanac.site.menus import CALENDAR
from almanac.site.views import Card, Feed, Group, Head, Link, MonthLink, card, month_address, site_feed

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


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The list of months."""
    yield Page(CALENDAR.address, "html:calendar.html", _calendar_view(catalogue, months_of(catalogue)))


def chapters(catalogue: Catalogue) -> Iterator[Chapter]:
    """Each month, and with it each of its days, if it is crowded."""
    months = months_of(catalogue)
    off, feed = days_off(catalogue), site_feed(catalogue)
    days_around = _days_around({month: days for month, days in months.items() if crowded(days)})
    for month, neighbours in _with_neighbours(sorted(months)):
        events = tuple(dict.fromkeys([event for entries in months[month].values() for event, _ in entries]))
        view = recipe(month_of_pages, month, events, feed, neighbours, *_off_in(month, off), days_around.get(month))
        yield Chapter(f"{month:%Y-%m}", view)


@shows_cards
def month_of_pages(  # noqa: PLR0913, PLR0917 - all that a month and its days show
    month: date,
    events: tuple[Event, ...],
    feed: Feed,
    neighbours: Neighbours,
    holidays: tuple[tuple[date, str], ...],
    workdays: tuple[date, ...],
    known: bool,  # noqa: FBT001 - whether the holidays of the year are
    days_around: Neighbours | None,
) -> Iterator[Page]:
    """These pages. A crowded month is told which days with pages lie around it."""
    view = recipe(month_view, month, events, feed, neighbours, holidays, workdays, known, days_around is not None)
    yield Page(month_address(month), "html:month.html", view, indexed=True)
    if days_around:
        days, names = by_month(events)[month], dict(holidays)
        before, after = days_around
        for day, (earlier, later) in _with_neighbours(sorted(days)):
            found = tuple(dict.fromkeys([event for event, _ in days[day]]))
            view = recipe(day_view, day, found, feed, (earlier or before, later or after), names.get(day, ""))
            yield Page(day_address(day), "html:day.html", view, indexed=True)


def _days_around(months: Mapping[date, Days]) -> dict[date, Neighbours]:
    """Of months whose days have pages, the last such day before each and the first after it."""
    around = _with_neighbours(sorted(months))
    return {
        month: (max(months[before]) if before else None, min(months[after]) if after else None)
        for month, (before, after) in around
    }


def _with_neighbours(dates: list[date]) -> Iterator[tuple[date, Neighbours]]:
    """Each of some dates with the one before and the one after it."""
    for place, one in enumerate(dates):
        yield one, (dates[place - 1] if place else None, dates[place + 1] if place + 1 < len(dates) else None)


def _calendar_view(catalogue: Catalogue, months: Mapping[date, Days]) -> CalendarView:
    years: dict[int, list[tuple[date, Link]]] = defaultdict(list)
    for month in sorted(months):
        events = {event.id for entries in months[month].values() for event, _ in entries}
        years[month.year].append((month, Link(f"{month:%Y-%m}", month_address(month), len(events))))
    head = Head(CALENDAR.address, CALENDAR.name, feeds=(site_feed(catalogue),))
    return CalendarView(head, tuple((year, tuple(of_year)) for year, of_year in sorted(years.items(), reverse=True)))


def _off_in(month: date, off: DaysOff) -> tuple[tuple[tuple[date, str], ...], tuple[date, ...], bool]:
    """What a month's page depends on of the days off: its holidays, its make-up workdays, and whether they are known."""
    days = [day for week in MONDAY_FIRST.monthdatescalendar(month.year, month.month) for day in week]
    return (
        tuple((day, off.holidays[day]) for day in days if day in off.holidays),
        tuple(day for day in days if day in off.workdays),
        month.year in off.years,
    )


@shows_cards
def month_view(  # noqa: PLR0913, PLR0917 - all that a month shows
    month: date,
    events: tuple[Event, ...],
    feed: Feed,
    neighbours: Neighbours,
    holidays: tuple[tuple[date, str], ...],
    workdays: tuple[date, ...],
    known: bool,  # noqa: FBT001 - whether the holidays of the year are
    paged: bool,  # noqa: FBT001 - whether its days have pages of their own
) -> MonthView:
    """The view of a month's page."""
    off = DaysOff(dict(holidays), frozenset(workdays), frozenset({month.year} if known else ()))
    days = by_month(events)[month]
    weeks = tuple(
        tuple(_day(day, month, days, off, paged=paged) for day in week)
        for week in MONDAY_FIRST.monthdatescalendar(month.year, month.month)
    )
    groups = tuple(_group(day, in_order(days[day]), off, paged=paged) for day in sorted(days))
    earlier, later = (Link(f"{other:%Y-%m}", month_address(other)) if other else None for other in neighbours)
    head = Head(month_address(month), f"{month:%Y-%m}", path=(CALENDAR,), feeds=(feed,))
    return MonthView(
        head, month, weeks, groups, earlier, neighbours[0], later, neighbours[1], month.year not in off.years, paged
    )


@shows_cards
def day_view(day: date, events: tuple[Event, ...], feed: Feed, neighbours: Neighbours, holiday: str) -> DayView:
    """The view of a day's page."""
    month = day.replace(day=1)
    entries = in_order(by_month(events)[month][day])
    new = [(event, number) for event, number in entries if event.periods[number].begins.date() == day]
    running = [(event, number) for event, number in entries if event.periods[number].begins.date() < day]
    way = (CALENDAR, MonthLink(month, month_address(month)))
    head = Head(day_address(day), day.isoformat(), path=way, feeds=(feed,))
    earlier, later = ((other, day_address(other)) if other else None for other in neighbours)
    return DayView(head, day, holiday, _cards(new), _cards(running), earlier, later)


def _group(day: date, entries: list[Entry], off: DaysOff, *, paged: bool) -> Group:
    shown = firsts(day, entries, FIRST_OF_DAY) if paged else entries
    whole = whole_day(day, len(entries), paged=paged) if len(shown) < len(entries) else None
    return Group(_cards(shown), day, red(day, off), whole)


def _cards(entries: list[Entry]) -> tuple[Card, ...]:
    return tuple(card(event, number) for event, number in entries)


def _day(day: date, month: date, days: Days, off: DaysOff, *, paged: bool) -> Day:
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
