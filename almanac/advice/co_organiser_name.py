"""A co-organiser who is not registered under this name, but perhaps under a similar one."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.content.names import Registry
from almanac.core.problems import Location, Problem, text
from almanac.model.labels import name_registries
from almanac.model.site import Site

MEANING = text("A co-organiser is shown as plain text, although a registered one has a similar name.")


def find(site: Site) -> Iterator[Problem]:
    """Co-organisers in plain text whose name is like that of a registered organiser."""
    known = name_registries(site).get("organisers") or Registry()
    for event in site.events:
        for name in event.other_co_organisers:
            if guess := known.near(name):
                message = text("“{name}” is not a registered organiser: it is shown without a link.", name=name)
                yield Problem(Location(event.path, key=("co_organiser",), quote=name), message, guess)
