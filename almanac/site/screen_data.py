"""The data of a big screen, which `data.json` beside its page holds together with their version."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from almanac.content.records.event import Level, Status

FORMAT = 1  # a running screen ignores data of another format


class ScreenDate(msgspec.Struct, frozen=True, array_like=True):
    """One date of an event: ISO 8601 with the offset of the site's zone, `ends` exclusive; its hours in words."""

    starts: str
    ends: str
    hours: str
    status: Status
    place: str


class ScreenEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event on a screen. `repeats` says how its dates repeat, empty for one date. `code` is a picture's address."""

    title: str
    colour: str
    level: Level
    dates: tuple[ScreenDate, ...]
    repeats: Literal["", "daily", "weekly", "sessions"] = ""
    district: str = ""
    picture: str = ""
    code: str = ""
    facts: tuple[str, ...] = ()
    sample: bool = False


class ScreenCampaign(msgspec.Struct, frozen=True):
    """A campaign that is on or to come. Both days are inclusive."""

    name: str
    first: date
    last: date
    slogan: str
    colour: str
    picture: str
    code: str


class ScreenDay(msgspec.Struct, frozen=True):
    """A day that a month's theme observes, or several. Both days are inclusive."""

    name: str
    first: date
    last: date


class ScreenMonth(msgspec.Struct, frozen=True):
    """The theme of a month (2026-12)."""

    month: str
    title: str
    days: tuple[ScreenDay, ...]
    colour: str
    picture: str
    code: str


class ScreenData(msgspec.Struct, frozen=True):
    """All that a screen shows until `until`, a day that is not included any more; of later days it knows nothing.

    `built` is the first moment of the day of the build in ISO 8601. `code` is a picture that leads to all events of the
    screen. `shell` and `assets` are the addresses without which the screen is not whole: its page, scripts and styles;
    its pictures. Addresses begin with the base path.
    """

    format: int
    name: str
    built: str
    until: date
    code: str
    events: tuple[ScreenEvent, ...]
    campaigns: tuple[ScreenCampaign, ...]
    months: tuple[ScreenMonth, ...]
    shell: tuple[str, ...]
    assets: tuple[str, ...]
