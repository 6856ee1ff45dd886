"""Whole years as calendar files, in volumes of whole months where one file would be larger than calendars take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import pairwise

import msgspec

from almanac.calendars import Months, fits
from almanac.catalogue import Catalogue, Event
from almanac.vevents import measured
from almanac.views import Feed

YEAR = Months(1, 12)


class Volume(msgspec.Struct, frozen=True):
    """How pages speak of a volume: its file, and which months of its year it holds, if not all."""

    feed: Feed
    months: Months | None = None


class Bound(msgspec.Struct, frozen=True):
    """A volume with the events that have an entry in it."""

    volume: Volume
    events: tuple[Event, ...]


@lru_cache(maxsize=1)  # feeds and pages ask
def bound(catalogue: Catalogue) -> Mapping[int, tuple[Bound, ...]]:
    """The volumes of each year in which events take place, the latest year first."""
    of_years = _by_year((*catalogue.events, *catalogue.withdrawn))
    return {year: _bound(catalogue.config.title, year, of_years[year]) for year in catalogue.years}


def volumes(catalogue: Catalogue, year: int) -> tuple[Volume, ...]:
    """The volumes of a year."""
    return tuple(one.volume for one in bound(catalogue)[year])


def _by_year(events: Iterable[Event]) -> dict[int, list[Event]]:
    """The events by each year from their first to their last date."""
    years: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        for year in range(event.begins.year, event.ends.year + 1):
            years[year].append(event)
    return years


def _bound(title: str, year: int, events: Iterable[Event]) -> tuple[Bound, ...]:
    placed = [(month, weight, event) for event in events for begins, ends, weight in measured(event) if (month := month_in(begins, ends, year))]
    parts = parted((month, weight) for month, weight, _ in placed)
    return tuple(
        Bound(
            Volume(Feed(f"{title} {year}", address(year, number)), months if len(parts) > 1 else None),
            tuple(dict.fromkeys([event for month, _, event in placed if months.first <= month <= months.last])),
        )
        for number, months in enumerate(parts, 1)
    )


def address(year: int, number: int) -> str:
    """Where a volume stands, without an ending. The first has the address that the year has where it fits in one."""
    return f"/feeds/archive/{year}" if number == 1 else f"/feeds/archive/{year}-{number}"


def parted(entries: Iterable[tuple[int, int]]) -> tuple[Months, ...]:
    """The months of each volume of a year, as many as fit; `entries` are the month and the weight of each.

    A month that is too large by itself is a volume all the same. Months without entries belong to the volume before them, the first to the first.
    """
    weights: dict[int, list[int]] = defaultdict(list)
    for month, weight in entries:
        weights[month].append(weight)
    firsts = [YEAR.first]
    count = size = 0
    for month in sorted(weights):
        more, larger = len(weights[month]), sum(weights[month])
        if count and not fits(count + more, size + larger):
            firsts.append(month)
            count = size = 0
        count, size = count + more, size + larger
    return tuple(Months(first, following - 1) for first, following in pairwise((*firsts, YEAR.last + 1)))


def month_in(begins: datetime, ends: datetime, year: int) -> int | None:
    """The month of a year under which an entry stands: that in which it begins, January where it began before; None where it does not touch the year."""
    if begins.year == year:
        return begins.month
    return YEAR.first if begins.year < year <= ends.year else None
