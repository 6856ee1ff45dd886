"""An event that is over and has no result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from almanac.content.records.event import CALLED_OFF
from almanac.core.problems import Location, Problem, text
from almanac.model.events import Event
from almanac.model.reporting import state_of
from almanac.model.site import Site

MEANING = text("The event is over and its file has no result.")


def find(site: Site) -> Iterator[Problem]:
    """Events that are over at the moment of the site and owe a result."""
    hint = text("Add the outcome, for the figures of the plan: result: {{held: true, participants: 120}}.")
    for event, over in overdue(site):
        message = text("The event was over on {day} and has no result.", day=over.isoformat())
        yield Problem(Location(event.path), message, hint)


def overdue(site: Site) -> Iterator[tuple[Event, date]]:
    """Events without a result, as plans count them, with the day on which each was over."""
    for event in site.events:
        if state_of(event.periods, event.metadata, site.now) == "overdue":
            yield event, max(one.ends for one in event.periods if one.status not in CALLED_OFF).date()
