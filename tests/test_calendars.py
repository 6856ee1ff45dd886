"""Calendars as programs write them: broken ones are refused, and nothing of the others is lost or guessed."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from event_values import REGISTRIES

from almanac.core.problems import Problem
from almanac.exchange.calendar_dates import SiteZone
from almanac.exchange.calendar_zones import zone_named
from almanac.exchange.calendars import CalendarEvents, read_calendar
from almanac.exchange.cells import CellContext
from almanac.exchange.html_text import markdown_of
from almanac.exchange.incoming import IncomingEvent

ZONE = SiteZone(ZoneInfo("Asia/Shanghai"))
START = "DTSTART:20261205T060000Z"
WEEKLY = "DTSTART;TZID=Asia/Shanghai:20261205T140000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"


def vevent(*lines: str, uid: str = "u1") -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", "SUMMARY:科普讲座", *lines, "END:VEVENT"])


def calendar(*components: str) -> bytes:
    whole = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//", *components, "END:VCALENDAR", ""])
    return whole.replace("\n", "\r\n").encode()


def read(data: bytes) -> CalendarEvents:
    found = read_calendar("x.ics", data, CellContext(REGISTRIES), ZONE)
    assert isinstance(found, CalendarEvents), found
    return found


def only(*lines: str) -> IncomingEvent:
    (event,) = read(calendar(vevent(*lines))).events
    return event


def refused(data: bytes) -> str:
    found = read_calendar("x.ics", data, CellContext(REGISTRIES), ZONE)
    assert isinstance(found, Problem), found
    assert found.hint
    return found.message.show(str)


# Broken files


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (calendar(vevent(START))[:-40], "This calendar is cut off: END:VCALENDAR is missing."),
        (calendar(vevent(START)).replace(b"\r\n", b"\r"), "The lines of this calendar end in CR alone"),
        (calendar(vevent(START)).decode().encode("gbk"), "This calendar is not in UTF-8; it may be in GBK."),
        (vevent(START).encode(), "BEGIN:VCALENDAR is missing: this is only a part of a calendar."),
        (calendar("BEGIN:VTODO\nUID:t\nEND:VTODO"), "This calendar has no events."),
        (calendar(), "This calendar has no events."),
        (calendar() + b"END:VEVENT\r\n", "This calendar cannot be read."),
        (calendar("<html>\nEND:VEVENT\n"), "This calendar has a line that cannot be read: <html>"),
    ],
)
def test_a_broken_or_empty_calendar_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert refused(data).startswith(reason)


def test_a_line_that_is_folded_within_a_character_is_read() -> None:
    data = calendar(vevent(START)).replace("讲".encode(), "讲".encode()[:1] + b"\r\n " + "讲".encode()[1:])
    assert [event.title for event in read(data).events] == ["科普讲座"]


def test_a_few_broken_characters_are_a_question_about_their_event() -> None:
    data = calendar(vevent(START, "LOCATION:小城图书馆"), vevent(START, "DESCRIPTION:带XX", uid="u2"))
    first, second = read(data.replace(b"XX", b"\xbd\xcc")).events
    assert not first.questions
    assert [one.show(str) for one in second.questions] == ["DESCRIPTION: some characters are broken."]


# Which events count


def test_private_and_confidential_events_are_left_out_and_counted() -> None:
    found = read(
        calendar(*(vevent(START, f"CLASS:{name}", uid=name) for name in ("PRIVATE", "CONFIDENTIAL", "PUBLIC")))
    )
    assert [event.source_key for event in found.events] == ["PUBLIC"]
    assert found.private == 2


def test_the_highest_sequence_of_an_event_counts() -> None:
    found = read(
        calendar(
            vevent("DTSTART:20261206T060000Z", "SEQUENCE:2"),
            vevent(START, "SEQUENCE:1", "LAST-MODIFIED:20261201T000000Z"),
        )
    )
    assert [event.tree["start"] for event in found.events] == ["2026-12-06 14:00"]
    assert [(row.number, row.reason.show(str)) for row in found.skipped] == [
        (2, "The calendar has a newer version of it.")
    ]


# Time zones and dates


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("Asia/Shanghai", 8),
        ("China Standard Time", 8),
        ("Eastern Standard Time", -5),
        ("(UTC) Coordinated Universal Time", 0),
        ("UTC", 0),
        ("GMT+0800", 8),
        ("UTC-03:30", -3.5),
        ("/mozilla.org/20050126_1/Europe/Berlin", 1),
        ("(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi", 8),
        ("中国标准时间", 8),
    ],
)
def test_time_zones_are_known_by_their_many_names(name: str, offset: float) -> None:
    zone = zone_named(name)
    assert zone
    moment = only(f'DTSTART;TZID="{name}":20261205T120000').tree["start"]
    hour = 12 + 8 - offset
    assert moment == f"2026-12-{5 + int(hour >= 24):02} {int(hour % 24):02}:{round(hour % 1 * 60):02}"


@pytest.mark.parametrize("name", ["(UTC-05:00) Eastern Time (US & Canada)", "Nowhere/X", "UTC+99", "../etc"])
def test_an_unknown_time_zone_is_a_question(name: str) -> None:
    assert zone_named(name) is None
    event = only(f'DTSTART;TZID="{name}":20261205T140000')
    assert [one.show(str) for one in event.questions] == [
        f"The time zone “{name}” is not known, its times are taken as local: are they right?"
    ]


@pytest.mark.parametrize(
    ("start", "end", "keys"),
    [
        ("20261205T000000", "20261206T000000", {"start": "2026-12-05"}),
        ("20261205T000000", "20261207T235900", {"start": "2026-12-05", "end": "2026-12-07"}),
        (
            "20261205T090000",
            "20261207T093000",
            {"sessions": [{"id": "1", "start": "2026-12-05 09:00", "end": "2026-12-07 09:30"}]},
        ),
        ("20261205T090000", "20261207T090000", {"start": "2026-12-05 09:00", "end": "2026-12-07 09:00"}),
        ("20261201T090000", "20261231T170000", {"start": "2026-12-01 09:00", "end": "2026-12-31 17:00"}),
    ],
)
def test_spans_of_days_keep_their_meaning(start: str, end: str, keys: dict[str, object]) -> None:
    event = only(f"DTSTART:{start}", f"DTEND:{end}")
    assert {key: value for key, value in event.tree.items() if key != "title"} == keys


def test_further_dates_of_a_repeat_become_sessions() -> None:
    event = only(WEEKLY, "RDATE;TZID=Asia/Shanghai:20261220T150000", "EXDATE;TZID=Asia/Shanghai:20261212T140000")
    assert event.tree["sessions"] == [
        {"id": "20261205-1400", "start": "2026-12-05 14:00", "end": "2026-12-05 15:00"},
        {"id": "20261219-1400", "start": "2026-12-19 14:00", "end": "2026-12-19 15:00"},
        {"id": "20261220-1500", "start": "2026-12-20 15:00", "end": "2026-12-20 16:00"},
    ]


def test_the_first_saturday_of_each_month_is_a_repeat() -> None:
    event = only("DTSTART;TZID=Asia/Shanghai:20261205T140000", "RRULE:FREQ=MONTHLY;BYDAY=1SA;COUNT=4")
    assert event.tree["repeat"] == "FREQ=MONTHLY;COUNT=4;BYDAY=1SA"
    assert not event.questions


def test_an_override_with_its_own_place_and_text_is_an_event_and_an_exception() -> None:
    changed = vevent(
        "RECURRENCE-ID;TZID=Asia/Shanghai:20261212T140000",
        "DTSTART;TZID=Asia/Shanghai:20261213T093000",
        "LOCATION:某社区",
        "DESCRIPTION:这次换了主讲人",
    )
    series, single = read(calendar(vevent(WEEKLY, "LOCATION:小城图书馆"), changed)).events
    assert series.tree["except"] == ["2026-12-12"]
    assert "overrides" not in series.tree
    assert (single.tree["start"], single.tree["venue"]) == ("2026-12-13 09:30", {"name": "某社区"})
    assert single.body == "这次换了主讲人\n"


# Text and properties


def test_links_and_lists_of_html_become_markdown() -> None:
    written = '<p>第一段</p><p>第二段 <b>粗</b> &amp; <a href="https://example.com/x">报名</a></p><ul><li>一</li><li>二</li></ul>'
    assert (
        only(START, f"DESCRIPTION:{written}").body
        == "第一段\n\n第二段 粗 & [报名](https://example.com/x)\n\n- 一\n- 二\n"
    )
    assert markdown_of("1 < 2 <b@example.org>") == "1 < 2 <b@example.org>"
    assert markdown_of('<a href="javascript:x">看</a><br><script>x</script>') == "看"


def test_a_private_number_is_found_across_the_tags_of_html() -> None:
    assert only(START, "DESCRIPTION:<p>电话138<b>1234</b>5678。</p>").body == "电话。\n"


def test_organiser_place_link_and_documents_are_read() -> None:
    event = only(
        START,
        "ORGANIZER;CN=市科协:mailto:kx@example.com",
        "LOCATION:东坡公园",
        "GEO:31.77;119.97",
        "URL:https://example.com/page",
        "ATTACH:https://example.com/files/%E6%8A%A5%E5%90%8D.pdf",
    )
    assert event.tree == {
        "title": "科普讲座",
        "start": "2026-12-05 14:00",
        "organiser": ["kexie"],
        "venue": {"name": "东坡公园", "coordinates": ["119.97", "31.77"]},
        "url": "https://example.com/page",
        "attachments": [{"title": "报名.pdf", "url": "https://example.com/files/%E6%8A%A5%E5%90%8D.pdf"}],
    }


def test_unknown_categories_become_tags_and_colours_are_dropped() -> None:
    event = only(START, "CATEGORIES:气象,会议,红色类别")
    assert (event.tree["theme"], event.tree["tags"], event.questions) == (["sky"], ["会议"], ())


def test_properties_that_are_not_imported_are_noted() -> None:
    event = only(
        START, "ORGANIZER;CN=张三:mailto:x@example.com", "GEO:31.77;119.97", "URL:message:1", "ATTACH:CID:part1@x"
    )
    assert not event.questions
    assert [note.show(str) for note in event.notes] == [
        "ORGANIZER: “张三” is not a registered organiser.",
        "GEO: coordinates without a place were not imported.",
        "URL: “message:1” is not a web address.",
        "ATTACH: a document without a web address was not imported.",
    ]
