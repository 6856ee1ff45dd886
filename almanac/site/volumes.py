"""Whole years as calendar feeds, split into volumes of whole months if one feed is too large for calendars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

import msgspec

from almanac.incremental import table
from almanac.model.links import Linked, events
from almanac.model.site import Site
from almanac.model.withdrawn import withdrawn
from almanac.site.calendars import Months, fits
from almanac.site.vevents import measures, name_sizes
from almanac.site.views import FeedLink

YEAR = Months(1, 12)

# An entry in a year: its month by `month_in`, its weight, and the number of its event.
Placed: TypeAlias = tuple[int, int, int]


class Volume(msgspec.Struct, frozen=True):
    """A volume of a year: its feed, and the months that it holds, None for all of them."""

    feed: FeedLink
    months: Months | None = None


class Bound(msgspec.Struct, frozen=True):
    """A volume with the ids of the events that have an entry in it, withdrawn events included."""

    volume: Volume
    events: tuple[str, ...]


@table(tuple[Bound, ...])
def bound(site: Site) -> Mapping[str, tuple[Bound, ...]]:
    """The volumes of each year in which events take place, the latest year first."""
    found = [*events(site).values(), *withdrawn(site).values()]
    placed = _placed(found, name_sizes(site))
    return {str(year): tuple(_bound(site.config.title, year, placed[year], found)) for year in site.year_numbers}


def volumes(site: Site, year: int) -> tuple[Volume, ...]:
    """The volumes of a year."""
    return tuple(one.volume for one in bound.entry(site, str(year)))


def _placed(found: Iterable[Linked], sizes: Mapping[str, int]) -> dict[int, list[Placed]]:
    """The entries that touch each year."""
    years: dict[int, list[Placed]] = defaultdict(list)
    for number, event in enumerate(found):
        for one in measures(event, sizes.__getitem__):
            for year in range(one.begins.year, one.ends.year + 1):
                if month := month_in(one.begins, one.ends, year):
                    years[year].append((month, one.weight, number))
    return years


def _bound(title: str, year: int, placed: Sequence[Placed], found: Sequence[Linked]) -> Iterator[Bound]:
    of_months: dict[int, list[int]] = defaultdict(list)
    for month, _, number in placed:
        of_months[month].append(number)
    parts = parted((month, weight) for month, weight, _ in placed)
    for count, months in enumerate(parts, 1):
        volume = Volume(FeedLink(f"{title} {year}", address(year, count)), months if len(parts) > 1 else None)
        numbers = {number for month in range(months.first, months.last + 1) for number in of_months[month]}
        yield Bound(volume, tuple([found[number].id for number in sorted(numbers)]))


def address(year: int, number: int) -> str:
    """The address of a volume without an ending. The first volume has the address of the whole year."""
    return f"/feeds/archive/{year}" if number == 1 else f"/feeds/archive/{year}-{number}"


def parted(entries: Iterable[tuple[int, int]]) -> tuple[Months, ...]:
    """The months of each volume of a year: as many months as fit. `entries` gives month and weight of each entry.

    A month that does not fit is a volume all the same. A month without entries belongs to the volume before it, or to
    the first volume.
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
    """The month in which an entry begins, January if it began before the year, None if it does not touch the year."""
    if begins.year == year:
        return begins.month
    return YEAR.first if begins.year < year <= ends.year else None
