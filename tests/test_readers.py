"""Three independent readers agree on every feed: icalendar (Python), ical.js (JavaScript) and libical (C)."""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar
from readers import libical
from sites import REPOSITORY, Site

Entry = tuple[str, str, str, str, str, tuple[str, ...]]  # UID, title, start, end, status, categories
Dated = tuple[str, str, str, str]  # UID, start, end, title of one date


def feeds_of(site: Site) -> dict[str, Path]:
    return {str(path.relative_to(site.output)): path for path in sorted(site.output.rglob("*.ics"))}


def by_icalendar(data: bytes) -> list[Entry]:
    calendar: Any = Calendar.from_ical(data)
    assert not calendar.errors
    found = []
    for event in calendar.walk("VEVENT"):
        assert not event.errors
        start = event["DTSTART"].dt
        end = event["DTEND"].dt if "DTEND" in event else start
        categories = tuple(map(str, event["CATEGORIES"].cats)) if "CATEGORIES" in event else ()
        found.append((str(event["UID"]), str(event["SUMMARY"]), iso(start), iso(end), str(event["STATUS"]), categories))
    return found


def by_libical(data: bytes) -> list[Entry]:
    return [
        (event.uid, event.title, event.start, event.end, event.status, event.categories) for event in libical.read(data)
    ]


def by_ical_js(files: dict[str, Path]) -> dict[str, dict[str, Any]]:
    names = "\n".join(map(str, files.values()))
    printed = subprocess.run(
        ["node", "tests/readers/ical.mjs"], input=names, capture_output=True, check=True, cwd=REPOSITORY, text=True
    ).stdout
    by_path = json.loads(printed)
    return {name: by_path[str(path)] for name, path in files.items()}


def entries_by_ical_js(read: dict[str, Any]) -> list[Entry]:
    return [
        (one["uid"], one["title"], one["start"], one["end"], one["status"], tuple(one["categories"]))
        for one in read["events"]
    ]


def dates_by_recurring_ical_events(data: bytes) -> list[Dated]:
    """Every date of every event, repeats expanded."""
    found = recurring_ical_events.of(Calendar.from_ical(data)).between(date(2000, 1, 1), date(2100, 1, 1))
    return sorted(
        (
            str(one["UID"]),
            iso(one["DTSTART"].dt),
            iso(one["DTEND"].dt if "DTEND" in one else one["DTSTART"].dt),
            str(one["SUMMARY"]),
        )
        for one in found
    )


def iso(moment: date | datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else moment.isoformat()


def assert_readers_agree(site: Site, every: int = 1) -> int:
    """One in `every` feeds of a site is read alike, and its repeats expanded alike; how many entries were read."""
    files = dict(list(feeds_of(site).items())[::every])
    javascript = by_ical_js(files)
    read = 0
    for name, path in files.items():
        data = path.read_bytes()
        python = by_icalendar(data)
        assert python == entries_by_ical_js(javascript[name]), f"{name}: icalendar and ical.js differ"
        assert python == by_libical(data), f"{name}: icalendar and libical differ"
        expanded = sorted(map(tuple, javascript[name]["dates"]))
        assert expanded == dates_by_recurring_ical_events(data), (
            f"{name}: ical.js and recurring-ical-events expand differently"
        )
        read += len(python)
    return read


def test_three_readers_agree_on_every_feed(site: Site) -> None:
    site.event("plain", title='"逗号, 分号; 反斜杠\\\\ 和：冒号"', venue="library", summary='"a, b; c\\\\n"')
    site.event("open-ended", signup="{how: 现场签到}", status="postponed")
    site.event("a-month", start="2027-05-01", end="2027-05-31", sample="true")
    site.event("long", title="很长的标题" * 40)
    site.event("emoji", title="🔭👩‍🚀观星🌌" * 9)
    site.build()
    assert assert_readers_agree(site) > 40


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Helsinki",
        "America/Santiago",
        "Asia/Kathmandu",
        pytest.param("Asia/Shanghai", marks=pytest.mark.long),
        pytest.param("America/New_York", marks=pytest.mark.long),
        pytest.param("Australia/Sydney", marks=pytest.mark.long),
        pytest.param("Africa/Casablanca", marks=pytest.mark.long),
        pytest.param("UTC", marks=pytest.mark.long),
    ],
)
def test_they_agree_in_zones_with_summer_time(site: Site, zone: str) -> None:
    site.edit("config.yaml", "title: 小城科普历", f"title: 小城科普历\ntimezone: {zone}")
    site.build()
    assert assert_readers_agree(site) > 10


def test_a_repeat_has_the_same_dates_for_ical_js_as_for_the_site(site: Site) -> None:
    site.build()
    path = site.output / "events/2027-03-06-club.ics"
    read = by_ical_js({"club": path})["club"]
    # The rule's dates at 9:00 in Shanghai, without the excepted 3 April; one is moved to the next day, one cancelled.
    starts = [start for _, start, _, _ in read["dates"]]
    page = site.page("/events/2027-03-06-club/")
    assert len(starts) == 9
    shown = {
        datetime.fromisoformat(moment).astimezone(UTC)
        for moment in re.findall(r'<li class="date[^"]*" data-starts="([^"]+)"', page)
    }
    assert {datetime.fromisoformat(start) for start in starts} == shown
    assert len(read["events"]) == 3


def test_calcurse_imports_a_feed(site: Site, tmp_path: Path) -> None:
    site.build()
    command: list[str | Path] = ["calcurse", "--datadir", tmp_path / "data", "--confdir", tmp_path / "conf"]
    (tmp_path / "data").mkdir()
    feed = site.output / "feeds/all.ics"
    imported = subprocess.run(
        [*command, "--import", feed], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert imported.returncode == 0, imported.stderr
    report = re.search(r"(\d+) apps? / (\d+) events? / 0 todos / 0 skipped", imported.stdout)
    assert report, imported.stdout
    assert int(report[1]) + int(report[2]) == feed.read_bytes().count(b"BEGIN:VEVENT")
    listed = subprocess.run(
        [*command, "--input-datefmt", "4", "--query", "--from", "2027-03-20", "--days", "1"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "云从哪里来" in listed


def test_khal_imports_a_feed(site: Site, tmp_path: Path) -> None:
    site.build()
    (tmp_path / "calendar").mkdir()
    zone = "default_timezone = Asia/Shanghai\nlocal_timezone = Asia/Shanghai"
    formats = (
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M"
    )
    paths = f"[calendars]\n[[kepu]]\npath = {tmp_path}/calendar\n[sqlite]\npath = {tmp_path}/khal.db\n"
    config = f"{paths}[locale]\n{zone}\n{formats}\n"
    (tmp_path / "config").write_text(config, encoding="utf-8")
    command: list[str | Path] = ["khal", "-c", tmp_path / "config"]
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    for feed in ("feeds/all.ics", "feeds/districts/east/themes/sky.ics"):
        imported = subprocess.run(
            [*command, "import", "--batch", site.output / feed],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        assert imported.returncode == 0, imported.stderr
    asked = [*command, "list", "--format", "{start-time}-{end-time} {title} @ {location}", "2027-03-20", "2027-03-21"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=True, env=environment).stdout
    assert "14:00-16:00 云从哪里来 @ 小城图书馆, 东街1号" in listed
    assert len(list((tmp_path / "calendar").glob("*.ics"))) == len(
        {uid for uid, *_ in by_icalendar(site.file("/feeds/all.ics"))}
    )


def test_a_reader_that_finds_an_error_says_so() -> None:
    with pytest.raises(ValueError, match="libical"):
        libical.read(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:yesterday\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")


PROPERTY = re.compile(rb"[A-Z-]+[;:]")


def test_the_bytes_of_every_feed(site: Site) -> None:
    site.event("emoji", title="🔭👩‍🚀观星🌌" * 9, summary="很长的一句话" * 30)
    site.build()
    for name, path in feeds_of(site).items():
        data = path.read_bytes()
        assert data.startswith(b"BEGIN:VCALENDAR\r\n"), name
        assert data.endswith(b"END:VCALENDAR\r\n"), name
        lines = data.split(b"\r\n")
        assert not [line for line in lines if b"\n" in line or b"\r" in line], name
        assert max(map(len, lines)) <= 75, name
        for line in lines:
            line.decode()  # no fold inside a character
            assert not line or line.startswith(b" ") or PROPERTY.match(line), line
        assert data.count(b"BEGIN:VTIMEZONE") == 1, name
        assert b"METHOD" not in data, name
        assert b"VALARM" not in data, name
        assert b"VLOCATION" not in data, name
        assert not re.search(rb"DTSTART:\d{8}T\d{6}\r", data.partition(b"END:VTIMEZONE")[2]), (
            f"{name} has a floating time"
        )
