"""`/archive/` and `/archive/<year>/`: every year from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import msgspec

from almanac.build.pages import Page, recipe, shows_cards
from almanac.model.catalogue import Catalogue, Event
from almanac.site.addresses import made
from almanac.site.facet_pages import MOST_IN_A_YEAR
from almanac.site.menus import ARCHIVE
from almanac.site.views import Feed, Group, Head, Link, month_address, months_of, months_with, site_feed
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


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The list of years, and each year."""
    most = MOST_IN_A_YEAR * 2 if made("months", catalogue.config) else len(catalogue.events)
    head = Head(ARCHIVE.address, ARCHIVE.name, feeds=(site_feed(catalogue),))
    years = tuple(Link(str(year), f"/archive/{year}/", len(events)) for year, events in catalogue.years.items())
    yield Page(ARCHIVE.address, "html:archive.html", ArchiveView(head, years))
    for year, events in catalogue.years.items():
        plan = next(
            (Link(plan.fields.title, f"/plan/{year}/") for plan in catalogue.plans if plan.fields.year == year), None
        )
        months = tuple(
            (month, Link(str(month), month_address(month), len(found)))
            for month, found in months_with(events, year).items()
        )
        shown = events if len(events) <= most else ()
        view = recipe(year_view, year, shown, months, site_feed(catalogue), volumes(catalogue, year), plan)
        yield Page(f"/archive/{year}/", "html:archive_year.html", view, indexed=True)


@shows_cards
def year_view(  # noqa: PLR0913, PLR0917 - all that it shows
    year: int,
    events: tuple[Event, ...],
    months: tuple[tuple[date, Link], ...],
    everything: Feed,
    files: tuple[Volume, ...],
    plan: Link | None,
) -> ArchiveYearView:
    """The view of one year."""
    head = Head(f"/archive/{year}/", str(year), path=(ARCHIVE,), feeds=(everything,))
    return ArchiveYearView(head, year, months_of(events, year), months, files, plan)
