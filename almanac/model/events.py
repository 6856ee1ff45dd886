"""Events and facets as queries see them: their attributes are read through the site, and recorded.

A handle belongs to the query that has asked for it: it remembers what it has read, and is never kept beyond that query.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import msgspec

from almanac.content.fences import CutText
from almanac.content.metadata import Metadata, Period
from almanac.content.occurrences import Dates, Occurrence
from almanac.content.queries import Outcome, body, outcome, whole_record
from almanac.content.records import AnyRecord
from almanac.content.records.event import EventFields, InlineVenue
from almanac.content.records.venue import VenueFields
from almanac.core.coordinates import wgs84
from almanac.incremental import Asked
from almanac.model.identities import event_address
from almanac.model.labels import Label, facet_labels, keyed_record
from almanac.model.links import Linked, events
from almanac.model.withdrawn import withdrawn, withdrawn_outcomes


class Facets(Asked, Protocol):
    """The site as events and facets see it: something to ask queries of, which knows each facet by its kind and key."""

    def facet(self, kind: str, key: str) -> Facet: ...


class Place(msgspec.Struct, frozen=True):
    """Where something takes place; coordinates are WGS-84 degrees, longitude first.

    `key` is that of its page, `venue` the record with access and opening hours; a place that an event describes has neither.
    """

    name: str
    address: str | None = None
    district: str | None = None
    coordinates: tuple[float, float] | None = None
    key: str | None = None
    venue: VenueFields | None = None

    def __hash__(self) -> int:
        """By name, key and address, which tell most places apart."""
        return hash((self.name, self.key, self.address))


def located(fields: InlineVenue | VenueFields, key: str | None) -> Place:
    """The place that a venue's file or an event describes; `key` is that of its page, where it has one."""
    coordinates = wgs84(*fields.coordinates, fields.crs) if fields.coordinates else None
    venue = fields if isinstance(fields, VenueFields) else None
    return Place(fields.name, fields.address, fields.district, coordinates, key, venue)


class Facet:
    """A value by which events are grouped: a theme, an organiser, a programme, a district, an audience, a venue."""

    def __init__(self, site: Facets, kind: str, key: str) -> None:
        self.site, self.kind, self.key = site, kind, key
        self.stem = f"{kind}/{key}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facet) and self.stem == other.stem

    def __hash__(self) -> int:
        return hash(self.stem)

    @cached_property
    def label(self) -> Label:
        return facet_labels.entry(self.site, self.stem)

    @property
    def address(self) -> str:
        return f"/{self.stem}/"

    @property
    def name(self) -> str:
        return self.label.name

    @property
    def full_name(self) -> str:
        return self.label.full_name

    @property
    def colour(self) -> str:
        return self.label.colour

    @property
    def path(self) -> str:
        """The path of its file; empty where it has none."""
        return self.label.path or ""

    @property
    def fields(self) -> Any:
        """What its file says; None where it has none."""
        return keyed_record(self.site, self.path).fields if self.path else None

    @property
    def record(self) -> AnyRecord | None:
        """Its record with the body; None where it has no file."""
        return whole_record(self.site, self.path) if self.path else None

    @property
    def place(self) -> Place:
        """Where a venue is."""
        return located(self.fields, self.key)


class Event:
    """An event with everything that its file names looked up. Times are local times of the site."""

    def __init__(self, site: Facets, event_id: str, *, withdrawn: bool) -> None:
        self.site, self.id, self.withdrawn = site, event_id, withdrawn

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Event) and (self.id, self.withdrawn) == (other.id, other.withdrawn)

    def __hash__(self) -> int:
        return hash(self.id)

    @cached_property
    def linked(self) -> Linked:
        """What linking knows of it: its file, its periods, the keys of its facets."""
        return (withdrawn if self.withdrawn else events).entry(self.site, self.id)

    @cached_property
    def outcome(self) -> Outcome:
        if self.withdrawn:
            return withdrawn_outcomes.entry(self.site, self.id)
        return outcome(self.site, self.linked.path)

    @property
    def fields(self) -> EventFields:
        """All that its file says."""
        found = self.outcome.record
        assert found is not None  # noqa: S101 - for mypy: a linked event has a record
        fields: EventFields = found.fields
        return fields

    @property
    def dates(self) -> Dates:
        return self.outcome.dates or Dates((), None)

    @property
    def cut(self) -> tuple[CutText, ...]:
        """Comments of its file that were perhaps meant as text."""
        return self.outcome.record.cut if self.outcome.record else ()

    @property
    def body(self) -> str:
        """The Markdown below its front matter."""
        return "" if self.withdrawn else body(self.site, self.linked.path)

    @property
    def uid(self) -> str:
        return self.linked.uid

    @property
    def path(self) -> str:
        return self.linked.path

    @property
    def metadata(self) -> Metadata:
        return self.linked.metadata

    @property
    def updated(self) -> datetime:
        return self.linked.updated

    @property
    def begins(self) -> datetime:
        return self.linked.begins

    @property
    def ends(self) -> datetime:
        return self.linked.ends

    @property
    def former_ids(self) -> tuple[str, ...]:
        return self.linked.former_ids

    @property
    def address(self) -> str:
        return event_address(self.id)

    @property
    def periods(self) -> tuple[Period, ...]:
        """When it takes place: one for each of its dates, in their order."""
        return self.linked.metadata.periods

    @property
    def programme(self) -> Facet | None:
        return self._facet("programmes", self.linked.programme)

    @property
    def themes(self) -> tuple[Facet, ...]:
        return self._facets("themes", self.linked.themes)

    @property
    def organisers(self) -> tuple[Facet, ...]:
        return self._facets("organisers", self.linked.organisers)

    @property
    def co_organisers(self) -> tuple[Facet, ...]:
        return self._facets("organisers", self.linked.co_organisers)

    @property
    def audiences(self) -> tuple[Facet, ...]:
        return self._facets("audiences", self.linked.audiences)

    @property
    def district(self) -> Facet | None:
        return self._facet("districts", self.linked.district)

    @property
    def venue(self) -> Facet | None:
        return self._facet("venues", self.linked.venue)

    @property
    def venues(self) -> dict[str, Facet]:
        """The venues of single dates, by the names that the dates give."""
        return {name: self.site.facet("venues", key) for name, key in self.linked.venues.items()}

    def facets(self) -> Sequence[Facet]:
        """Every facet on whose page the event stands, venues' apart; co-organisers are among them."""
        return [self.site.facet(*stem.split("/", 1)) for stem in self.linked.stems()]

    @property
    def place(self) -> Place | None:
        """Where it takes place."""
        known = self.metadata
        if known.described:
            place = self.fields.venue
            return located(place, None) if isinstance(place, InlineVenue) else None
        return self._place(known.venue) if known.venue else None

    def place_of(self, occurrence: Occurrence) -> Place | None:
        """Where one occurrence takes place: its own venue, or the event's."""
        return self._place(occurrence.venue) if occurrence.venue else self.place

    def next_after(self, moment: datetime) -> Period:
        """Its first period that is not over at a moment; the last one where all are."""
        return self.periods[self.number_after(moment)]

    def number_after(self, moment: datetime) -> int:
        """Which of its dates, counted from 0, that is."""
        periods = self.periods
        return next((number for number, period in enumerate(periods) if period.ends > moment), len(periods) - 1)

    def years(self) -> Sequence[int]:
        """The years in which dates of it begin."""
        return list(dict.fromkeys([period.begins.year for period in self.periods]))

    def _place(self, name: str) -> Place:
        """A venue; one of a withdrawn event may be gone itself."""
        linked = self.linked
        key = linked.venues.get(name) or (linked.venue if name == linked.metadata.venue else None)
        return self.site.facet("venues", key).place if key else Place(name)

    def _facet(self, kind: str, key: str | None) -> Facet | None:
        return self.site.facet(kind, key) if key else None

    def _facets(self, kind: str, keys: tuple[str, ...]) -> tuple[Facet, ...]:
        return tuple([self.site.facet(kind, key) for key in keys])
