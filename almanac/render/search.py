"""The data of the search page as JSON: the searched words, the shown facts and the dates of each event."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from almanac.content.occurrences import Occurrence, as_datetime
from almanac.content.records.event import Level, Status
from almanac.content.recurrence import Moment
from almanac.core.json_text import as_json
from almanac.core.messages import gettext_of
from almanac.incremental import query
from almanac.model.changes import last_told_change
from almanac.model.events import Event
from almanac.model.site import Site
from almanac.site.dates import DateWords, iso
from almanac.site.pictures import picture_of
from almanac.site.pinyin import pinyin
from almanac.site.rhythms import is_daily, rhythm_of
from almanac.site.settings import Settings, site_settings
from almanac.site.views import colour_of, free, place_name, signup_window


class SearchEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event in the data of the search page. Facets are given by their keys; the page has their names.

    Empty and false fields are left out of the JSON. Moments are ISO 8601 with the offset of the site's zone. A date is
    `[start, end, text, status]`; the end is exclusive. `pinyin` holds the syllables of title and place. Coordinates are
    WGS-84 degrees, longitude first.
    """

    id: str
    address: str
    title: str
    colour: str
    level: Level
    dates: tuple[tuple[str, str, str, Status], ...]
    former: tuple[str, ...] = ()
    pinyin: str = ""
    picture: str = ""
    summary: str = ""
    place: str = ""
    coordinates: tuple[float, float] | None = None
    words: tuple[str, ...] = ()
    district: str = ""
    programme: str = ""
    themes: tuple[str, ...] = ()
    form: str = ""
    audiences: tuple[str, ...] = ()
    ages: str = ""
    organisers: tuple[str, ...] = ()
    fee: str = ""
    free: bool = False
    online: bool = False
    wheelchair: bool = False
    sample: bool = False
    daily: bool = False
    opens: str = ""
    deadline: str = ""
    changed: str = ""
    home: str = ""


class YearData(msgspec.Struct, frozen=True):
    """The events that have a date in a year, as JSON."""

    year: int
    events: tuple[bytes, ...]


def render(site: Site, view: YearData, argument: str) -> bytes:
    """`{"year": 2026, "events": […]}`; each event has the fields of SearchEntry."""
    del site, argument
    return b'{"year":%d,"events":[%s]}' % (view.year, b",".join(view.events))


@query(bytes)
def search_entry(site: Site, event_id: str) -> bytes:
    """An event in the data of the search page, as JSON."""
    return as_json(_entry(site.event(event_id), site_settings(site)))


@lru_cache  # holds the translated pattern of dates; settings are a frozen value
def _words(settings: Settings) -> DateWords:
    return DateWords(gettext_of(settings.language, settings.messages))


def _entry(event: Event, settings: Settings) -> SearchEntry:
    fields = event.fields
    opens, deadline = signup_window(event)
    place, picture = event.place, picture_of(event)
    venue = place.venue if place else None
    changed = last_told_change(event.site, event.id)
    return SearchEntry(
        id=event.id,
        address=event.address,
        title=fields.title,
        colour=colour_of(event),
        level=fields.level,
        dates=tuple([_dated(event, one, settings) for one in event.dates.occurrences]),
        former=event.former_ids,
        pinyin=pinyin(event.site, f"{fields.title} {place_name(place)}"),
        picture=picture.address if picture else "",
        summary=fields.summary or "",
        place=place_name(place),
        coordinates=_rounded(place.coordinates) if place and place.coordinates else None,
        words=(*(venue.aliases if venue else ()), *event.other_co_organisers),
        district=event.district.key if event.district else "",
        programme=event.programme.key if event.programme else "",
        themes=tuple([facet.key for facet in event.themes]),
        form=event.form.key if event.form else "",
        audiences=tuple([facet.key for facet in event.audiences]),
        ages=fields.ages or "",
        organisers=tuple(dict.fromkeys([facet.key for facet in (*event.organisers, *event.co_organisers)])),
        fee=fields.fee or "",
        free=free(fields.fee),
        online=bool(fields.online),
        wheelchair=bool(venue and venue.wheelchair == "full"),
        sample=fields.sample,
        daily=is_daily(event),
        opens=_instant(opens, settings) if opens else "",
        deadline=_instant(deadline, settings) if deadline else "",
        changed=_instant(changed.moment, settings) if changed else "",
        home=event.home.name if event.home else "",
    )


def _rounded(coordinates: tuple[float, float]) -> tuple[float, float]:
    """Coordinates to about ten metres: distances are shown in kilometres."""
    longitude, latitude = coordinates
    return round(longitude, 4), round(latitude, 4)


def _dated(event: Event, date: Occurrence, settings: Settings) -> tuple[str, str, str, Status]:
    return (
        _instant(date.start, settings),
        _instant(date.ends, settings),
        _words(settings).occasion(date.start, date.end, rhythm_of(event, date)),
        date.status,
    )


def _instant(moment: Moment, settings: Settings) -> str:
    return iso(as_datetime(moment), settings.zone)
