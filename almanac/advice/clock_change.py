"""A time that does not exist, or exists twice, since clocks change that night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from almanac.content.occurrences import shown
from almanac.content.recurrence import Moment
from almanac.core.problems import Location, Problem, Text, text
from almanac.model.events import Event
from almanac.model.site import Site

MEANING = text("A time falls into the hour in which clocks change.")


def find(site: Site) -> Iterator[Problem]:
    """Starts and ends of dates in the hour that clocks leave out or repeat; the first of each event."""
    zone = ZoneInfo(site.config.timezone)
    for event in site.events:
        for moment in _moments(event):
            if message := _fault(moment, zone):
                hint = text("Clocks change in this hour, and calendars disagree about it: choose another time.")
                yield Problem(Location(event.path), message, hint)
                break


def _moments(event: Event) -> Iterator[Moment]:
    for occurrence in event.dates.occurrences:
        yield occurrence.start
        if occurrence.end:
            yield occurrence.end


def _fault(moment: Moment, zone: ZoneInfo) -> Text | None:
    if not isinstance(moment, datetime):
        return None
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return None
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        return text("The time {moment} does not exist.", moment=shown(moment))
    return text("The time {moment} exists twice.", moment=shown(moment))
