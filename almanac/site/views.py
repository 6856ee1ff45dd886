"""The small frozen values that several pages show, and how they are made from the catalogue.

A view holds exactly what its page shows: a page depends on nothing else, so its key can be trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from operator import itemgetter
from urllib.parse import urlencode

import msgspec

from almanac.content.occurrences import Moment, as_datetime, day_of
from almanac.content.records.event import CALLED_OFF, Level, Status
from almanac.core.problems import text
from almanac.incremental import query
from almanac.model.events import Event, Facet, Place
from almanac.model.identities import event_address
from almanac.model.indexes import coming
from almanac.model.labels import DEFAULT_COLOUR
from almanac.model.links import Linked
from almanac.model.site import Site


class Target(msgspec.Struct, frozen=True):
    """Where a QR code leads; the query is encoded already."""

    address: str
    query: str = ""


class Link(msgspec.Struct, frozen=True):
    """A name and the address it leads to; `count` says how many events wait there, where that is known."""

    name: str
    address: str
    count: int | None = None


class MonthLink(msgspec.Struct, frozen=True):
    """The way to what shows a month, which is named as the site's language names months."""

    month: date
    address: str


class Picture(msgspec.Struct, frozen=True):
    """A picture of this site and what it shows, in words."""

    address: str
    alt: str


class Feed(msgspec.Struct, frozen=True):
    """A feed: its name, its address without an ending, and the query that chooses it on the page of all feeds."""

    name: str
    stem: str
    choice: str = ""

    @property
    def address(self) -> str:
        return f"{self.stem}.ics"


class Head(msgspec.Struct, frozen=True):
    """What the head of an HTML page says: `path` leads to the page from the home page."""

    address: str
    title: str
    description: str = ""
    path: tuple[Link | MonthLink, ...] = ()
    feeds: tuple[Feed, ...] = ()
    picture: Picture | None = None
    indexed: bool = True
    updated: datetime | None = None


class LaterDate(msgspec.Struct, frozen=True):
    """A date after the one that a card shows: the browser turns to it when that one is over."""

    start: Moment
    end: Moment | None
    ends: datetime


class Card(
    msgspec.Struct, frozen=True, eq=False
):  # there is one for each date, so that what has been made of it is found without a look at all it says
    """One date of an event in a list: over from `ends` on. `more` counts its later dates, of which `later` holds the next.

    `opens` and `deadline` bound the time in which one can sign up.
    """

    address: str
    title: str
    start: Moment
    end: Moment | None
    ends: datetime
    opens: datetime | None
    deadline: datetime | None
    status: Status
    level: Level
    place: str
    district: str
    programme: str
    colour: str
    themes: tuple[Link, ...]
    fee: str
    summary: str
    more: int
    later: tuple[LaterDate, ...]
    online: bool
    sample: bool


class Group(msgspec.Struct, frozen=True):
    """Cards under a day, or under a month (its first day). `red` as an almanac prints Sundays and holidays.

    A group without cards waits for those whose next date will fall into it. `whole` leads to all of a day, where these are only some of it.
    """

    cards: tuple[Card, ...]
    day: date
    red: bool = False
    whole: Link | None = None


class Fact(msgspec.Struct, frozen=True):
    """A labelled line about something, such as its address. The label is a message; so is the value where `worded`."""

    label: str
    value: str
    link: str = ""
    worded: bool = False


def facet_link(facet: Facet) -> Link:
    """A link to a facet's page."""
    return Link(facet.name, facet.address)


def counted(site: Site, facet: Facet) -> Link:
    """The same with the number of events that are still to come."""
    return Link(facet.name, facet.address, len(coming.get(site, facet.stem) or ()))


ALL_EVENTS = "/feeds/all"
PARAMETERS = {
    "districts": "district",
    "audiences": "audience",
    "themes": "theme",
    "programmes": "programme",
    "organisers": "organiser",
    "venues": "venue",
}  # of the pages on which one chooses, by the kind of facet


def choice_of(facets: Iterable[Facet]) -> str:
    """The query that chooses some facets."""
    return urlencode([(PARAMETERS[facet.kind], facet.key) for facet in facets])


def facet_stem(facet: Facet) -> str:
    """The address of a facet's feeds, without an ending."""
    return f"/feeds{facet.address[:-1]}"


def facet_feed(facet: Facet) -> Feed:
    """A facet's feed."""
    return Feed(facet.name, facet_stem(facet), choice_of((facet,)))


def site_feed(site: Site) -> Feed:
    """The feed of everything."""
    return Feed(site.config.title, ALL_EVENTS)


def file_address(event: Event | Linked) -> str:
    """The calendar file of an event."""
    return f"{event_address(event.id)[:-1]}.ics"


def file_addresses(event: Event | Linked) -> tuple[str, ...]:
    """That, and its addresses under former ids: a calendar that asks for one is no browser, which a page could lead on."""
    return (file_address(event), *(f"{event_address(former)[:-1]}.ics" for former in event.former_ids))


def code_address(event: Event | Linked) -> str:
    """The picture of the QR code that leads to the event's page."""
    return f"{event_address(event.id)}code.svg"


def session_file_address(event: Event | Linked, session: str) -> str:
    """The calendar file of one session."""
    return f"{event_address(event.id)}{session}.ics"


def colour_of(event: Event) -> str:
    """The colour an event is shown in: its programme's, else its first theme's."""
    return next((facet.colour for facet in (event.programme, *event.themes) if facet), DEFAULT_COLOUR)


def picture_of(event: Event) -> Picture | None:
    """The event's own picture, else its programme's or first theme's."""
    if event.fields.cover:
        return Picture(f"/{event.fields.cover}", event.fields.cover_alt or "")
    return next((picture for facet in (*event.themes, event.programme) if facet and (picture := cover(facet))), None)


def cover(facet: Facet) -> Picture | None:
    """A facet's picture, where it has one."""
    address = getattr(facet.fields, "cover", None)
    return Picture(f"/{address}", facet.fields.cover_alt or "") if address else None


def share_address(address: str) -> str:
    """The picture for cards of shared links: a drawing has a PNG beside it."""
    return f"{address}.png" if address.endswith(".svg") else address


def place_name(place: Place | None) -> str:
    """What a card says of a place."""
    return place.name if place else ""


def full_place(place: Place) -> str:
    """What calendars say of a place: its name and where it stands."""
    return f"{place.name}, {place.address}" if place.address else place.name


STATUS_WORDS = {
    "scheduled": text("Takes place"),
    "cancelled": text("Cancelled"),
    "postponed": text("Postponed"),
    "moved": text("New place"),
    "full": text("Full"),
}
FREE = re.compile("^(免费|free)", re.IGNORECASE)


def free(fee: str | None) -> bool:
    """Whether a fee in words says that there is none."""
    return bool(FREE.match(fee or ""))


MOST_CARDS = 1 << 12  # whose markup each process remembers: an event stands in half a dozen lists
MOST_LATER = 8  # dates that a card knows of: for a weekly club two months, and sites are built more often


WHEELCHAIR = {"full": text("everywhere"), "partial": text("in part"), "none": text("not possible")}
ANSWERS = {None: "", True: text("yes").message, False: text("no").message}


def access_facts(place: Place) -> tuple[Fact, ...]:
    """How one gets to a place and in, as far as it is known."""
    venue = place.venue
    if venue is None:
        return ()
    facts = (
        Fact(
            text("Wheelchair access").message,
            WHEELCHAIR[venue.wheelchair].message if venue.wheelchair else "",
            worded=True,
        ),
        Fact(text("Lift").message, ANSWERS[venue.lift], worded=True),
        Fact(text("Accessible toilet").message, ANSWERS[venue.toilet], worded=True),
        Fact(text("Metro").message, venue.metro or ""),
        Fact(text("Bus").message, venue.bus or ""),
        Fact(text("Parking").message, venue.parking or ""),
    )
    return tuple(fact for fact in facts if fact.value)


def card(event: Event, number: int, *, turning: bool = False) -> Card:
    """A card for one of an event's dates, counted from 0; where `turning`, it turns to the next ones when that is over."""
    return _card(event.site, event.id, number, turning)


@query()
def _card(site: Site, event_id: str, number: int, turning: bool) -> Card:  # noqa: FBT001 - arguments of queries are positional
    event = site.event(event_id)
    fields = event.fields
    occurrences = event.dates.occurrences
    occurrence = occurrences[number]
    later = [one for one in occurrences if one.begins > occurrence.begins and one.status not in CALLED_OFF]
    opens, deadline = signup_window(event)
    return Card(
        address=event.address,
        title=fields.title,
        start=occurrence.start,
        end=occurrence.end,
        ends=occurrence.ends,
        opens=opens,
        deadline=deadline,
        status=occurrence.status,
        level=fields.level,
        place=place_name(event.place_of(occurrence)),
        district=event.district.name if event.district else "",
        programme=event.programme.name if event.programme else "",
        colour=colour_of(event),
        themes=tuple(facet_link(theme) for theme in event.themes),
        fee=fields.fee or "",
        summary=fields.summary or "",
        more=len(later),
        later=tuple(LaterDate(one.start, one.end, one.ends) for one in later[:MOST_LATER]) if turning else (),
        online=bool(fields.online),
        sample=fields.sample,
    )


def turning_card(event: Event, number: int) -> Card:
    """The same for a card that turns to the next dates."""
    return card(event, number, turning=True)


def signup_window(event: Event) -> tuple[datetime | None, datetime | None]:
    """From when until when one can sign up, as far as the file says; a date alone counts from its beginning, or to its end."""
    signup = event.fields.signup
    if not signup:
        return None, None
    deadline = signup.deadline
    until = as_datetime(deadline) + timedelta(days=0 if isinstance(deadline, datetime) else 1) if deadline else None
    return as_datetime(signup.opens) if signup.opens else None, until


def by_month(cards: Iterable[Card]) -> tuple[Group, ...]:
    """Cards that are in order, under the month in which each begins; and an empty group for each month to which one may turn."""
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
    """Which of an event's dates, counted from 0, is its first in a year."""
    for number, period in enumerate(event.periods):
        if period.begins.year == year:
            return number
    return None


def months_with(events: Iterable[Event], year: int) -> dict[date, list[Event]]:
    """The same without cards: the events by the first day of that month, in its order."""
    months: dict[int, list[Event]] = {}
    for event in events:
        if (first := first_in(event, year)) is not None:
            months.setdefault(event.periods[first].begins.month, []).append(event)
    return {date(year, month, 1): months[month] for month in sorted(months)}


def days_with(events: Iterable[Event], year: int) -> dict[date, list[Event]]:
    """The events by the day on which their first date in a year begins, in its order."""
    days: dict[date, list[Event]] = {}
    for event in events:
        if (first := first_in(event, year)) is not None:
            days.setdefault(event.periods[first].begins.date(), []).append(event)
    return {day: days[day] for day in sorted(days)}


def month_address(month: date) -> str:
    """The page of a month."""
    return f"/calendar/{month:%Y/%m}/"
