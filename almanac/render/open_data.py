"""Open data: every event for programs and spreadsheets. The argument is the form: `json`, `schema` (JSON Schema 2020-12) or `csv` (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

import msgspec
from msgspec import UNSET

from almanac.core.formulas import escape_formula as harmless
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.render import Settings, absolute
from almanac.site.open_data import Dataset, EventData, Named
from almanac.site.views import STATUS_WORDS

SCHEMA = "/data/events.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
BOM = "\ufeff"  # without it Excel takes UTF-8 for the code page of the machine
COLUMNS = (
    text("Title"), text("Start"), text("End"), text("Dates"), text("Status"), text("Programme"), text("Themes"), text("Organiser"), text("Co-organisers"),
    text("District"), text("Venue"), text("Address"), text("Online"), text("Audiences"), text("Fee"), text("Signing up"), text("Deadline"),
    text("Summary"), text("Sample"), text("Held"), text("Participants"), text("Link"), text("Updated"),
)  # fmt: skip
ANSWERS = {True: text("Yes"), False: text("No")}


class OpenData(msgspec.Struct, frozen=True):
    """All events; for the schema none are needed."""

    events: tuple[EventData, ...] = ()


def render(view: object, argument: str, settings: Settings) -> bytes:
    """The document in the form that the argument names."""
    if not isinstance(view, OpenData):
        raise TypeError(view)
    if argument == "schema":
        return _schema(settings)
    events = [_published(event, settings) for event in view.events]
    return _csv(events, settings) if argument == "csv" else _json(events, settings)


def depends(argument: str, settings: Settings) -> bytes:
    """The site's address, zone, language and words."""
    words = [file.read_bytes() for file in settings.messages]
    return msgspec.msgpack.encode(
        (argument, settings.base_url, settings.uid_host, settings.timezone, settings.language, settings.title, words)
    )


def _published(event: EventData, settings: Settings) -> EventData:
    """An event with whole addresses."""
    return msgspec.structs.replace(
        event,
        uid=f"{event.uid}@{settings.uid_host}",
        url=absolute(event.url, settings),
        ics=absolute(event.ics, settings),
    )


def _schema(settings: Settings) -> bytes:
    schema = {"$schema": DIALECT, "$id": absolute(SCHEMA, settings), **msgspec.json.schema(Dataset)}
    return msgspec.json.format(msgspec.json.encode(schema))


def _json(events: Iterable[EventData], settings: Settings) -> bytes:
    return msgspec.json.encode(
        Dataset(
            schema=absolute(SCHEMA, settings),
            title=settings.title,
            url=settings.base_url,
            timezone=settings.timezone,
            language=settings.language,
            events=tuple(events),
        )
    )


def _csv(events: Iterable[EventData], settings: Settings) -> bytes:
    translate = gettext_of(settings.language, settings.messages)
    written = StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow([translate(column.message) for column in COLUMNS])
    for event in events:
        rows.writerow([harmless(cell) for cell in _cells(event, translate)])
    return f"{BOM}{written.getvalue()}".encode()


def _cells(event: EventData, translate: Translate) -> Iterator[str]:
    """One event in the order of the columns; start and end are those of all its dates."""
    signup, venue, result = event.signup, event.venue, event.result
    yield from (
        event.title,
        _plain(event.dates[0].start),
        _plain(max(date.end or date.start for date in event.dates)),
        str(len(event.dates)),
        translate(STATUS_WORDS[event.status].message),
    )
    yield from (
        _one(event.programme),
        _many(event.themes),
        _many(event.organisers),
        _many(event.co_organisers),
        _one(event.district),
    )
    yield from (
        venue.name if venue else "",
        venue.address or "" if venue else "",
        event.online or "",
        _many(event.audiences),
        event.fee or "",
    )
    yield from (
        " ".join(part for part in (signup.how, signup.phone, signup.url) if part) if signup else "",
        _plain(signup.deadline or "") if signup else "",
    )
    yield from (event.summary or "", translate(ANSWERS[True].message) if event.sample else "")
    yield from (
        translate(ANSWERS[result.held].message) if result else "",
        str(result.participants) if result and result.participants is not UNSET else "",
    )
    yield from (event.url, _plain(event.updated))


def _plain(moment: str) -> str:
    """A moment as a spreadsheet reads it: 2026-12-05 14:00, local time of the site."""
    return moment[:16].replace("T", " ")


def _one(named: Named | msgspec.UnsetType) -> str:
    return named.name if named else ""


def _many(named: Iterable[Named]) -> str:
    return "、".join(one.name for one in named)
