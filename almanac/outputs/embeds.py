"""`/embed/` and `/embed/<kind>/<key>/`: short lists for frames in other sites, with what goes beside them.

`/embed/almanac-events.js` defines an element that shows a JSON Feed, `/embed/resize.js` gives frames their height, and
`/embed/oembed/….json` describes events and lists (https://oembed.com). A static site cannot answer `?url=`, so each
page names its own document.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from almanac.model.indexes import coming
from almanac.model.labels import FACET_KINDS
from almanac.model.links import events, own_events
from almanac.model.site import Site
from almanac.render.oembed import OEmbed
from almanac.site.addresses import made
from almanac.site.channels import channels
from almanac.site.pages import Page, no_view, page
from almanac.site.settings import site_settings
from almanac.site.shared import shared_event
from almanac.site.shared_words import SharedWords
from almanac.site.views import ALL_EVENTS, Card, embed_address, oembed_address, turning_card

MOST = 20  # events of a list
SCRIPTS = ("almanac-events", "resize", "frame")
WIDTH, HEIGHT = 600, 480  # pixels of a frame, until it says its height


class EmbedView(msgspec.Struct, frozen=True):
    """A list for a frame; `page` is the address of the page with all events."""

    title: str
    page: str
    cards: tuple[Card, ...]


def pages(site: Site) -> Iterator[Page]:
    """The list of all events, those of facets that have pages, the scripts, and the descriptions."""
    yield page(embed_address("/"), "html:embed.html", embed_all)
    for name in SCRIPTS:
        yield page(f"/embed/{name}.js", f"html:scripts/{name}.js", no_view)
    for facet in chain.from_iterable(site.facets(kind) for kind in FACET_KINDS if made(kind, site.config)):
        address = facet.address
        yield page(embed_address(address), "html:embed.html", embed_facet, facet.kind, facet.key, source=facet.path)
        yield page(oembed_address(address), "oembed", oembed_facet, facet.kind, facet.key, source=facet.path)
    for event in own_events(site):
        yield page(oembed_address(site.event(event.id).address), "oembed", oembed_event, event.id, source=event.path)


def embed_all(site: Site) -> EmbedView:
    """The next events."""
    near = channels.entry(site, ALL_EVENTS).near
    known = events(site)
    ahead = [known[event_id] for event_id in near if event_id in known and known[event_id].ends > site.now]
    ids = [event.id for event in sorted(ahead, key=lambda event: (event.next_after(site.now), event.id))]
    return EmbedView(site.config.title, "/", _cards(site, ids[:MOST]))


def embed_facet(site: Site, kind: str, key: str) -> EmbedView:
    """The next events of a facet."""
    facet = site.facet(kind, key)
    ids = (coming.get(site, facet.stem) or ())[:MOST]
    return EmbedView(f"{site.config.title} · {facet.name}", facet.address, _cards(site, ids))


def _cards(site: Site, ids: tuple[str, ...] | list[str]) -> tuple[Card, ...]:
    return tuple(turning_card(event, event.number_after(site.now)) for event in site.events_of(ids))


def oembed_facet(site: Site, kind: str, key: str) -> OEmbed:
    """A list as a frame."""
    facet = site.facet(kind, key)
    return OEmbed(facet.name, embed_address(facet.address), WIDTH, HEIGHT)


def oembed_event(site: Site, event_id: str) -> OEmbed:
    """An event as a link, whose title says when and where it takes place."""
    event = site.event(event_id)
    words = SharedWords(site_settings(site))
    shared = shared_event(site, event, pictures=False)
    place = shared.place.name if shared.place else ""
    title = " · ".join(filter(None, (words.title(shared), words.when(shared)[0], place)))
    return OEmbed(title)
