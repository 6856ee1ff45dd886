"""Dates of signing up that do not go with the event's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from almanac.core.problems import Location, Problem, text
from almanac.model.catalogue import Catalogue, Event
from almanac.content.occurrences import as_datetime, shown
from almanac.site.views import signup_window

MEANING = text("The dates of signing up do not go with those of the event.")


def find(catalogue: Catalogue) -> Iterator[Problem]:
    """Deadlines after the last date has begun, and signing up that opens when it is over."""
    for event in catalogue.events:
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
    """When the last date begins; of all-day dates, the end of their last day: until then one may join."""
    last = event.dates.occurrences[-1]
    return last.ends if last.all_day else last.begins
