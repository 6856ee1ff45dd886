"""Options that several verbs share."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import click

CACHE = ".almanac"
LAST_EPOCH = 7_258_118_399  # the end of the year 2199
LONGEST_EPOCH = 12  # digits
FIRST_YEAR, LAST_YEAR = 1900, 2200  # of a moment: feeds and calendars look some years back and ahead of it


class MomentType(click.ParamType[datetime]):
    """A moment as `2026-12-05 14:00` (local time of the site), or in ISO 8601 with an offset."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        moment = _moment(value)
        if moment is None:
            self.fail(f"“{value}” – 2026-12-05T14:00 / 2026-12-05T14:00+08:00", param, ctx)
        return moment


def _moment(written: str) -> datetime | None:
    """A moment in ISO 8601; None for other words, and for a year that no site is built for."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def clock() -> datetime:
    """The current moment in UTC. No other code reads the clock.

    SOURCE_DATE_EPOCH, in seconds since 1970, replaces it (reproducible-builds.org); another value of it is ignored.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    seconds = int(given) if given.isdecimal() and len(given) <= LONGEST_EPOCH else -1
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds <= LAST_EPOCH else datetime.now(UTC)


def available_cores() -> int:
    """The number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


now_option = click.option(
    "--now", type=MomentType(), default=clock, help="The moment for which the site is built (default: now)."
)
