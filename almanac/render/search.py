"""The data of the search page as JSON: for each event what is searched, what is shown, and its dates in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from almanac.content.records.event import Level, Status
from almanac.messages import translations
from almanac.occurrences import Moment, as_datetime
from almanac.render import Settings
from almanac.render.dates import DateWords, iso


@dataclass(frozen=True)
class Dated:
    """One date of an event: over from `ends` on."""

    start: Moment
    end: Moment | None
    ends: datetime
    status: Status


@dataclass(frozen=True)
class Found:
    """An event as the search page knows it; facets are given by their keys, whose names the page has."""

    id: str
    former: tuple[str, ...]
    address: str
    title: str
    summary: str
    place: str
    words: tuple[str, ...]
    district: str
    programme: str
    themes: tuple[str, ...]
    audiences: tuple[str, ...]
    organisers: tuple[str, ...]
    colour: str
    level: Level
    fee: str
    free: bool
    online: bool
    wheelchair: bool
    sample: bool
    opens: datetime | None
    deadline: datetime | None
    dates: tuple[Dated, ...]


@dataclass(frozen=True)
class YearData:
    """The events that have a date in a year, with all their dates."""

    year: int
    events: tuple[Found, ...]


def render(view: object, argument: str, settings: Settings) -> bytes:
    """`{"year", "events": [{…, "dates": [[start, end, text, status], …]}]}`; moments are ISO 8601 with the offset of the site's zone."""
    del argument
    if not isinstance(view, YearData):
        raise TypeError(view)
    words = DateWords(translations(settings.language, settings.messages).gettext)
    return msgspec.json.encode({"year": view.year, "events": [_event(found, words, settings) for found in view.events]})


def depends(argument: str, settings: Settings) -> bytes:
    """The words of dates, and the zone."""
    words = (file.read_bytes() for file in settings.messages)
    return b"\0".join((argument.encode(), settings.timezone.encode(), settings.language.encode(), *words))


def _event(found: Found, words: DateWords, settings: Settings) -> dict[str, Any]:
    """What is empty or false is left out: most of it is."""

    def instant(moment: Moment) -> str:
        return iso(as_datetime(moment), settings.zone)

    shown = {name: value for name, value in vars(found).items() if value and name not in {"dates", "opens", "deadline"}}
    window = {name: instant(value) for name in ("opens", "deadline") if (value := getattr(found, name))}
    dates = [[instant(one.start), instant(one.ends), words.span(one.start, one.end), one.status] for one in found.dates]
    return {**shown, **window, "dates": dates}
