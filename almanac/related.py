"""What else may interest those who look at an event. It follows from the content alone, never from the moment of the build."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from almanac.catalogue import BY_BEGIN, Event

MOST_NEARBY = 3
MOST_SIMILAR = 3
AROUND = MOST_SIMILAR + MOST_NEARBY + 1  # events of a theme to choose from, on either side: some are near, and one is the event itself
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

    def to(self, event: Event) -> tuple[tuple[Event, ...], tuple[Event, ...], tuple[Event, ...]]:
        """Those around an event in its district, within a week, and those of its first theme just before it and from it on."""
        return self._near(event), *self._of_theme(event)

    def _near(self, event: Event) -> tuple[Event, ...]:
        if not event.district:
            return ()
        row = self.districts[event.district.key]
        place = bisect_left(row.dates, event.begins)
        around = row.events[max(place - MOST_NEARBY, 0) : place + MOST_NEARBY + 1]
        first, last = event.begins - NEAR, event.begins + NEAR
        return tuple([other for other in around if first <= other.begins < last])

    def _of_theme(self, event: Event) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
        if not event.themes:
            return (), ()
        row = self.themes[event.themes[0].key]
        place = bisect_left(row.dates, event.begins)
        return tuple(row.events[max(place - AROUND, 0) : place]), tuple(row.events[place : place + AROUND])


def nearby(event: Event, near: Sequence[Event]) -> list[Event]:
    """What begins closest in time of those in the same district, the nearest first."""
    others = (other for other in near if other.id != event.id)
    return sorted(others, key=lambda other: (abs(other.begins - event.begins), other.id))[:MOST_NEARBY]


def similar(event: Event, known: Sequence[Event], earlier: Sequence[Event], later: Sequence[Event]) -> list[Event]:
    """What comes next of the same theme, or came last before it; without those that are `known` already."""
    left_out = {event.id, *(other.id for other in known)}
    around = _first(later, left_out) + _first(earlier[::-1], left_out)
    return sorted(around[:MOST_SIMILAR], key=BY_BEGIN)


def _first(events: Sequence[Event], left_out: set[str]) -> list[Event]:
    return [event for event in events if event.id not in left_out][:MOST_SIMILAR]
