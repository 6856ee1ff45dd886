"""What themes, organisers, programmes, districts, audiences and venues have in common: a list of all, a page for each, its years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from almanac.build.pages import Chapter, Page, recipe, shows_cards
from almanac.model.catalogue import Catalogue, Event, Facet, by_year
from almanac.site.channels import narrower
from almanac.site.menus import SECTIONS
from almanac.site.views import (
    Card,
    Fact,
    Feed,
    Group,
    Head,
    Link,
    MonthLink,
    Picture,
    by_month,
    card,
    counted,
    cover,
    days_with,
    facet_feed,
    facet_link,
    months_of,
    months_with,
    site_feed,
    turning_card,
)

MOST_UPCOMING = 60  # cards on a facet's own page; the rest stands on the pages of its years
MOST_PAST = 12  # of the last events; all of them stand on the pages of the years
MOST_IN_A_YEAR = 120  # events on one page; beyond it each month has a page of its own
MOST_IN_A_MONTH = 200  # likewise; beyond it each day has


class Entry(msgspec.Struct, frozen=True):
    """A facet in the list of its kind."""

    link: Link
    full_name: str
    summary: str
    colour: str
    picture: Picture | None
    sample: bool


class IndexView(msgspec.Struct, frozen=True):
    """Every facet of a kind, in groups; `name` of a group is a message, empty where there is only one."""

    head: Head
    kind: str
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]


class YearLink(msgspec.Struct, frozen=True):
    """One year's run of a facet's events; programmes know more of it than its number."""

    year: int
    link: Link | None
    name: str = ""
    start: date | None = None
    end: date | None = None
    slogan: str = ""


class FacetView(msgspec.Struct, frozen=True):
    """A facet's own page; `narrower` are the feeds that pair it with another facet."""

    head: Head
    kind: str
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
    feed: Feed
    narrower: tuple[Feed, ...]


class YearView(msgspec.Struct, frozen=True):
    """The events of one year of a facet, or of one month, or one day, where the whole has too many; `months`, or `days`, then lead to each."""

    head: Head
    name: str
    year: int
    edition: YearLink | None
    groups: tuple[Group, ...]
    months: tuple[tuple[date, Link], ...] = ()
    month: date | None = None
    days: tuple[tuple[date, Link], ...] = ()
    day: date | None = None


def index_page(catalogue: Catalogue, kind: str, groups: Sequence[tuple[str, Sequence[Facet]]]) -> Page:
    """The page `/themes/` and its like."""
    entries = tuple((name, tuple(_entry(catalogue, facet) for facet in facets)) for name, facets in groups if facets)
    head = Head(f"/{kind}/", SECTIONS[kind].message, feeds=(site_feed(catalogue),))
    return Page(f"/{kind}/", "html:facets.html", IndexView(head, kind, entries))


def facet_chapter(
    catalogue: Catalogue, facet: Facet, facts: Sequence[Fact] = (), editions: Sequence[YearLink] = ()
) -> Chapter:
    """A facet's own page, and one for each of its years."""
    pairs = tuple(channel.feed for channel in narrower(catalogue).get((facet.kind, facet.key), ()))
    members = catalogue.members_of(facet)
    return Chapter(
        facet.key,
        recipe(
            facet_pages,
            facet,
            members,
            *_turning(catalogue, facet),
            site_feed(catalogue),
            tuple(facts),
            tuple(editions),
            pairs,
        ),
    )


@shows_cards
def facet_pages(  # noqa: PLR0913, PLR0917 - all that they show
    facet: Facet,
    members: tuple[Event, ...],
    coming: tuple[Event, ...],
    numbers: tuple[int, ...],
    more: int,
    past: tuple[Event, ...],
    everything: Feed,
    facts: tuple[Fact, ...],
    editions: tuple[YearLink, ...],
    pairs: tuple[Feed, ...],
) -> Iterator[Page]:
    """These pages; `members` are all events of the facet, the rest is what `facet_view` takes."""
    of_years = by_year(members)
    source = facet.record.path if facet.record else ""
    years = _years(facet, of_years, editions)
    yield Page(
        facet.address,
        "html:facet.html",
        recipe(facet_view, facet, coming, numbers, more, past, everything, facts, years, pairs),
        source,
        indexed=True,
    )
    for year in years:
        yield from _year_pages(everything, facet, year, of_years.get(year.year, ()), source)


def _turning(catalogue: Catalogue, facet: Facet) -> tuple[tuple[Event, ...], tuple[int, ...], int, tuple[Event, ...]]:
    """What of a facet's own page turns with time: the next events with the numbers of their next dates, how many more there are, the last ones."""
    coming = catalogue.coming.get((facet.kind, facet.key), ())
    shown = coming[:MOST_UPCOMING]
    past = catalogue.past.get((facet.kind, facet.key), ())
    return (
        shown,
        tuple(event.number_after(catalogue.now) for event in shown),
        len(coming) - len(shown),
        past[:MOST_PAST],
    )


def _entry(catalogue: Catalogue, facet: Facet) -> Entry:
    fields = facet.fields
    return Entry(
        counted(catalogue, facet),
        getattr(fields, "full_name", None) or "",
        getattr(fields, "summary", None) or "",
        facet.colour,
        cover(facet),
        getattr(fields, "sample", False),
    )


def _years(facet: Facet, of_years: Mapping[int, Sequence[Event]], editions: Sequence[YearLink]) -> tuple[YearLink, ...]:
    """The years with events, and those that are editions; the latest first."""
    known = {edition.year: edition for edition in editions}
    return tuple(
        replace(
            known.get(year, YearLink(year, None)),
            link=Link(str(year), f"{facet.address}{year}/", len(of_years.get(year, ()))),
        )
        for year in sorted({*known, *of_years}, reverse=True)
    )


@shows_cards
def facet_view(  # noqa: PLR0913, PLR0917 - all that a facet page shows
    facet: Facet,
    coming: tuple[Event, ...],
    numbers: tuple[int, ...],
    more: int,
    past: tuple[Event, ...],
    everything: Feed,
    facts: tuple[Fact, ...],
    years: tuple[YearLink, ...],
    pairs: tuple[Feed, ...],
) -> FacetView:
    """The view of a facet's own page; `numbers` are those of the next dates of the `coming` events."""
    return FacetView(
        head=_head(everything, facet, facet.address, ()),
        kind=facet.kind,
        name=facet.name,
        full_name=facet.full_name if facet.full_name != facet.name else "",
        colour=facet.colour,
        summary=getattr(facet.fields, "summary", None) or "",
        body=facet.record.body if facet.record else "",
        sample=getattr(facet.fields, "sample", False),
        facts=tuple(fact for fact in facts if fact.value),
        upcoming=by_month(map(turning_card, coming, numbers)),
        more=more,
        past=tuple(card(event, len(event.periods) - 1) for event in past),
        years=years,
        feed=facet_feed(facet),
        narrower=pairs,
    )


def _head(everything: Feed, facet: Facet, address: str, way: tuple[Link | MonthLink, ...]) -> Head:
    return Head(
        address=address,
        title=facet.name,
        description=getattr(facet.fields, "summary", None) or facet.full_name,
        path=(Link(SECTIONS[facet.kind].message, f"/{facet.kind}/"), *way),
        feeds=(everything, facet_feed(facet)),
        picture=cover(facet),
    )


def _year_pages(
    everything: Feed, facet: Facet, edition: YearLink, events: tuple[Event, ...], source: str
) -> Iterator[Page]:
    address = f"{facet.address}{edition.year}/"
    if len(events) <= MOST_IN_A_YEAR:
        yield Page(
            address, "html:year.html", recipe(year_view, everything, facet, edition, events, ()), source, indexed=True
        )
        return
    months = months_with(events, edition.year)
    links = tuple((month, Link(str(month), f"{address}{month:%m}/", len(found))) for month, found in months.items())
    yield Page(
        address, "html:year.html", recipe(year_view, everything, facet, edition, (), links), source, indexed=True
    )
    for month, found in months.items():
        yield from _month_pages(everything, facet, month, tuple(found), source)


def _month_pages(everything: Feed, facet: Facet, month: date, events: tuple[Event, ...], source: str) -> Iterator[Page]:
    address = f"{facet.address}{month:%Y/%m}/"
    if len(events) <= MOST_IN_A_MONTH:
        yield Page(
            address, "html:year.html", recipe(month_view, everything, facet, month, events, ()), source, indexed=True
        )
        return
    days = days_with(events, month.year)
    links = tuple((day, Link(str(day), f"{address}{day:%d}/", len(found))) for day, found in days.items())
    yield Page(address, "html:year.html", recipe(month_view, everything, facet, month, (), links), source, indexed=True)
    for day, found in days.items():
        yield Page(
            f"{address}{day:%d}/",
            "html:year.html",
            recipe(day_view, everything, facet, day, tuple(found)),
            source,
            indexed=True,
        )


@shows_cards
def year_view(
    everything: Feed, facet: Facet, edition: YearLink, events: tuple[Event, ...], months: tuple[tuple[date, Link], ...]
) -> YearView:
    """The view of a facet's year: its events, or the way to its months."""
    head = _head(everything, facet, f"{facet.address}{edition.year}/", (facet_link(facet),))
    return YearView(head, facet.name, edition.year, edition, months_of(events, edition.year), months)


@shows_cards
def month_view(
    everything: Feed, facet: Facet, month: date, events: tuple[Event, ...], days: tuple[tuple[date, Link], ...]
) -> YearView:
    """The view of one month of a facet's year, or the way to its days.

    The month is given by its first day, and all events have their first date of that year in it.
    """
    year = f"{facet.address}{month.year}/"
    head = _head(everything, facet, f"{year}{month:%m}/", (facet_link(facet), Link(str(month.year), year)))
    return YearView(head, facet.name, month.year, None, months_of(events, month.year), month=month, days=days)


@shows_cards
def day_view(everything: Feed, facet: Facet, day: date, events: tuple[Event, ...]) -> YearView:
    """The view of one day of a facet's month; all events have their first date of that year on it."""
    year, month = f"{facet.address}{day.year}/", day.replace(day=1)
    way = (facet_link(facet), Link(str(day.year), year), MonthLink(month, f"{year}{day:%m}/"))
    head = _head(everything, facet, f"{year}{day:%m/%d}/", way)
    return YearView(head, facet.name, day.year, None, months_of(events, day.year), month=month, day=day)
