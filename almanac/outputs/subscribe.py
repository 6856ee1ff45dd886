"""`/subscribe/`: every feed, and how to bring it into a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from almanac.catalogue import FACET_KINDS, Catalogue
from almanac.menus import SECTIONS, SUBSCRIBE
from almanac.pages import Page
from almanac.views import Feed, Head, facet_feed, site_feed, year_feed, years_of


@dataclass(frozen=True)
class SubscribeView:
    """The feed of everything, those of each kind under its name (a message), and those of whole years."""

    head: Head
    everything: Feed
    groups: tuple[tuple[str, tuple[Feed, ...]], ...]
    years: tuple[Feed, ...]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page."""
    everything = site_feed(catalogue)
    groups = tuple((SECTIONS[kind].message, tuple(map(facet_feed, catalogue.facets[kind]))) for kind in FACET_KINDS if catalogue.facets[kind])
    years = tuple(year_feed(catalogue, year) for year in years_of(catalogue.events))
    yield Page(SUBSCRIBE.address, "html:subscribe.html", SubscribeView(Head(SUBSCRIBE.address, SUBSCRIBE.name, feeds=(everything,)), everything, groups, years))
