"""`/archive/` and `/archive/<year>/`: the list of years, and all events of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain

import msgspec

from almanac.model.indexes import first_months, year_counts
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.facet_pages import MOST_IN_A_FACET_YEAR
from almanac.site.menus import ARCHIVE
from almanac.site.pages import Page, page
from almanac.site.plan_figures import plan_address, plan_of_year
from almanac.site.views import Group, Head, Link, month_address, months_of, site_feed
from almanac.site.volumes import Volume, volumes
from almanac.site.year_review import YearReview, year_review


class ArchiveView(msgspec.Struct, frozen=True):
    """The years, the latest first."""

    head: Head
    years: tuple[Link, ...]


class ArchiveYearView(msgspec.Struct, frozen=True):
    """One year in review, and its events by month, or links to its months if they are too many for a page."""

    head: Head
    year: int
    groups: tuple[Group, ...]
    months: tuple[tuple[date, Link], ...]
    volumes: tuple[Volume, ...]
    plan: Link | None
    review: YearReview


def pages(site: Site) -> Iterator[Page]:
    """The list of years, and a page for each year."""
    yield page(ARCHIVE.address, "html:archive.html", archive_view, indexed=True)
    for year in site.year_numbers:
        yield page(f"/archive/{year}/", "html:archive_year.html", year_view, year, indexed=True)


def archive_view(site: Site) -> ArchiveView:
    """The view of the list of years."""
    counts = year_counts.get(site, "") or {}
    found = tuple(Link(str(year), f"/archive/{year}/", counts[str(year)]) for year in site.year_numbers)
    return ArchiveView(Head(ARCHIVE.address, ARCHIVE.name, feeds=(site_feed(site),)), found)


def year_view(site: Site, year: int) -> ArchiveYearView:
    """The view of one year."""
    by_month = first_months.get(site, f"/{year}") or {}
    too_many = made("months", site.config) and sum(map(len, by_month.values())) > MOST_IN_A_FACET_YEAR * 2
    plan = plan_of_year(site, year)
    months = tuple((first, _month_link(first, len(ids))) for first, ids in _firsts(by_month))
    link = Link(plan.title, plan_address(year)) if plan else None
    head = Head(f"/archive/{year}/", str(year), path=(ARCHIVE,), feeds=(site_feed(site),))
    groups = () if too_many else months_of(site.events_of(chain.from_iterable(by_month.values())), year)
    return ArchiveYearView(head, year, groups, months, volumes(site, year), link, year_review(site, year))


def _firsts(by_month: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[date, tuple[str, ...]]]:
    return ((date.fromisoformat(f"{month}-01"), ids) for month, ids in by_month.items())


def _month_link(first: date, count: int) -> Link:
    return Link(str(first), month_address(first), count)
