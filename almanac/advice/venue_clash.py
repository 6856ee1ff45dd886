"""Two events in one place at the same time."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.advice import of_two
from almanac.content.occurrences import shown
from almanac.content.records.event import CALLED_OFF
from almanac.core.problems import Location, Problem, text
from almanac.model.overlaps import Overlap, Use, overlaps
from almanac.model.site import Site

MEANING = text("Two events are in the same place at the same time.")


def find(site: Site) -> Iterator[Problem]:
    """Events at one venue whose dates overlap; dates without a time and cancelled dates do not count."""
    return map(_problem, overlaps(_uses(site)))


def _uses(site: Site) -> Iterator[Use]:
    for event in site.events:
        for occurrence in event.dates.occurrences:
            place = event.place_of(occurrence)
            if place and not occurrence.all_day and occurrence.status not in CALLED_OFF:
                yield Use((place.key or "", place.name, place.district or ""), event, occurrence)


def _problem(overlap: Overlap) -> Problem:
    newer, older = of_two(overlap.first.event, overlap.second.event)
    place = overlap.first.event.place_of(overlap.first.occurrence)
    message = text(
        "{place} is taken at {moment}: “{title}” ({path}) is there then.",
        place=place.name if place else "",
        moment=shown(overlap.moment),
        title=older.fields.title,
        path=older.path,
    )
    hint = text("Choose another time or place. If both have room: ignore: {{venue-clash: the reason}}.")
    return Problem(Location(newer.path, key=("venue",)), message, hint, other=older.path)
