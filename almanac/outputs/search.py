"""`/search/`: every event by words and by facets that combine, and `/search/<year>.json`, the data the browser loads for it.

Without JavaScript the page leads to the prebuilt pages of the facets.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.build.pages import Page, recipe
from almanac.model.catalogue import Catalogue, Event, Facet
from almanac.render.search import YearData
from almanac.site.menus import SEARCH, SECTIONS
from almanac.site.views import PARAMETERS, Head, counted, site_feed

KINDS = ("districts", "audiences", "themes", "programmes", "organisers")


class Choice(msgspec.Struct, frozen=True):
    """One value of a facet: `words` are the other names under which it is found, `count` its events to come."""

    key: str
    name: str
    address: str
    count: int
    words: tuple[str, ...]


class Choices(msgspec.Struct, frozen=True):
    """A facet to choose from; the heading is a message, `parameter` stands in the address."""

    parameter: str
    heading: str
    choices: tuple[Choice, ...]


class SearchView(msgspec.Struct, frozen=True):
    """The page; the browser loads the data of the `years` as it needs them."""

    head: Head
    facets: tuple[Choices, ...]
    years: tuple[int, ...]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The page, and the data of each year."""
    years = tuple(sorted(catalogue.years))
    head = Head(SEARCH.address, SEARCH.name, feeds=(site_feed(catalogue),))
    facets = tuple(_choices(catalogue, kind) for kind in KINDS if catalogue.facets[kind])
    yield Page(SEARCH.address, "html:search.html", SearchView(head, facets, years))
    for year in years:
        touching = tuple(event for event in catalogue.events if _touches(event, year))
        yield Page(f"{SEARCH.address}{year}.json", "search", recipe(YearData, year, touching))


def _touches(event: Event, year: int) -> bool:
    if not event.begins.year <= year <= event.ends.year:
        return False
    return len(event.periods) == 1 or any(one.begins.year <= year <= one.ends.year for one in event.periods)


def _choices(catalogue: Catalogue, kind: str) -> Choices:
    return Choices(
        PARAMETERS[kind], SECTIONS[kind].message, tuple(_choice(catalogue, facet) for facet in catalogue.facets[kind])
    )


def _choice(catalogue: Catalogue, facet: Facet) -> Choice:
    link = counted(catalogue, facet)
    others = (facet.full_name, *getattr(facet.fields, "aliases", ()))
    return Choice(
        facet.key,
        facet.name,
        link.address,
        link.count or 0,
        tuple(word for word in dict.fromkeys(others) if word != facet.name),
    )
