"""Pictures of events and of what they belong to. Events that share a theme share its drawings.

`content/images/themes/water.svg`, `water-2.svg`, `water-3.svg` … are the drawings of the theme `water`; so are those
in `forms/` of a form and those in `organisers/` of a kind of organiser. An event takes the drawing that its id chooses,
or the next one where an event before it in a list has that one. So a new event seldom changes another event's drawing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from zlib import crc32

import msgspec

from almanac.content.sources import CONTENT
from almanac.incremental import table
from almanac.model.events import Event, Facet
from almanac.model.labels import facet_labels
from almanac.model.links import events
from almanac.model.site import Site

DRAWING = re.compile(r"/images/((?:themes|forms|organisers)/[^/]+)\.svg")
NUMBER = re.compile(r"-[0-9]+$")


class Picture(msgspec.Struct, frozen=True):
    """A picture of this site and its text alternative, empty for a picture that only decorates."""

    address: str
    alt: str


def cover(facet: Facet) -> Picture | None:
    """A facet's picture, or the drawing of an organiser's kind; None if there is none."""
    if address := getattr(facet.fields, "cover", None):
        return Picture(f"/{address}", facet.fields.cover_alt or "")
    kind = getattr(facet.fields, "kind", None) if facet.kind == "organisers" else None
    drawn = drawings.get(facet.site, f"organisers/{kind}") if kind else None
    return Picture(drawn[0], "") if drawn else None


def picture_of(event: Event) -> Picture | None:
    """The event's own picture, else one of the drawings of its themes and its form, else its programme's picture."""
    fields = event.fields
    if fields.cover:
        return Picture(f"/{fields.cover}", fields.cover_alt or "")
    subjects = (*event.themes, event.programme)
    own = {shown.address: shown for facet in subjects if facet and (shown := cover(facet))}
    chosen = chosen_drawings.get(event.site, event.id)
    return own.get(chosen, Picture(chosen, "")) if chosen else next(iter(own.values()), None)


@table(str)
def chosen_drawings(site: Site) -> Mapping[str, str]:
    """The address of the drawing of each event that has one, by the event's id.

    Events choose in the order of their first dates. Each avoids, as far as it has drawings, those of the event before
    it among all events and among the events of each of its facets: these are its neighbours in lists.
    """
    found: dict[str, str] = {}
    last: dict[str, str] = {}  # the drawing chosen last, by the stem of a facet; the empty one is of all events
    for event in events(site).values():
        stems = ("", *event.stems())
        if cover := event.metadata.cover:
            last.update(dict.fromkeys(stems, f"/{cover}"))
            continue
        subjects = [stem for stem in stems if stem.startswith(("themes/", "forms/"))]
        if drawn := [address for stem in subjects for address in drawings.get(site, stem) or ()]:
            first = crc32(event.id.encode()) % len(drawn)
            neighbours = [last.get(stem) for stem in stems]
            found[event.id] = min((*drawn[first:], *drawn[:first]), key=neighbours.count)
            last.update(dict.fromkeys(stems, found[event.id]))
    return found


@table(tuple[str, ...])
def drawings(site: Site) -> Mapping[str, tuple[str, ...]]:
    """The addresses of the drawings of each theme, form and kind of organiser, by its stem (`themes/water`)."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in site.assets:
        address = path.removeprefix(CONTENT)
        if match := DRAWING.fullmatch(address):
            stem = match[1]
            found[stem if facet_labels.get(site, stem) else NUMBER.sub("", stem)].append(address)
    return {stem: tuple(addresses) for stem, addresses in found.items()}


def share_address(address: str) -> str:
    """The picture for cards of shared links: the PNG beside a drawing, or the picture itself."""
    return f"{address}.png" if address.endswith(".svg") else address
