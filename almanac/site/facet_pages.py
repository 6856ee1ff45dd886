"""The pages of themes, forms, organisers, programmes, districts, audiences and venues.

Each kind has a list of its facets; each facet has a page, and a page for each of its years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.records.programme import Edition
from almanac.model.events import Facet
from almanac.model.indexes import coming, first_months, past, year_counts
from almanac.model.site import Site
from almanac.site.channels import narrower
from almanac.site.city_maps import CityMap, city_map, locator
from almanac.site.finder import Finder, facet_finder
from almanac.site.maps import map_links
from almanac.site.menus import SECTIONS
from almanac.site.month_wheel import MonthCard, month_cards
from almanac.site.pages import Page, page
from almanac.site.pictures import Picture, cover
from almanac.site.views import (
    Card,
    Fact,
    FeedLink,
    Group,
    Head,
    Link,
    MonthLink,
    by_month,
    card,
    counted,
    days_with,
    facet_feed,
    facet_link,
    months_of,
    site_feed,
    turning_card,
)

MAPPED = ("districts", "venues")  # the kinds whose list has a map
MOST_UPCOMING = 20  # cards on a facet's own page; all stand on the pages of its years
MOST_PAST = 12  # likewise, of past events
MOST_IN_A_FACET_YEAR = 120  # events on one page; beyond it each month has a page of its own
MOST_IN_A_FACET_MONTH = 200  # likewise; beyond it each day has


class FacetEntry(msgspec.Struct, frozen=True):
    """A facet in the list of its kind."""

    link: Link
    full_name: str
    summary: str
    colour: str
    picture: Picture | None
    sample: bool


class FacetGroup(msgspec.Struct, frozen=True):
    """Facets of a kind under a name, a message, and a picture, an address; both are empty for an only group."""

    name: str
    picture: str
    entries: tuple[FacetEntry, ...]


class FacetIndexView(msgspec.Struct, frozen=True):
    """Every facet of a kind, in groups. `map` shows districts and venues."""

    head: Head
    kind: str
    groups: tuple[FacetGroup, ...]
    map: CityMap | None = None


class YearLink(msgspec.Struct, frozen=True):
    """One year of a facet. The name, the dates and the slogan are those of a programme's edition."""

    year: int
    link: Link | None
    name: str = ""
    start: date | None = None
    end: date | None = None
    slogan: str = ""


class FacetView(msgspec.Struct, frozen=True):
    """A facet's own page. `more` counts events to come that it does not show; `narrower` are the feeds of its pairs.

    When the built events are over, a script shows the next ones from the search data of `years_of_search`. `finder`
    narrows its events; the search knows no venues. `map` shows where a venue or a district is, and so do the links
    `maps` for a venue.
    """

    head: Head
    kind: str
    key: str
    name: str
    full_name: str
    colour: str
    summary: str
    body: str
    sample: bool
    facts: tuple[Fact, ...]
    upcoming: tuple[Group, ...]
    more: int
    past: tuple[Card, ...]
    years: tuple[YearLink, ...]
    feed: FeedLink
    narrower: tuple[FeedLink, ...]
    finder: Finder | None
    map: CityMap | None
    maps: tuple[Link, ...]
    years_of_search: tuple[int, ...]


class FacetYearView(msgspec.Struct, frozen=True):
    """The events of a year of a facet, or of a month or a day of it.

    A year with too many events for a page has links to its `months` instead, such a month has links to its `days`.
    `wheel` holds the months of a programme's edition that has a theme for each.
    """

    head: Head
    name: str
    year: int
    edition: YearLink | None
    groups: tuple[Group, ...]
    months: tuple[tuple[date, Link], ...] = ()
    month: date | None = None
    wheel: tuple[MonthCard, ...] = ()
    days: tuple[tuple[date, Link], ...] = ()
    day: date | None = None


Grouped: TypeAlias = tuple[str, str, Sequence[Facet]]  # the name, the picture and the facets of a group
Facts: TypeAlias = Callable[[Site, Facet], Iterable[Fact]]


def no_facts(site: Site, facet: Facet) -> Iterable[Fact]:
    """The facts of a facet that has none."""
    del site, facet
    return ()


def facet_index_view(site: Site, kind: str, groups: Sequence[Grouped] = ()) -> FacetIndexView:
    """The view of the list of a kind: all facets in one group, or the given groups."""
    chosen = groups or [("", "", site.facets(kind))]
    shown = tuple(
        FacetGroup(name, picture, tuple(_entry(site, facet) for facet in facets))
        for name, picture, facets in chosen
        if facets
    )
    head = Head(f"/{kind}/", SECTIONS[kind].message, feeds=(site_feed(site),))
    mapped = city_map(site, site.facets("venues") if kind == "venues" else ()) if kind in MAPPED else None
    return FacetIndexView(head, kind, shown, mapped)


def facet_view(site: Site, kind: str, key: str, facts: Facts = no_facts) -> FacetView:
    """The view of a facet's own page."""
    facet = site.facet(kind, key)
    ahead = coming.get(site, facet.stem) or ()
    shown = site.events_of(ahead[:MOST_UPCOMING])
    over = site.events_of((past.get(site, facet.stem) or ())[:MOST_PAST])
    summary = getattr(facet.fields, "summary", None) or ""
    return FacetView(
        head=_head(site, facet, facet.address, ()),
        kind=facet.kind,
        key=facet.key,
        name=facet.name,
        full_name=facet.full_name if facet.full_name != facet.name else "",
        colour=facet.colour,
        summary=summary,
        body=site.body(facet.path) if facet.path else "",
        sample=getattr(facet.fields, "sample", False),
        facts=tuple(fact for fact in facts(site, facet) if fact.value),
        upcoming=by_month(turning_card(event, event.number_after(site.now)) for event in shown),
        more=len(ahead) - len(shown),
        past=tuple(card(event, len(event.periods) - 1) for event in over),
        years=facet_years(site, facet),
        feed=facet_feed(facet),
        narrower=narrower.get(site, facet.stem) or (),
        finder=facet_finder(site, facet) if kind != "venues" else None,
        map=_locator(site, facet),
        maps=map_links(facet.place) if kind == "venues" else (),
        years_of_search=tuple(sorted(site.year_numbers)),
    )


def _locator(site: Site, facet: Facet) -> CityMap | None:
    """Where a venue or a district is."""
    if facet.kind == "venues":
        return locator(site, facet.fields.district, (facet,))
    return locator(site, facet.key) if facet.kind == "districts" else None


def facet_pages(
    site: Site,
    kind: str,
    index: Callable[[Site, str], FacetIndexView] = facet_index_view,
    view: Callable[[Site, str, str], FacetView] = facet_view,
) -> Iterator[Page]:
    """The pages of a kind: its list, then each facet and each of its years, and months and days with too many events.

    `index` is the view of the list, `view` that of a facet.
    """
    yield page(f"/{kind}/", "html:facets.html", index, kind, indexed=True)
    for facet in site.facets(kind):
        yield page(facet.address, "html:facet.html", view, kind, facet.key, source=facet.path, indexed=True)
        for year in facet_years(site, facet):
            yield from _year_pages(site, facet, year.year)


def _entry(site: Site, facet: Facet) -> FacetEntry:
    fields = facet.fields
    return FacetEntry(
        counted(site, facet),
        getattr(fields, "full_name", None) or "",
        getattr(fields, "summary", None) or "",
        facet.colour,
        cover(facet),
        getattr(fields, "sample", False),
    )


def facet_years(site: Site, facet: Facet) -> tuple[YearLink, ...]:
    """The years with events or with an edition, the latest first."""
    counts = {int(year): count for year, count in (year_counts.get(site, facet.stem) or {}).items()}
    known = {edition.year: _edition(edition) for edition in getattr(facet.fields, "editions", ())}
    return tuple(
        replace(
            known.get(year, YearLink(year, None)), link=Link(str(year), f"{facet.address}{year}/", counts.get(year, 0))
        )
        for year in sorted({*known, *counts}, reverse=True)
    )


def _months(site: Site, facet: Facet, year: int) -> Mapping[date, tuple[str, ...]]:
    """The ids of the facet's events in a year, by the month of their first date in it, given as its first day."""
    found = first_months.get(site, f"{facet.stem}/{year}") or {}
    return {date.fromisoformat(f"{month}-01"): ids for month, ids in found.items()}


def _edition(edition: Edition) -> YearLink:
    return YearLink(edition.year, None, edition.name or "", edition.start, edition.end, edition.slogan or "")


def _head(site: Site, facet: Facet, address: str, way: tuple[Link | MonthLink, ...]) -> Head:
    return Head(
        address=address,
        title=facet.name,
        description=getattr(facet.fields, "summary", None) or facet.full_name,
        path=(Link(SECTIONS[facet.kind].message, f"/{facet.kind}/"), *way),
        feeds=(site_feed(site), facet_feed(facet)),
        picture=cover(facet),
    )


def _year_pages(site: Site, facet: Facet, year: int) -> Iterator[Page]:
    address, about = f"{facet.address}{year}/", {"source": facet.path, "indexed": True}
    yield page(address, "html:year.html", facet_year_view, facet.kind, facet.key, year, **about)
    months = _months(site, facet, year)
    for month, ids in months.items() if _too_many(months) else ():
        of_month = f"{address}{month:%m}/"
        yield page(of_month, "html:year.html", facet_month_view, facet.kind, facet.key, month.isoformat(), **about)
        for day in days_with(site.events_of(ids), year) if len(ids) > MOST_IN_A_FACET_MONTH else ():
            of_day = f"{of_month}{day:%d}/"
            yield page(of_day, "html:year.html", facet_day_view, facet.kind, facet.key, day.isoformat(), **about)


def _too_many(months: Mapping[date, tuple[str, ...]]) -> bool:
    """Whether a year needs a page for each of its months."""
    return sum(map(len, months.values())) > MOST_IN_A_FACET_YEAR


def facet_year_view(site: Site, kind: str, key: str, year: int) -> FacetYearView:
    """The view of a facet's year: its events, or links to its months."""
    facet = site.facet(kind, key)
    months = _months(site, facet, year)
    edition, name = next(one for one in facet_years(site, facet) if one.year == year), facet.name_on(date(year, 12, 31))
    head = _head(site, facet, f"{facet.address}{year}/", (facet_link(facet),))
    run = next((one for one in getattr(facet.fields, "editions", ()) if one.year == year), None)
    wheel = month_cards(site, facet, run) if run else ()
    if not _too_many(months):
        found = site.events_of(chain.from_iterable(months.values()))
        return FacetYearView(head, name, year, edition, months_of(found, year), wheel=wheel)
    links = tuple(
        (month, Link(str(month), f"{facet.address}{month:%Y/%m}/", len(ids))) for month, ids in months.items()
    )
    return FacetYearView(head, name, year, edition, (), links, wheel=wheel)


def facet_month_view(site: Site, kind: str, key: str, first: str) -> FacetYearView:
    """The view of a month of a facet, given by its first day: the events whose first date in the year is in it."""
    facet, month = site.facet(kind, key), date.fromisoformat(first)
    found = site.events_of(_months(site, facet, month.year).get(month, ()))
    year = f"{facet.address}{month.year}/"
    head = _head(site, facet, f"{year}{month:%m}/", (facet_link(facet), Link(str(month.year), year)))
    if len(found) <= MOST_IN_A_FACET_MONTH:
        return FacetYearView(head, facet.name_on(month), month.year, None, months_of(found, month.year), month=month)
    links = tuple(
        (day, Link(str(day), f"{year}{day:%m/%d}/", len(of_day)))
        for day, of_day in days_with(found, month.year).items()
    )
    return FacetYearView(head, facet.name_on(month), month.year, None, (), month=month, days=links)


def facet_day_view(site: Site, kind: str, key: str, iso_day: str) -> FacetYearView:
    """The view of a day of a facet: the events whose first date in the year is on the day."""
    facet, day = site.facet(kind, key), date.fromisoformat(iso_day)
    year, month = f"{facet.address}{day.year}/", day.replace(day=1)
    of_month = site.events_of(_months(site, facet, day.year).get(month, ()))
    found = days_with(of_month, day.year).get(day, ())
    way = (facet_link(facet), Link(str(day.year), year), MonthLink(month, f"{year}{day:%m}/"))
    head = _head(site, facet, f"{year}{day:%m/%d}/", way)
    return FacetYearView(head, facet.name_on(day), day.year, None, months_of(found, day.year), month=month, day=day)
