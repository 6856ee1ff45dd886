"""Events by facet and by year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from almanac.content.records.event import CALLED_OFF
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


def takes_place(event: Linked, moment: datetime) -> bool:
    """Whether a date of an event is not over and not called off."""
    return any(one.ends > moment and one.status not in CALLED_OFF for one in event.metadata.periods)


@table(int)
def coming_counts(site: Asked) -> Mapping[str, int]:
    """The number of each facet's events that are not over and not called off."""
    moment = period(site).since
    ahead = by_facet(event for event in events(site).values() if takes_place(event, moment))
    return {stem: len(ids) for stem, ids in ahead.items()}


@table(dict[str, int])
def shared_coming(site: Asked) -> Mapping[str, dict[str, int]]:
    """For each facet the numbers of its events to come that it shares with districts, audiences and forms.

    Events that are called off do not count.
    """
    moment = period(site).since
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for event in events(site).values():
        if takes_place(event, moment):
            stems = event.stems()
            others = [stem for stem in stems if stem.startswith(("districts/", "audiences/", "forms/"))]
            for stem in stems:
                for other in others:
                    found[stem][other] += 1
    return {stem: dict(counts) for stem, counts in found.items()}


@table(tuple[str, ...])
def past(site: Asked) -> Mapping[str, tuple[str, ...]]:
    """The ids of each facet's events that are over, the latest first."""
    moment = period(site).since
    over = [event for event in events(site).values() if event.ends <= moment]
    return by_facet(sorted(over, key=BY_END, reverse=True))


@query(tuple[int, ...])
def year_numbers(site: Asked) -> tuple[int, ...]:
    """The years in which dates begin, the latest first."""
    found = {one.begins.year for event in events(site).values() for one in event.metadata.periods}
    return tuple(sorted(found, reverse=True))


@table(dict[str, tuple[str, ...]])
def first_months(site: Asked) -> Mapping[str, dict[str, tuple[str, ...]]]:
    """For each facet and year (`themes/sky/2026`) the ids of events by the month (2026-12) of their first date in it.

    The key `/2026` holds all events. Ids are in the order of first dates.
    """
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for event in events(site).values():
        stems = ("", *event.stems(), *event.venue_stems())
        for year, month in _first_months(event):
            for stem in stems:
                found[f"{stem}/{year}"].setdefault(month, []).append(event.id)
    return {key: {month: tuple(ids) for month, ids in sorted(months.items())} for key, months in sorted(found.items())}


def _first_months(event: Linked) -> list[tuple[int, str]]:
    """Each year in which a date of the event begins, with the month of the first one."""
    firsts: dict[int, str] = {}
    for one in event.metadata.periods:
        firsts.setdefault(one.begins.year, f"{one.begins:%Y-%m}")
    return list(firsts.items())


@table(dict[str, int])
def year_counts(site: Asked) -> Mapping[str, dict[str, int]]:
    """The number of each facet's events in each year."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for key, months in first_months(site).items():
        stem, _, year = key.rpartition("/")
        found[stem][year] = sum(map(len, months.values()))
    return found


def by_facet(found: Iterable[Linked]) -> dict[str, tuple[str, ...]]:
    """The ids of the events of each facet that has events, in the given order."""
    ids: dict[str, list[str]] = defaultdict(list)
    for event in found:
        for stem in (*event.stems(), *event.venue_stems()):
            ids[stem].append(event.id)
    return {stem: tuple(of_facet) for stem, of_facet in ids.items()}
