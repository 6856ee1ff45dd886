"""`/archive/` and `/archive/<year>/`: every year from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.facet_pages import MOST_IN_A_YEAR
from almanac.site.menus import ARCHIVE
from almanac.site.pages import Page, page
from almanac.site.views import Group, Head, Link, month_address, months_of, months_with, site_feed
from almanac.site.volumes import Volume, volumes


class ArchiveView(msgspec.Struct, frozen=True):
    """The years, the latest first."""

    head: Head
    years: tuple[Link, ...]


class ArchiveYearView(msgspec.Struct, frozen=True):
    """One year: its events by month, or the way to its months where they are too many for a page."""

    head: Head
    year: int
    groups: tuple[Group, ...]
    months: tuple[tuple[date, Link], ...]
    volumes: tuple[Volume, ...]
    plan: Link | None


def pages(site: Site) -> Iterator[Page]:
    """The list of years, and each year."""
    yield page(ARCHIVE.address, "html:archive.html", archive_view, indexed=True)
    for year in site.year_numbers:
        yield page(f"/archive/{year}/", "html:archive_year.html", year_view, year, indexed=True)


def archive_view(site: Site) -> ArchiveView:
    """The view of the list of years."""
    found = tuple(Link(str(year), f"/archive/{year}/", len(site.events_in(year))) for year in site.year_numbers)
    return ArchiveView(Head(ARCHIVE.address, ARCHIVE.name, feeds=(site_feed(site),)), found)


def year_view(site: Site, year: int) -> ArchiveYearView:
    """The view of one year."""
    events = site.events_in(year)
    too_many = made("months", site.config) and len(events) > MOST_IN_A_YEAR * 2
    plan = next((Link(plan.fields.title, f"/plan/{year}/") for plan in site.plans if plan.fields.year == year), None)
    months = tuple(
        (month, Link(str(month), month_address(month), len(found)))
        for month, found in months_with(events, year).items()
    )
    head = Head(f"/archive/{year}/", str(year), path=(ARCHIVE,), feeds=(site_feed(site),))
    groups = () if too_many else months_of(events, year)
    return ArchiveYearView(head, year, groups, months, volumes(site, year), plan)
