"""The declaration of `/data/events.json`; its JSON Schema is made from it. Class docstrings are part of the schema.

It is a contract: fields keep their names and meanings, and new ones may be added. Moments are ISO 8601: a date alone
is a whole day, a time has the offset of the site's zone. The addresses of EventData have no scheme and host; the
renderer adds them.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from almanac.content.records.event import Level, Status
from almanac.core.problems import Text, text

EVENTS_JSON = "/data/events.json"


def says(description: Text) -> Meta:
    """The description of a field, in the schema and on the page `/data/`."""
    return Meta(description=description.message)


class Named(Struct, frozen=True, omit_defaults=True):
    """A theme, form, organiser, programme, district or audience."""

    key: Annotated[str, says(text("Its key, which does not change: the address of its page and feed has it."))]
    name: Annotated[str, says(text("Its name as people read it."))]


class PlaceData(Struct, frozen=True, omit_defaults=True):
    """Where an event or one of its dates takes place."""

    name: Annotated[str, says(text("What the place is called."))]
    key: Annotated[str | UnsetType, says(text("The key of its page, where it has one."))] = UNSET
    address: Annotated[str | UnsetType, says(text("Street and number."))] = UNSET
    longitude: Annotated[float | UnsetType, says(text("WGS-84 degrees, east positive."))] = UNSET
    latitude: Annotated[float | UnsetType, says(text("WGS-84 degrees, north positive."))] = UNSET


class DateData(Struct, frozen=True, omit_defaults=True):
    """One date of an event."""

    start: Annotated[str, says(text("ISO 8601: a date for a whole day, else a time with its offset."))]
    status: Annotated[Status, says(text("Whether it takes place as announced."))]
    end: Annotated[
        str | UnsetType,
        says(text("Likewise; of whole days the last one, inclusive. Absent where it was not announced.")),
    ] = UNSET
    session: Annotated[
        str | UnsetType, says(text("The id of the session, where one attends the dates separately."))
    ] = UNSET
    venue: Annotated[PlaceData | UnsetType, says(text("Where it differs from the event's."))] = UNSET
    capacity: Annotated[int | UnsetType, says(text("How many people can take part."))] = UNSET
    note: Annotated[str | UnsetType, says(text("What is special about this date."))] = UNSET
    instead_of: Annotated[
        str | UnsetType, says(text("ISO 8601: its date by the rule of the repeat, where it departs from that."))
    ] = UNSET


class RepeatData(Struct, frozen=True, omit_defaults=True):
    """How the dates of an event repeat. They are all listed as `dates` too."""

    start: Annotated[str, says(text("ISO 8601: the start of the first date by the rule."))]
    rule: Annotated[str, says(text("RFC 5545, section 3.3.10."))]
    end: Annotated[str | UnsetType, says(text("Its end; of whole days the last one, inclusive."))] = UNSET
    excluded: Annotated[tuple[str, ...], says(text("Days of the rule on which nothing takes place."))] = ()


class SignupData(Struct, frozen=True, omit_defaults=True):
    """How to take part."""

    url: Annotated[str | UnsetType, says(text("The page where one signs up."))] = UNSET
    phone: Annotated[str | UnsetType, says(text("A telephone number."))] = UNSET
    how: Annotated[str | UnsetType, says(text("In words."))] = UNSET
    opens: Annotated[str | UnsetType, says(text("ISO 8601: from when on."))] = UNSET
    deadline: Annotated[str | UnsetType, says(text("ISO 8601: until when; a date includes the whole day."))] = UNSET
    capacity: Annotated[int | UnsetType, says(text("How many people can take part."))] = UNSET


class ResultData(Struct, frozen=True, omit_defaults=True):
    """What came of an event."""

    held: Annotated[bool, says(text("Whether it took place."))]
    participants: Annotated[int | UnsetType, says(text("How many people took part."))] = UNSET
    note: Annotated[str | UnsetType, says(text("One sentence."))] = UNSET


class EventData(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An event."""

    id: Annotated[str, says(text("Unique and stable."))]
    uid: Annotated[str, says(text("Its UID in calendar feeds (RFC 5545, section 3.8.4.7)."))]
    url: Annotated[str, says(text("Its page."))]
    ics: Annotated[str, says(text("Its calendar file."))]
    title: Annotated[str, says(text("What it is called."))]
    status: Annotated[Status, says(text("Whether it takes place as announced."))]
    level: Annotated[Level, says(text("city: of the whole city; key: of a district or department; regular."))]
    dates: Annotated[tuple[DateData, ...], says(text("Every date, in order; at least one."))]
    organisers: Annotated[tuple[Named, ...], says(text("Who holds it."))]
    updated: Annotated[str, says(text("ISO 8601: when it last changed for the public."))]
    summary: Annotated[str | UnsetType, says(text("One sentence."))] = UNSET
    status_note: Annotated[str | UnsetType, says(text("Why, and what now."))] = UNSET
    programme: Annotated[Named | UnsetType, says(text("The programme it belongs to."))] = UNSET
    themes: Annotated[tuple[Named, ...], says(text("What it is about."))] = ()
    form: Annotated[Named | UnsetType, says(text("The way it takes place: a lecture, an exhibition …."))] = UNSET
    co_organisers: Annotated[tuple[Named, ...], says(text("Who carries it out or helps."))] = ()
    other_co_organisers: Annotated[
        tuple[str, ...], says(text("The names of further ones that have no page on this site."))
    ] = ()
    audiences: Annotated[tuple[Named, ...], says(text("Whom it is for."))] = ()
    ages: Annotated[str | UnsetType, says(text("For which ages, in whole years: 6-12, or 6+."))] = UNSET
    district: Annotated[Named | UnsetType, says(text("The part of the city."))] = UNSET
    venue: Annotated[PlaceData | UnsetType, says(text("Where it takes place."))] = UNSET
    online: Annotated[str | UnsetType, says(text("Where one can follow it on the network."))] = UNSET
    fee: Annotated[str | UnsetType, says(text("What it costs, in words."))] = UNSET
    free: Annotated[bool, says(text("Whether it costs nothing."))] = False
    language: Annotated[str | UnsetType, says(text("Where it is not the site's."))] = UNSET
    signup: Annotated[SignupData | UnsetType, says(text("How to take part."))] = UNSET
    tags: Annotated[tuple[str, ...], says(text("Free words."))] = ()
    sample: Annotated[bool, says(text("true: the event is made up."))] = False
    result: Annotated[ResultData | UnsetType, says(text("What came of it."))] = UNSET
    repeat: Annotated[RepeatData | UnsetType, says(text("How its dates repeat, where they follow a rule."))] = UNSET


class Dataset(Struct, frozen=True, omit_defaults=True, kw_only=True, rename={"schema": "$schema"}):
    """All events of a calendar."""

    schema: Annotated[str, says(text("The address of the JSON Schema of this document."))]
    title: Annotated[str, says(text("The calendar's name."))]
    url: Annotated[str, says(text("The calendar's address."))]
    timezone: Annotated[str, says(text("An IANA time zone."))]
    language: Annotated[str, says(text("BCP 47."))]
    events: Annotated[tuple[EventData, ...], says(text("In order of their first date."))]
