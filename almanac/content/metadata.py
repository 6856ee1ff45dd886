"""What linking and planning ask of every event: so little that the events of ten years are at hand; the rest is opened where it is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import chain

import msgspec

from almanac.content.occurrences import Dates, as_datetime, days_of
from almanac.content.records import Record
from almanac.content.records.event import EventFields, InlineVenue, Level, Status
from almanac.content.references import names

ROUNDED = 128  # bytes
TOLD = frozenset(
    {"programme", "theme", "organiser", "co_organiser", "venue", "district", "audience"}
)  # fields whose names are facts themselves


class Period(msgspec.Struct, frozen=True, array_like=True):
    """When one of an event's occurrences takes place, in local time: over from `ends` on. `session` is its id, where it is one."""

    begins: datetime
    ends: datetime
    all_day: bool
    status: Status
    session: str | None = None

    def days(self) -> Sequence[date]:
        """Every day it touches."""
        return days_of(self.begins, self.ends, all_day=self.all_day)


class Metadata(msgspec.Struct, frozen=True, array_like=True):
    """The facts of an event as its file alone tells them, in the names of its fields; `periods` are in order, and none where its dates cannot be.

    `ends` is when the last of them is over. `venue` and `venues` (of single dates) are those with files of their own; a place that the file
    describes itself is `described`, and its district is the event's. `words` are the bytes that each entry in calendars takes of what the file
    says (the series, if there is one, then what stands apart from it), rounded up, so that a corrected word makes no new facts. `others` are
    the names that it refers to besides, each with its folder.
    """

    periods: tuple[Period, ...]
    ends: datetime | None
    id: str | None
    programme: str | None
    theme: tuple[str, ...]
    organiser: tuple[str, ...]
    co_organiser: tuple[str, ...]
    audience: tuple[str, ...]
    district: str | None
    venue: str | None
    described: bool
    venues: tuple[str, ...]
    level: Level
    status: Status
    updated: datetime | None
    sessions: tuple[str, ...]
    aliases: tuple[str, ...]
    draft: bool
    sample: bool
    held: bool
    participants: int
    words: tuple[int, ...]
    others: tuple[tuple[str, str], ...]

    def names(self) -> Iterator[tuple[str, str]]:
        """Every name that the file refers to, with its folder, in the order of the fields."""
        yield from (("programmes", self.programme),) if self.programme else ()
        yield from (("themes", name) for name in self.theme)
        yield from (("organisers", name) for name in (*self.organiser, *self.co_organiser))
        yield from (("venues", self.venue),) if self.venue else ()
        yield from (("districts", self.district),) if self.district else ()
        yield from (("audiences", name) for name in self.audience)
        yield from self.others


def names_of_all(found: Collection[Metadata]) -> set[tuple[str, str]]:
    """Every name that any of these refers to, with its folder: list by list, of which few differ, and not event by event."""
    single = {
        "programmes": {facts.programme for facts in found},
        "venues": {facts.venue for facts in found},
        "districts": {facts.district for facts in found},
    }
    several = {
        "themes": {facts.theme for facts in found},
        "organisers": {facts.organiser for facts in found} | {facts.co_organiser for facts in found},
        "audiences": {facts.audience for facts in found},
    }
    named = {one for facts in found for one in facts.others}
    named.update((to, name) for to, names in single.items() for name in names if name)
    named.update((to, name) for to, lists in several.items() for name in chain.from_iterable(lists))
    return named


def metadata_of(record: Record[EventFields], its_dates: Dates | None) -> Metadata:
    """The facts of a record, whose dates are given where they are possible."""
    fields = record.fields
    occurrences = its_dates.occurrences if its_dates else ()
    place = fields.venue if isinstance(fields.venue, InlineVenue) else None
    found = Metadata(
        periods=tuple(Period(one.begins, one.ends, one.all_day, one.status, one.session) for one in occurrences),
        ends=max((one.ends for one in occurrences), default=None),
        id=fields.id,
        programme=fields.programme,
        theme=fields.theme,
        organiser=fields.organiser,
        co_organiser=fields.co_organiser,
        audience=fields.audience,
        district=fields.district or (place.district if place else None),
        venue=fields.venue if isinstance(fields.venue, str) else None,
        described=place is not None,
        venues=tuple(sorted({one.venue for one in occurrences if one.venue})),
        level=fields.level,
        status=fields.status,
        updated=as_datetime(fields.updated) if fields.updated else None,
        sessions=tuple(session.id for session in fields.sessions),
        aliases=fields.aliases,
        draft=fields.draft,
        sample=fields.sample,
        held=fields.result is None or fields.result.held,
        participants=(fields.result.participants or 0) if fields.result else 0,
        words=tuple(_words(fields, its_dates)) if its_dates else (),
        others=(),
    )
    others = tuple(names(fields, besides=TOLD))
    if not others:
        return found
    told = set(found.names())
    return msgspec.structs.replace(found, others=tuple(one for one in others if one not in told))


def _words(fields: EventFields, its_dates: Dates) -> Iterator[int]:
    signup = (fields.signup.how, fields.signup.phone, fields.signup.url) if fields.signup else ()
    place = (fields.venue.name, fields.venue.address) * 2 if isinstance(fields.venue, InlineVenue) else ()
    told = _bytes(fields.title, fields.summary, fields.status_note, fields.fee, fields.online, *signup, *place)
    if its_dates.series:
        yield told
    for one in its_dates.apart:
        yield told + _bytes(one.note)


def _bytes(*words: str | None) -> int:
    exactly = sum(len(word.encode()) for word in words if word)
    return -(-exactly // ROUNDED) * ROUNDED
