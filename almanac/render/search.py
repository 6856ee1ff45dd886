"""The data of the search page as JSON: for each event what is searched, what is shown, and its dates in words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache, partial

import msgspec

from almanac.build.parts import Bytes, make_parts
from almanac.content.records.event import Level, Status
from almanac.core.digests import digest, digest_bytes, engine_version
from almanac.core.messages import gettext_of
from almanac.model.catalogue import Event
from almanac.content.occurrences import Moment, Occurrence, as_datetime
from almanac.render import Settings
from almanac.render.dates import DateWords, iso
from almanac.site.views import colour_of, free, place_name, signup_window


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event as the search page knows it; facets are given by their keys, whose names the page has. What is empty or false is left out: most of it is.

    Moments are ISO 8601 with the offset of the site's zone. A date is `[start, end, text, status]`, over from its end on.
    """

    id: str
    address: str
    title: str
    colour: str
    level: Level
    dates: tuple[tuple[str, str, str, Status], ...]
    former: tuple[str, ...] = ()
    summary: str = ""
    place: str = ""
    words: tuple[str, ...] = ()
    district: str = ""
    programme: str = ""
    themes: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    organisers: tuple[str, ...] = ()
    fee: str = ""
    free: bool = False
    online: bool = False
    wheelchair: bool = False
    sample: bool = False
    opens: str = ""
    deadline: str = ""


class YearData(msgspec.Struct, frozen=True):
    """The events that have a date in a year, with all their dates. They are thousands: what is made of each is a part."""

    year: int
    events: tuple[Event, ...]


def render(view: object, argument: str, settings: Settings) -> bytes:
    """`{"year", "events": [{…, "dates": [[start, end, text, status], …]}]}`; moments are ISO 8601 with the offset of the site's zone."""
    if not isinstance(view, YearData):
        raise TypeError(view)
    return b'{"year":%d,"events":[%s]}' % (view.year, b",".join(_parts(view.events, argument, settings)))


def gather(events: Iterable[Event], argument: str, settings: Settings) -> None:
    """Makes what the data of years will ask of these events."""
    _parts(events, argument, settings)


def depends(argument: str, settings: Settings) -> bytes:
    """The words of dates, and the zone."""
    words = (file.digest.encode() for file in settings.messages)
    return b"\0".join((argument.encode(), settings.timezone.encode(), settings.language.encode(), *words))


def _parts(events: Iterable[Event], argument: str, settings: Settings) -> list[Bytes]:
    """What is told of each event."""
    ground = _ground(argument, settings)
    return make_parts(
        "search",
        {digest(ground, event.digest): event for event in events},
        partial(map, partial(_encoded, settings=settings)),
    )


@lru_cache
def _ground(argument: str, settings: Settings) -> bytes:
    """What every event's part depends on."""
    return digest_bytes(engine_version().encode(), depends(argument, settings))


@lru_cache
def _words(settings: Settings) -> DateWords:
    return DateWords(gettext_of(settings.language, settings.messages))


def _encoded(event: Event, settings: Settings) -> bytes:
    return msgspec.json.encode(_found(event, settings))


def _found(event: Event, settings: Settings) -> Found:
    fields = event.fields
    opens, deadline = signup_window(event)
    place = event.place
    venue = place.venue if place else None
    return Found(
        id=event.id,
        address=event.address,
        title=fields.title,
        colour=colour_of(event),
        level=fields.level,
        dates=tuple([_dated(one, settings) for one in event.dates.occurrences]),
        former=event.former_ids,
        summary=fields.summary or "",
        place=place_name(place),
        words=tuple(venue.aliases) if venue else (),
        district=event.district.key if event.district else "",
        programme=event.programme.key if event.programme else "",
        themes=tuple([facet.key for facet in event.themes]),
        audiences=tuple([facet.key for facet in event.audiences]),
        organisers=tuple(dict.fromkeys([facet.key for facet in (*event.organisers, *event.co_organisers)])),
        fee=fields.fee or "",
        free=free(fields.fee),
        online=bool(fields.online),
        wheelchair=bool(venue and venue.wheelchair == "full"),
        sample=fields.sample,
        opens=_instant(opens, settings) if opens else "",
        deadline=_instant(deadline, settings) if deadline else "",
    )


def _dated(date: Occurrence, settings: Settings) -> tuple[str, str, str, Status]:
    return (
        _instant(date.start, settings),
        _instant(date.ends, settings),
        _words(settings).span(date.start, date.end),
        date.status,
    )


def _instant(moment: Moment, settings: Settings) -> str:
    return iso(as_datetime(moment), settings.zone)
