"""Local time of the site."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from almanac.content.queries import config, now
from almanac.incremental import Asked, query


def local_now(moment: str, timezone: str) -> datetime:
    """A moment in ISO 8601 as local time. A moment without an offset is local already."""
    found = datetime.fromisoformat(moment)
    return found.astimezone(ZoneInfo(timezone)).replace(tzinfo=None) if found.tzinfo else found


def instant(moment: datetime, timezone: str) -> datetime:
    """A local moment in UTC."""
    return moment.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def local(instant_: datetime, timezone: str) -> datetime:
    """An instant as local time. Of a doubled hour both halves are the same local time."""
    return instant_.astimezone(ZoneInfo(timezone)).replace(tzinfo=None, fold=0)


@query(str)
def today(site: Asked) -> str:
    """The day of the build, such as 2026-12-05. Its readers run again only when a day begins."""
    return f"{local_now(now(site), config(site).timezone):%Y-%m-%d}"


@query(str)
def month(site: Asked) -> str:
    """The month of the build, such as 2026-12. Its readers run again only when a month begins."""
    return f"{local_now(now(site), config(site).timezone):%Y-%m}"
