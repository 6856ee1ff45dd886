"""Open data: `/data/events.json`, its schema, `/data/events.csv`, and `/data/`, which explains them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_type_hints

import msgspec

from almanac.content.config import OpenData
from almanac.content.open_data import EVENTS_JSON, EventData
from almanac.model.links import order
from almanac.model.site import Site
from almanac.render.open_data import SCHEMA_ADDRESS, event_documents
from almanac.site.menus import DATA
from almanac.site.pages import Page, no_view, page
from almanac.site.views import Head, Link

FILES = (Link("JSON", EVENTS_JSON), Link("CSV", "/data/events.csv"), Link("JSON Schema", SCHEMA_ADDRESS))


class DataView(msgspec.Struct, frozen=True):
    """The files, the terms of the config, and the name and the meaning (a message) of each field of an event."""

    head: Head
    files: tuple[Link, ...]
    terms: OpenData
    fields: tuple[tuple[str, str], ...]


def pages(site: Site) -> Iterator[Page]:
    """The three files and their page."""
    del site
    yield page(EVENTS_JSON, "open_data:json", events_as, "json", large=True)
    yield page("/data/events.csv", "open_data:csv", events_as, "csv", large=True)
    yield page(SCHEMA_ADDRESS, "open_data:schema", no_view)
    yield page(DATA.address, "html:data.html", data_view, indexed=True)


def events_as(site: Site, form: str) -> tuple[bytes | str, ...]:
    """Every event in the form `json` or `csv`."""
    return tuple([getattr(event_documents(site, event_id), form) for event_id in order(site)])


def data_view(site: Site) -> DataView:
    """The view of the page that explains the files."""
    return DataView(Head(DATA.address, DATA.name), FILES, site.config.open_data, tuple(_fields()))


def _fields() -> Iterator[tuple[str, str]]:
    for name, hint in get_type_hints(EventData, include_extras=True).items():
        yield name, hint.__metadata__[0].description
