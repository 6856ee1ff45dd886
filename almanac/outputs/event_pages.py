"""`/events/<id>/`: the page of an event. Of the moment of the build only the year counts: older events have no card."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from almanac.content.occurrences import Occurrence
from almanac.content.records.event import CALLED_OFF, Attachment, Level, Result, Signup, Speaker, Status
from almanac.content.recurrence import Moment
from almanac.model.events import Event, Place
from almanac.model.identities import event_address
from almanac.model.links import own_events
from almanac.model.recommendations import recommendations
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.bodies import shown_body
from almanac.site.changes import ChangeNote, change_note
from almanac.site.handouts import card_of, handouts
from almanac.site.maps import map_links
from almanac.site.other_calendars import OtherCalendars, other_calendars
from almanac.site.pages import Page, page
from almanac.site.pictures import picture_of
from almanac.site.replacements import replacement
from almanac.site.rhythms import Rhythm, rhythm_of
from almanac.site.settings import site_settings
from almanac.site.views import (
    Card,
    Fact,
    Head,
    Link,
    access_facts,
    card,
    code_address,
    colour_of,
    facet_feed,
    facet_link,
    file_address,
    session_file_address,
    signup_window,
    site_feed,
)

MOST_DATES = 53  # of a related event that its card can turn to: a year of a weekly club


class DateView(msgspec.Struct, frozen=True):
    """One date of the event. `file` is the address of the calendar file of a session, else empty.

    `instead` is the start of the next date that takes place, if this one is called off.
    """

    start: Moment
    end: Moment | None
    ends: datetime
    status: Status
    place: Place | None
    note: str
    instead: Moment | None
    capacity: int | None
    file: str


class EventView(msgspec.Struct, frozen=True):
    """All that the page shows. `rhythm` is that of its first date; `opens` and `deadline` bound signing up.

    `instead` is the card of the event that takes its place, or empty.
    `nearby` and `similar`, of the theme `theme_key`, are cards of other events, without those that are called off.
    `years` are those in whose
    search data a script finds the next events, and `updated` is None if nobody knows.
    """

    head: Head
    title: str
    colour: str
    status: Status
    status_note: str
    instead: tuple[Card, ...]
    level: Level
    sample: bool
    rhythm: Rhythm | None
    dates: tuple[DateView, ...]
    programme: Link | None
    themes: tuple[Link, ...]
    form: Link | None
    organisers: tuple[Link, ...]
    co_organisers: tuple[Link, ...]
    audiences: tuple[Link, ...]
    ages: str
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
    other_calendars: OtherCalendars
    code: str
    handouts: tuple[Link, ...]
    nearby: tuple[Card, ...]
    similar: tuple[Card, ...]
    theme_key: str
    years: tuple[int, ...]
    updated: Moment | None
    change: ChangeNote | None


def pages(site: Site) -> Iterator[Page]:
    """A page for each event."""
    for event in own_events(site):
        address = event_address(event.id)
        about = {"source": event.path, "updated": event.updated, "indexed": not event.metadata.sample}
        yield page(address, "html:event.html", event_view, event.id, **about)


def event_view(site: Site, event_id: str) -> EventView:
    """The view of an event's page."""
    event = site.event(event_id)
    linked = recommendations.entry(site, event_id)
    fields, place = event.fields, event.place
    opens, deadline = signup_window(event)
    note, other = replacement(site, event)
    return EventView(
        head=_head(site, event),
        title=fields.title,
        colour=colour_of(event),
        status=fields.status,
        status_note=note,
        instead=_cards(site, (other.id,)) if other else (),
        level=fields.level,
        sample=fields.sample,
        rhythm=rhythm_of(event, event.dates.occurrences[0]),
        dates=tuple(_date(event, occurrence) for occurrence in event.dates.occurrences),
        programme=_programme_link(event),
        themes=tuple(map(facet_link, event.themes)),
        form=facet_link(event.form) if event.form else None,
        organisers=tuple(map(facet_link, event.organisers)),
        co_organisers=(
            *map(facet_link, event.co_organisers),
            *(Link(name, "") for name in event.other_co_organisers),
        ),
        audiences=tuple(map(facet_link, event.audiences)),
        ages=fields.ages or "",
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
        body=shown_body(site, event.path),
        url=fields.url or "",
        attachments=fields.attachments,
        tags=fields.tags,
        result=fields.result,
        file=file_address(event),
        other_calendars=other_calendars(event, site_settings(site)),
        code=code_address(event) if made("event_codes", site.config) else "",
        handouts=handouts(site, event),
        nearby=_cards(site, linked.nearby),
        similar=_cards(site, linked.similar),
        theme_key=event.themes[0].key if event.themes else "",
        years=tuple(sorted(site.year_numbers)),
        updated=event.changed,
        change=change_note(site, event),
    )


def _cards(site: Site, ids: tuple[str, ...]) -> tuple[Card, ...]:
    """Cards that a script turns to the next dates of the events: the page does not know the moment of its build."""
    firsts = ((event, _first_on(event)) for event in site.events_of(ids))
    return tuple(card(event, number, later=MOST_DATES) for event, number in firsts if number is not None)


def _first_on(event: Event) -> int | None:
    """The number, counted from 0, of the first date that is not called off."""
    numbers = (number for number, one in enumerate(event.periods) if one.status not in CALLED_OFF)
    return next(numbers, None)


def _next_on(event: Event, occurrence: Occurrence) -> Moment | None:
    """The start of the next date that is not called off."""
    later = (one for one in event.dates.occurrences if one.begins > occurrence.begins and one.status not in CALLED_OFF)
    return next((one.start for one in later), None)


def _programme_link(event: Event) -> Link | None:
    """The programme under the name that it had on the event's first day."""
    programme = event.programme
    return Link(programme.name_on(event.begins.date()), programme.address) if programme else None


def _head(site: Site, event: Event) -> Head:
    way = (link,) if (link := _programme_link(event)) else ()
    feeds = tuple(facet_feed(facet) for facet in (event.programme, *event.themes) if facet)
    return Head(
        address=event.address,
        title=event.fields.title,
        description=event.fields.summary or event.fields.title,
        path=way,
        feeds=(site_feed(site), *feeds),
        picture=picture_of(event),
        card=card_of(site, event),
        indexed=not event.fields.sample,
        updated=event.updated,
    )


def _date(event: Event, occurrence: Occurrence) -> DateView:
    place = event.place_of(occurrence)
    return DateView(
        start=occurrence.start,
        end=occurrence.end,
        ends=occurrence.ends,
        status=occurrence.status,
        place=place if place != event.place else None,
        note=occurrence.note or "",
        instead=_next_on(event, occurrence) if occurrence.status in CALLED_OFF else None,
        capacity=occurrence.capacity,
        file=session_file_address(event, occurrence.session) if occurrence.session else "",
    )
