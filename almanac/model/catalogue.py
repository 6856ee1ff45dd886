"""Everything a site says, linked and indexed, as values: events with all that their files name looked up, and what groups them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

import msgspec

from almanac.content.config import Config
from almanac.content.facts import Facts, Period
from almanac.content.fences import CutText
from almanac.content.records import AnyRecord, Record
from almanac.content.records.event import EventFields, InlineVenue
from almanac.content.records.holiday import HolidaysFields
from almanac.content.records.page import PageFields
from almanac.content.records.plan import PlanFields
from almanac.content.records.venue import VenueFields
from almanac.content.shelf import Entry
from almanac.content.sources import Asset
from almanac.core.coordinates import wgs84
from almanac.core.digests import digest_bytes
from almanac.model.occurrences import Dates, Occurrence

FACET_KINDS = ("themes", "organisers", "programmes", "districts", "audiences", "venues")
DEFAULT_COLOUR = "slategray"


class Facet(msgspec.Struct, frozen=True, eq=False, dict=True):  # there is one for each kind and key
    """One value by which events are grouped: a theme, an organiser, a programme, a district, an audience, a venue."""

    kind: str
    key: str
    name: str
    record: AnyRecord | None = None

    @cached_property
    def id(self) -> tuple[str, str]:
        """What it is known by."""
        return self.kind, self.key

    @property
    def address(self) -> str:
        return f"/{self.kind}/{self.key}/"

    @property
    def full_name(self) -> str:
        return getattr(self.fields, "full_name", None) or self.name

    @property
    def colour(self) -> str:
        return getattr(self.fields, "colour", DEFAULT_COLOUR)

    @property
    def order(self) -> int:
        return getattr(self.fields, "order", 0)

    @property
    def fields(self) -> Any:
        return self.record.fields if self.record else None

    @cached_property
    def digest(self) -> bytes:
        """Stands for all of it."""
        return digest_bytes(msgspec.msgpack.encode(self))

    @cached_property
    def place(self) -> Place:
        """Where a venue is."""
        return located(self.fields, self.key)


class Place(msgspec.Struct, frozen=True):
    """Where something takes place; coordinates are WGS-84 degrees, longitude first.

    `key` is that of its page, `venue` what is known of getting there and in; a place that an event names itself has neither.
    """

    name: str
    address: str | None = None
    district: str | None = None
    coordinates: tuple[float, float] | None = None
    key: str | None = None
    venue: VenueFields | None = None

    def __hash__(self) -> int:
        """By what tells most places apart: each page looks up what has been made of its place."""
        return hash((self.name, self.key, self.address))


def event_address(event_id: str) -> str:
    """Where an event's page stands."""
    return f"/events/{event_id}/"


class Event(msgspec.Struct, frozen=True, eq=False, dict=True):  # there is one for each id
    """An event with everything that its file names looked up. What `facts` do not tell is opened where it is asked for, and not kept for long.

    `uid` is its name in calendars, which outlives a renamed file; under `former_ids` it was known before. `venue` and `venues` (of single
    dates, by the name they give) are those that have files of their own. `begins` is when the first of its dates does, `ends` when all are over.
    """

    id: str
    uid: str
    path: str
    facts: Facts
    packed: Entry
    updated: datetime
    begins: datetime
    ends: datetime
    programme: Facet | None = None
    themes: tuple[Facet, ...] = ()
    organisers: tuple[Facet, ...] = ()
    co_organisers: tuple[Facet, ...] = ()
    audiences: tuple[Facet, ...] = ()
    district: Facet | None = None
    venue: Facet | None = None
    venues: Mapping[str, Facet] = msgspec.field(default_factory=dict)
    former_ids: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> bytes:
        """Stands for all of it but the body."""
        rest = msgspec.msgpack.encode((self.path, self.uid, self.former_ids, self.facts.status, self.updated))
        return digest_bytes(
            self.card_digest,
            rest,
            *[facet.digest for facet in (*self.organisers, *self.co_organisers, *self.audiences)],
        )

    @cached_property
    def card_digest(self) -> bytes:
        """Stands for what lists show of it: all that its file says, where it takes place, its programme and its themes."""
        linked = (self.programme, self.district, self.venue, *self.themes, *self.venues.values())
        return digest_bytes(self.packed.fields, self.id.encode(), *[facet.digest if facet else b"" for facet in linked])

    def remember(self, digest: bytes, card_digest: bytes) -> None:
        """Takes for known what another process has found them to be."""
        self.__dict__.update(digest=digest, card_digest=card_digest)

    @property
    def fields(self) -> EventFields:
        """All that its file says."""
        found: EventFields = self._opened()[0].fields
        return found

    @property
    def cut(self) -> tuple[CutText, ...]:
        """Comments of its file that were perhaps meant as text."""
        return self._opened()[0].cut

    @property
    def body(self) -> str:
        return self.packed.body

    @property
    def dates(self) -> Dates:
        return self._opened()[1]

    def _opened(self) -> tuple[Record[EventFields], Dates]:
        return _kept_open(self) if _all_open else opened(self)

    @property
    def place(self) -> Place | None:
        """Where it takes place."""
        if self.facts.described:
            place = self.fields.venue
            return located(place, None) if isinstance(place, InlineVenue) else None
        return self._place(self.facts.venue) if self.facts.venue else None

    def _place(self, name: str) -> Place:
        """A venue; one of a withdrawn event may be gone itself."""
        facet = self.venues.get(name) or self.venue
        return facet.place if facet and facet.key == name else Place(name)

    @property
    def address(self) -> str:
        return event_address(self.id)

    @property
    def periods(self) -> tuple[Period, ...]:
        """When it takes place; there is one for each of its dates, in their order."""
        return self.facts.periods

    def years(self) -> Iterable[int]:
        """The years in which dates of it begin."""
        if len(self.facts.periods) == 1:  # as that of most events
            return (self.begins.year,)
        return dict.fromkeys([period.begins.year for period in self.facts.periods])

    def place_of(self, occurrence: Occurrence) -> Place | None:
        """Where one occurrence takes place: its own venue, or the event's."""
        return self._place(occurrence.venue) if occurrence.venue else self.place

    def next_after(self, moment: datetime) -> Period:
        """When it takes place next after a moment: the first time that is not over then; the last one where all are."""
        return self.facts.periods[self.number_after(moment)]

    def number_after(self, moment: datetime) -> int:
        """Which of its dates, counted from 0, that is."""
        if len(self.facts.periods) == 1:
            return 0
        return next(
            (number for number, period in enumerate(self.facts.periods) if period.ends > moment),
            len(self.facts.periods) - 1,
        )

    def facets(self) -> Sequence[Facet]:
        """Every facet on whose page the event stands, venues' apart; co-organisers are among them."""
        organisers = dict.fromkeys((*self.organisers, *self.co_organisers)) if self.co_organisers else self.organisers
        found = [*self.themes, *organisers, *self.audiences]
        if self.programme:
            found.append(self.programme)
        if self.district:
            found.append(self.district)
        return found


BY_BEGIN, BY_END = attrgetter("begins", "id"), attrgetter("ends", "id")  # the orders of events
MOST_OPENED = 1 << 11  # events whose files are kept open: pages are made in the order of their events


@lru_cache(MOST_OPENED)
def opened(event: Event) -> tuple[Record[EventFields], Dates]:
    """The record of an event without its body, and its dates."""
    record, its_dates = event.packed.unpack_fields()
    return record, its_dates or Dates((), None)


_all_open: list[bool] = []
_kept_open = lru_cache(None)(opened.__wrapped__)


@contextmanager
def all_open() -> Iterator[None]:
    """Inside, every file that is opened stays open, for whoever goes through all events again and again."""
    _all_open.append(True)
    try:
        yield
    finally:
        _all_open.pop()
        _kept_open.cache_clear()


def located(fields: InlineVenue | VenueFields, key: str | None) -> Place:
    """The place that a venue's file or an event describes; `key` is that of its page, where it has one."""
    coordinates = wgs84(*fields.coordinates, fields.crs) if fields.coordinates else None
    return Place(
        fields.name,
        fields.address,
        fields.district,
        coordinates,
        key,
        fields if isinstance(fields, VenueFields) else None,
    )


class Catalogue(
    msgspec.Struct, frozen=True, eq=False, dict=True
):  # one catalogue is not another; so what follows from it can be remembered
    """Everything a site says, from one moment to another: local times of the site, between which nothing begins, ends or changes.

    `withdrawn` are events whose files are gone.
    """

    config: Config
    now: datetime
    until: datetime
    events: tuple[Event, ...]
    facets: Mapping[str, tuple[Facet, ...]]
    members: Mapping[tuple[str, str], tuple[Event, ...]]
    plans: tuple[Record[PlanFields], ...] = ()
    pages: tuple[Record[PageFields], ...] = ()
    holidays: tuple[Record[HolidaysFields], ...] = ()
    assets: tuple[Asset, ...] = ()
    withdrawn: tuple[Event, ...] = ()
    drafts: tuple[Record[EventFields], ...] = ()

    @cached_property
    def years(self) -> Mapping[int, tuple[Event, ...]]:
        """The events by each year in which they take place, the latest first."""
        return by_year(self.events)

    @cached_property
    def months(self) -> Mapping[date, tuple[Event, ...]]:
        """The events by the first day of the month in which each begins."""
        return {
            date(*month, 1): tuple(found)
            for month, found in groupby(self.events, key=lambda event: (event.begins.year, event.begins.month))
        }

    def members_of(self, facet: Facet) -> tuple[Event, ...]:
        """The events of a facet, in order of their first date."""
        return self.members.get((facet.kind, facet.key), ())

    @cached_property
    def coming(self) -> Mapping[tuple[str, str], tuple[Event, ...]]:
        """Those events of each facet that are not over yet, by their next date."""
        return by_facet(self.upcoming(self.events))

    @cached_property
    def past(self) -> Mapping[tuple[str, str], tuple[Event, ...]]:
        """Those that are, the latest first."""
        over = (event for event in self.events if event.ends <= self.now)
        return by_facet(sorted(over, key=BY_END, reverse=True))

    def upcoming(self, events: Iterable[Event]) -> list[Event]:
        """Those not over yet, by their next date."""
        return sorted(
            (event for event in events if event.ends > self.now),
            key=lambda event: (event.next_after(self.now).begins, event.id),
        )

    def between(self, first: date, last: date) -> list[tuple[date, Event, int]]:
        """Each day from `first` to `last` inclusive with each event that takes place on it, and which of its dates that is, in order of day and time."""
        since, until = datetime.combine(first, time()), datetime.combine(last + timedelta(days=1), time())
        found = [
            (day, event, number)
            for event in self.events
            if event.begins < until and event.ends >= since
            for number, period in enumerate(event.periods)
            if period.begins < until and period.ends >= since
            for day in period.days()
            if first <= day <= last
        ]
        return sorted(found, key=lambda entry: (entry[0], entry[1].periods[entry[2]].begins, entry[1].id))


def by_year(events: Iterable[Event]) -> dict[int, tuple[Event, ...]]:
    """The events by each year in which dates of theirs begin, the latest first."""
    years: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        for year in event.years():
            years[year].append(event)
    return {year: tuple(years[year]) for year in sorted(years, reverse=True)}


def by_facet(events: Iterable[Event]) -> dict[tuple[str, str], tuple[Event, ...]]:
    """The events of each facet that has any, in their order, by its kind and key: on each facet page an event stands once, whoever names it there."""
    members: dict[Facet, list[Event]] = defaultdict(list)
    for event in events:
        for facet in event.facets():
            members[facet].append(event)
        if event.venue:
            members[event.venue].append(event)
        for facet in event.venues.values():
            if facet is not event.venue:
                members[facet].append(event)
    return {facet.id: tuple(found) for facet, found in members.items()}
