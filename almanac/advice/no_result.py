"""An event that is over, and no word of how it went."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.content.records.event import CALLED_OFF
from almanac.core.problems import Location, Problem, text
from almanac.model.catalogue import Catalogue

MEANING = text("The event is over and its file has no result.")


def find(catalogue: Catalogue) -> Iterator[Problem]:
    """Events that are over at the catalogue's moment, were not called off, and have no `result`."""
    hint = text("Add how it went, for the figures of the plan: result: {{held: true, participants: 120}}.")
    for event in catalogue.events:
        if event.ends <= catalogue.now and event.fields.result is None and event.fields.status not in CALLED_OFF:
            message = text("The event was over on {day} and has no result.", day=event.ends.date().isoformat())
            yield Problem(Location(event.path), message, hint)
