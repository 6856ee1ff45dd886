"""Events that take place at the same time. The time grows with the dates and overlaps, not with their square."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from almanac.content.occurrences import Occurrence
from almanac.model.events import Event

MOST_AT_ONCE = 20  # running dates with which a new one is compared; more is an error of the data


class Use(msgspec.Struct, frozen=True):
    """The use of a resource, such as a venue or a speaker, by an event on one of its dates."""

    what: tuple[str, ...]
    event: Event
    occurrence: Occurrence


class Overlap(msgspec.Struct, frozen=True):
    """Two events that use one resource at the same time. `moment` is the first such time, `dates` counts dates."""

    first: Use
    second: Use
    moment: datetime
    dates: int = 1


def overlaps(uses: Iterable[Use]) -> Iterator[Overlap]:
    """The overlaps of different events: one for each pair of events and each resource, by their first moments."""
    groups: dict[tuple[str, ...], list[Use]] = defaultdict(list)
    for use in uses:
        groups[use.what].append(use)
    for group in groups.values():
        yield from _once_a_pair(_running_together(group))


def _running_together(group: Iterable[Use]) -> Iterator[tuple[Use, Use]]:
    running: list[Use] = []
    for use in sorted(group, key=lambda one: (one.occurrence.begins, one.event.id)):
        running = [other for other in running if _still_on(other, use)][-MOST_AT_ONCE:]
        yield from ((other, use) for other in running if other.event.id != use.event.id)
        running.append(use)


def _still_on(earlier: Use, later: Use) -> bool:
    return earlier.occurrence.ends > later.occurrence.begins or earlier.occurrence.begins == later.occurrence.begins


def _once_a_pair(found: Iterable[tuple[Use, Use]]) -> Iterator[Overlap]:
    pairs: dict[frozenset[str], list[tuple[Use, Use]]] = defaultdict(list)
    for first, second in found:
        pairs[frozenset((first.event.id, second.event.id))].append((first, second))
    for met in pairs.values():
        yield Overlap(*met[0], met[0][1].occurrence.begins, len(met))
