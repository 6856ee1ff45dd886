"""One speaker in two places at the same time."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.advice import of_two
from almanac.content.occurrences import shown
from almanac.content.records.event import CALLED_OFF
from almanac.core.problems import Location, Problem, text
from almanac.model.overlaps import Overlap, Use, overlaps
from almanac.model.site import Site

MEANING = text("A speaker is in two places at the same time.")


def find(site: Site) -> Iterator[Problem]:
    """Speakers of one name and not of two organisations, in two places at dates that overlap."""
    for overlap in overlaps(_uses(site)):
        if _where(overlap.first) != _where(overlap.second) and _may_be_one(
            *map(_organisation, (overlap.first, overlap.second))
        ):
            yield _problem(overlap)


def _uses(site: Site) -> Iterator[Use]:
    for event in site.events:
        for occurrence in event.dates.occurrences if event.fields.speakers else ():
            if not occurrence.all_day and occurrence.status not in CALLED_OFF:
                yield from (Use((speaker.name,), event, occurrence) for speaker in event.fields.speakers)


def _organisation(use: Use) -> str | None:
    return next(speaker.organisation for speaker in use.event.fields.speakers if speaker.name == use.what[0])


def _may_be_one(first: str | None, second: str | None) -> bool:
    return first is None or second is None or first == second


def _where(use: Use) -> str | None:
    place = use.event.place_of(use.occurrence)
    return place.key or place.name if place else use.event.fields.online


def _problem(overlap: Overlap) -> Problem:
    newer, older = of_two(overlap.first.event, overlap.second.event)
    name = overlap.first.what[0]
    message = text(
        "{name} is elsewhere at {moment}: “{title}” ({path}).",
        name=name,
        moment=shown(overlap.moment),
        title=older.fields.title,
        path=older.path,
    )
    hint = text("Check the time and the name. If these are two people: ignore: {{speaker-clash: the reason}}.")
    return Problem(Location(newer.path, key=("speakers",), quote=name), message, hint, other=older.path)
