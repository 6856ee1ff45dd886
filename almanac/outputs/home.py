"""`/`: what is on now and in the next weeks, and every way into the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from almanac.catalogue import Catalogue
from almanac.menus import SECTIONS
from almanac.pages import Page
from almanac.views import Card, Feed, Group, Head, Link, card, counted, month_address, site_feed

DAYS_AHEAD = 14
MOST_DAYS = 10  # with events on them; a quiet fortnight looks further ahead
LISTED = ("programmes", "themes", "districts", "audiences")


@dataclass(frozen=True)
class HomeView:
    """The first page. `sections` are facets of each kind under its name (a message)."""

    head: Head
    today: date
    days: tuple[Group, ...]
    city: tuple[Card, ...]
    month: Link | None
    sections: tuple[tuple[str, Link, tuple[Link, ...]], ...]
    feed: Feed


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page."""
    yield Page("/", "html:home.html", _view(catalogue))


def _view(catalogue: Catalogue) -> HomeView:
    today = catalogue.now.date()
    feed = site_feed(catalogue)
    return HomeView(
        head=Head("/", catalogue.config.title, catalogue.config.description or "", feeds=(feed,)),
        today=today,
        days=_days(catalogue, today),
        city=_city_events(catalogue),
        month=_month(catalogue, today),
        sections=tuple(_section(catalogue, kind) for kind in LISTED if catalogue.facets[kind]),
        feed=feed,
    )


def _days(catalogue: Catalogue, today: date) -> tuple[Group, ...]:
    """The days to come that have events; an exhibition stands under its first day alone, or under today."""
    met: set[str] = set()
    days: dict[date, list[Card]] = {}
    for day, event, occurrence in catalogue.between(today, today + timedelta(days=DAYS_AHEAD)):
        if occurrence.ends > catalogue.now and event.id not in met:
            met.add(event.id)
            days.setdefault(day, []).append(card(event, occurrence))
    return tuple(Group(tuple(cards), day=day) for day, cards in list(days.items())[:MOST_DAYS])


def _city_events(catalogue: Catalogue) -> tuple[Card, ...]:
    """The next of those that matter to the whole city."""
    return tuple(
        card(event, event.next_after(catalogue.now)) for event in catalogue.upcoming(event for event in catalogue.events if event.fields.level == "city")
    )[:6]


def _month(catalogue: Catalogue, today: date) -> Link | None:
    """This month's page, or that of the next month that has events."""
    months = sorted({one.begins.date().replace(day=1) for event in catalogue.events for one in event.dates.occurrences})
    found = next((month for month in months if month >= today.replace(day=1)), months[-1] if months else None)
    return Link(f"{found:%Y-%m}", month_address(found)) if found else None


def _section(catalogue: Catalogue, kind: str) -> tuple[str, Link, tuple[Link, ...]]:
    return SECTIONS[kind].message, Link(SECTIONS[kind].message, f"/{kind}/"), tuple(counted(catalogue, facet) for facet in catalogue.facets[kind])
