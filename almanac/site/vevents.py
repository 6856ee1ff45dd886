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
from almanac.content.occurrences import Moment, Occurrence, Series
from almanac.content.records.event import Signup, Status
from almanac.core.problems import text
from almanac.incremental import table
from almanac.model.events import Event, Place
from almanac.model.identities import event_address
from almanac.model.links import Linked
from almanac.model.site import Site
from almanac.site.views import full_place

BARE_ENTRY = 700  # bytes of an entry without its texts
FOLDS = 40 / 39  # growth by folded lines: at worst CR, LF and a space after every 72 bytes of Chinese
EPOCH = datetime(1999, 12, 31, tzinfo=UTC)  # a day early: earlier versions counted local minutes since 2000


PREFIXES = {
    "cancelled": text("[Cancelled] {title}"),
    "postponed": text("[Postponed] {title}"),
    "moved": text("[New place] {title}"),
    "full": text("[Full] {title}"),
}


class CalendarEntry(msgspec.Struct, frozen=True):
    """One VEVENT. Times are local, except `updated`; `uid` has no host; `sequence` grows with every change."""

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


class Measure(msgspec.Struct, frozen=True, array_like=True):
    """The first and last local moments of an entry, and its `weight`: the estimate of its bytes in a feed."""

    begins: datetime
    ends: datetime
    weight: int


@table(int)
def name_sizes(site: Site) -> Mapping[str, int]:
    """The bytes of each organiser's, theme's and venue's text in an entry, by the stem of the facet (`themes/sky`)."""
    named = {facet.stem: len(facet.name.encode()) for kind in ("organisers", "themes") for facet in site.facets(kind)}
    return named | {venue.stem: len(full_place(venue.place).encode()) for venue in site.facets("venues")}


def measures(event: Linked, sizes: Callable[[str], int]) -> list[Measure]:
    """A Measure for each entry of an event. The master of a series is the first, and lasts until the last date.

    `sizes` gives the bytes of a facet's text, as in `name_sizes`. Feeds are planned by measures alone, so that a
    corrected text does not change the plan.
    """
    names = [f"organisers/{key}" for key in event.organisers] + [f"themes/{key}" for key in event.themes]
    linked = sum(map(sizes, names)) + _place_size(event, sizes) * 2  # LOCATION and X-APPLE-STRUCTURED-LOCATION
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
    return max(map(sizes, stems)) if stems else len((event.metadata.venue or "").encode())


def entries_of(event: Event) -> list[CalendarEntry]:
    """The entries of an event, the master of a series first."""
    found = event.dates
    if found.series is None:
        return [_session(event, one) for one in found.apart]
    return [_master(event, found.series), *[_override(event, one) for one in found.apart]]


def _entry(  # noqa: PLR0913, PLR0917
    event: Event, uid: str, start: Moment, end: Moment | None, status: Status, place: Place | None, note: str = ""
) -> CalendarEntry:
    fields = event.fields
    return CalendarEntry(
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


def _master(event: Event, series: Series) -> CalendarEntry:
    entry = _entry(event, event.uid, series.start, series.end, event.fields.status, event.place)
    return replace(entry, rule=series.rule, excluded=series.excluded) if series.rule else entry


def _override(event: Event, occurrence: Occurrence) -> CalendarEntry:
    return replace(_of_date(event, event.uid, occurrence), recurrence=occurrence.recurrence)


def _session(event: Event, occurrence: Occurrence) -> CalendarEntry:
    return _of_date(event, f"{event.uid}-{occurrence.session}", occurrence)


def _of_date(event: Event, uid: str, occurrence: Occurrence) -> CalendarEntry:
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
    """Minutes since EPOCH, one more for a cancelled event. It grows with every change of `updated`."""
    return max(int((updated - EPOCH).total_seconds() // 60), 0) + (status == "cancelled")
