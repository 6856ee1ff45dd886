"""An event on a weekend day on which people work (a make-up workday)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from almanac.content.occurrences import Occurrence
from almanac.content.records.event import CALLED_OFF
from almanac.content.recurrence import rule_parts
from almanac.core.problems import KeyPath, Location, Problem, text
from almanac.model.days_off import WEEKEND, days_off
from almanac.model.events import Event
from almanac.model.site import Site

MEANING = text("The event is on a weekend day that is a make-up workday.")
EVENING = 18  # the hour after which people are off work


def find(site: Site) -> Iterator[Problem]:
    """Events before the evening on a Saturday or Sunday that `content/holidays/` lists as a workday."""
    workdays = frozenset(day for day in days_off(site).workdays if day.weekday() in WEEKEND)
    if workdays:
        for event in site.events:
            if days := [
                occurrence for occurrence in event.dates.occurrences if _concerned(event, occurrence, workdays)
            ]:
                yield _problem(event, days)


def _concerned(event: Event, occurrence: Occurrence, workdays: frozenset[date]) -> bool:
    """Whether the date was chosen for that day: an exhibition that runs every day was not."""
    if (
        occurrence.begins.date() not in workdays
        or occurrence.status in CALLED_OFF
        or (not occurrence.all_day and occurrence.begins.hour >= EVENING)
    ):
        return False
    rule = event.dates.series.rule if event.dates.series else None
    return sum(1 for _ in occurrence.days()) == 1 and (rule is None or rule_parts(rule)["FREQ"] != "DAILY")


def _problem(event: Event, found: list[Occurrence]) -> Problem:
    days = ", ".join(occurrence.begins.date().isoformat() for occurrence in found)
    message = text("{days} is a make-up workday: people are at work and pupils at school.", days=days)
    hint = text(
        "Choose another day, or add it to except. If the day is right: ignore: {{make-up-workday: the reason}}."
    )
    return Problem(Location(event.path, key=_key(event, found[0])), message, hint)


def _key(event: Event, occurrence: Occurrence) -> KeyPath:
    if occurrence.session is None:
        return ("repeat",) if event.fields.repeat else ("start",)
    place = next(place for place, session in enumerate(event.fields.sessions) if session.id == occurrence.session)
    return ("sessions", place, "start")
