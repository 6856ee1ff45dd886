"""A picture without a description."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.advice import published
from almanac.core.problems import Location, Problem, text
from almanac.model.site import Site

MEANING = text("A picture has no description for people who cannot see it.")


def find(site: Site) -> Iterator[Problem]:
    """Files with a cover and no `cover_alt`."""
    hint = text("Say in a few words what the picture shows: cover_alt: …")
    for entry in published(site):
        if getattr(entry.fields, "cover", None) and not entry.fields.cover_alt:
            yield Problem(Location(entry.path, key=("cover",)), MEANING, hint)
