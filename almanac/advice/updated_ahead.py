"""A last change in the future."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.content.occurrences import shown
from almanac.core.problems import Location, Problem, text
from almanac.model.links import updated_ahead
from almanac.model.site import Site

MEANING = text("The last change of the event lies in the future.")


def find(site: Site) -> Iterator[Problem]:
    """Events whose `updated` lies after the day of the build."""
    ahead = set(updated_ahead(site))
    for event in site.events if ahead else ():
        if event.path in ahead and event.fields.updated:
            message = text("The last change ({day}) lies in the future.", day=shown(event.fields.updated))
            hint = text("Write the day on which the file changed. Until then it does not count for calendars.")
            yield Problem(Location(event.path, key=("updated",)), message, hint)
