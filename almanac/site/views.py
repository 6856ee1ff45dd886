"""The small frozen values that several pages show, and the functions that make them from the catalogue.

A view holds only values that its page shows, so that a page changes only when one of them does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from operator import itemgetter
from urllib.parse import urlencode

import msgspec

from almanac.content.occurrences import as_datetime, day_of
from almanac.content.records.event import CALLED_OFF, Level, Status
from almanac.content.recurrence import Moment
from almanac.core.problems import text
from almanac.incremental import query
from almanac.model.changes import last_told_change
from almanac.model.events import Event, Facet, Place
from almanac.model.identities import event_address
from almanac.model.indexes import coming_counts
from almanac.model.labels import DEFAULT_COLOUR
from almanac.model.links import Linked
from almanac.model.site import Site
from almanac.site.pictures import Picture, picture_of
from almanac.site.rhythms import Rhythm, rhythm_of


class CodeTarget(msgspec.Struct, frozen=True):
    """The address in a QR code; the query is encoded already."""

    address: str
    query: str = ""


class Link(msgspec.Struct, frozen=True):
    """A name and the address it leads to, empty if to none; `count` is the number of events there, None if unknown."""

    name: str
    address: str
    count: int | None = None


class MonthLink(msgspec.Struct, frozen=True):
    """A link to the page of a month; the template names the month in the language of the site."""

    month: date
    address: str


class FeedLink(msgspec.Struct, frozen=True):
    """A link to a feed: its name, its address without an ending, and the query that chooses it at `/subscribe/`."""

    name: str
    stem: str
    choice: str = ""

    @property
    def address(self) -> str:
        return f"{self.stem}.ics"


class Translation(msgspec.Struct, frozen=True):
    """The same page in another language, which is named in that language."""

    language: str
    name: str
    address: str


class Head(msgspec.Struct, frozen=True):
    """The head of an HTML page. `path` holds the links from the home page to it.

    `card` is the address of a picture for shared links that says what the page is about; empty if there is none.
    """

    address: str
    title: str
    description: str = ""
    path: tuple[Link | MonthLink, ...] = ()
    feeds: tuple[FeedLink, ...] = ()
    picture: Picture | None = None
    card: str = ""
    indexed: bool = True
    updated: datetime | None = None
    language: str = ""  # empty for that of the site
    translations: tuple[Translation, ...] = ()


class LaterDate(msgspec.Struct, frozen=True):
    """A date after the one that a card shows; a script shows it once that one is over."""

    start: Moment
    end: Moment | None
    ends: datetime
    rhythm: Rhythm | None


class Card(msgspec.Struct, frozen=True, eq=False):  # hashed by identity: hashing the fields takes longer
    """One date of an event in a list; `ends` is exclusive. `more` counts later dates, `later` holds the next of them.

    `until` is the end of the event's last date, and `picture` an address. `opens` and `deadline` bound the time of
    signing up, and `changed` is the instant of the last change of date, place or status. `home` is the name of the site
    that a gathered event comes from. The dates of a daily event are one occasion: `more` is 0.
    """

    address: str
    title: str
    start: Moment
    end: Moment | None
    ends: datetime
    until: datetime
    rhythm: Rhythm | None
    opens: datetime | None
    deadline: datetime | None
    status: Status
    level: Level
    place: str
    district: str
    colour: str
    picture: str
    form: str
    ages: str
    fee: str
    summary: str
    more: int
    later: tuple[LaterDate, ...]
    online: bool
    sample: bool
    changed: datetime | None
    home: str


class Group(msgspec.Struct, frozen=True):
    """Cards under a day, or under a month, given by its first day. `red` days are weekends and holidays.

    A script moves cards into an empty group when their next date falls into it. `whole` leads to all events of the
    day if `cards` are only some of them.
    """

    cards: tuple[Card, ...]
    day: date
    red: bool = False
    whole: Link | None = None


class Fact(msgspec.Struct, frozen=True):
    """A labelled line, such as an address. The label is a message; the value is one too if `worded`."""

    label: str
    value: str
    link: str = ""
    worded: bool = False


def facet_link(facet: Facet) -> Link:
    """A link to a facet's page."""
    return Link(facet.name, facet.address)


def counted(site: Site, facet: Facet) -> Link:
    """A link to a facet's page with the number of its events to come, without those that are called off."""
    return Link(facet.name, facet.address, coming_counts.get(site, facet.stem) or 0)


ALL_EVENTS = "/feeds/all"
# The query parameters of `/search/` and `/subscribe/`, by the kind of facet.
PARAMETERS = {
    "districts": "district",
    "audiences": "audience",
    "themes": "theme",
    "forms": "form",
    "programmes": "programme",
    "organisers": "organiser",
    "venues": "venue",
}


def choice_of(facets: Iterable[Facet]) -> str:
    """The query that chooses some facets at `/search/` and `/subscribe/`."""
    return urlencode([(PARAMETERS[facet.kind], facet.key) for facet in facets])


def facet_stem(facet: Facet) -> str:
    """The address of a facet's feeds, without an ending."""
    return f"/feeds{facet.address[:-1]}"


def facet_feed(facet: Facet) -> FeedLink:
    """A facet's feed."""
    return FeedLink(facet.name, facet_stem(facet), choice_of((facet,)))


def site_feed(site: Site) -> FeedLink:
    """The feed of all events."""
    return FeedLink(site.config.title, ALL_EVENTS)


def file_address(event: Event | Linked) -> str:
    """The calendar file of an event."""
    return event.home.file if event.home else f"{event_address(event.id)[:-1]}.ics"


def file_addresses(event: Event | Linked) -> tuple[str, ...]:
    """The calendar file's address, and those under former ids: calendars do not follow pages that have moved."""
    return (file_address(event), *(f"{event_address(former)[:-1]}.ics" for former in event.former_ids))


def code_address(event: Event | Linked) -> str:
    """The picture of the QR code that leads to the event's page."""
    return f"{event_address(event.id)}code.svg"


def session_file_address(event: Event | Linked, session: str) -> str:
    """The calendar file of one session."""
    return f"{event_address(event.id)}{session}.ics"


def embed_address(address: str) -> str:
    """The list for frames of the page at an address."""
    return f"/embed{address}"


def oembed_address(address: str) -> str:
    """The description of a page by oEmbed."""
    return f"/embed/oembed{address[:-1]}.json"


def colour_of(event: Event) -> str:
    """The colour of an event: its first theme's, else its programme's."""
    return next((facet.colour for facet in (*event.themes, event.programme) if facet), DEFAULT_COLOUR)


def place_name(place: Place | None) -> str:
    """The name of a place on cards; empty if there is no place."""
    return place.name if place else ""


def full_place(place: Place) -> str:
    """The name and the address of a place, for calendars and news."""
    return f"{place.name}, {place.address}" if place.address else place.name


FREE = re.compile("^(免费|免費|free|maksuton|ilmainen|vapaa pääsy)", re.IGNORECASE)


def free(fee: str | None) -> bool:
    """Whether a fee in words means that the event is free."""
    return bool(FREE.match(fee or ""))


MOST_CARDS = 1 << 12  # whose markup a process caches: an event stands in about six lists
MOST_LATER = 8  # later dates in a card: two months of a weekly club, and sites are built more often


WHEELCHAIR = {"full": text("everywhere"), "partial": text("in part"), "none": text("not possible")}
YES_OR_NO = {None: "", True: text("yes").message, False: text("no").message}


def access_facts(place: Place) -> tuple[Fact, ...]:
    """The known facts about access to a place."""
    venue = place.venue
    if venue is None:
        return ()
    facts = (
        Fact(
            text("Wheelchair access").message,
            WHEELCHAIR[venue.wheelchair].message if venue.wheelchair else "",
            worded=True,
        ),
        Fact(text("Lift").message, YES_OR_NO[venue.lift], worded=True),
        Fact(text("Accessible toilet").message, YES_OR_NO[venue.toilet], worded=True),
        Fact(text("Metro").message, venue.metro or ""),
        Fact(text("Bus").message, venue.bus or ""),
        Fact(text("Parking").message, venue.parking or ""),
    )
    return tuple(fact for fact in facts if fact.value)


def card(event: Event, number: int, *, later: int = 0) -> Card:
    """A card for an event's date `number`, counted from 0, that holds at most `later` of the dates after it."""
    return _card(event.site, event.id, number, later)


@query()
def _card(site: Site, event_id: str, number: int, most: int) -> Card:
    event = site.event(event_id)
    fields = event.fields
    occurrences = event.dates.occurrences
    occurrence = occurrences[number]
    later = [one for one in occurrences if one.begins > occurrence.begins and one.status not in CALLED_OFF]
    opens, deadline = signup_window(event)
    rhythm, picture = rhythm_of(event, occurrence), picture_of(event)
    changed = last_told_change(site, event_id)
    return Card(
        address=event.address,
        title=fields.title,
        start=occurrence.start,
        end=occurrence.end,
        ends=occurrence.ends,
        until=max((one.ends for one in later), default=occurrence.ends),
        rhythm=rhythm,
        opens=opens,
        deadline=deadline,
        status=occurrence.status,
        level=fields.level,
        place=place_name(event.place_of(occurrence)),
        district=event.district.name if event.district else "",
        colour=colour_of(event),
        picture=picture.address if picture else "",
        form=event.form.name if event.form else "",
        ages=fields.ages or "",
        fee=fields.fee or "",
        summary=fields.summary or "",
        more=0 if rhythm and rhythm.kind == "daily" else len(later),
        later=tuple(LaterDate(one.start, one.end, one.ends, rhythm_of(event, one)) for one in later[:most]),
        online=bool(fields.online),
        sample=fields.sample,
        changed=changed.moment if changed else None,
        home=event.home.name if event.home else "",
    )


def turning_card(event: Event, number: int) -> Card:
    """A card that a script turns to the event's next dates."""
    return card(event, number, later=MOST_LATER)


def signup_window(event: Event) -> tuple[datetime | None, datetime | None]:
    """The first and last moments of signing up, None where unknown. A date alone counts as its whole day."""
    signup = event.fields.signup
    if not signup:
        return None, None
    deadline = signup.deadline
    until = as_datetime(deadline) + timedelta(days=0 if isinstance(deadline, datetime) else 1) if deadline else None
    return as_datetime(signup.opens) if signup.opens else None, until


def by_month(cards: Iterable[Card]) -> tuple[Group, ...]:
    """Cards, given in order, grouped by month. Months to which a card may turn have a group too, perhaps empty."""
    months: dict[date, list[Card]] = {}
    for one in cards:
        months.setdefault(_month_of(one.start), []).append(one)
        for later in one.later:
            months.setdefault(_month_of(later.start), [])
    return tuple(Group(tuple(months[month]), month) for month in sorted(months))


def _month_of(moment: Moment) -> date:
    return day_of(moment).replace(day=1)


def months_of(events: Iterable[Event], year: int) -> tuple[Group, ...]:
    """The events of a year, each once, under the month of its first date in that year."""
    firsts = (
        (event.periods[number].begins, event.id, event, number)
        for event in events
        if (number := first_in(event, year)) is not None
    )
    return by_month(card(event, number) for _, _, event, number in sorted(firsts, key=itemgetter(0, 1)))


def first_in(event: Event, year: int) -> int | None:
    """The number, counted from 0, of an event's first date in a year; None if there is none."""
    for number, period in enumerate(event.periods):
        if period.begins.year == year:
            return number
    return None


def days_with(events: Iterable[Event], year: int) -> dict[date, list[Event]]:
    """The events by the day of their first date in a year, in the order of days."""
    days: dict[date, list[Event]] = {}
    for event in events:
        if (first := first_in(event, year)) is not None:
            days.setdefault(event.periods[first].begins.date(), []).append(event)
    return {day: days[day] for day in sorted(days)}


def month_address(month: date) -> str:
    """The page of a month."""
    return f"/calendar/{month:%Y/%m}/"
