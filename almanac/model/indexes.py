"""Events by facet and by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from almanac.incremental import Asked, query, table
from almanac.model.links import BY_END, Linked, events
from almanac.model.time import period


@table(tuple[str, ...])
def members(site: Asked) -> Mapping[str, tuple[str, ...]]:
    """The ids of the events of each facet (`themes/sky`), by their first dates."""
    return by_facet(events(site).values())


@table(tuple[str, ...])
def coming(site: Asked) -> Mapping[str, tuple[str, ...]]:
    """The ids of each facet's events that are not over, by their next dates."""
    moment = period(site).since
    ahead = [event for event in events(site).values() if event.ends > moment]
    return by_facet(sorted(ahead, key=lambda event: (event.next_after(moment), event.id)))


@table(tuple[str, ...])
def past(site: Asked) -> Mapping[str, tuple[str, ...]]:
    """The ids of each facet's events that are over, the latest first."""
    moment = period(site).since
    over = [event for event in events(site).values() if event.ends <= moment]
    return by_facet(sorted(over, key=BY_END, reverse=True))


@table(tuple[str, ...])
def years(site: Asked) -> Mapping[str, tuple[str, ...]]:
    """The ids of the events of which a date begins in each year, by their first dates."""
    found: dict[int, list[str]] = defaultdict(list)
    for event in events(site).values():
        for year in dict.fromkeys([one.begins.year for one in event.metadata.periods]):
            found[year].append(event.id)
    return {str(year): tuple(found[year]) for year in sorted(found, reverse=True)}


@query(tuple[int, ...])
def year_numbers(site: Asked) -> tuple[int, ...]:
    """The years in which dates begin, the latest first."""
    return tuple(int(year) for year in years(site))


def by_facet(found: Iterable[Linked]) -> dict[str, tuple[str, ...]]:
    """The ids of the events of each facet that has any, in the given order."""
    ids: dict[str, list[str]] = defaultdict(list)
    for event in found:
        for stem in (*event.stems(), *event.venue_stems()):
            ids[stem].append(event.id)
    return {stem: tuple(of_facet) for stem, of_facet in ids.items()}
