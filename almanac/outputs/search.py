"""`/search/`: events by words and by combined facets; `/search/<year>.json`: the data that its script loads.

Without JavaScript the page links to the pages of the facets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec

from almanac.incremental import table
from almanac.model.links import Linked, events
from almanac.model.site import Site
from almanac.render.search import YearData, search_entry
from almanac.site.date_patterns import DatePatterns, date_patterns
from almanac.site.finder import BAR, FacetChoices, Finder, search_choices
from almanac.site.menus import SEARCH
from almanac.site.pages import Page, page
from almanac.site.views import Head, site_feed

MORE = ("themes", "programmes", "organisers")  # the kinds of facets that are chosen beside the bar


class SearchView(msgspec.Struct, frozen=True):
    """The page. Its script loads the data of the `years` when they are needed.

    `holidays` holds name, first and last day of each holiday: people search by them. `synonyms` are words for flags.
    """

    head: Head
    finder: Finder
    more: tuple[FacetChoices, ...]
    years: tuple[int, ...]
    holidays: tuple[tuple[str, date, date], ...]
    synonyms: dict[str, tuple[str, ...]]
    dates: DatePatterns


def pages(site: Site) -> Iterator[Page]:
    """The page, then the data of each year."""
    yield page(SEARCH.address, "html:search.html", search_view, indexed=True)
    for year in site.year_numbers:
        yield page(f"{SEARCH.address}{year}.json", "search", year_data, year, large=True)


def search_view(site: Site) -> SearchView:
    """The view of the page."""
    head = Head(SEARCH.address, SEARCH.name, feeds=(site_feed(site),))
    bar, more = (tuple(search_choices(site, kind) for kind in kinds if site.facets(kind)) for kinds in (BAR, MORE))
    return SearchView(
        head=head,
        finder=Finder(bar, searching=True),
        more=more,
        years=tuple(sorted(site.year_numbers)),
        holidays=tuple(
            (one.name, one.start, one.end)
            for year in sorted(site.records("holidays"), key=lambda year: year.fields.year)
            for one in year.fields.holidays
        ),
        synonyms=dict(site.config.synonyms),
        dates=date_patterns(site.config.language),
    )


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
