"""`/admin/`: a form in which staff write an event who never see a file. Made only if the config turns it on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from almanac.content.queries import source
from almanac.core.problems import text
from almanac.model.links import own_events
from almanac.model.site import Site
from almanac.render.static import MADE, static_pages
from almanac.site.event_sources import EventSource, event_source
from almanac.site.pages import Page, page
from almanac.site.staff_form import StaffForm, staff_form
from almanac.site.views import Head

ADDRESS = "/admin/"
SOURCE = "/admin/events/{id}.json"
# The parts of the form. Keys that no part names follow in the last one.
PARTS = (
    (text("What it is").message, ("title", "summary", "programme", "theme", "form")),
    (text("When").message, ("start", "end", "sessions", "repeat")),
    (text("Where").message, ("venue", "district", "online")),
    (text("Who").message, ("organiser", "co_organiser", "audience", "ages", "speakers")),
    (text("Taking part").message, ("fee", "signup")),
)
BY_DATES = frozenset({"except"})  # keys that one sets in the list of dates
FURTHER = text("Further details").message


class AdminView(msgspec.Struct, frozen=True):
    """The page: the parts of the form, each with its heading (a message) and its keys, and what its script is told."""

    head: Head
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    form: StaffForm


def pages(site: Site) -> Iterator[Page]:
    """The page, its script and its style sheet, and the source of each event that the form can change."""
    yield page(ADDRESS, "html:admin.html", admin_view)
    yield from chain.from_iterable(static_pages(site, address) for address in MADE["admin"])
    for event in own_events(site):
        yield page(SOURCE.format(id=event.id), "json", source_view, event.id, source=event.path)


def source_view(site: Site, event_id: str) -> EventSource:
    """The file of an event. One that cannot be changed line by line has no keys."""
    path = site.event(event_id).path
    data = source(site, path)
    found = event_source(path, data) if isinstance(data, bytes) else None
    return found or EventSource(path, "", {}, (), 0)


def admin_view(site: Site) -> AdminView:
    """The view of the page."""
    form = staff_form(site)
    named = {key for _, keys in PARTS for key in keys}
    rest = tuple(one.key for one in form.fields if one.key not in named | BY_DATES)
    head = Head(ADDRESS, text("Write an event").message, indexed=False)
    return AdminView(head, (*PARTS, (FURTHER, rest)), form)
