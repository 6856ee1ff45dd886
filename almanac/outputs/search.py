"""`/search/`: events by words and by combined facets; `/search/<year>.json`: the data that its script loads.

Without JavaScript the page links to the pages of the facets.
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

KINDS = ("districts", "audiences", "forms", "themes", "programmes", "organisers")


class FacetChoice(msgspec.Struct, frozen=True):
    """A facet to choose. `words` are other names that find it, `count` is the number of its events to come."""

    key: str
    name: str
    address: str
    count: int
    words: tuple[str, ...]


class FacetChoices(msgspec.Struct, frozen=True):
    """The facets of a kind. `parameter` is the query parameter of a choice, `heading` is a message."""

    parameter: str
    heading: str
    choices: tuple[FacetChoice, ...]


class SearchView(msgspec.Struct, frozen=True):
    """The page. Its script loads the data of the `years` when they are needed."""

    head: Head
    facets: tuple[FacetChoices, ...]
    years: tuple[int, ...]


def pages(site: Site) -> Iterator[Page]:
    """The page, then the data of each year."""
    yield page(SEARCH.address, "html:search.html", search_view, indexed=True)
    for year in site.year_numbers:
        yield page(f"{SEARCH.address}{year}.json", "search", year_data, year, large=True)


def search_view(site: Site) -> SearchView:
    """The view of the page."""
    head = Head(SEARCH.address, SEARCH.name, feeds=(site_feed(site),))
    facets = tuple(_choices(site, kind) for kind in KINDS if site.facets(kind))
    return SearchView(head, facets, tuple(sorted(site.year_numbers)))


def year_data(site: Site, year: int) -> YearData:
    """The data of the events that have a date in a year."""
    return YearData(year, tuple([search_entry(site, event_id) for event_id in touching.entry(site, str(year))]))


@table(tuple[str, ...])
def touching(site: Site) -> Mapping[str, tuple[str, ...]]:
    """For each year the ids of the events that have a date in it, by their first dates."""
    all_events = list(events(site).values())
    return {str(year): tuple(one.id for one in all_events if _touches(one, year)) for year in site.year_numbers}


def _touches(event: Linked, year: int) -> bool:
    if not event.begins.year <= year <= event.ends.year:
        return False
    periods = event.metadata.periods
    return len(periods) == 1 or any(one.begins.year <= year <= one.ends.year for one in periods)


def _choices(site: Site, kind: str) -> FacetChoices:
    return FacetChoices(
        PARAMETERS[kind], SECTIONS[kind].message, tuple(_choice(site, facet) for facet in site.facets(kind))
    )


def _choice(site: Site, facet: Facet) -> FacetChoice:
    link = counted(site, facet)
    others = (facet.full_name, *getattr(facet.fields, "aliases", ()))
    return FacetChoice(
        facet.key,
        facet.name,
        link.address,
        link.count or 0,
        tuple(word for word in dict.fromkeys(others) if word != facet.name),
    )
