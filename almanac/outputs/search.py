"""`/search/`: every event by words and by facets that combine, and `/search/<year>.json`, the data the browser loads for it.

Without JavaScript the page leads to the prebuilt pages of the facets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from almanac.incremental import table
from almanac.model.events import Facet
from almanac.model.links import Linked, events
from almanac.model.site import Site
from almanac.render.search import YearData, search_entry
from almanac.site.menus import SEARCH, SECTIONS
from almanac.site.pages import Page, page
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


def pages(site: Site) -> Iterator[Page]:
    """The page, and the data of each year."""
    yield page(SEARCH.address, "html:search.html", search_view, indexed=True)
    for year in site.year_numbers:
        yield page(f"{SEARCH.address}{year}.json", "search", year_data, year, large=True)


def search_view(site: Site) -> SearchView:
    """The view of the page."""
    head = Head(SEARCH.address, SEARCH.name, feeds=(site_feed(site),))
    facets = tuple(_choices(site, kind) for kind in KINDS if site.facets(kind))
    return SearchView(head, facets, tuple(sorted(site.year_numbers)))


def year_data(site: Site, year: int) -> YearData:
    """The events of which a date touches a year."""
    return YearData(year, tuple([search_entry(site, event_id) for event_id in touching.entry(site, str(year))]))


@table(tuple[str, ...])
def touching(site: Site) -> Mapping[str, tuple[str, ...]]:
    """The ids of the events of which a date touches each year, by their first dates."""
    all_events = list(events(site).values())
    return {str(year): tuple(one.id for one in all_events if _touches(one, year)) for year in site.year_numbers}


def _touches(event: Linked, year: int) -> bool:
    if not event.begins.year <= year <= event.ends.year:
        return False
    periods = event.metadata.periods
    return len(periods) == 1 or any(one.begins.year <= year <= one.ends.year for one in periods)


def _choices(site: Site, kind: str) -> Choices:
    return Choices(PARAMETERS[kind], SECTIONS[kind].message, tuple(_choice(site, facet) for facet in site.facets(kind)))


def _choice(site: Site, facet: Facet) -> Choice:
    link = counted(site, facet)
    others = (facet.full_name, *getattr(facet.fields, "aliases", ()))
    return Choice(
        facet.key,
        facet.name,
        link.address,
        link.count or 0,
        tuple(word for word in dict.fromkeys(others) if word != facet.name),
    )
