"""Calendars and their entries, written with icalendar (RFC 5545, RFC 7986)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from icalendar import Calendar, Event, vCategory, vDatetime, vDDDTypes, vRecur, vText, vUri

from almanac.content.recurrence import Moment, published_rule
from almanac.core.coordinates import degrees
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.core.web_addresses import uri
from almanac.model.events import Place
from almanac.render.timezones import vtimezone
from almanac.site.announcements import document_addresses, lines, titled
from almanac.site.calendars import CalendarFeed
from almanac.site.dates import DateWords
from almanac.site.settings import Settings, absolute, whole_uid
from almanac.site.vevents import CalendarEntry
from almanac.site.views import full_place

END = b"END:VCALENDAR\r\n"
PRODID = "-//Almanac//Kepu Calendar//{language}"
REFRESH = timedelta(hours=6)
LONGEST_DESCRIPTION = 4000  # characters; Outlook and Google cut descriptions at 8,192
ONLINE = text("Online")
CLOSES, EVENT_TIME = text("Sign-up closes: {title}"), text("Event")
STATUSES = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}


ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n", "\r": None})


class Words(vText):
    """A TEXT (RFC 5545, section 3.3.11). icalendar's own class takes a backslash before N for a line break."""

    def to_ical(self) -> bytes:
        """The text with its escapes."""
        return self.translate(ESCAPES).encode()


class Categories(vCategory):
    """A list of TEXT, likewise."""

    def to_ical(self) -> bytes:
        """The texts with their escapes, separated by commas."""
        return b",".join(Words(str(one)).to_ical() for one in self.cats)


def feed_opening(feed: CalendarFeed, settings: Settings) -> bytes:
    """The beginning of a feed, up to its entries."""
    return _opening(_head(feed, settings), settings)


@lru_cache  # the same bytes for thousands of files; settings are a frozen value
def file_opening(settings: Settings) -> bytes:
    """The beginning of every file of a single event."""
    return _opening(_calendar(settings), settings)


def written(entries: Iterable[CalendarEntry], settings: Settings) -> list[bytes]:
    """Each entry as a VEVENT (RFC 5545, section 3.6.1)."""
    return [_event(entry, settings).to_ical(sorted=False) for entry in entries]


def _opening(calendar: Calendar, settings: Settings) -> bytes:
    """The head of a calendar with its VTIMEZONE."""
    head: bytes = calendar.to_ical()
    return head.removesuffix(END) + vtimezone(settings.timezone)


def _calendar(settings: Settings) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODID.format(language=settings.language.partition("-")[0].upper()))
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    return calendar


def _head(feed: CalendarFeed, settings: Settings) -> Calendar:
    calendar = _calendar(settings)
    for name in ("NAME", "X-WR-CALNAME"):
        calendar.add(name, Words(_name(feed, settings)))
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        calendar.add(name, Words(feed.description))
    calendar.add("X-WR-TIMEZONE", Words(settings.timezone))
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", Words("PT6H"))
    calendar.add("SOURCE", vUri(absolute(feed.address, settings)), parameters={"VALUE": "URI"})
    calendar.add("URL", vUri(absolute(feed.page, settings, feed.query)))
    calendar.add("COLOR", Words(feed.colour))
    return calendar


def _name(feed: CalendarFeed, settings: Settings) -> str:
    if feed.months is None:
        return feed.name
    return f"{feed.name} · {DateWords(gettext_of(settings.language, settings.messages)).months(feed.months)}"


def _event(entry: CalendarEntry, settings: Settings) -> Event:
    """A VEVENT. Properties are written in the order of the calls: another order would change every feed."""
    translate = gettext_of(settings.language, settings.messages)
    event = Event()
    event.add("SUMMARY", Words(_summary(entry, translate)))
    event.add("DTSTART", _zoned(entry.start, settings))
    if not isinstance(entry.start, datetime):
        event.add("DTEND", _zoned((entry.end or entry.start) + timedelta(days=1), settings))  # exclusive, section 3.6.1
    elif entry.end is not None:
        event.add("DTEND", _zoned(entry.end, settings))
    changed = vDatetime(entry.updated)
    event.add("DTSTAMP", changed)
    event.add("UID", Words(whole_uid(entry.uid, settings)))
    if entry.recurrence is not None:
        event.add("RECURRENCE-ID", _zoned(entry.recurrence, settings))
    event.add("SEQUENCE", entry.sequence)
    if entry.rule:
        event.add("RRULE", vRecur.from_ical(published_rule(entry.rule, entry.start, settings.zone)))
    for day in entry.excluded:
        excluded = datetime.combine(day, entry.start.time()) if isinstance(entry.start, datetime) else day
        event.add("EXDATE", _zoned(excluded, settings))
    event.add("DESCRIPTION", Words(_description(entry, settings, translate)))
    event.add("LAST-MODIFIED", changed)
    if entry.told.online and not entry.place and not entry.event:
        event.add("LOCATION", Words(entry.told.online))
    event.add("URL", vUri(absolute(entry.address, settings)))
    event.add("STATUS", _status(entry, settings))
    if not isinstance(entry.start, datetime):
        event.add("TRANSP", "TRANSPARENT")
    if entry.categories:
        event.add("CATEGORIES", Categories(list(entry.categories)))
    if entry.place:
        _add_place(event, entry.place)
    _add_links(event, entry, settings, translate)
    return event


def _add_links(event: Event, entry: CalendarEntry, settings: Settings, translate: Translate) -> None:
    """Adds the documents, and the address at which people follow an event (RFC 7986, section 5.11)."""
    for address in document_addresses(entry.told, settings):
        event.add("ATTACH", vUri(address))
    if entry.told.online:
        label = {"VALUE": "URI", "LABEL": translate(ONLINE.message)}
        event.add("CONFERENCE", vUri(uri(entry.told.online), params=label))


def _add_place(event: Event, place: Place) -> None:
    location = full_place(place)
    if not place.exact_coordinates:
        event.add("LOCATION", Words(location))
        return
    longitude, latitude = map(degrees, place.exact_coordinates)
    parameters = {"VALUE": "URI", "X-APPLE-RADIUS": "100", "X-TITLE": location.replace('"', "'")}
    event.add("GEO", vUri(f"{latitude};{longitude}"))  # vGeo writes small numbers with an exponent
    event.add("LOCATION", Words(location))
    event.add("X-APPLE-STRUCTURED-LOCATION", vUri(f"geo:{latitude},{longitude}", params=parameters))


def _zoned(moment: Moment, settings: Settings) -> vDatetime | vDDDTypes:
    """A local time with the TZID of the site, or a date with VALUE=DATE."""
    if not isinstance(moment, datetime):
        return vDDDTypes(moment)
    zoned = vDatetime(moment)
    zoned.params["TZID"] = settings.timezone
    return zoned


def _summary(entry: CalendarEntry, translate: Translate) -> str:
    title = f"{entry.title} · {entry.note}" if entry.note else entry.title
    title = translate(CLOSES.message).format(title=title) if entry.event else title
    return titled(title, entry.status, translate, sample=entry.told.sample)


def _status(entry: CalendarEntry, settings: Settings) -> str:
    if settings.feeds.cancelled_in_feeds == "notice" and entry.status == "cancelled":
        return "CONFIRMED"  # Google deletes CANCELLED entries without a notice
    return STATUSES.get(entry.status, "CONFIRMED")


def _description(entry: CalendarEntry, settings: Settings, translate: Translate) -> str:
    """Plain text that ends with the address of the event's page."""
    found = lines(entry.told, translate)
    if entry.event:
        when = DateWords(translate).span(entry.event.start, entry.event.end)
        found.insert(0, translate("{label}: {value}").format(label=translate(EVENT_TIME.message), value=when))
    told = "\n".join(found)[:LONGEST_DESCRIPTION]
    address = absolute(entry.address, settings)
    return f"{told}\n{address}" if told else address
