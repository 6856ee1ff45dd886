"""The metadata of events: all that linking and lists need. It is small enough to load for every event."""

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
LINE = "-" * 30  # as long as a label of a line, or half as long as a date
# Fields whose names are fields of Metadata too.
TOLD = frozenset({"programme", "theme", "form", "organiser", "co_organiser", "venue", "district", "audience"})


class Period(msgspec.Struct, frozen=True, array_like=True):
    """The local time of an occurrence; `ends` is exclusive. `session` is its id, None if it is no session."""

    begins: datetime
    ends: datetime
    all_day: bool
    status: Status
    session: str | None = None

    def days(self) -> Sequence[date]:
        """Every day of it."""
        return days_of(self.begins, self.ends, all_day=self.all_day)


class Metadata(msgspec.Struct, frozen=True, array_like=True):
    """The metadata in an event's file, named like its fields.

    - `periods` are in order; there are none if the dates are impossible. `ends` is the end of the last one.
    - `venue` and `venues` (of single dates) are names of venue files. `described` means that the event describes its
      place itself; the district is then that of the place.
    - `words` holds for each calendar entry the bytes of its texts: first of the series, if there is one, then of the
      dates apart from it. They are rounded up, so that a corrected word seldom changes the metadata.
    - `held` is what the result says, None while there is none; `participants` is None while their number is unknown.
    - `run`: the dates are the days of one occasion with hours on each, such as an exhibition.
    - `deadline`: whether there is a last day or moment for signing up.
    - `cover` is the path of its picture, `ages` and `fee` are as written.
    - `others` holds the other names in the file, each with its folder.
    """

    periods: tuple[Period, ...]
    ends: datetime | None
    id: str | None
    programme: str | None
    theme: tuple[str, ...]
    form: str | None
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
    held: bool | None
    participants: int | None
    run: bool
    deadline: bool
    words: tuple[int, ...]
    cover: str | None
    ages: str | None
    fee: str | None
    others: tuple[tuple[str, str], ...]

    def names(self) -> Iterator[tuple[str, str]]:
        """Every name that the file refers to, with its folder, in the order of the fields."""
        yield from (("programmes", self.programme),) if self.programme else ()
        yield from (("themes", name) for name in self.theme)
        yield from (("forms", self.form),) if self.form else ()
        yield from (("organisers", name) for name in (*self.organiser, *self.co_organiser))
        yield from (("venues", self.venue),) if self.venue else ()
        yield from (("districts", self.district),) if self.district else ()
        yield from (("audiences", name) for name in self.audience)
        yield from self.others

    def shown(self) -> Iterator[tuple[str, str]]:
        """The names of records of which calendar entries show something, each with its folder."""
        yield from (("programmes", self.programme),) if self.programme else ()
        yield from (("themes", name) for name in self.theme)
        yield from (("organisers", name) for name in (*self.organiser, *self.co_organiser))
        yield from (("venues", name) for name in (self.venue, *self.venues) if name)


def names_of_all(found: Collection[Metadata]) -> set[tuple[str, str]]:
    """Every name in any of the metadata, with its folder. Equal lists of names, which are common, are read once."""
    single = {
        "programmes": {one.programme for one in found},
        "forms": {one.form for one in found},
        "venues": {one.venue for one in found},
        "districts": {one.district for one in found},
    }
    several = {
        "themes": {one.theme for one in found},
        "organisers": {one.organiser for one in found} | {one.co_organiser for one in found},
        "audiences": {one.audience for one in found},
    }
    named = {name for one in found for name in one.others}
    named.update((to, name) for to, names in single.items() for name in names if name)
    named.update((to, name) for to, lists in several.items() for name in chain.from_iterable(lists))
    return named


def metadata_of(record: Record[EventFields], its_dates: Dates | None) -> Metadata:
    """The metadata of a record; `its_dates` is None if its dates are impossible."""
    fields = record.fields
    occurrences = its_dates.occurrences if its_dates else ()
    place = fields.venue if isinstance(fields.venue, InlineVenue) else None
    found = Metadata(
        periods=tuple(Period(one.begins, one.ends, one.all_day, one.status, one.session) for one in occurrences),
        ends=max((one.ends for one in occurrences), default=None),
        id=fields.id,
        programme=fields.programme,
        theme=fields.theme,
        form=fields.form,
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
        held=fields.result.held if fields.result else None,
        participants=fields.result.participants if fields.result else None,
        run=len(occurrences) > 1 and not (fields.repeat or fields.sessions),
        deadline=bool(fields.signup and fields.signup.deadline),
        words=tuple(_words(fields, its_dates)) if its_dates else (),
        cover=fields.cover,
        ages=fields.ages,
        fee=fields.fee,
        others=(),
    )
    others = tuple(names(fields, besides=TOLD))
    if not others:
        return found
    told = set(found.names())
    return msgspec.structs.replace(found, others=tuple(one for one in others if one not in told))


def _words(fields: EventFields, its_dates: Dates) -> Iterator[int]:
    place = (fields.venue.name, fields.venue.address) * 2 if isinstance(fields.venue, InlineVenue) else ()
    online = (fields.online, fields.online, LINE) if fields.online else ()  # in DESCRIPTION and in CONFERENCE
    told = _bytes(fields.title, fields.summary, fields.status_note, fields.fee, *online, *place, *_facts(fields))
    if its_dates.series:
        yield told
    for one in its_dates.apart:
        yield told + _bytes(one.note)


def _facts(fields: EventFields) -> Iterator[str | None]:
    """The texts about signing up, speakers and documents, with LINE for each label and each date."""
    if signup := fields.signup:
        yield from (signup.how, signup.phone, signup.url, LINE)
        yield from (LINE * 2 for given in (signup.opens, signup.deadline, signup.capacity) if given)
    yield LINE if fields.ages else None
    yield from fields.co_organiser  # those that are not registered are shown by the name in the file
    for speaker in fields.speakers:
        yield from (speaker.name, speaker.title, speaker.organisation, LINE)
    for attachment in fields.attachments:
        yield from (attachment.title, attachment.url, LINE * 2)


def _bytes(*words: str | None) -> int:
    exactly = sum(len(word.encode()) for word in words if word)
    return -(-exactly // ROUNDED) * ROUNDED
