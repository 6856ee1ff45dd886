"""`/calendar/` and `/calendar/<yyyy>/<mm>/`: the events of each day.

A crowded month has a page for each day: `/calendar/<yyyy>/<mm>/<dd>/`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.recurrence import Moment
from almanac.incremental import query
from almanac.model.days_off import DaysOff, days_off, red
from almanac.model.site import Site
from almanac.site.calendar_days import (
    FIRST_OF_DAY,
    DateOf,
    called_off,
    crowded,
    day_address,
    days_of_month,
    firsts,
    in_order,
    month_dates,
    period_of,
    weeks_of_month,
    whole_day,
)
from almanac.site.finder import Finder, month_finder
from almanac.site.menus import CALENDAR
from almanac.site.pages import Page, page
from almanac.site.views import Card, Group, Head, Link, MonthLink, card, colour_of, month_address, site_feed

LONG = 3  # days after which an event is a bar
MOST_LANES = 2
Neighbours: TypeAlias = tuple[date | None, date | None]  # the dates with pages before and after another


class GridEntry(msgspec.Struct, frozen=True):
    """An event on a day of the grid, which begins at `start`: a dot, or a bar in a `lane` if it lasts."""

    title: str
    start: Moment
    colour: str
    lane: int | None


class GridDay(msgspec.Struct, frozen=True):
    """A day in the grid of a month. `within` is false for days of other months.

    `count` is the number of the events that take place, `off` that of the events that are called off. `address` is the
    page of the day, empty unless the month is crowded. `workday` is a make-up workday. `entries` are the events that
    take place; there are none in a crowded month.
    """

    day: date
    within: bool
    count: int
    off: int
    address: str
    holiday: str = ""
    workday: bool = False
    red: bool = False
    entries: tuple[GridEntry, ...] = ()


class MonthView(msgspec.Struct, frozen=True):
    """One month: its grid by weeks, then its days with events. A `crowded` month links to the pages of its days."""

    head: Head
    month: date
    weeks: tuple[tuple[GridDay, ...], ...]
    days: tuple[Group, ...]
    earlier: Link | None
    earlier_month: date | None
    later: Link | None
    later_month: date | None
    holidays_pending: bool
    crowded: bool
    finder: Finder


class DayView(msgspec.Struct, frozen=True):
    """One day of a crowded month. `cards` begin on it, `running` began before; `earlier` and `later` have pages."""

    head: Head
    day: date
    holiday: str
    cards: tuple[Card, ...]
    running: tuple[Card, ...]
    earlier: tuple[date, str] | None
    later: tuple[date, str] | None


class CalendarView(msgspec.Struct, frozen=True):
    """Every month that has events, by year, and `current`: this month, or the next one that has events.

    The count of a link is the number of its events that take place.
    """

    head: Head
    current: MonthView | None
    years: tuple[tuple[int, tuple[tuple[date, Link], ...]], ...]


def pages(site: Site) -> Iterator[Page]:
    """The list of months, then each month, and each day of a crowded month."""
    yield page(CALENDAR.address, "html:calendar.html", calendar_view, indexed=True)
    for month in month_dates(site):
        yield page(month_address(month), "html:month.html", month_view, month.isoformat(), indexed=True)
        days = days_of_month(site, month)
        for day in days if crowded(days) else ():
            yield page(day_address(day), "html:day.html", day_view, day.isoformat(), indexed=True)


@query(list[str])
def paged_days(site: Site) -> list[str]:
    """Every day that has a page, in ISO 8601 and in order."""
    crowded_months = (days for month in month_dates(site) if crowded(days := days_of_month(site, month)))
    return [day.isoformat() for days in crowded_months for day in days]


def _around(known: Sequence[date], one: date) -> Neighbours:
    """The dates before and after `one` among the sorted dates `known`."""
    place = bisect_left(known, one)
    after = place + (place < len(known) and known[place] == one)
    return known[place - 1] if place else None, known[after] if after < len(known) else None


def calendar_view(site: Site) -> CalendarView:
    """The view of the list of months."""
    years: dict[int, list[tuple[date, Link]]] = defaultdict(list)
    off = {*called_off(site)}
    for month in month_dates(site):
        events = {one[0] for dates in days_of_month(site, month).values() for one in dates if one not in off}
        years[month.year].append((month, Link(f"{month:%Y-%m}", month_address(month), len(events))))
    head = Head(CALENDAR.address, CALENDAR.name, feeds=(site_feed(site),))
    this_month = site.now.date().replace(day=1)
    current = next((month for month in month_dates(site) if month >= this_month), None)
    view = month_view(site, current.isoformat()) if current else None
    return CalendarView(
        head, view, tuple((year, tuple(of_year)) for year, of_year in sorted(years.items(), reverse=True))
    )


def month_view(site: Site, first: str) -> MonthView:
    """The view of a month's page; the month is given by its first day."""
    month, off = date.fromisoformat(first), days_off(site)
    days = days_of_month(site, month)
    paged = crowded(days)
    not_held = {*called_off(site)}
    held = {day: [one for one in dates if one not in not_held] for day, dates in days.items()}
    entries = {} if paged else _entries(site, held)
    weeks = tuple(
        tuple(
            replace(
                _day(day, month, off, paged=paged),
                count=len(held.get(day, ())),
                off=len(days.get(day, ())) - len(held.get(day, ())),
                entries=entries.get(day, ()),
            )
            for day in week
        )
        for week in weeks_of_month(site, month)
    )
    groups = tuple(_group(site, day, in_order(site, days[day]), off, paged=paged) for day in days)
    earlier, later = _around(month_dates(site), month)
    return MonthView(
        head=Head(month_address(month), f"{month:%Y-%m}", path=(CALENDAR,), feeds=(site_feed(site),)),
        month=month,
        weeks=weeks,
        days=groups,
        earlier=_month_link(earlier),
        earlier_month=earlier,
        later=_month_link(later),
        later_month=later,
        holidays_pending=month.year not in off.years,
        crowded=paged,
        finder=month_finder(site, month, dict.fromkeys(event_id for dates in days.values() for event_id, _ in dates)),
    )


def day_view(site: Site, iso_day: str) -> DayView:
    """The view of a day's page."""
    day = date.fromisoformat(iso_day)
    dates = in_order(site, days_of_month(site, day.replace(day=1))[day])
    new = [one for one in dates if period_of(site, one).begins.date() == day]
    running = [one for one in dates if period_of(site, one).begins.date() < day]
    way = (CALENDAR, MonthLink(day.replace(day=1), month_address(day)))
    head = Head(day_address(day), day.isoformat(), path=way, feeds=(site_feed(site),))
    around = _around([date.fromisoformat(one) for one in paged_days(site)], day)
    earlier, later = ((other, day_address(other)) if other else None for other in around)
    holiday = days_off(site).holidays.get(day, "")
    return DayView(head, day, holiday, _cards(site, new), _cards(site, running), earlier, later)


def _month_link(month: date | None) -> Link | None:
    return Link(f"{month:%Y-%m}", month_address(month)) if month else None


def _group(site: Site, day: date, dates: list[DateOf], off: DaysOff, *, paged: bool) -> Group:
    shown = firsts(site, day, dates, FIRST_OF_DAY) if paged else dates
    whole = whole_day(day, len(dates), paged=paged) if len(shown) < len(dates) else None
    return Group(_cards(site, shown), day, red(day, off), whole)


def _cards(site: Site, dates: list[DateOf]) -> tuple[Card, ...]:
    return tuple(card(site.event(event_id), number) for event_id, number in dates)


def _entries(site: Site, days: Mapping[date, Sequence[DateOf]]) -> dict[date, tuple[GridEntry, ...]]:
    """What the grid shows on each day of a month: bars in the order of their lanes, then dots by the time of day."""
    lanes = _lanes(days)
    found: dict[date, list[GridEntry]] = {}
    for day, dates in days.items():
        for event_id, number in in_order(site, dates):
            event = site.event(event_id)
            one, lane = event.dates.occurrences[number], lanes.get(event_id)
            if lane is None or lane < MOST_LANES:
                entry = GridEntry(event.fields.title, one.start, colour_of(event), lane)
                found.setdefault(day, []).append(entry)
    return {day: tuple(sorted(of_day, key=_by_lane)) for day, of_day in found.items()}


def _by_lane(entry: GridEntry) -> int:
    return MOST_LANES if entry.lane is None else entry.lane


def _lanes(days: Mapping[date, Sequence[DateOf]]) -> dict[str, int]:
    """A lane for each event that is on several days in a row, the first free one from its first day on."""
    by_event: dict[str, list[date]] = defaultdict(list)
    for day, dates in days.items():
        for event_id in dict.fromkeys(event_id for event_id, _ in dates):
            by_event[event_id].append(day)
    lanes: dict[str, int] = {}
    taken: list[date] = []  # the last day of each lane
    for event_id, on in sorted(by_event.items(), key=lambda one: (one[1][0], one[0])):
        if not any(day + timedelta(days=LONG - 1) in on for day in on):
            continue
        lane = next((lane for lane, last in enumerate(taken) if last < on[0]), len(taken))
        taken[lane : lane + 1] = [on[-1]]
        lanes[event_id] = lane
    return lanes


def _day(day: date, month: date, off: DaysOff, *, paged: bool) -> GridDay:
    """A day of the grid without its events."""
    address = day_address(day) if paged else ""
    within = day.month == month.month
    return GridDay(day, within, 0, 0, address, off.holidays.get(day, ""), day in off.workdays, red(day, off))
