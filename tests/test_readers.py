"""Three independent readers agree on every feed: icalendar (Python), ical.js (JavaScript) and libical (C)."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from readers import libical
from sites import REPOSITORY, Site

Entry = tuple[str, str, str, str]  # UID, title, start, end


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
        found.append((str(event["UID"]), str(event["SUMMARY"]), iso(start), iso(end)))
    return found


def by_libical(data: bytes) -> list[Entry]:
    return [(event.uid, event.title, event.start, event.end) for event in libical.read(data)]


def by_ical_js(files: dict[str, Path]) -> dict[str, list[Entry]]:
    program = ["node", "tests/readers/ical.mjs", *map(str, files.values())]
    printed = subprocess.run(program, capture_output=True, check=True, cwd=REPOSITORY, text=True).stdout
    by_path = json.loads(printed)
    return {name: [(one["uid"], one["title"], one["start"], one["end"]) for one in by_path[str(path)]] for name, path in files.items()}


def iso(moment: date | datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else moment.isoformat()


def assert_readers_agree(site: Site) -> int:
    """Every feed of a built site is read alike; how many entries were read."""
    files = feeds_of(site)
    javascript = by_ical_js(files)
    read = 0
    for name, path in files.items():
        python = by_icalendar(path.read_bytes())
        assert python == javascript[name], f"{name}: icalendar and ical.js differ"
        assert python == by_libical(path.read_bytes()), f"{name}: icalendar and libical differ"
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


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Helsinki", "America/New_York", "Asia/Kathmandu", "Australia/Sydney", "UTC"])
def test_they_agree_in_zones_with_summer_time(site: Site, zone: str) -> None:
    site.edit("config.yaml", "title: 小城科普历", f"title: 小城科普历\ntimezone: {zone}")
    site.build()
    assert assert_readers_agree(site) > 10


def test_a_repeat_has_the_same_dates_for_ical_js_as_for_the_site(site: Site) -> None:
    site.build()
    path = site.output / "events/2027-03-06-club.ics"
    program = ["node", str(REPOSITORY / "tests/readers/ical.mjs"), str(path)]
    events = json.loads(subprocess.run(program, capture_output=True, check=True, cwd=REPOSITORY, text=True).stdout)[str(path)]
    expanded = next(event["instances"] for event in events if event["instances"])
    # The rule's dates at 9:00 in Shanghai, without the excepted 3 April; two of them have an entry of their own besides.
    days = ["03-06", "03-13", "03-20", "03-27", "04-10", "04-17", "04-24", "05-01", "05-08"]
    assert expanded == [f"2027-{day}T01:00:00Z" for day in days]
    assert len(events) == 3


def test_calcurse_imports_a_feed(site: Site, tmp_path: Path) -> None:
    site.build()
    command: list[str | Path] = ["calcurse", "--datadir", tmp_path / "data", "--confdir", tmp_path / "conf"]
    (tmp_path / "data").mkdir()
    imported = subprocess.run([*command, "--quiet", "--import", site.output / "events/2027-03-20-clouds.ics"], capture_output=True, text=True, check=False)
    assert imported.returncode == 0, imported.stderr
    listed = subprocess.run(
        [*command, "--input-datefmt", "4", "--query", "--from", "2027-03-20", "--days", "1"], capture_output=True, text=True, check=True
    ).stdout
    assert "云从哪里来" in listed


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
        assert not re.search(rb"DTSTART:\d{8}T\d{6}\r", data.partition(b"END:VTIMEZONE")[2]), f"{name} has a floating time"
