"""Calendars and their entries as icalendar writes them (RFC 5545, RFC 7986). It is slow to load, and so are only those who have something to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from icalendar import Calendar, vCategory, vDatetime, vDDDTypes, vGeo, vInt, vRecur, vText, vUri
from icalendar.parser import Contentline

from almanac.content.occurrences import Moment, rule_parts, rule_until
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.model.events import Place
from almanac.render.timezones import vtimezone
from almanac.site.calendars import Feed
from almanac.site.dates import DateWords
from almanac.site.settings import Settings, absolute
from almanac.site.vevents import PREFIXES, Entry
from almanac.site.views import full_place

CRLF = b"\r\n"
END = b"END:VCALENDAR\r\n"
BEGIN, END_OF_EVENT = b"BEGIN:VEVENT", b"END:VEVENT\r\n"
PRODID = "-//Almanac//Kepu Calendar//ZH"
REFRESH = timedelta(hours=6)
LONGEST_LINE = 75  # octets, from which on icalendar folds (section 3.1)
MOST_SHARED = (
    512  # lines that are remembered: of places and themes, of which as many at least have something every few weeks
)
LONGEST_DESCRIPTION = 4000  # characters: Outlook and Google stop at 8,192, and nobody reads so far
STATUSES = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}


def feed_opening(feed: Feed, settings: Settings) -> bytes:
    """The beginning of a feed, up to its entries."""
    return _opening(_head(feed, settings))


@lru_cache
def file_opening(settings: Settings) -> bytes:
    """The beginning of the files of single events, which all open alike."""
    return _opening(_calendar(settings))


def written(entries: Iterable[Entry], settings: Settings) -> list[bytes]:
    """Each entry as a VEVENT (RFC 5545, section 3.6.1)."""
    return [
        CRLF.join((BEGIN, *_lines(_properties(entry, settings)), *_shared_lines(entry, settings), END_OF_EVENT))
        for entry in entries
    ]


def _opening(calendar: Calendar) -> bytes:
    whole: bytes = calendar.to_ical()
    return whole.removesuffix(END)


def _calendar(settings: Settings) -> Calendar:
    calendar = Calendar()
    calendar.add("PRODID", PRODID)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add_component(vtimezone(settings.timezone))
    return calendar


def _head(feed: Feed, settings: Settings) -> Calendar:
    calendar = _calendar(settings)
    for name in ("NAME", "X-WR-CALNAME"):
        calendar.add(name, vText(_name(feed, settings)))
    for name in ("DESCRIPTION", "X-WR-CALDESC"):
        calendar.add(name, vText(feed.description))
    calendar.add("X-WR-TIMEZONE", vText(settings.timezone))
    calendar.add("REFRESH-INTERVAL", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vText("PT6H"))
    calendar.add("SOURCE", vUri(absolute(feed.address, settings)), parameters={"VALUE": "URI"})
    calendar.add("URL", vUri(absolute(feed.page, settings, feed.query)))
    calendar.add("COLOR", vText(feed.colour))
    return calendar


def _name(feed: Feed, settings: Settings) -> str:
    if feed.months is None:
        return feed.name
    return f"{feed.name} · {DateWords(gettext_of(settings.language, settings.messages)).months(feed.months)}"


def _lines(properties: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
    """The lines of properties, as an icalendar component writes them, which looks at every character of every line; here only at those of lines that may be folded."""
    for name, value in properties:
        folding = Contentline.from_parts(name, value.params, value)
        line = folding.encode()
        yield line if len(line) < LONGEST_LINE else folding.to_ical()


def _shared_lines(entry: Entry, settings: Settings) -> Iterator[bytes]:
    """What many entries say alike, each written once."""
    yield _line("STATUS", vText, _status(entry, settings))
    if not isinstance(entry.start, datetime):
        yield _line("TRANSP", vText, "TRANSPARENT")
    if entry.categories:
        yield _line("CATEGORIES", vCategory, entry.categories)
    if entry.place:
        yield _place_lines(entry.place)


@lru_cache(MOST_SHARED)
def _line(name: str, kind: Callable[[Any], Any], value: str | tuple[str, ...]) -> bytes:
    return CRLF.join(_lines([(name, kind(value))]))


@lru_cache(MOST_SHARED)
def _place_lines(place: Place) -> bytes:
    """What calendars are told of a place."""
    location = full_place(place)
    if not place.coordinates:
        return CRLF.join(_lines([("LOCATION", vText(location))]))
    longitude, latitude = place.coordinates
    parameters = {"VALUE": "URI", "X-APPLE-RADIUS": "100", "X-TITLE": location.replace('"', "'")}
    apple = vUri(f"geo:{latitude},{longitude}", params=parameters)
    return CRLF.join(
        _lines(
            [
                ("GEO", vGeo((latitude, longitude))),
                ("LOCATION", vText(location)),
                ("X-APPLE-STRUCTURED-LOCATION", apple),
            ]
        )
    )


def _properties(entry: Entry, settings: Settings) -> Iterator[tuple[str, Any]]:
    """What only this entry says, in the order in which an icalendar Event writes it. Its values are given as icalendar's own types: what `add` would find out for each is known here."""
    translate = gettext_of(settings.language, settings.messages)
    changed = vDatetime(entry.updated.replace(tzinfo=settings.zone).astimezone(UTC))
    yield "SUMMARY", vText(_summary(entry, translate))
    yield "DTSTART", _zoned(entry.start, settings)
    if not isinstance(entry.start, datetime):
        yield "DTEND", _zoned((entry.end or entry.start) + timedelta(days=1), settings)  # exclusive, section 3.6.1
    elif entry.end is not None:
        yield "DTEND", _zoned(entry.end, settings)
    yield "DTSTAMP", changed
    yield "UID", vText(f"{entry.uid}@{settings.uid_host}")
    if entry.recurrence is not None:
        yield "RECURRENCE-ID", _zoned(entry.recurrence, settings)
    yield "SEQUENCE", vInt(entry.sequence)
    if entry.rule:
        yield "RRULE", vRecur.from_ical(_rule(entry.rule, entry.start, settings))
    for day in entry.excluded:
        yield (
            "EXDATE",
            _zoned(datetime.combine(day, entry.start.time()) if isinstance(entry.start, datetime) else day, settings),
        )
    yield "DESCRIPTION", vText(_description(entry, settings, translate))
    yield "LAST-MODIFIED", changed
    if entry.online and not entry.place:
        yield "LOCATION", vText(entry.online)
    yield "URL", vUri(absolute(entry.address, settings))


def _zoned(moment: Moment, settings: Settings) -> vDatetime | vDDDTypes:
    """A moment of the site's zone, or a date with the parameter that says so."""
    if not isinstance(moment, datetime):
        return vDDDTypes(moment)
    zoned = vDatetime(moment)
    zoned.params.tzid = (
        settings.timezone
    )  # its name is known: from a moment with a zone, icalendar would look it up again and again
    return zoned


def _rule(rule: str, start: Moment, settings: Settings) -> str:
    """The rule with UNTIL of the kind that DTSTART asks for: a date, or a moment in UTC (section 3.3.10)."""
    parts = rule_parts(rule)
    if "UNTIL" in parts:
        until = rule_until(rule)
        in_utc = until.replace(tzinfo=settings.zone).astimezone(UTC)
        parts["UNTIL"] = f"{in_utc:%Y%m%dT%H%M%SZ}" if isinstance(start, datetime) else f"{until:%Y%m%d}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _summary(entry: Entry, translate: Translate) -> str:
    titled = f"{entry.title} · {entry.note}" if entry.note else entry.title
    prefix = PREFIXES.get(entry.status)
    return translate(prefix.message).format(title=titled) if prefix else titled


def _status(entry: Entry, settings: Settings) -> str:
    if settings.feeds.cancelled_in_feeds == "notice" and entry.status == "cancelled":
        return "CONFIRMED"  # Google removes what is CANCELLED without a word
    return STATUSES.get(entry.status, "CONFIRMED")


LABELS = (text("Organiser"), text("Fee"), text("Signing up"), text("Online"))


def _description(entry: Entry, settings: Settings, translate: Translate) -> str:
    """Plain text that ends with the event's address."""
    labelled = zip(LABELS, ("、".join(entry.organisers), entry.fee, entry.signup, entry.online), strict=True)
    lines = [
        entry.status_note,
        entry.summary,
        *(
            translate("{label}: {value}").format(label=translate(label.message), value=value)
            for label, value in labelled
            if value
        ),
        translate("Sample: this event is made up.") if entry.sample else "",
    ]
    told = "\n".join(line for line in lines if line)[:LONGEST_DESCRIPTION]
    address = absolute(entry.address, settings)
    return f"{told}\n{address}" if told else address
