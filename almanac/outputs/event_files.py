"""`/events/<id>.ics`: one event for any calendar, and `/events/<id>/<session>.ics` for each date that one attends for itself."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.catalogue import Catalogue
from almanac.pages import Page
from almanac.render.ics import File
from almanac.vevents import entries
from almanac.views import file_address, session_file_address


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The calendar files of each event."""
    for event in catalogue.events:
        spans = tuple(entries(event))
        yield Page(file_address(event), "ics:file", File(tuple(span.entry for span in spans)), event.path)
        for occurrence, span in zip(event.dates.occurrences, spans, strict=False):
            if occurrence.session:
                yield Page(session_file_address(event, occurrence), "ics:file", File((span.entry,)), event.path)
