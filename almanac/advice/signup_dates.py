"""Dates of signing up that contradict the dates of the event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from almanac.content.occurrences import as_datetime, shown
from almanac.core.problems import Location, Problem, text
from almanac.model.events import Event
from almanac.model.site import Site
from almanac.site.views import signup_window

MEANING = text("The dates of signing up contradict the dates of the event.")


def find(site: Site) -> Iterator[Problem]:
    """Deadlines after the start of the last date, and signing up that opens after its deadline."""
    for event in site.events:
        signup = event.fields.signup
        if signup and signup.deadline and as_datetime(signup.deadline) > _last_start(event):
            message = text(
                "The deadline ({deadline}) lies after the start ({start}).",
                deadline=shown(signup.deadline),
                start=shown(_last_start(event)),
            )
            yield Problem(
                Location(event.path, key=("signup", "deadline")),
                message,
                text("Check the deadline and the date of the event."),
            )
        opens, until = signup_window(event)
        if signup and signup.deadline and signup.opens and opens and until and opens >= until:
            message = text(
                "Signing up opens ({opens}) after its deadline ({deadline}).",
                opens=shown(signup.opens),
                deadline=shown(signup.deadline),
            )
            yield Problem(Location(event.path, key=("signup", "opens")), message, text("Check both dates."))


def _last_start(event: Event) -> datetime:
    """The start of the last date; for an all-day date the end of its last day, since people may join until then."""
    last = event.dates.occurrences[-1]
    return last.ends if last.all_day else last.begins
