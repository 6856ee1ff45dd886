"""`/changes/`, its feeds, and what cards and pages of events say: what changed for the public, and when."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import feedparser
import pytest
from builds import Kept, differences
from playwright.sync_api import Browser, expect
from serving import serving
from sites import NOW, Site
from test_browser import visit
from test_subscribers import commit, git

from almanac.content import history
from almanac.model import changes
from almanac.model.given import site_on_disk
from almanac.site.changes import MOST_LINES, MOST_NEW, change_lines

TALK = "content/events/2027/2027-03-20-clouds.md"
CLUB = "content/events/2027/2027-03-06-club.md"
TOUR = "content/events/2027/2027-04-03-tour.md"
OPEN_DAY = "content/events/2027/2027-05-18-open-day.md"
ALL = "/changes/"
NINE, TEN = (
    "共 9 次，2027年3月6日（周六）至2027年5月8日（周六）",
    "共 10 次，2027年3月6日（周六）至2027年5月15日（周六）",
)


def day(number: int) -> datetime:
    """An evening, counted back from the day of the build."""
    return NOW.replace(hour=20) - timedelta(days=number)


def told(site: Site, address: str = ALL) -> list[str]:
    """What a page of changes says: days, numbers of new events, and each change with its lines."""
    main = site.page(address).partition("<main")[2].partition("</main>")[0]
    found = re.findall(
        r'<h[23][^>]*>(.*?)</h[23]>|<p class="name">(.*?)</p>|<ul class="lines">(.*?)</ul>', main, re.DOTALL
    )
    plain = (re.sub("<[^>]*>", " ", unescape(heading or name or lines)) for heading, name, lines in found)
    return [" ".join(words.replace("\u2060", "").split()) for words in plain]


def box(site: Site, event: str) -> str:
    """The box of an event's page that tells of its last change; empty if it has none."""
    found = re.search(r'<div class="notice changed".*?</div>', site.page(f"/events/{event}/"), re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", unescape(found[0])).replace("\u2060", "").split()) if found else ""


@pytest.fixture
def tracked(site: Site) -> Site:
    """The small site in a repository of its own, begun long before the build."""
    git(site, "init")
    commit(site, "The site begins", day(80))
    return site


def edit(old: str, new: str, path: str = TALK) -> Callable[[Site], None]:
    return lambda site: site.edit(path, old, new)


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([edit("14:00", "15:00"), edit("16:00", "17:00")], ["changed", "时间：14:00—16:00 → 15:00—17:00"]),
        ([edit("venue: library", "venue: {name: 东广场}")], ["changed", "地点：小城图书馆 → 东广场"]),
        ([edit("fee: 免费", "status: cancelled\nstatus_note: 大风")], ["cancelled", "大风"]),
        ([edit("fee: 免费", "fee: 免费\nstatus: full")], ["changed", "状态：如期举行 → 名额已满"]),
        (
            [edit("2027-04-24: {status: cancelled}", "2027-05-01: {status: cancelled}", CLUB)],
            [
                "changed",
                "4月24日（周六） · 状态：已取消 → 如期举行",
                "5月1日（周六） · 状态：如期举行 → 已取消",
            ],
        ),
        (
            [edit("2027-04-18 09:00", "2027-04-18 08:00", CLUB)],
            ["changed", "4月18日（周日） · 时间：09:00—10:30 → 08:00—10:30"],
        ),
        (
            [edit("2027-04-10 08:30, end: 2027-04-10", "2027-04-11 08:30, end: 2027-04-11", TOUR)],
            ["changed", "时间：2027年4月10日（周六）08:30—16:30 → 2027年4月11日（周日）08:30—16:30"],
        ),
        (
            [edit("UNTIL=20270508", "UNTIL=20270515", CLUB)],
            [
                "changed",
                f"场次：{NINE} → {TEN}",
            ],
        ),
        ([edit("summary: 看云识天气", "summary: 看云"), edit("带一双眼睛", "带两双眼睛")], []),
        ([edit("venue: library", "venue: 小城图书馆"), edit("note: 第一批", "note: 上午", TOUR)], []),
        ([edit("14:00", "15:00"), edit("15:00", "14:00")], []),
        ([edit("start:", "start: [", TALK), edit("start: [", "start:", TALK)], []),
    ],
)
def test_a_change_of_date_place_or_status_is_told_in_words_and_nothing_else_is(
    tracked: Site, edits: list[Callable[[Site], None]], expected: list[str]
) -> None:
    for number, change in enumerate(edits):
        change(tracked)
        commit(tracked, "An edit", day(5) + timedelta(minutes=number))
    site = site_on_disk(tracked.root)
    found = [(event_id, one) for event_id, of_event in changes.told(site).items() for one in of_event]
    words = [[one.kind, *change_lines(site, event_id, one.before, one.after)] for event_id, one in found]
    assert [[line.replace("\u2060", "") for line in one] for one in words] == ([expected] if expected else [])


def test_what_happened_in_two_months(tracked: Site) -> None:
    tracked.event("draft", title="草稿", draft="true")
    commit(tracked, "A draft", day(20))
    tracked.edit(TOUR, "audience: public", "audience: public\nstatus: postponed\nstatus_note: 场馆检修")
    commit(tracked, "Postponed", day(15))
    tracked.edit(TALK, "14:00", "13:00")
    commit(tracked, "Earlier", day(12))
    tracked.edit(TOUR, "\nstatus: postponed\nstatus_note: 场馆检修", "")
    tracked.edit("content/events/draft.md", "draft: true", "draft: false")
    commit(tracked, "Back", day(10))
    tracked.edit(TALK, "13:00", "14:00")
    moved = "content/events/2027/talk.md"
    git(tracked, "mv", str(tracked.root / TALK), str(tracked.root / moved))
    tracked.delete(OPEN_DAY)
    tracked.event("old", title="早已结束", start="2027-01-05 14:00")
    commit(tracked, "A day's work", day(3))
    tracked.build()
    page = told(tracked)
    assert page == [
        "2027年2月26日（周五）",
        "已更新 云从哪里来",
        "时间：13:00—16:00 → 14:00—16:00",
        "已取消 博物馆开放日",
        "2027年2月19日（周五）",
        "恢复举行 水厂一日游",
        "1 场新活动",
        "草稿",
        "2027年2月17日（周三）",
        "已更新 云从哪里来",
        "时间：14:00—16:00 → 13:00—16:00",
        "2027年2月14日（周日）",
        "已延期 水厂一日游",
        "场馆检修",
    ]
    assert [line for line in told(tracked, "/changes/forms/lecture/") if "：" in line] == [page[2], page[10]]
    assert told(tracked, "/changes/themes/water/")[:3] == page[:3]
    assert box(tracked, "talk") == "2027年2月26日（周五）更新 时间：13:00—16:00 → 14:00—16:00"
    assert box(tracked, "draft") == box(tracked, "2027-03-06-club") == ""
    atom = feedparser.parse(tracked.file("/feeds/changes.atom"))
    assert [one.title for one in atom.entries] == [
        "【已更新】云从哪里来",
        "【已取消】博物馆开放日",
        "【恢复举行】水厂一日游",
        "【新活动】草稿",
        "【已更新】云从哪里来",
        "【已延期】水厂一日游",
    ]
    assert atom.entries[0].summary.startswith("时间：13:00")
    assert atom.entries[0].link == "https://example.org/kepu/events/talk/"
    items = json.loads(tracked.file("/feeds/changes.json"))["items"]
    assert [(one["id"], one["title"], one["date_published"]) for one in items] == [
        (one.id, one.title, one.updated) for one in atom.entries
    ]
    assert len({one.id for one in atom.entries}) == len(atom.entries)
    assert atom.feed.updated == "2027-02-26T12:00:00Z"
    of_water = json.loads(tracked.file("/feeds/changes/themes/water.json"))["items"]
    assert [one["id"] for one in of_water if one["title"].endswith("云从哪里来")] == [items[0]["id"], items[4]["id"]]


def test_many_new_events_at_once_are_counted_and_only_the_first_are_named(tracked: Site) -> None:
    for number in range(MOST_NEW + 5):
        tracked.event(f"new-{number}", title=f"新活动{number}", start=f"2027-04-{number + 1:02} 14:00")
    tracked.event("city", title="市级活动", start="2027-08-01 14:00", level="city")
    commit(tracked, "The plan of the year", day(2))
    tracked.build()
    names = ["市级活动", *[f"新活动{number}" for number in range(MOST_NEW - 1)]]
    assert told(tracked) == ["2027年2月27日（周六）", f"{MOST_NEW + 6} 场新活动", *names]
    assert "另有 6 场" in tracked.page(ALL)
    (item,) = json.loads(tracked.file("/feeds/changes.json"))["items"]
    assert (item["title"], item["url"]) == (f"{MOST_NEW + 6} 场新活动", "https://example.org/kepu/changes/")


def test_a_change_with_many_lines_names_some_and_counts_the_others(tracked: Site) -> None:
    dates = [f"2027-06-{number + 1:02}" for number in range(MOST_LINES + 2)]
    for hour, date in (("10:00", day(9)), ("14:00", day(5))):
        sessions = [f"  - {{id: s{one[-2:]}, start: {one} {hour}}}" for one in dates]
        front = "\n".join(("title: 参观", "theme: sky", "organiser: kexie", "sessions:", *sessions))
        tracked.write("content/events/tour.md", f"---\n{front}\n---\n正文。\n")
        commit(tracked, "A tour", date)
    tracked.build()
    assert f"另有 {len(dates) - MOST_LINES + 1} 处变动" in box(tracked, "tour")


def test_without_a_history_an_event_tells_what_its_file_declares(site: Site) -> None:
    site.edit(TALK, "updated: 2027-02-20", "updated: 2027-02-20\nstatus: moved\nstatus_note: 改在东门集合")
    site.edit(TOUR, "audience: public", "audience: public\nstatus: cancelled")
    site.build()
    found = told(site)
    assert found[found.index("已更新 云从哪里来") + 1] == "地点变更 改在东门集合"
    assert [line for line in found if "已取消" in line] == ["已取消 水厂一日游"]
    assert not any("开放日" in line for line in found)
    assert box(site, "2027-03-20-clouds") == "2027年2月20日（周六）更新 地点变更 改在东门集合"


def test_after_one_more_commit_only_its_versions_are_parsed(tracked: Site) -> None:
    tracked.edit(TALK, "14:00", "15:00")
    commit(tracked, "Later", day(5))
    kept = Kept(tracked)
    kept.build()
    assert kept.builder is not None
    runs = kept.builder.site.graph.runs
    assert runs[changes.version.name] == len(("before", "after"))
    tracked.edit(CLUB, "UNTIL=20270508", "UNTIL=20270515")
    commit(tracked, "Longer", day(1))
    built = kept.build()
    assert runs[changes.version.name] == len(("before", "after")) * 2
    assert "changes/index.html" in built.changed
    kept.close()
    assert differences(tracked) == []
    tracked.now += timedelta(days=70)
    tracked.build()
    assert told(tracked) == []
    assert box(tracked, "2027-03-20-clouds"), "it bears its date, and a visitor's clock hides it"


def test_bulk_commits_and_old_edits_leave_room_for_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "BULK", 2)
    monkeypatch.setattr(history, "MOST_EDITS", 3)
    last = datetime(2027, 3, 1)

    def edit_at(days: int) -> history.Edit:
        return history.Edit(last - timedelta(days=days), f"before-{days}", f"after-{days}")

    found = {
        "a": (edit_at(95), edit_at(50), edit_at(40)),
        "b": (edit_at(40), edit_at(9)),
        "c": (edit_at(40),),
    }
    kept = history.last_edits(found, last)
    assert kept == {"a": (edit_at(50), edit_at(40)), "b": (edit_at(9),)}


def test_for_two_weeks_cards_and_pages_say_that_an_event_has_changed(tracked: Site, browser: Browser) -> None:
    tracked.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    tracked.edit(TALK, "14:00", "15:00")
    commit(tracked, "Later", datetime(2027, 2, 27, 20))
    tracked.build()
    event = "/events/2027-03-20-clouds/"
    shown = {"2027-03-13T19:00:00+08:00": True, "2027-03-13T21:00:00+08:00": False}
    with serving(tracked.output) as address:
        for now, is_news in shown.items():
            with visit(browser, now=now) as page:
                for list_of in ("/themes/water/", "/search/?q=云从哪里来"):
                    page.goto(address + list_of)
                    card = page.locator(f'.card:has(a[href$="{event}"])').first
                    expect(card).to_be_visible()
                    badges = card.locator(".badge:visible")
                    expect(badges).to_have_count(1 if is_news else 0)
                    if is_news:
                        expect(badges).to_have_text("已更新")
                page.goto(address + event)
                expect(page.locator(".notice.changed")).to_be_visible(visible=is_news)
