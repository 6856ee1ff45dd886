"""VTIMEZONEs: exact for every zone, as ical.js and libical read them, and readable by Outlook."""

from __future__ import annotations

import json
import re
import subprocess
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from readers import libical
from sites import REPOSITORY

from almanac.render.timezones import WITHOUT_HISTORY, vtimezone

FIRST, END = datetime(1970, 1, 2, tzinfo=UTC), datetime(2039, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
ZONES = sorted(available_timezones() - WITHOUT_HISTORY)
WITHOUT_RULE = {
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "Asia/Gaza",
    "Asia/Hebron",
}  # their Ramadan has a time of its own
WITH_SECONDS = {
    "Africa/Monrovia": datetime(1972, 1, 8, tzinfo=UTC)
}  # an offset that ical.js rounds to minutes, until then


@cache
def written_once() -> dict[bytes, str]:
    """One zone for each VTIMEZONE; other zones have the same one."""
    return {vtimezone(name).replace(name.encode(), b"", 1): name for name in reversed(ZONES)}


@cache
def instants(name: str) -> list[datetime]:
    """Every fifth day, and the hours and seconds around each change of clocks, but no local time that comes twice."""
    zone = ZoneInfo(name)
    days = [FIRST + timedelta(days=5 * number) for number in range((END - FIRST).days // 5)]
    found = [*days, *(moment for before, after in pairwise(days) for moment in around_change(before, after, zone))]
    return [moment for moment in found if unique(moment.astimezone(zone))]


def around_change(before: datetime, after: datetime, zone: ZoneInfo) -> list[datetime]:
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return []

    def has_changed(second: int) -> bool:
        return (before + timedelta(seconds=second)).astimezone(zone).utcoffset() != offset

    change = before + timedelta(seconds=bisect_left(range((after - before) // SECOND), x=True, key=has_changed))
    return [change - 3 * HOUR, change - HOUR, change - SECOND, change, change + HOUR, change + 3 * HOUR]


def unique(local: datetime) -> bool:
    return local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def local_seconds(local: datetime) -> int:
    return (local.replace(tzinfo=None) - EPOCH) // SECOND


def sample(step: int) -> list[str]:
    """One zone in `step` of those that are written differently."""
    return sorted(written_once().values())[::step]


SOME_OR_EVERY = pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.long)])


@SOME_OR_EVERY
def test_libical_reads_zones_right_at_every_instant(step: int) -> None:
    for name in sample(step):
        zone, moments_of_zone = ZoneInfo(name), instants(name)
        read = libical.in_utc(vtimezone(name), (moment.astimezone(zone) for moment in moments_of_zone))
        assert read == [seconds(moment) for moment in moments_of_zone], name


@SOME_OR_EVERY
def test_ical_js_reads_zones_right_at_every_instant(step: int) -> None:
    names = sample(step)
    asked = [
        (vtimezone(name).decode(), [local_seconds(moment.astimezone(ZoneInfo(name))) for moment in instants(name)])
        for name in names
    ]
    printed = subprocess.run(
        ["node", "tests/readers/zones.mjs"],
        input=json.dumps(asked),
        capture_output=True,
        check=True,
        cwd=REPOSITORY,
        text=True,
    ).stdout
    for name, read in zip(names, json.loads(printed), strict=True):
        begins = WITH_SECONDS.get(name, FIRST)
        wrong = [
            (found, at) for found, at in zip(read, instants(name), strict=True) if found != seconds(at) and at >= begins
        ]
        assert not wrong, (name, wrong[:3])


def blocks(name: str, kind: str) -> list[dict[str, str]]:
    """The properties of each STANDARD or DAYLIGHT of a zone, as they follow one another."""
    found = re.findall(rf"BEGIN:{kind}\r\n(.*?)END:{kind}\r\n", vtimezone(name).decode(), re.DOTALL)
    return [dict(line.split(":", 1) for line in block.splitlines()) for block in found]


def test_shanghai_is_one_block_without_the_summer_time_of_the_past() -> None:
    assert vtimezone("Asia/Shanghai").decode().splitlines() == [
        "BEGIN:VTIMEZONE",
        "TZID:Asia/Shanghai",
        "BEGIN:STANDARD",
        "DTSTART:20000101T000000",
        "TZNAME:CST",
        "TZOFFSETFROM:+0800",
        "TZOFFSETTO:+0800",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


def test_outlook_finds_todays_rules_in_the_newest_blocks() -> None:
    for name in written_once().values():
        daylight = blocks(name, "DAYLIGHT")
        changing = ZoneInfo(name).utcoffset(datetime(2037, 1, 1)) != ZoneInfo(name).utcoffset(datetime(2037, 7, 1))
        assert bool(daylight) == (changing or name in WITHOUT_RULE), name
        if changing and name not in WITHOUT_RULE:
            for newest in (daylight[0], blocks(name, "STANDARD")[0]):
                assert "UNTIL" not in newest["RRULE"], name


def test_blocks_stand_newest_first_and_have_rules_that_outlook_knows() -> None:
    for name in written_once().values():
        for kind in ("STANDARD", "DAYLIGHT"):
            onsets = [block["DTSTART"] for block in blocks(name, kind)]
            assert onsets == sorted(onsets, reverse=True), name
            for block in blocks(name, kind):
                assert "RDATE" not in block, name
                parts = dict(part.split("=") for part in block.get("RRULE", "").split(";") if part)
                days = {parts[part] for part in ("BYDAY", "BYMONTHDAY") if part in parts}
                assert not parts or (len(days) == 1 and "," not in days.pop() and parts["FREQ"] == "YEARLY"), name


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("Africa/Casablanca", {"2026-12-05 14:00": "13:00", "2026-03-01 14:00": "14:00"}),
        ("Asia/Jerusalem", {"2026-03-27 01:00": "23:00", "2026-03-27 14:00": "11:00"}),
        ("America/Nuuk", {"2023-03-25 12:00": "15:00", "2025-07-01 12:00": "13:00"}),
        ("Europe/Moscow", {"2005-07-01 12:00": "08:00", "2013-01-15 12:00": "08:00", "2026-07-01 12:00": "09:00"}),
    ],
)
def test_some_times_that_were_wrong_once(name: str, times: dict[str, str]) -> None:
    read = libical.in_utc(vtimezone(name), map(datetime.fromisoformat, times))
    assert [f"{datetime.fromtimestamp(moment, UTC):%H:%M}" for moment in read] == list(times.values())
