"""Dates of events and entries of feeds. Section numbers are those of RFC 5545 and RFC 7986."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import feedparser
import pytest
from sites import Site

from almanac.build.checking import check
from almanac.build.options import Options
from almanac.content.occurrences import Impossible, dates
from almanac.content.records.event import EventFields, Session
from almanac.core.coordinates import wgs84
from almanac.site.vevents import measures, name_sizes


def starts(**keys: object) -> list[str]:
    found = dates(EventFields(title="甲", **keys))  # type: ignore[arg-type]  # the test names the keys
    return [f"{one.begins:%m-%d %H:%M}" for one in found.occurrences]


def test_hours_over_several_days_are_these_hours_on_each_day() -> None:
    assert starts(start=datetime(2027, 4, 10, 9), end=datetime(2027, 4, 12, 17)) == [
        "04-10 09:00",
        "04-11 09:00",
        "04-12 09:00",
    ]


def test_a_night_is_one_block_and_counts_for_its_evening() -> None:
    (night,) = dates(EventFields(title="甲", start=datetime(2027, 4, 10, 20), end=datetime(2027, 4, 11, 2))).occurrences
    assert list(night.days()) == [date(2027, 4, 10)]


def test_all_day_dates_have_an_inclusive_end() -> None:
    (days,) = dates(EventFields(title="甲", start=date(2027, 5, 1), end=date(2027, 5, 3))).occurrences
    assert list(days.days()) == [date(2027, 5, 1), date(2027, 5, 2), date(2027, 5, 3)]


def test_sessions_come_in_order_of_time() -> None:
    sessions = (Session(id="b", start=datetime(2027, 5, 2, 9)), Session(id="a", start=datetime(2027, 5, 1, 9)))
    assert starts(sessions=sessions) == ["05-01 09:00", "05-02 09:00"]


def test_the_second_saturday_of_each_month() -> None:
    found = starts(start=datetime(2027, 1, 9, 9), repeat="FREQ=MONTHLY;BYDAY=2SA;UNTIL=20270410")
    assert found == ["01-09 09:00", "02-13 09:00", "03-13 09:00", "04-10 09:00"]


def test_an_event_without_a_start_is_impossible() -> None:
    with pytest.raises(Impossible):
        starts()


def test_gcj02_is_moved_by_some_hundred_metres_and_wgs84_not_at_all() -> None:
    longitude, latitude = wgs84(119.97, 31.81, "gcj02")
    assert 0.003 < 119.97 - longitude < 0.007
    assert 0.001 < latitude - 31.81 < 0.004
    assert wgs84(119.97, 31.81, "wgs84") == (119.97, 31.81)


def test_the_head_of_a_feed(site: Site) -> None:
    site.build()
    feed = site.feed("/feeds/themes/water.ics").split("\r\n")
    for line in (
        "NAME:小城科普历 · 水资源",
        "X-WR-CALNAME:小城科普历 · 水资源",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        "SOURCE;VALUE=URI:https://example.org/kepu/feeds/themes/water.ics",
        "COLOR:steelblue",
    ):
        assert line in feed, line


def test_the_file_of_one_event_has_no_calendar_name(site: Site) -> None:
    site.build()
    file = site.feed("/events/2027-03-20-clouds.ics")
    assert "X-WR-CALNAME" not in file
    assert "UID:2027-03-20-clouds@example.org" in file
    assert "GEO:31.81;119.97" in file
    assert "CATEGORIES:气象,水资源" in file


def test_nobody_is_sent_to_approximate_coordinates(site: Site) -> None:
    site.edit(
        "content/venues/library.md", "coordinates: [119.97, 31.81]", "coordinates: [119.97, 31.81]\napproximate: true"
    )
    site.build()
    assert "GEO:" not in site.feed("/events/2027-03-20-clouds.ics")
    assert "LOCATION:" in site.feed("/events/2027-03-20-clouds.ics")
    page = site.page("/events/2027-03-20-clouds/")
    assert "GeoCoordinates" not in page
    assert "https://uri.amap.com/search?" in page
    assert b"119.97" not in site.file("/data/events.json")


def test_all_day_entries_have_an_exclusive_end_and_block_no_time(site: Site) -> None:
    site.build()
    file = site.feed("/events/2027-05-18-open-day.ics")
    assert "DTSTART;VALUE=DATE:20270518\r\nDTEND;VALUE=DATE:20270519" in file
    assert "TRANSP:TRANSPARENT" in file


def test_a_site_may_announce_cancellations_as_notices(site: Site) -> None:
    site.edit("config.yaml", "title: 小城科普历", "title: 小城科普历\nfeeds: {cancelled_in_feeds: notice}")
    site.event("off", status="cancelled")
    site.build()
    file = site.feed("/events/off.ics")
    assert "SUMMARY:【已取消】新活动" in file
    assert "STATUS:CONFIRMED" in file


def test_a_feed_holds_the_months_around_now_and_the_archive_the_year(site: Site) -> None:
    site.event("old", start="2027-01-10 10:00")
    site.event("far", start="2028-04-10 10:00")
    site.build()
    feed = site.feed("/feeds/all.ics")
    assert "UID:old@" not in feed
    assert "UID:far@" not in feed
    assert "UID:old@" in site.feed("/feeds/archive/2027.ics")
    assert "UID:far@" in site.feed("/feeds/archive/2028.ics")


def test_an_entry_takes_no_more_bytes_than_it_is_planned_with_and_hardly_fewer(site: Site) -> None:
    long = {
        "summary": "很长的一句话" * 30,
        "signup": "{how: 请打电话, phone: 0519-85550000, opens: 2027-02-20 09:00, deadline: 2027-03-05, capacity: 30}",
        "speakers": "[{name: 气象台高级工程师, title: 主讲, organisation: 常州市气象台}, {name: 馆员}]",
        "attachments": "[{title: 报名表, url: https://example.org/files/form.pdf}]",
        "programme": "lectures",
        "audience": "[youth, public]",
        "sample": "true",
        "fee": "每人十元",
        "online": "https://example.org/live",
    }
    site.event("long", **long, organiser="[kexie]", venue="{name: 少年宫, address: 西街二十二号, district: west}")
    site.event("plain", title="甲", theme="[]", organiser="[]")
    site.build()
    with check(Options(site.root, site.output, site.root / ".almanac", site.now)) as (found, _):
        assert found
        sizes = name_sizes(found)
        planned = {
            event.id: [one.weight for one in measures(event.linked, sizes.__getitem__)] for event in found.events
        }
    for event_id, weights in planned.items():
        written = site.file(f"/events/{event_id}.ics").partition(b"BEGIN:VEVENT")[2]
        assert written.count(b"BEGIN:VEVENT") + 1 == len(weights)
        assert len(written) <= sum(weights) <= len(written) + 600 * len(weights), event_id


def test_texts_and_numbers_reach_calendars_as_they_were_written(site: Site) -> None:
    """Backslashes (section 3.3.11), small numbers, characters without width, and control characters of a body."""
    site.event(
        "odd",
        "一\x08二\ufeff三\x1b。",
        title=r"'C:\Notes; D:\new, \\\;'",
        summary="'\u200b看\ufeff云\u2060\u200d的👨\u200d👩\u200d👧人'",
        venue=r"{name: 'Room \N1', address: a, coordinates: [0.00001, -0.00002]}",
    )
    site.event("from-midnight", start="2027-02-01 00:00")
    site.write("content/themes/sky.md", "---\nname: 'C:\\Nue'\n---\n")
    site.build()
    file = site.feed("/events/odd.ics").split("\r\n")
    for line in (
        r"SUMMARY:C:\\Notes\; D:\\new\, \\\\\\\;",
        r"LOCATION:Room \\N1\, a",
        r"CATEGORIES:C:\\Nue",
        "GEO:-0.00002;0.00001",
        "PRODID:-//Almanac//Kepu Calendar//ZH",
    ):
        assert line in file, line
    assert r"NAME:小城科普历 · C:\\Nue" in site.feed("/feeds/themes/sky.ics").split("\r\n")
    assert any(one.startswith("X-APPLE") and one.endswith(":geo:-0.00002,0.00001") for one in file)
    (entry,) = [one for one in json.loads(site.file("/feeds/all.json"))["items"] if "Notes" in one["title"]]
    assert "看云的👨\u200d👩\u200d👧人" in entry["content_text"]
    assert "<p>一二三。</p>" in site.page("/events/odd/")
    assert "UID:from-midnight@" in site.feed("/feeds/all.ics"), "it is on the first moment of the window"


def test_an_address_outside_ascii_is_a_uri_in_every_feed(site: Site) -> None:
    site.edit("config.yaml", "https://example.org/kepu/", "https://科普.example/常州/")
    site.edit("config.yaml", "title:", "language: en\nfeeds: {uid_host: example.org}\ntitle:")
    site.build()
    feed = site.feed("/feeds/all.ics")
    assert "SOURCE;VALUE=URI:https://xn--tkv944b.example/%E5%B8%B8%E5%B7%9E/feeds/all.ics" in feed
    assert "PRODID:-//Almanac//Kepu Calendar//EN" in feed


def test_a_feed_without_events_is_a_calendar_all_the_same(site: Site) -> None:
    site.write("content/themes/quiet.md", "---\nname: 安静\n---\n")
    site.build()
    feed = site.feed("/feeds/themes/quiet.ics")
    assert "BEGIN:VTIMEZONE" in feed
    assert "BEGIN:VEVENT" not in feed


def test_entries_and_news_tell_what_one_decides_by(site: Site) -> None:
    site.write("content/files/form.pdf", b"%PDF")
    site.event(
        "full",
        title="走进电台",
        sample="true",
        programme="lectures",
        audience="[youth]",
        ages="6-12",
        co_organiser="[kexie, 少年宫]",
        venue="library",
        fee="免费",
        online="https://直播.example/一",
        signup="""
  how: 先读 https://example.org/a?b=1&c=2。
  phone: 0519-85550000
  opens: 2027-03-01
  deadline: 2027-03-05 17:00
  capacity: 30""",
        speakers="[{name: 馆员, title: 主讲}]",
        attachments="[{title: 报名表 <1>, url: files/form.pdf}]",
        start="",
        sessions="""
  - {id: a, start: 2027-03-12 09:00, status: cancelled}
  - {id: b, start: 2027-03-13, capacity: 20, note: 带水杯}""",
    )
    site.build()
    feed = site.feed("/feeds/all.ics")
    second = feed.partition("UID:full-b@")[2].partition("END:VEVENT")[0]
    for words in (
        "承办、协办：市科协、少年宫",
        "适合年龄：6-12",
        "主讲人：馆员（主讲）",
        "适合人群：青少年",
        "费用：免费",
        "报名：先读 https://example.org/a?b=1&c=2。 0519-85550000",
        "开始报名：2027年3月1日（周一）",
        "报名截止：2027年3月5日（周五）17:00",
        "名额：20",
        "轮椅",
        r"\nhttps://example.org/kepu/events/full/",
        "ATTACH:https://example.org/kepu/files/form.pdf",
        "CONFERENCE;VALUE=URI;LABEL=线上:https://xn--",
    ):
        assert words in second, words
    assert "SUMMARY:【示例】【已取消】走进电台" in feed
    (item,) = [one for one in json.loads(site.file("/feeds/all.json"))["items"] if one["url"].endswith("/full/")]
    assert item["title"] == "【示例】走进电台"
    assert "2027年3月12日（周五）09:00：已取消" in item["content_text"].split("\n")
    content = item["content_html"]
    for paragraph in (
        "2027年3月12日（周五）09:00：已取消",
        "2027年3月13日（周六）：带水杯",
        "报名截止：2027年3月5日（周五）17:00",
        '报名：先读 <a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>。 0519-85550000',
        '线上：<a href="https://xn--z6ut02b.example/%E4%B8%80">https://直播.example/一</a>',
        '附件：<a href="https://example.org/kepu/files/form.pdf">报名表 &lt;1&gt;</a>',
    ):
        assert f"<p>{paragraph}</p>" in content, paragraph
    entry = next(one for one in feedparser.parse(site.file("/feeds/all.atom")).entries if one.link.endswith("/full/"))
    assert 'href="https://example.org/kepu/files/form.pdf"' in entry.content[0].value
    assert "正文。" not in content, "a new body changes its page alone"
    assert item["_event"]["departures"] == [{"start": "2027-03-12T09:00:00+08:00", "status": "cancelled"}]
    assert "报名截止：2027年3月5日（周五）17:00" in site.file("/feeds/all.atom").decode()


def test_deadlines_are_a_calendar_of_their_own_that_goes_with_its_events(site: Site) -> None:
    site.event("day", district="east", signup="{how: 扫码, deadline: 2027-03-05}")
    site.event("hour", audience="[youth]", signup="{how: 扫码, deadline: 2027-03-05 17:00}", sample="true")
    site.event("off", status="cancelled", signup="{how: 扫码, deadline: 2027-03-05}")
    site.build()
    feed = site.feed("/feeds/deadlines.ics")
    assert re.findall("UID:(.*)@", feed) == ["day/deadline", "hour/deadline"]
    for line in (
        "NAME:小城科普历 · 报名截止",
        "SUMMARY:报名截止：新活动",
        "SUMMARY:【示例】报名截止：新活动",
        "DTSTART;VALUE=DATE:20270305",
        "DTSTART;TZID=Asia/Shanghai:20270305T170000",
    ):
        assert f"\r\n{line}\r\n" in feed, line
    assert r"DESCRIPTION:活动时间：2027年3月10日（周三）14:00\n主办单位：市科协" in feed
    assert "UID:day/deadline@" in site.feed("/feeds/deadlines/districts/east.ics")
    assert "UID:day/deadline@" not in site.feed("/feeds/deadlines/audiences/youth.ics")
    assert "deadline@" not in site.feed("/feeds/all.ics"), "whoever subscribes to events does not get them"
    assert "/feeds/deadlines/districts/east.ics" in site.page("/subscribe/")
    site.delete("content/events/day.md")
    site.build()
    assert "UID:day/deadline@" not in site.feed("/feeds/deadlines.ics")
    site.edit("config.yaml", "title:", "outputs: {deadlines: false}\ntitle:")
    site.build()
    assert "/feeds/deadlines" not in site.page("/subscribe/")


def test_an_event_has_links_for_other_calendars(site: Site) -> None:
    site.event("talk", start="2027-03-10 14:00", end="2027-03-10 16:00", venue="{name: 少年宫}", title="云 & 雨")
    site.event("days", start="2027-03-10", end="2027-03-12")
    site.build()
    links = other_calendars(site, "talk")
    google, live, office = (links[f"{name}.com"] for name in ("calendar.google", "outlook.live", "outlook.office"))
    assert google["dates"] == ["20270310T060000Z/20270310T080000Z"]
    assert google["text"] == live["subject"] == links["calendar.yahoo.com"]["title"] == ["云 & 雨"]
    assert live == office
    assert live["startdt"] == ["2027-03-10T06:00:00Z"]
    assert live["location"] == ["少年宫"]
    assert live["body"] == ["https://example.org/kepu/events/talk/"]
    days = other_calendars(site, "days")
    assert days["calendar.google.com"]["dates"] == ["20270310/20270313"]
    assert days["outlook.live.com"]["enddt"] == ["2027-03-13"]
    assert days["outlook.live.com"]["allday"] == ["true"]
    assert days["calendar.yahoo.com"]["et"] == ["20270312"], "Yahoo's last day is inclusive"
    assert days["calendar.yahoo.com"]["dur"] == ["allday"]


def test_links_for_other_calendars_name_the_one_date_that_they_add(site: Site) -> None:
    site.event(
        "parts",
        start="",
        venue="{name: 少年宫, address: 西街2号}",
        sessions="""
  - {id: a, start: 2027-03-06 09:00, status: cancelled}
  - {id: b, start: 2027-03-13 09:00, end: 2027-03-13 11:00, note: 雨, venue: library}
  - {id: c, start: 2027-03-20}""",
    )
    site.event("weekly", start="2027-03-10 14:00", end="2027-03-10 15:00", repeat="FREQ=WEEKLY;UNTIL=20270331")
    site.event("daily", start="2027-03-10 09:00", end="2027-03-12 17:00")
    site.event("gaps", start="2027-03-10 14:00", repeat="FREQ=WEEKLY;COUNT=4", **{"except": "[2027-03-17]"})
    site.event("odd", start="2027-03-10", repeat="FREQ=WEEKLY;COUNT=4", overrides="{2027-03-17: {status: cancelled}}")
    site.build()
    parts = other_calendars(site, "parts")
    assert '<p class="one-date">2027年3月13日（周六）09:00' in site.page("/events/parts/"), "the first that takes place"
    assert parts["outlook.office.com"]["startdt"] == ["2027-03-13T01:00:00Z"]
    assert parts["outlook.office.com"]["subject"] == ["新活动 · 雨"]
    assert parts["outlook.office.com"]["location"] == ["小城图书馆, 东街1号"]
    google = [parse_qs(urlsplit(one).query) for one in links_of(site.page("/events/weekly/")) if "google" in one]
    assert [one["dates"] for one in google] == [["20270310T060000Z/20270310T070000Z"]] * 2
    assert [one.get("recur") for one in google] == [None, ["RRULE:FREQ=WEEKLY;UNTIL=20270331T155959Z"]]
    assert other_calendars(site, "daily")["calendar.google.com"]["recur"] == ["RRULE:FREQ=DAILY;UNTIL=20270312T155959Z"]
    for name in ("parts", "gaps", "odd"):
        assert "recur=" not in site.page(f"/events/{name}/"), "no parameter takes a date out of a rule"


def other_calendars(site: Site, event_id: str) -> dict[str | None, dict[str, list[str]]]:
    """The parameters of an event's links to other calendars, by their hosts; the last where a host has two."""
    found = map(urlsplit, links_of(site.page(f"/events/{event_id}/")))
    return {one.hostname: parse_qs(one.query) for one in found}


def links_of(page: str) -> list[str]:
    """The links to other calendars in a page."""
    control = page.partition('<details class="calendars"')[2].partition("</details>")[0]
    return [unescape(one) for one in re.findall(r'<a href="([^"]+)"', control)]
