"""The rhythm of an event: the same hours each day, as for an exhibition, or each week, as for a club."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from almanac.content.occurrences import Occurrence, Series, day_of
from almanac.content.recurrence import rule_parts
from almanac.model.events import Event


class Rhythm(msgspec.Struct, frozen=True):
    """How the dates of an event repeat, and its first and last days."""

    kind: Literal["daily", "weekly"]
    first: date
    last: date


def rhythm_of(event: Event, occurrence: Occurrence) -> Rhythm | None:
    """The rhythm in which a date stands; None for a date that departs from it, and for an event without one."""
    found = event.dates
    if found.series is None or occurrence.recurrence is not None or len(found.occurrences) == 1:
        return None
    kind = _kind(found.series, departing=bool(found.apart))
    if kind is None:
        return None
    return Rhythm(kind, day_of(found.occurrences[0].start), day_of(found.occurrences[-1].start))


def is_daily(event: Event) -> bool:
    """Whether all dates of an event are one occasion with the same hours each day."""
    found = rhythm_of(event, event.dates.occurrences[0])
    return found is not None and found.kind == "daily"


def _kind(series: Series, *, departing: bool) -> Literal["daily", "weekly"] | None:
    parts = {"INTERVAL": "1", **rule_parts(series.rule or "")}
    if parts["INTERVAL"] != "1":
        return None
    if parts.get("FREQ") == "DAILY":
        # “Daily” would be wrong of an exhibition that is closed on some days.
        return None if series.excluded or departing else "daily"
    once_a_week = parts.get("FREQ") == "WEEKLY" and "," not in parts.get("BYDAY", "")
    return "weekly" if once_a_week else None
