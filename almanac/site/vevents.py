"""Events as calendar entries: which VEVENTs an event becomes, before anything is written (RFC 5545, section 3.6.1).

A true series is one VEVENT with a rule, and one more for each date that departs from it; a session is an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property, lru_cache

import msgspec
from msgspec.structs import replace

from almanac.content.records.event import Signup, Status
from almanac.core.problems import text
from almanac.model.catalogue import Event, Facet, Place
from almanac.content.occurrences import Moment, Occurrence, Series
from almanac.site.views import full_place

BARE_ENTRY = 700  # bytes of an entry without its words
FOLDS = 40 / 39  # at worst a line break and a space after every 72 bytes of Chinese
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - local time of the site, like `updated`


PREFIXES = {
    "cancelled": text("[Cancelled] {title}"),
    "postponed": text("[Postponed] {title}"),
    "moved": text("[New place] {title}"),
    "full": text("[Full] {title}"),
}


class Entry(msgspec.Struct, frozen=True):
    """One VEVENT. Times are local; `uid` is without the host; `sequence` grows with every announced change."""

    uid: str
    title: str
    start: Moment
    end: Moment | None
    status: Status
    updated: datetime
    sequence: int
    address: str
    summary: str = ""
    note: str = ""
    status_note: str = ""
    organisers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    fee: str = ""
    signup: str = ""
    online: str = ""
    place: Place | None = None
    sample: bool = False
    rule: str | None = None
    excluded: tuple[date, ...] = ()
    recurrence: Moment | None = None


class Span(msgspec.Struct, frozen=True, eq=False, dict=True):
    """An entry of an event, counted from 0, the local moments between which it takes place, and about how many bytes it takes in a feed.

    Feeds choose by all these, which the facts of the event tell; its file is opened for the entry.
    """

    event: Event
    number: int
    begins: datetime
    ends: datetime
    weight: int

    @cached_property
    def entry(self) -> Entry:
        dates = self.event.dates
        if dates.series is None:
            return _session(self.event, dates.apart[self.number])
        return _override(self.event, dates.apart[self.number - 1]) if self.number else _master(self.event, dates.series)


@lru_cache(1 << 14)  # an event stands in many feeds
def spans_of(event: Event) -> tuple[Span, ...]:
    """All of them."""
    return tuple(entries(event))


def entries(event: Event) -> Iterator[Span]:
    """The entries of an event, a series' master first."""
    return (Span(event, number, *measures) for number, measures in enumerate(measured(event)))


def measured(event: Event) -> Iterator[tuple[datetime, datetime, int]]:
    """When each entry of an event begins and ends, and its weight; all of a series take place between its first and its last date."""
    linked, bare = _linked_bytes(event), BARE_ENTRY + len(event.address.encode()) * 3
    facts = event.facts
    for number, words in enumerate(facts.words):
        when = facts.periods[number] if facts.sessions else event
        yield when.begins, when.ends, bare + int((words + linked) * FOLDS)


def _linked_bytes(event: Event) -> int:
    """The bytes of the names that go with an entry, and of where it takes place: at the longest of its places, rather more than less."""
    named = _names_bytes(event.organisers) + _names_bytes(event.themes)
    if event.venues:
        return named + max(map(_place_bytes, (*([event.venue] if event.venue else ()), *event.venues.values()))) * 2
    return named + (_place_bytes(event.venue) if event.venue else len((event.facts.venue or "").encode())) * 2


@lru_cache(1 << 12)  # few lists of names differ
def _names_bytes(facets: tuple[Facet, ...]) -> int:
    return sum([len(facet.name.encode()) for facet in facets])


@lru_cache(1 << 12)
def _place_bytes(venue: Facet) -> int:
    return len(full_place(venue.place).encode())


def _entry(  # noqa: PLR0913, PLR0917
    event: Event, uid: str, start: Moment, end: Moment | None, status: Status, place: Place | None, note: str = ""
) -> Entry:
    fields = event.fields
    return Entry(
        uid=uid,
        title=fields.title,
        start=start,
        end=end,
        status=status,
        updated=event.updated,
        sequence=_sequence(event.updated, status),
        address=event.address,
        summary=fields.summary or "",
        note=note,
        status_note=fields.status_note or "",
        organisers=tuple([organiser.name for organiser in event.organisers]),
        categories=tuple([theme.name for theme in event.themes]),
        fee=fields.fee or "",
        signup=_signup(fields.signup),
        online=fields.online or "",
        place=place,
        sample=fields.sample,
    )


def _signup(signup: Signup | None) -> str:
    return " ".join([part for part in (signup.how, signup.phone, signup.url) if part]) if signup else ""


def _master(event: Event, series: Series) -> Entry:
    entry = _entry(event, event.uid, series.start, series.end, event.fields.status, event.place)
    return replace(entry, rule=series.rule, excluded=series.excluded) if series.rule else entry


def _override(event: Event, occurrence: Occurrence) -> Entry:
    return replace(_of_date(event, event.uid, occurrence), recurrence=occurrence.recurrence)


def _session(event: Event, occurrence: Occurrence) -> Entry:
    return _of_date(event, f"{event.uid}-{occurrence.session}", occurrence)


def _of_date(event: Event, uid: str, occurrence: Occurrence) -> Entry:
    return _entry(
        event,
        uid,
        occurrence.start,
        occurrence.end,
        occurrence.status,
        event.place_of(occurrence),
        occurrence.note or "",
    )


def _sequence(updated: datetime, status: Status) -> int:
    """Minutes since 2000, one more for a cancellation: it grows with every change that is announced by `updated` or a commit."""
    return max(int((updated - EPOCH).total_seconds() // 60), 0) + (status == "cancelled")
