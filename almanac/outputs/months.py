"""`/calendar/` and `/calendar/<yyyy>/<mm>/`: what takes place, day by day."""

from __future__ import annotations

from calendar import Calendar
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from almanac.catalogue import Catalogue, Event
from almanac.days_off import DaysOff, days_off, red
from almanac.menus import CALENDAR
from almanac.occurrences import Occurrence
from almanac.pages import Page, recipe
from almanac.views import Feed, Group, Head, Link, card, month_address, site_feed

MONDAY_FIRST = Calendar(firstweekday=0)


@dataclass(frozen=True)
class Day:
    """A field of the month's grid: how many events the day has, and what kind of day it is."""

    day: date
    within: bool
    count: int
    holiday: str = ""
    workday: bool = False
    red: bool = False


@dataclass(frozen=True)
class MonthView:
    """One month: its grid by weeks, then each day that has something."""

    head: Head
    month: date
    weeks: tuple[tuple[Day, ...], ...]
    days: tuple[Group, ...]
    earlier: Link | None
    earlier_month: date | None
    later: Link | None
    later_month: date | None
    holidays_pending: bool


@dataclass(frozen=True)
class CalendarView:
    """Every month that has events, by year; the link's count tells how many."""

    head: Head
    years: tuple[tuple[int, tuple[tuple[date, Link], ...]], ...]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The list of months, and each month."""
    by_month = _events_by_month(catalogue.events)
    months = sorted(by_month)
    off = days_off(catalogue)
    yield Page(CALENDAR.address, "html:calendar.html", _calendar_view(catalogue, by_month))
    for place, month in enumerate(months):
        neighbours = (months[place - 1] if place else None, months[place + 1] if place + 1 < len(months) else None)
        view = recipe(month_view, month, tuple(by_month[month]), site_feed(catalogue), neighbours, *_off_in(month, off))
        yield Page(month_address(month), "html:month.html", view, indexed=True)


Days = Mapping[date, list[tuple[Event, Occurrence]]]


def _by_month(events: Sequence[Event]) -> dict[date, Days]:
    """What takes place on each day, by the first of its month."""
    months: dict[date, dict[date, list[tuple[Event, Occurrence]]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        for occurrence in event.dates.occurrences:
            for day in occurrence.days():
                months[day.replace(day=1)][day].append((event, occurrence))
    return dict(months)


def _events_by_month(events: Sequence[Event]) -> dict[date, list[Event]]:
    """The events that take place on any day of a month, by its first."""
    months: dict[date, list[Event]] = defaultdict(list)
    for event in events:
        for month in dict.fromkeys(day.replace(day=1) for period in event.periods for day in period.days()):
            months[month].append(event)
    return months


def _calendar_view(catalogue: Catalogue, by_month: Mapping[date, Sequence[Event]]) -> CalendarView:
    years: dict[int, list[tuple[date, Link]]] = defaultdict(list)
    for month in sorted(by_month):
        years[month.year].append((month, Link(f"{month:%Y-%m}", month_address(month), len(by_month[month]))))
    head = Head(CALENDAR.address, CALENDAR.name, feeds=(site_feed(catalogue),))
    return CalendarView(head, tuple((year, tuple(months)) for year, months in sorted(years.items(), reverse=True)))


def _off_in(month: date, off: DaysOff) -> tuple[tuple[tuple[date, str], ...], tuple[date, ...], bool]:
    """What a month's page depends on of the days off: its holidays, its make-up workdays, and whether they are known."""
    days = [day for week in MONDAY_FIRST.monthdatescalendar(month.year, month.month) for day in week]
    return tuple((day, off.holidays[day]) for day in days if day in off.holidays), tuple(day for day in days if day in off.workdays), month.year in off.years


def month_view(  # noqa: PLR0913, PLR0917 - all that a month shows
    month: date,
    events: tuple[Event, ...],
    feed: Feed,
    neighbours: tuple[date | None, date | None],
    holidays: tuple[tuple[date, str], ...],
    workdays: tuple[date, ...],
    known: bool,  # noqa: FBT001 - whether the holidays of the year are
) -> MonthView:
    """The view of a month's page."""
    off = DaysOff(dict(holidays), frozenset(workdays), frozenset({month.year} if known else ()))
    days = _by_month(events)[month]
    counts = Counter({day: len(entries) for day, entries in days.items()})
    weeks = tuple(tuple(_day(day, month, counts[day], off) for day in week) for week in MONDAY_FIRST.monthdatescalendar(month.year, month.month))
    groups = tuple(Group(tuple(card(event, occurrence) for event, occurrence in _in_order(days[day])), day=day, red=red(day, off)) for day in sorted(days))
    earlier, later = (Link(f"{other:%Y-%m}", month_address(other)) if other else None for other in neighbours)
    head = Head(month_address(month), f"{month:%Y-%m}", path=(CALENDAR,), feeds=(feed,))
    return MonthView(head, month, weeks, groups, earlier, neighbours[0], later, neighbours[1], month.year not in off.years)


def _day(day: date, month: date, count: int, off: DaysOff) -> Day:
    return Day(day, day.month == month.month, count, off.holidays.get(day, ""), day in off.workdays, red(day, off))


def _in_order(entries: list[tuple[Event, Occurrence]]) -> list[tuple[Event, Occurrence]]:
    return sorted(entries, key=lambda entry: (entry[1].begins.time(), entry[1].begins, entry[0].id))
