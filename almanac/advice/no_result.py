"""An event that is over and has no result."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.content.records.event import CALLED_OFF
from almanac.core.problems import Location, Problem, text
from almanac.model.site import Site

MEANING = text("The event is over and its file has no result.")


def find(site: Site) -> Iterator[Problem]:
    """Events without `result` that are over at the moment of the site and were not called off."""
    hint = text("Add the outcome, for the figures of the plan: result: {{held: true, participants: 120}}.")
    for event in site.events:
        if event.ends <= site.now and event.fields.result is None and event.fields.status not in CALLED_OFF:
            message = text("The event was over on {day} and has no result.", day=event.ends.date().isoformat())
            yield Problem(Location(event.path), message, hint)
