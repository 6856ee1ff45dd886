"""Events as calendar entries: the VEVENTs of an event as values (RFC 5545, section 3.6.1).

A series is one VEVENT with a rule, and one more for each date that departs from it. Each session is a VEVENT of its
own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime

import msgspec
from msgspec.structs import replace

from almanac.content.metadata import Period
from almanac.content.occurrences import Occurrence, Series
from almanac.content.records.event import Status
from almanac.content.recurrence import Moment
from almanac.incremental import table
from almanac.model.events import Event, Place
from almanac.model.identities import event_address, part_of
from almanac.model.links import Linked
from almanac.model.site import Site
from almanac.site.announcements import Announcement, announced_access, announcement
from almanac.site.views import full_place

BARE_ENTRY = 700  # bytes of an entry without its texts
ACCESS_FACT = 45  # bytes at most
NAMED = ("organisers", "themes", "programmes", "audiences")  # kinds whose names stand in entries
FOLDS = 40 / 39  # growth by folded lines: at worst CR, LF and a space after every 72 bytes of Chinese
EPOCH = datetime(1999, 12, 31, tzinfo=UTC)  # a day early: earlier versions counted local minutes since 2000


class CalendarEntry(msgspec.Struct, frozen=True):
    """One VEVENT. Times are local, except `updated`; `sequence` grows with every change.

    The `uid` of the site's own events has no host.
    """

    uid: str
    title: str
    start: Moment
    end: Moment | None
    status: Status
    updated: datetime
    sequence: int
    address: str
    told: Announcement
    note: str = ""
    categories: tuple[str, ...] = ()
    place: Place | None = None
    rule: str | None = None
    excluded: tuple[date, ...] = ()
    recurrence: Moment | None = None
    event: Occurrence | None = None  # the first date of the event, if the entry is its deadline


class Measure(msgspec.Struct, frozen=True, array_like=True):
    """The first and last local moments of an entry, and its `weight`: the estimate of its bytes in a feed."""

    begins: datetime
    ends: datetime
    weight: int


@table(int)
def name_sizes(site: Site) -> Mapping[str, int]:
    """The bytes of each facet's text in an entry, by its stem (`themes/sky`)."""
    named = {facet.stem: len(facet.name.encode()) for kind in NAMED for facet in site.facets(kind)}
    return named | {venue.stem: _venue_size(venue.place) for venue in site.facets("venues")}


def _venue_size(place: Place) -> int:
    """The bytes of a place: in LOCATION, in X-APPLE-STRUCTURED-LOCATION, and facts about access in DESCRIPTION."""
    return len(full_place(place).encode()) * 2 + ACCESS_FACT * len(announced_access(place))


def measures(event: Linked, sizes: Callable[[str], int]) -> list[Measure]:
    """A Measure for each entry of an event. The master of a series is the first, and lasts until the last date.

    `sizes` gives the bytes of a facet's text, as in `name_sizes`. Feeds are planned by measures alone, so that a
    corrected text does not change the plan.
    """
    names = [stem for stem in event.stems() if stem.partition("/")[0] in NAMED]
    linked = sum(map(sizes, names)) + _place_size(event, sizes)
    bare = BARE_ENTRY + len(event_address(event.id).encode()) * 3
    known = event.metadata
    spans: Sequence[Period | Linked] = known.periods if known.sessions else [event] * len(known.words)
    return [
        Measure(span.begins, span.ends, bare + int((words + linked) * FOLDS))
        for span, words in zip(spans, known.words, strict=False)
    ]


def _place_size(event: Linked, sizes: Callable[[str], int]) -> int:
    """The bytes of the longest text among the event's places."""
    stems = event.venue_stems()
    return max(map(sizes, stems)) if stems else len((event.metadata.venue or "").encode()) * 2


def entries_of(event: Event) -> list[CalendarEntry]:
    """The entries of an event, the master of a series first."""
    found = event.dates
    if found.series is None:
        return [_session(event, one) for one in found.apart]
    return [_master(event, found.series), *[_override(event, one) for one in found.apart]]


def _entry(event: Event, uid: str, occurrence: Occurrence, place: Place | None) -> CalendarEntry:
    return CalendarEntry(
        uid=uid,
        title=event.fields.title,
        start=occurrence.start,
        end=occurrence.end,
        status=occurrence.status,
        updated=event.updated,
        sequence=sequence_of(event.updated, occurrence.status),
        address=event.address,
        told=announcement(event, place, occurrence.capacity),
        note=occurrence.note or "",
        categories=tuple([theme.name for theme in event.themes]),
        place=place,
    )


def _master(event: Event, series: Series) -> CalendarEntry:
    first = Occurrence(series.start, series.end, event.fields.status)
    entry = _entry(event, event.uid, first, event.place)
    return replace(entry, rule=series.rule, excluded=series.excluded) if series.rule else entry


def _override(event: Event, occurrence: Occurrence) -> CalendarEntry:
    entry = _entry(event, event.uid, occurrence, event.place_of(occurrence))
    return replace(entry, recurrence=occurrence.recurrence)


def _session(event: Event, occurrence: Occurrence) -> CalendarEntry:
    return _entry(event, part_of(event.uid, f"-{occurrence.session}"), occurrence, event.place_of(occurrence))


def deadline_of(event: Event) -> CalendarEntry:
    """The entry of an event's sign-up deadline. Its UID is no event's and no session's: ids have no slash."""
    first = event.dates.occurrences[0]
    signup = event.fields.signup
    assert signup and signup.deadline  # noqa: S101, PT018 - for mypy: the caller asks for events with a deadline
    deadline = Occurrence(signup.deadline, status=event.fields.status)
    return replace(_entry(event, part_of(event.uid, "/deadline"), deadline, event.place), place=None, event=first)


def sequence_of(updated: datetime, status: Status) -> int:
    """SEQUENCE: minutes since EPOCH, one more for a cancelled date. It grows with every change of `updated`."""
    return max(int((updated - EPOCH).total_seconds() // 60), 0) + (status == "cancelled")
