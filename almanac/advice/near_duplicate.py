"""Two files that may describe one event."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import takewhile

from rapidfuzz import fuzz, process

from almanac.advice import of_two
from almanac.content.records.event import CALLED_OFF
from almanac.core.problems import Location, Problem, text
from almanac.model.alike import ALIKE, NEAR, NUMERAL
from almanac.model.events import Event
from almanac.model.site import Site

MEANING = text("Two files seem to describe the same event.")
MOST_NEAR = 200  # later events that an event is compared with


def find(site: Site) -> Iterator[Problem]:
    """Events of one district or one organiser within three days whose titles are nearly the same."""
    seen: set[frozenset[str]] = set()
    titles = {event.id: _letters(event.fields.title) for event in site.events}
    for group in _groups(site).values():
        for event, other in _alike(group, titles):
            pair = frozenset((event.id, other.id))
            if pair not in seen:
                seen.add(pair)
                yield _problem(event, other)


def _letters(title: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", title).lower() if letter.isalnum())


def _groups(site: Site) -> dict[tuple[str, str], list[Event]]:
    groups: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in site.events:  # in order of their first dates
        if event.fields.status not in CALLED_OFF:
            for facet in (*event.organisers, *([event.district] if event.district else [])):
                groups[facet.kind, facet.key].append(event)
    return groups


def _alike(group: list[Event], titles: dict[str, str]) -> Iterator[tuple[Event, Event]]:
    for place, event in enumerate(group):
        near = _soon_after(event, group[place + 1 : place + 1 + MOST_NEAR])
        choices = [titles[other.id] for other in near]
        for title, _score, index in process.extract(
            titles[event.id], choices, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
        ):
            # Titles of a series differ in their numbers alone.
            if NUMERAL.findall(title) == NUMERAL.findall(titles[event.id]):
                yield event, near[index]


def _soon_after(event: Event, following: list[Event]) -> list[Event]:
    return list(takewhile(lambda other: other.begins <= event.begins + NEAR, following))


def _problem(first: Event, second: Event) -> Problem:
    newer, older = of_two(first, second)
    message = text(
        "This may be the same event as “{title}” of {day} ({path}).",
        title=older.fields.title,
        day=older.begins.date().isoformat(),
        path=older.path,
    )
    hint = text("Delete one of the two files. If these are two events: ignore: {{near-duplicate: the difference}}.")
    return Problem(Location(newer.path, key=("title",)), message, hint, other=older.path)
