"""What else may interest those who look at an event. It follows from the content alone, never from the moment of the build."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from almanac.catalogue import Catalogue, Event

MOST_NEARBY = 3
MOST_SIMILAR = 3
NEAR = timedelta(days=7)


class Related:
    """Events by district and by theme, each in order of their first date."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.districts = _sorted_by(catalogue.events, lambda event: [event.district.key] if event.district else [])
        self.themes = _sorted_by(catalogue.events, lambda event: [theme.key for theme in event.themes])

    def nearby(self, event: Event) -> list[Event]:
        """What begins in the same district within a week before or after, the nearest first."""
        found = self.districts.get(event.district.key, []) if event.district else []
        near = found[_place(found, event, -NEAR) : _place(found, event, NEAR)]
        others = [other for other in near if other.id != event.id]
        return sorted(others, key=lambda other: (abs(other.begins - event.begins), other.id))[:MOST_NEARBY]

    def similar(self, event: Event, known: Iterable[Event]) -> list[Event]:
        """What comes next of its first theme, or came last before it; without those that are `known` already."""
        if not event.themes:
            return []
        found = self.themes[event.themes[0].key]
        left_out = {event.id, *(other.id for other in known)}
        place = _place(found, event, timedelta())
        around = _first(found[place : place + MOST_SIMILAR * 3], left_out) + _first(found[max(place - MOST_SIMILAR * 3, 0) : place][::-1], left_out)
        return sorted(around[:MOST_SIMILAR], key=lambda other: (other.begins, other.id))


def _first(events: Sequence[Event], left_out: set[str]) -> list[Event]:
    return [event for event in events if event.id not in left_out][:MOST_SIMILAR]


def _place(found: Sequence[Event], event: Event, offset: timedelta) -> int:
    return bisect_left(found, event.begins + offset, key=lambda other: other.begins)


def _sorted_by(events: Sequence[Event], keys: Callable[[Event], list[str]]) -> dict[str, list[Event]]:
    groups: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda one: (one.begins, one.id)):
        for key in keys(event):
            groups[key].append(event)
    return dict(groups)
