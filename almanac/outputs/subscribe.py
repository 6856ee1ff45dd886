"""`/subscribe/`: every feed, a way to choose one, and how to bring it into the calendar of each device."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.build.pages import Page
from almanac.model.catalogue import Catalogue
from almanac.site.addresses import made
from almanac.site.channels import pairs_by_kinds
from almanac.site.menus import SECTIONS, SUBSCRIBE
from almanac.site.views import PARAMETERS, Feed, Head, facet_feed, site_feed
from almanac.site.volumes import Volume, bound


class Choices(msgspec.Struct, frozen=True):
    """The feeds of one kind of facet: its heading (a message), the query parameter that chooses among them, and for each its key."""

    heading: str
    parameter: str
    feeds: tuple[tuple[str, Feed], ...]


class SubscribeView(msgspec.Struct, frozen=True):
    """The feed of everything, those of each kind, those of pairs under the headings (messages) of both, and those of whole years.

    `codes` tells whether a QR code stands beside each feed.
    """

    head: Head
    everything: Feed
    choices: tuple[Choices, ...]
    pairs: tuple[tuple[str, str, tuple[Feed, ...]], ...]
    years: tuple[Volume, ...]
    codes: bool


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page."""
    everything = site_feed(catalogue)
    pairs = pairs_by_kinds(catalogue).items()
    view = SubscribeView(
        head=Head(SUBSCRIBE.address, SUBSCRIBE.name, feeds=(everything,)),
        everything=everything,
        choices=tuple(
            _choices(catalogue, kind) for kind in PARAMETERS if catalogue.facets[kind] and made(kind, catalogue.config)
        ),
        pairs=tuple(
            (SECTIONS[one].message, SECTIONS[other].message, tuple(channel.feed for channel in found))
            for (one, other), found in pairs
        ),
        years=tuple(one.volume for year in bound(catalogue).values() for one in year),
        codes=made("feed_codes", catalogue.config),
    )
    yield Page(SUBSCRIBE.address, "html:subscribe.html", view)


def _choices(catalogue: Catalogue, kind: str) -> Choices:
    return Choices(
        SECTIONS[kind].message,
        PARAMETERS[kind],
        tuple((facet.key, facet_feed(facet)) for facet in catalogue.facets[kind]),
    )
