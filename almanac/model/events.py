"""Events and facets for queries: handles whose attributes are read through the site, so that the reads are recorded.

A handle caches what it has read. It belongs to one run of one query and must not outlive it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol

import msgspec

from almanac.content.fences import CutText
from almanac.content.metadata import Metadata, Period
from almanac.content.occurrences import Dates, Occurrence, as_datetime
from almanac.content.queries import Outcome, body, config, outcome, whole_record
from almanac.content.records import AnyRecord
from almanac.content.records.event import EventFields, InlineVenue
from almanac.content.records.venue import VenueFields
from almanac.content.recurrence import Moment
from almanac.core.coordinates import wgs84
from almanac.incremental import Asked
from almanac.model.gathered import Home, gathered_outcome
from almanac.model.identities import event_address
from almanac.model.labels import Label, facet_labels, keyed_record, labels
from almanac.model.links import NEVER, Linked, events
from almanac.model.moments import local
from almanac.model.withdrawn import withdrawn, withdrawn_outcomes


class Facets(Asked, Protocol):
    """The part of a site that events and facets need: its queries, and facets by kind and key."""

    def facet(self, kind: str, key: str) -> Facet: ...


class Place(msgspec.Struct, frozen=True):
    """The place of an event. Coordinates are WGS-84 degrees, longitude first.

    `key` is the key of its page, `venue` its record with access and opening hours. A place that an event describes
    itself has neither.
    """

    name: str
    address: str | None = None
    district: str | None = None
    coordinates: tuple[float, float] | None = None
    key: str | None = None
    venue: VenueFields | None = None

    def __hash__(self) -> int:
        """A hash of name, key and address: hashing all fields takes longer, and most places differ in these."""
        return hash((self.name, self.key, self.address))

    @property
    def exact_coordinates(self) -> tuple[float, float] | None:
        """The coordinates, unless the venue's file calls them approximate: nobody is sent to a rough point."""
        return None if self.venue and self.venue.approximate else self.coordinates


def place_of_fields(fields: InlineVenue | VenueFields, key: str | None) -> Place:
    """The place in a venue's file or in an event. `key` is the key of its page; None if it has none."""
    coordinates = wgs84(*fields.coordinates, fields.crs) if fields.coordinates else None
    venue = fields if isinstance(fields, VenueFields) else None
    return Place(fields.name, fields.address, fields.district, coordinates, key, venue)


class Facet:
    """A value by which events are grouped: a theme, form, organiser, programme, district, audience or venue."""

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

    def name_on(self, day: date) -> str:
        """The name that it had on a day."""
        return self.label.name_on(day)

    @property
    def full_name(self) -> str:
        return self.label.full_name

    @property
    def colour(self) -> str:
        return self.label.colour

    @property
    def path(self) -> str:
        """The path of its file; empty if it has none."""
        return self.label.path or ""

    @property
    def fields(self) -> Any:
        """What its file says; None where it has none."""
        return keyed_record(self.site, self.path).fields if self.path else None

    @property
    def record(self) -> AnyRecord | None:
        """Its record with the body; None if it has no file."""
        return whole_record(self.site, self.path) if self.path else None

    @property
    def place(self) -> Place:
        """The place of a venue."""
        return place_of_fields(self.fields, self.key)


class Event:
    """An event with the facets that its file names. Times are local times of the site."""

    def __init__(self, site: Facets, event_id: str, *, withdrawn: bool) -> None:
        self.site, self.id, self.withdrawn = site, event_id, withdrawn

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Event) and (self.id, self.withdrawn) == (other.id, other.withdrawn)

    def __hash__(self) -> int:
        return hash(self.id)

    @cached_property
    def linked(self) -> Linked:
        """The event as linking has made it: its file, its periods, the keys of its facets."""
        return (withdrawn if self.withdrawn else events).entry(self.site, self.id)

    @cached_property
    def outcome(self) -> Outcome:
        if self.withdrawn:
            return withdrawn_outcomes.entry(self.site, self.id)
        if self.home:
            return gathered_outcome(self.site, self.path)
        return outcome(self.site, self.linked.path)

    @property
    def fields(self) -> EventFields:
        """The fields of its record."""
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
    def changed(self) -> Moment | None:
        """When it last changed, as its file (then perhaps a day) or git says, in local time; None if neither does."""
        if self.updated == NEVER:
            return None
        said, moment = self.fields.updated, local(self.updated, config(self.site).timezone)
        return said if said and as_datetime(said) == moment else moment

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
        """The address of its page; that of a gathered event is whole."""
        return self.home.address if self.home else event_address(self.id)

    @property
    def home(self) -> Home | None:
        """Where it comes from, if it is gathered."""
        return self.linked.home

    @property
    def periods(self) -> tuple[Period, ...]:
        """One period for each of its dates, in their order."""
        return self.linked.metadata.periods

    @property
    def programme(self) -> Facet | None:
        return self._facet("programmes", self.linked.programme)

    @property
    def themes(self) -> tuple[Facet, ...]:
        return self._facets("themes", self.linked.themes)

    @property
    def form(self) -> Facet | None:
        return self._facet("forms", self.linked.form)

    @property
    def organisers(self) -> tuple[Facet, ...]:
        return self._facets("organisers", self.linked.organisers)

    @property
    def co_organisers(self) -> tuple[Facet, ...]:
        return self._facets("organisers", self.linked.co_organisers)

    @property
    def other_co_organisers(self) -> tuple[str, ...]:
        """The names of co-organisers that are not registered."""
        written = dict.fromkeys(self.metadata.co_organiser)
        if self.home:
            return tuple(written)
        return tuple([name for name in written if labels.get(self.site, f"organisers/{name}") is None])

    @property
    def audiences(self) -> tuple[Facet, ...]:
        return self._facets("audiences", self.linked.audiences)

    @property
    def district(self) -> Facet | None:
        return self._facet("districts", self.linked.district)

    @property
    def venue(self) -> Facet | None:
        return self._facet("venues", self.linked.venue)

    def facets(self) -> Sequence[Facet]:
        """Every facet that lists the event, except venues. Co-organisers are among them."""
        return [self.site.facet(*stem.split("/", 1)) for stem in self.linked.stems()]

    @property
    def place(self) -> Place | None:
        """Its place; None if it has none."""
        known = self.metadata
        if known.described:
            place = self.fields.venue
            return place_of_fields(place, None) if isinstance(place, InlineVenue) else None
        return self._place(known.venue) if known.venue else None

    def place_of(self, occurrence: Occurrence) -> Place | None:
        """The place of one occurrence: its own venue, or the event's."""
        return self._place(occurrence.venue) if occurrence.venue else self.place

    def number_after(self, moment: datetime) -> int:
        """The number, from 0, of its first date that is not over at a moment; of the last one if all are over."""
        periods = self.periods
        return next((number for number, period in enumerate(periods) if period.ends > moment), len(periods) - 1)

    def _place(self, name: str) -> Place:
        """The place of a venue by its name in the file. A venue that no longer exists has only this name."""
        linked = self.linked
        key = linked.venues.get(name) or (linked.venue if name == linked.metadata.venue else None)
        return self.site.facet("venues", key).place if key else Place(name)

    def _facet(self, kind: str, key: str | None) -> Facet | None:
        return self.site.facet(kind, key) if key else None

    def _facets(self, kind: str, keys: tuple[str, ...]) -> tuple[Facet, ...]:
        return tuple([self.site.facet(kind, key) for key in keys])


class PastEvent(Event):
    """An event as an earlier version of its file had it, with the facets and places of today."""

    def __init__(self, site: Facets, linked: Linked, found: Outcome) -> None:
        super().__init__(site, linked.id, withdrawn=False)
        self.linked, self.outcome = linked, found
