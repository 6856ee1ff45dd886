"""The small frozen values that several pages show, and how they are made from the catalogue.

A view holds exactly what its page shows: a page depends on nothing else, so its key can be trusted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from almanac.catalogue import DEFAULT_COLOUR, Catalogue, Event, Facet, Place
from almanac.content.records.event import Level, Status
from almanac.occurrences import Moment, Occurrence, as_datetime


@dataclass(frozen=True)
class Link:
    """A name and the address it leads to; `count` says how many events wait there, where that is known."""

    name: str
    address: str
    count: int | None = None


@dataclass(frozen=True)
class Picture:
    """A picture of this site and what it shows, in words."""

    address: str
    alt: str


@dataclass(frozen=True)
class Feed:
    """A calendar feed and its name."""

    name: str
    address: str


@dataclass(frozen=True)
class Head:
    """What the head of an HTML page says: `path` leads to the page from the home page."""

    address: str
    title: str
    description: str = ""
    path: tuple[Link, ...] = ()
    feeds: tuple[Feed, ...] = ()
    picture: Picture | None = None
    indexed: bool = True
    updated: datetime | None = None


@dataclass(frozen=True)
class Card:
    """One date of an event in a list; `more` counts its further dates."""

    address: str
    title: str
    start: Moment
    end: Moment | None
    status: Status
    level: Level
    place: str
    district: str
    programme: str
    colour: str
    themes: tuple[Link, ...]
    fee: str
    summary: str
    more: int
    online: bool
    sample: bool


@dataclass(frozen=True)
class Group:
    """Some cards under a heading: a day (`date`), a month (its first day), or whatever the page says (`name`)."""

    cards: tuple[Card, ...]
    day: date | None = None
    name: str = ""
    address: str = ""


def facet_link(facet: Facet) -> Link:
    """A link to a facet's page."""
    return Link(facet.name, facet.address)


def counted(catalogue: Catalogue, facet: Facet) -> Link:
    """The same with the number of events that are still to come."""
    return Link(facet.name, facet.address, len(catalogue.upcoming(catalogue.members_of(facet))))


def facet_feed(facet: Facet) -> Feed:
    """A facet's calendar feed."""
    return Feed(facet.name, f"/feeds{facet.address[:-1]}.ics")


ALL_EVENTS = "/feeds/all.ics"


def site_feed(catalogue: Catalogue) -> Feed:
    """The feed of everything."""
    return Feed(catalogue.config.title, ALL_EVENTS)


def year_feed(catalogue: Catalogue, year: int) -> Feed:
    """The feed of one whole year."""
    return Feed(f"{catalogue.config.title} {year}", f"/feeds/archive/{year}.ics")


def file_address(event: Event) -> str:
    """The calendar file of an event."""
    return f"{event.address[:-1]}.ics"


def session_file_address(event: Event, occurrence: Occurrence) -> str:
    """The calendar file of one session."""
    return f"{event.address}{occurrence.session}.ics"


def colour_of(event: Event) -> str:
    """The colour an event is shown in: its programme's, else its first theme's."""
    return next((facet.colour for facet in (event.programme, *event.themes) if facet), DEFAULT_COLOUR)


def picture_of(event: Event) -> Picture | None:
    """The event's own picture, else its programme's or first theme's."""
    if event.fields.cover:
        return Picture(f"/{event.fields.cover}", event.fields.cover_alt or "")
    return next((picture for facet in (*event.themes, event.programme) if facet and (picture := cover(facet))), None)


def cover(facet: Facet) -> Picture | None:
    """A facet's picture, where it has one."""
    address = getattr(facet.fields, "cover", None)
    return Picture(f"/{address}", facet.fields.cover_alt or "") if address else None


def place_name(place: Place | None) -> str:
    """What a card says of a place."""
    return place.name if place else ""


def card(event: Event, occurrence: Occurrence) -> Card:
    """A card for one date of an event."""
    fields = event.fields
    return Card(
        address=event.address,
        title=fields.title,
        start=occurrence.start,
        end=occurrence.end,
        status=occurrence.status,
        level=fields.level,
        place=place_name(event.place_of(occurrence)),
        district=event.district.name if event.district else "",
        programme=event.programme.name if event.programme else "",
        colour=colour_of(event),
        themes=tuple(facet_link(theme) for theme in event.themes),
        fee=fields.fee or "",
        summary=fields.summary or "",
        more=len(event.dates.occurrences) - 1,
        online=bool(fields.online),
        sample=fields.sample,
    )


def next_card(event: Event, now: datetime) -> Card:
    """A card for the next date of an event."""
    return card(event, event.next_after(now))


def next_cards(catalogue: Catalogue, events: Iterable[Event]) -> tuple[Card, ...]:
    """A card for the next date of each event that is not over, in order."""
    return tuple(next_card(event, catalogue.now) for event in catalogue.upcoming(events))


def past_cards(catalogue: Catalogue, events: Iterable[Event], most: int) -> tuple[Card, ...]:
    """The last events that are over, the latest first."""
    past = sorted((event for event in events if event.ends <= catalogue.now), key=lambda event: (event.ends, event.id), reverse=True)
    return tuple(card(event, event.dates.occurrences[-1]) for event in past[:most])


def by_month(cards: Iterable[Card]) -> tuple[Group, ...]:
    """Cards that are in order, under the month in which each begins."""
    months = groupby(cards, key=lambda one: as_datetime(one.start).date().replace(day=1))
    return tuple(Group(tuple(found), day=month) for month, found in months)


def months_of(events: Iterable[Event], year: int) -> tuple[Group, ...]:
    """The events of a year, each once, under the month of its first date in that year."""
    firsts = ((occurrence, event) for event in events if (occurrence := next((one for one in event.dates.occurrences if one.begins.year == year), None)))
    return by_month(card(event, occurrence) for occurrence, event in sorted(firsts, key=lambda pair: (pair[0].begins, pair[1].id)))


def month_address(month: date) -> str:
    """The page of a month."""
    return f"/calendar/{month:%Y/%m}/"


def years_of(events: Iterable[Event]) -> dict[int, int]:
    """The years in which events take place, the latest first, with how many they are."""
    years: dict[int, int] = {}
    for event in events:
        for year in {one.begins.year for one in event.dates.occurrences}:
            years[year] = years.get(year, 0) + 1
    return dict(sorted(years.items(), reverse=True))
