"""The events of a week or a month, for texts that are passed on and for the weekly digest.

A bulletin tells the days it is about and depends on the moment of no build, so it stays true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from almanac.content.records.event import CALLED_OFF
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.calendar_days import (
    DAYS_IN_WEEK,
    RANKS,
    DateOf,
    days_of_month,
    in_order,
    linked_of,
    month_dates,
)
from almanac.site.shared import SharedEvent, shared_event
from almanac.site.views import month_address

MOST_IN_A_BULLETIN = 30  # events; what is longer is read by nobody, and editors of articles have limits


class Bulletin(msgspec.Struct, frozen=True):
    """The days `first` to `last`, inclusive, with their events by time; `count` is the number of all of them.

    `key` is an ISO 8601 week (2026-W49) or a month (2026-12). `page` is the address of the page of the month
    in which the last of them is.
    """

    key: str
    first: date
    last: date
    events: tuple[SharedEvent, ...]
    count: int
    page: str


def week_key(day: date) -> str:
    """The ISO 8601 week of a day: 2026-W49."""
    return f"{day:%G-W%V}"


def first_of_week(key: str) -> date:
    """The Monday of an ISO 8601 week. Raises ValueError."""
    return date.fromisoformat(f"{key}-1")


def week_bulletin(site: Site, key: str) -> Bulletin:
    """The bulletin of an ISO 8601 week."""
    first = first_of_week(key)
    return _bulletin(site, key, first, first + timedelta(days=DAYS_IN_WEEK - 1))


def month_bulletin(site: Site, key: str) -> Bulletin:
    """The bulletin of a month, such as 2026-12."""
    first = date.fromisoformat(f"{key}-01")
    return _bulletin(site, key, first, month_after(first) - timedelta(days=1))


def month_after(day: date) -> date:
    """The first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def weeks_with_events(site: Site) -> tuple[str, ...]:
    """The ISO 8601 weeks in which events take place, in order."""
    return tuple(sorted({week_key(day) for month in month_dates(site) for day in days_of_month(site, month)}))


def _bulletin(site: Site, key: str, first: date, last: date) -> Bulletin:
    days = {
        day: dates
        for month in dict.fromkeys((first.replace(day=1), last.replace(day=1)))
        for day, dates in days_of_month(site, month).items()
        if first <= day <= last
    }
    numbers = _numbers(site, days)
    chosen = _most_important(site, numbers)
    pictures = made("share_pictures", site.config)
    events = tuple(
        shared_event(site, site.event(event_id), pictures=pictures, numbers=of_event)
        for event_id, of_event in numbers.items()
        if event_id in chosen
    )
    paged = bool(days) and made("months", site.config)
    return Bulletin(key, first, last, events, len(numbers), month_address(max(days)) if paged else "/")


def _numbers(site: Site, days: Mapping[date, Iterable[DateOf]]) -> dict[str, list[int]]:
    """The numbers of the dates of each event on these days; events and dates in the order of time."""
    found: dict[str, list[int]] = {}
    for dates in days.values():
        for event_id, number in in_order(site, dates):
            of_event = found.setdefault(event_id, [])
            if number not in of_event:
                of_event.append(number)
    return found


def _most_important(site: Site, numbers: Mapping[str, list[int]]) -> set[str]:
    """The events that a bulletin has room for: those that take place, and of these the most important ones, first."""

    def rank(event_id: str) -> tuple[bool, int]:
        metadata = linked_of(site, (event_id, 0)).metadata
        return metadata.status in CALLED_OFF, RANKS[metadata.level]

    return set(sorted(numbers, key=rank)[:MOST_IN_A_BULLETIN])
