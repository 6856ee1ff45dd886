"""Recommendations on the page of an event. They depend on the content alone, not on the moment of the build."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

import msgspec

from almanac.incremental import Asked, table
from almanac.model.links import BY_BEGIN, Linked, events

MOST_NEARBY = 3
MOST_SIMILAR = 3
AROUND = MOST_SIMILAR + MOST_NEARBY + 1  # searched on either side: some are nearby already, one is the event itself
NEAR = timedelta(days=7)


class Recommended(msgspec.Struct, frozen=True):
    """The ids of events near an event in place and time, and of other events of its theme."""

    nearby: tuple[str, ...]
    similar: tuple[str, ...]


class Timeline:
    """Events in the order of their first dates, with these dates for bisection."""

    def __init__(self) -> None:
        self.events: list[Linked] = []
        self.dates: list[datetime] = []

    def add(self, event: Linked) -> None:
        """Appends an event; it must not begin before the last one."""
        self.events.append(event)
        self.dates.append(event.begins)


@table(Recommended)
def recommendations(site: Asked) -> Mapping[str, Recommended]:
    """The recommendations of each event, by its id."""
    districts: dict[str, Timeline] = defaultdict(Timeline)
    themes: dict[str, Timeline] = defaultdict(Timeline)
    for event in events(site).values():
        if event.district:
            districts[event.district].add(event)
        for theme in event.themes:
            themes[theme].add(event)
    return {event.id: _recommended(event, districts, themes) for event in events(site).values()}


def _recommended(event: Linked, districts: Mapping[str, Timeline], themes: Mapping[str, Timeline]) -> Recommended:
    nearby = tuple([other.id for other in _nearest(event, districts.get(event.district or ""))])
    return Recommended(nearby, tuple(_alike({event.id, *nearby}, event, themes)))


def _nearest(event: Linked, row: Timeline | None) -> list[Linked]:
    """The events of its district that begin within a week of it, the nearest first."""
    if row is None:
        return []
    place = bisect_left(row.dates, event.begins)
    around = row.events[max(place - MOST_NEARBY, 0) : place + MOST_NEARBY + 1]
    first, last = event.begins - NEAR, event.begins + NEAR
    others = [other for other in around if first <= other.begins < last and other.id != event.id]
    return sorted(others, key=lambda other: (abs(other.begins - event.begins), other.id))[:MOST_NEARBY]


def _alike(known: AbstractSet[str], event: Linked, themes: Mapping[str, Timeline]) -> list[str]:
    """The next events of its first theme, then the last ones before it, except `known` ones."""
    if not event.themes:
        return []
    row = themes[event.themes[0]]
    place = bisect_left(row.dates, event.begins)
    following = _unknown(row.events[place : place + AROUND], known)[:MOST_SIMILAR]
    if len(following) < MOST_SIMILAR:
        earlier = row.events[max(place - AROUND, 0) : place][::-1]
        following += _unknown(earlier, known)[: MOST_SIMILAR - len(following)]
    return [other.id for other in sorted(following, key=BY_BEGIN)]


def _unknown(found: Iterable[Linked], known: AbstractSet[str]) -> list[Linked]:
    return [other for other in found if other.id not in known]
