"""`/archive/` and `/archive/<year>/`: every year from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from almanac.catalogue import Catalogue
from almanac.facet_pages import MOST_IN_A_YEAR
from almanac.menus import ARCHIVE
from almanac.pages import Page
from almanac.views import Feed, Group, Head, Link, month_address, months_of, site_feed, year_feed, years_of


@dataclass(frozen=True)
class ArchiveView:
    """The years, the latest first."""

    head: Head
    years: tuple[Link, ...]


@dataclass(frozen=True)
class ArchiveYearView:
    """One year: its events by month, or the way to its months where they are too many for a page."""

    head: Head
    year: int
    groups: tuple[Group, ...]
    months: tuple[tuple[date, Link], ...]
    feed: Feed
    plan: Link | None


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The list of years, and each year."""
    years = years_of(catalogue.events)
    head = Head(ARCHIVE.address, ARCHIVE.name, feeds=(site_feed(catalogue),))
    yield Page(ARCHIVE.address, "html:archive.html", ArchiveView(head, tuple(Link(str(year), f"/archive/{year}/", count) for year, count in years.items())))
    for year, count in years.items():
        yield Page(f"/archive/{year}/", "html:archive_year.html", _year_view(catalogue, year, count))


def _year_view(catalogue: Catalogue, year: int, count: int) -> ArchiveYearView:
    groups = months_of(catalogue.events, year)
    months = tuple((group.day, Link(str(group.day), month_address(group.day), len(group.cards))) for group in groups)
    plan = next((Link(plan.fields.title, f"/plan/{year}/") for plan in catalogue.plans if plan.fields.year == year), None)
    head = Head(f"/archive/{year}/", str(year), path=(ARCHIVE,), feeds=(site_feed(catalogue),))
    shown = groups if count <= MOST_IN_A_YEAR * 2 else ()
    return ArchiveYearView(head, year, shown, months, year_feed(catalogue, year), plan)
