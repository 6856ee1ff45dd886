"""A very short text."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.core.problems import Location, Problem, text
from almanac.model.site import Site

MEANING = text("The text of the event is very short.")
SHORTEST = 40  # letters without white space


def find(site: Site) -> Iterator[Problem]:
    """Events with fewer than forty letters of text."""
    hint = text("Say what happens there, who may come, what to bring, and how to take part.")
    for event in site.events:
        letters = len("".join(event.body.split()))
        if letters < SHORTEST:
            message = text("The text has only {letters} letters.", letters=letters)
            yield Problem(Location(event.path, quote=event.body.strip().partition("\n")[0]), message, hint)
