"""`/events/<id>/`: everything about one event. Nothing here depends on the moment of the build."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal

import msgspec

from almanac.build.pages import Chapter, Page, recipe, shows_cards
from almanac.content.records.event import Attachment, Level, Result, Signup, Speaker, Status
from almanac.model.catalogue import Catalogue, Event, Place
from almanac.content.occurrences import Moment, Occurrence, daily_hours
from almanac.model.related import Related
from almanac.site.addresses import made
from almanac.site.maps import map_links
from almanac.site.views import (
    Fact,
    Feed,
    Head,
    Link,
    access_facts,
    code_address,
    colour_of,
    facet_feed,
    facet_link,
    file_address,
    picture_of,
    place_name,
    session_file_address,
    signup_window,
    site_feed,
)


class DateView(msgspec.Struct, frozen=True):
    """One date of the event. `file` is the calendar file of this date alone, where it has one."""

    start: Moment
    end: Moment | None
    ends: datetime
    status: Status
    place: Place | None
    note: str
    capacity: int | None
    file: str


class Other(
    msgspec.Struct, frozen=True, eq=False
):  # there is one for each event, so that what has been made of it is found without a look at all it says
    """Another event that the page points to."""

    link: Link
    start: Moment
    place: str


class EventView(msgspec.Struct, frozen=True):
    """All that the page says. `pattern` tells how its dates hang together; `opens` and `deadline` bound the time of signing up."""

    head: Head
    title: str
    colour: str
    status: Status
    status_note: str
    level: Level
    sample: bool
    pattern: Literal["once", "daily", "repeat", "sessions"]
    dates: tuple[DateView, ...]
    programme: Link | None
    themes: tuple[Link, ...]
    organisers: tuple[Link, ...]
    co_organisers: tuple[Link, ...]
    audiences: tuple[Link, ...]
    district: Link | None
    place: Place | None
    maps: tuple[Link, ...]
    access: tuple[Fact, ...]
    fee: str
    online: str
    language: str
    signup: Signup | None
    opens: datetime | None
    deadline: datetime | None
    speakers: tuple[Speaker, ...]
    summary: str
    body: str
    url: str
    attachments: tuple[Attachment, ...]
    tags: tuple[str, ...]
    result: Result | None
    file: str
    code: str
    nearby: tuple[Other, ...]
    similar: tuple[Other, ...]
    updated: datetime


def chapters(catalogue: Catalogue) -> Iterator[Chapter]:
    """A page for each event, those of a month together."""
    related = Related(catalogue.events)
    with_codes = made("event_codes", catalogue.config)
    for month, events in catalogue.months.items():
        around = tuple(related.between(events[0].begins, events[-1].begins))
        files = tuple([event.packed.digest for event in events])
        yield Chapter(f"{month:%Y-%m}", recipe(month_of_pages, events, around, files, site_feed(catalogue), with_codes))


def month_of_pages(
    events: tuple[Event, ...],
    around: tuple[Event, ...],
    files: tuple[bytes, ...],
    everything: Feed,
    with_codes: bool,  # noqa: FBT001 - whether there are codes
) -> Iterator[Page]:
    """These pages; `around` are all events that they may point to, `files` the digests of their files."""
    related = Related(dict.fromkeys(around))
    for event, digest in zip(events, files, strict=True):
        view = recipe(event_view, event, everything, *related.to(event), code_address(event) if with_codes else "")
        yield Page(event.address, "html:event.html", view, event.path, event.updated, indexed=True, body_digest=digest)


@shows_cards
def event_view(event: Event, everything: Feed, near: Sequence[Event], alike: Sequence[Event], code: str) -> EventView:
    """The view of an event's page, which points to those `near` it and `alike`."""
    fields, place = event.fields, event.place
    opens, deadline = signup_window(event)
    return EventView(
        head=_head(event, everything),
        title=fields.title,
        colour=colour_of(event),
        status=fields.status,
        status_note=fields.status_note or "",
        level=fields.level,
        sample=fields.sample,
        pattern=_pattern(event),
        dates=tuple(_date(event, occurrence) for occurrence in event.dates.occurrences),
        programme=facet_link(event.programme) if event.programme else None,
        themes=tuple(map(facet_link, event.themes)),
        organisers=tuple(map(facet_link, event.organisers)),
        co_organisers=tuple(map(facet_link, event.co_organisers)),
        audiences=tuple(map(facet_link, event.audiences)),
        district=facet_link(event.district) if event.district else None,
        place=place,
        maps=map_links(place) if place else (),
        access=access_facts(place) if place else (),
        fee=fields.fee or "",
        online=fields.online or "",
        language=fields.language or "",
        signup=fields.signup,
        opens=opens,
        deadline=deadline,
        speakers=fields.speakers,
        summary=fields.summary or "",
        body=event.body,
        url=fields.url or "",
        attachments=fields.attachments,
        tags=fields.tags,
        result=fields.result,
        file=file_address(event),
        code=code,
        nearby=tuple(map(_other, near)),
        similar=tuple(map(_other, alike)),
        updated=event.updated,
    )


@lru_cache(1 << 10)  # half a dozen pages point to the same event, one soon after the other
def _other(event: Event) -> Other:
    return Other(Link(event.fields.title, event.address), event.dates.occurrences[0].start, place_name(event.place))


def _head(event: Event, everything: Feed) -> Head:
    way = (facet_link(event.programme),) if event.programme else ()
    feeds = tuple(facet_feed(facet) for facet in (event.programme, *event.themes) if facet)
    return Head(
        address=event.address,
        title=event.fields.title,
        description=event.fields.summary or event.fields.title,
        path=way,
        feeds=(everything, *feeds),
        picture=picture_of(event),
        updated=event.updated,
    )


def _pattern(event: Event) -> Literal["once", "daily", "repeat", "sessions"]:
    fields = event.fields
    if fields.sessions:
        return "sessions"
    if fields.repeat:
        return "repeat"
    return "daily" if fields.start and daily_hours(fields.start, fields.end) else "once"


def _date(event: Event, occurrence: Occurrence) -> DateView:
    place = event.place_of(occurrence)
    return DateView(
        start=occurrence.start,
        end=occurrence.end,
        ends=occurrence.ends,
        status=occurrence.status,
        place=place if place != event.place else None,
        note=occurrence.note or "",
        capacity=occurrence.capacity,
        file=session_file_address(event, occurrence.session) if occurrence.session else "",
    )
