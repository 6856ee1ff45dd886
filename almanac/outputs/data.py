"""`/data/events.json` with its schema, `/data/events.csv`, and `/data/`, which explains them: every event for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_type_hints
from zoneinfo import ZoneInfo

import msgspec

from almanac.build.pages import Page, recipe
from almanac.model.catalogue import Catalogue, Event
from almanac.render.open_data import SCHEMA, OpenData
from almanac.site.menus import DATA
from almanac.site.open_data import EventData, event_data
from almanac.site.views import Head, Link

FILES = (Link("JSON", "/data/events.json"), Link("CSV", "/data/events.csv"), Link("JSON Schema", SCHEMA))


class DataView(msgspec.Struct, frozen=True):
    """The files, and what each field of an event means (messages)."""

    head: Head
    files: tuple[Link, ...]
    fields: tuple[tuple[str, str], ...]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The three files and their page."""
    everything = recipe(open_data, catalogue.events, catalogue.config.timezone)
    yield Page("/data/events.json", "open_data:json", everything)
    yield Page("/data/events.csv", "open_data:csv", everything)
    yield Page(SCHEMA, "open_data:schema", OpenData())
    yield Page(DATA.address, "html:data.html", DataView(Head(DATA.address, DATA.name), FILES, tuple(_fields())))


def open_data(events: tuple[Event, ...], timezone: str) -> OpenData:
    """Every event as other programs see it."""
    zone = ZoneInfo(timezone)
    return OpenData(tuple(event_data(event, zone) for event in events))


def _fields() -> Iterator[tuple[str, str]]:
    for name, hint in get_type_hints(EventData, include_extras=True).items():
        yield name, hint.__metadata__[0].description
