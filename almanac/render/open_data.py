"""Open data: all events for programs and spreadsheets.

The argument is the form: `json`, `schema` (JSON Schema 2020-12) or `csv` (RFC 4180).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import UNSET

from almanac.content.open_data import Dataset, EventData, Named
from almanac.core.csv_rows import BOM, csv_row
from almanac.core.formulas import escape_formula as harmless
from almanac.core.json_text import as_json
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.incremental import query
from almanac.model.site import Site
from almanac.model.words import STATUS_WORDS
from almanac.site.open_data import event_data
from almanac.site.settings import Settings, absolute, site_settings, whole_uid

SCHEMA_ADDRESS = "/data/events.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
COLUMNS = (
    text("Title"), text("Start"), text("End"), text("Dates"), text("Status"),
    text("Programme"), text("Themes"), text("Organiser"), text("Co-organisers"), text("District"),
    text("Venue"), text("Address"), text("Online"), text("Audiences"), text("Fee"),
    text("Signing up"), text("Deadline"), text("Summary"), text("Sample"), text("Held"),
    text("Participants"), text("Link"), text("Updated"), text("Form of event"), text("Ages"),
)  # fmt: skip
ANSWERS = {True: text("Yes"), False: text("No")}


class EventDocuments(msgspec.Struct, frozen=True):
    """An event in both forms of the data."""

    json: bytes
    csv: str


def render(site: Site, view: tuple[Any, ...], argument: str) -> bytes:
    """The document in the form of the argument; `view` holds the events in that form."""
    if argument == "schema":
        return _schema(site_settings(site))
    return _csv(view, site_settings(site)) if argument == "csv" else _json(view, site_settings(site))


@query(EventDocuments)
def event_documents(site: Site, event_id: str) -> EventDocuments:
    """An event in both forms."""
    known = site_settings(site)
    event = _published(event_data(site.event(event_id), known.zone), known)
    translate = gettext_of(known.language, known.messages)
    return EventDocuments(as_json(event), csv_row([harmless(cell) for cell in _cells(event, translate)]))


def _published(event: EventData, settings: Settings) -> EventData:
    """The event with scheme and host in its addresses and its UID."""
    return msgspec.structs.replace(
        event,
        uid=whole_uid(event.uid, settings),
        url=absolute(event.url, settings),
        ics=absolute(event.ics, settings),
    )


def _schema(settings: Settings) -> bytes:
    schema = {"$schema": DIALECT, "$id": absolute(SCHEMA_ADDRESS, settings), **msgspec.json.schema(Dataset)}
    return msgspec.json.format(as_json(schema))


def _json(events: Iterable[bytes], settings: Settings) -> bytes:
    head = Dataset(
        schema=absolute(SCHEMA_ADDRESS, settings),
        title=settings.title,
        url=settings.base_url,
        timezone=settings.timezone,
        language=settings.language,
        events=(),
    )
    return as_json(head).removesuffix(b"]}") + b",".join(events) + b"]}"


def _csv(rows: Iterable[str], settings: Settings) -> bytes:
    translate = gettext_of(settings.language, settings.messages)
    head = csv_row([translate(column.message) for column in COLUMNS])
    return f"{BOM}{head}{''.join(rows)}".encode()


def _cells(event: EventData, translate: Translate) -> Iterator[str]:
    """The cells of an event in the order of COLUMNS. Start and end span all its dates."""
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
        "、".join([*(one.name for one in event.co_organisers), *event.other_co_organisers]),
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
    yield from (event.url, _plain(event.updated), _one(event.form), event.ages or "")


def _plain(moment: str) -> str:
    """A moment as spreadsheets read it: 2026-12-05 14:00, local time of the site."""
    return moment[:16].replace("T", " ")


def _one(named: Named | msgspec.UnsetType) -> str:
    return named.name if named else ""


def _many(named: Iterable[Named]) -> str:
    return "、".join(one.name for one in named)
