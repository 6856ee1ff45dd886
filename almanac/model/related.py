"""What else may interest those who look at an event. It follows from the content alone, never from the moment of the build."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from almanac.model.catalogue import BY_BEGIN, Event

MOST_NEARBY = 3
MOST_SIMILAR = 3
AROUND = (
    MOST_SIMILAR + MOST_NEARBY + 1
)  # events of a theme to choose from, on either side: some are near, and one is the event itself
NEAR = timedelta(days=7)


class Row:
    """Events in order of their first date, and these dates for looking up."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.dates: list[datetime] = []

    def add(self, event: Event) -> None:
        """Adds one that begins last."""
        self.events.append(event)
        self.dates.append(event.begins)


class Related:
    """Events by district and by theme."""

    def __init__(self, events: Iterable[Event]) -> None:
        self.districts: dict[str, Row] = defaultdict(Row)
        self.themes: dict[str, Row] = defaultdict(Row)
        for event in sorted(events, key=BY_BEGIN):
            if event.district:
                self.districts[event.district.key].add(event)
            for theme in event.themes:
                self.themes[theme.key].add(event)

    def between(self, first: datetime, last: datetime) -> Iterator[Event]:
        """All that need be known of whatever is related to events that begin from `first` to `last`; many are told several times."""
        for rows, around in ((self.districts, MOST_NEARBY), (self.themes, AROUND)):
            for row in rows.values():
                begin, end = bisect_left(row.dates, first), bisect_right(row.dates, last)
                yield from row.events[max(begin - around, 0) : end + around] if begin < end else ()

    def to(self, event: Event) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
        """What is near an event, and what is like it besides."""
        near = tuple(_nearest(event, self._around(event)))
        return near, tuple(_alike({event.id, *[other.id for other in near]}, *self._of_theme(event)))

    def _around(self, event: Event) -> list[Event]:
        """What begins within a week of it in its district: as much as can be the nearest."""
        if not event.district:
            return []
        row = self.districts[event.district.key]
        place = bisect_left(row.dates, event.begins)
        around = row.events[max(place - MOST_NEARBY, 0) : place + MOST_NEARBY + 1]
        first, last = event.begins - NEAR, event.begins + NEAR
        return [other for other in around if first <= other.begins < last]

    def _of_theme(self, event: Event) -> tuple[list[Event], list[Event]]:
        """What begins before it of its first theme, the last first, and what begins then or later."""
        if not event.themes:
            return [], []
        row = self.themes[event.themes[0].key]
        place = bisect_left(row.dates, event.begins)
        return row.events[max(place - AROUND, 0) : place][::-1], row.events[place : place + AROUND]


def _nearest(event: Event, around: Iterable[Event]) -> list[Event]:
    """What begins closest in time, the nearest first."""
    others = (other for other in around if other.id != event.id)
    return sorted(others, key=lambda other: (abs(other.begins - event.begins), other.id))[:MOST_NEARBY]


def _alike(known: AbstractSet[str], earlier: Iterable[Event], later: Iterable[Event]) -> list[Event]:
    """What comes next of the same theme, or came last before it; without those that are `known` already."""
    following = [event for event in later if event.id not in known][:MOST_SIMILAR]
    if len(following) < MOST_SIMILAR:
        following += [event for event in earlier if event.id not in known][: MOST_SIMILAR - len(following)]
    return sorted(following, key=BY_BEGIN)
