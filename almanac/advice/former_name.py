"""A former name of a programme in the text of a later event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from almanac.core.problems import Location, Problem, text
from almanac.model.events import Event
from almanac.model.site import Site

MEANING = text("The text uses a name that the programme no longer has.")


def find(site: Site) -> Iterator[Problem]:
    """Events that use a former name of a programme in title, summary or text after its last day."""
    former = [
        (name.name, name.until, programme.name)
        for programme in site.facets("programmes")
        if programme.fields
        for name in programme.fields.former_names
    ]
    for event in site.events:
        for name, until, now in former:
            yield from _problems(event, name, until, now)


def _problems(event: Event, name: str, until: date, now: str) -> Iterator[Problem]:
    if event.begins.date() <= until:
        return
    places = (("title", event.fields.title), ("summary", event.fields.summary or ""), ("", event.body))
    for key, words in places:
        if name in words:
            message = text(
                "“{name}” was the name until {day}; now it is “{now}”.", name=name, day=until.isoformat(), now=now
            )
            yield Problem(
                Location(event.path, key=(key,) if key else (), quote=name), message, text("Write “{now}”.", now=now)
            )
            return
