"""What takes place on each day; and what becomes of a month that has too much of it for one page.

The page of such a month shows a few cards of each day, and each day has a page of its own: a new event changes that of its day, and the number
on that of its month.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeAlias

from almanac.content.records.event import CALLED_OFF
from almanac.model.catalogue import Catalogue, Event
from almanac.site.views import Link, month_address

MOST_IN_A_MONTH = 200  # cards on the page of a month, some 160 bytes each as they are sent
FIRST_OF_DAY = 3  # cards of each day where there are more
RANKS = {"city": 0, "key": 1, "regular": 2}  # which of them these are

Entry: TypeAlias = tuple[Event, int]  # and which of its dates, counted from 0
Days: TypeAlias = Mapping[date, Sequence[Entry]]


def by_month(events: Iterable[Event]) -> dict[date, Days]:
    """What takes place on each day, by the first of its month."""
    days: dict[date, list[Entry]] = defaultdict(list)
    for event in events:
        for number, period in enumerate(event.periods):
            for day in period.days():
                days[day].append((event, number))
    months: dict[date, dict[date, list[Entry]]] = defaultdict(dict)
    for day, entries in days.items():
        months[day.replace(day=1)][day] = entries
    return dict(months)


@lru_cache(maxsize=1)  # the months and the first page ask
def months_of(catalogue: Catalogue) -> Mapping[date, Days]:
    """What takes place on each day of a site, by the first of its month."""
    return by_month(catalogue.events)


def crowded(days: Days) -> bool:
    """Whether the days of a month need pages of their own."""
    return sum(map(len, days.values())) > MOST_IN_A_MONTH


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """A day's entries by the time of day."""

    def hour(entry: Entry) -> tuple[time, datetime, str]:
        event, number = entry
        begins = event.periods[number].begins
        return begins.time(), begins, event.id

    return sorted(entries, key=hour)


def firsts(day: date, entries: Sequence[Entry], most: int) -> list[Entry]:
    """As many of a day's entries as are wanted, in their order: those that matter most, and before others those that only this day has."""

    def rank(entry: Entry) -> tuple[bool, int, bool]:
        event, number = entry
        return (
            event.periods[number].status in CALLED_OFF,
            RANKS[event.facts.level],
            event.periods[number].begins.date() < day,
        )

    chosen = {id(entry) for entry in sorted(entries, key=rank)[:most]}
    return [entry for entry in entries if id(entry) in chosen]


def day_address(day: date) -> str:
    """The page of a day, where its month is crowded."""
    return f"{month_address(day)}{day:%d}/"


def whole_day(day: date, count: int, *, paged: bool) -> Link:
    """The way to everything of a day: to its page, or to its place on that of the month."""
    return Link(day.isoformat(), day_address(day) if paged else month_address(day), count)
