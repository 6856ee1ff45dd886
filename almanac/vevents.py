"""Events as calendar entries: which VEVENTs an event becomes, before anything is written (RFC 5545, section 3.6.1).

A true series is one VEVENT with a rule, and one more for each date that departs from it; a session is an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache

from almanac.catalogue import Event, Place
from almanac.content.records.event import Status
from almanac.occurrences import Moment, Occurrence, Series
from almanac.problems import text

BARE_ENTRY = 700  # bytes of an entry without its words
EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - local time of the site, like `updated`


PREFIXES = {
    "cancelled": text("[Cancelled] {title}"),
    "postponed": text("[Postponed] {title}"),
    "moved": text("[New place] {title}"),
    "full": text("[Full] {title}"),
}


@dataclass(frozen=True)
class Entry:
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


@dataclass(frozen=True)
class Span:
    """An entry with the local moments between which it takes place, so that feeds can choose by time, and its weight in bytes."""

    entry: Entry
    begins: datetime
    ends: datetime

    @cached_property
    def weight(self) -> int:
        return weight(self.entry)


@lru_cache(1 << 14)  # an event stands in many feeds
def spans_of(event: Event) -> tuple[Span, ...]:
    """All of them."""
    return tuple(entries(event))


def entries(event: Event) -> Iterator[Span]:
    """The entries of an event, a series' master first."""
    if event.dates.series is None:
        for occurrence in event.dates.occurrences:
            yield Span(_session(event, occurrence), occurrence.begins, occurrence.ends)
        return
    begins, ends = event.begins, event.ends
    yield Span(_master(event, event.dates.series), begins, ends)
    for occurrence in event.dates.occurrences:
        if occurrence.recurrence is not None:
            yield Span(_override(event, occurrence), begins, ends)


def weight(entry: Entry) -> int:
    """About how many bytes the entry takes in a feed, a little more rather than less."""
    place = f"{entry.place.name}{entry.place.address or ''}" * 2 if entry.place else ""
    words = (entry.title, entry.summary, entry.note, entry.status_note, entry.fee, entry.signup, entry.online, place, *entry.organisers, *entry.categories)
    folds = 40 / 39  # at worst a line break and a space after every 72 bytes of Chinese
    return BARE_ENTRY + int(sum(len(word.encode()) for word in words) * folds) + len(entry.address.encode()) * 3


def _entry(event: Event) -> Entry:
    fields = event.fields
    signup = fields.signup
    return Entry(
        uid=event.uid,
        title=fields.title,
        start=event.begins,
        end=None,
        status=fields.status,
        updated=event.updated,
        sequence=_sequence(event.updated, fields.status),
        address=event.address,
        summary=fields.summary or "",
        status_note=fields.status_note or "",
        organisers=tuple(organiser.name for organiser in event.organisers),
        categories=tuple(theme.name for theme in event.themes),
        fee=fields.fee or "",
        signup=" ".join(part for part in (signup.how, signup.phone, signup.url) if part) if signup else "",
        online=fields.online or "",
        place=event.place,
        sample=fields.sample,
    )


def _master(event: Event, series: Series) -> Entry:
    return replace(_entry(event), start=series.start, end=series.end, rule=series.rule, excluded=series.excluded)


def _override(event: Event, occurrence: Occurrence) -> Entry:
    return replace(
        _entry(event),
        start=occurrence.start,
        end=occurrence.end,
        status=occurrence.status,
        sequence=_sequence(event.updated, occurrence.status),
        place=event.place_of(occurrence),
        note=occurrence.note or "",
        recurrence=occurrence.recurrence,
    )


def _session(event: Event, occurrence: Occurrence) -> Entry:
    entry = replace(_override(event, occurrence), recurrence=None)
    return replace(entry, uid=f"{event.uid}-{occurrence.session}")


def _sequence(updated: datetime, status: Status) -> int:
    """Minutes since 2000, one more for a cancellation: it grows with every change that is announced by `updated` or a commit."""
    return max(int((updated - EPOCH).total_seconds() // 60), 0) + (status == "cancelled")
