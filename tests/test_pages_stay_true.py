"""Pages of one build at several hours: nothing that they say is untrue later on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import NOW
from playwright.sync_api import Browser, Page, expect
from serving import serving
from sites import Site, small_site
from test_browser import visit
from test_dates_and_feeds import links_of

CARD = ".card:visible"
PROGRAMME = """---
name: 大讲坛
featured: true
editions:
  - {year: 2027, name: 科技周, start: 2027-05-20, end: 2027-05-27, slogan: 一起看}
---
"""


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Site]]:
    """A site built on 1 March 2027 with events of every kind, and its address."""
    site = small_site(tmp_path_factory.mktemp("lasting") / "site")
    site.write("content/programmes/talks.md", PROGRAMME)
    site.edit(
        "content/programmes/lectures.md", "  - {year: 2027, start: 2027-01-01, end: 2027-12-31}", "  - {year: 2027}"
    )
    site.event(
        "contest",
        title="三场比赛",
        programme="talks",
        updated="2027-02-20",
        sessions="""
  - {id: a, start: 2027-03-06 09:00, end: 2027-03-06 12:00}
  - {id: b, start: 2027-03-13 09:00, end: 2027-03-13 12:00}
  - {id: c, start: 2027-03-20 09:00, end: 2027-03-20 12:00}""",
        start="null",
        signup="{opens: 2027-03-01, url: 'https://example.org/sign'}",
    )
    site.event(
        "mixed",
        title="杂 & 记",
        start="",
        sessions="""
  - {id: a, start: 2027-03-12 09:00, end: 2027-03-12 12:00}
  - {id: b, start: 2027-03-13, end: 2027-03-15, note: 露天, venue: library}""",
    )
    site.event("show", title="展览", start="2027-04-10 09:00", end="2027-04-16 17:00")
    site.event("club", title="夜读会", start="2027-03-03 19:00", end="2027-03-03 20:30", repeat="FREQ=WEEKLY;COUNT=6")
    site.event("deadline", title="只写截止", start="2027-06-10 14:00", signup="{deadline: 2027-06-09, phone: 0519-1}")
    site.event("off", title="取消的", start="2027-03-09 14:00", status="cancelled", signup="{phone: 0519-1}")
    site.event("undated", title="没写更新", start="2027-03-08 14:00", updated="null")
    site.event("far", title="明年此时", start="2028-02-20 14:00")
    site.event("city", title="全市大会", start="2027-09-20 14:00", level="city", programme="talks")
    site.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    site.build()
    with serving(site.output) as address:
        yield address, site


def at(moment: str) -> str:
    return f"2027-{moment}:00+08:00" if moment.startswith(("0", "1")) else f"{moment}:00+08:00"


def badge(page: Page) -> str:
    return page.locator("h1 + .badges .state").inner_text()


def test_an_event_of_several_dates_turns_to_the_next(browser: Browser, lasting: tuple[str, Site]) -> None:
    address, _ = lasting
    for moment, next_day, state, gone in (
        ("03-05T09:00", "6", "明天", 0),
        ("03-06T10:00", "6", "正在进行", 0),
        ("03-06T12:30", "13", "还有7天", 1),
        ("03-19T09:00", "20", "明天", 2),
        ("03-20T13:00", "20", "已结束", 0),
    ):
        with visit(browser, now=at(moment)) as page:
            page.goto(f"{address}/events/contest/")
            expect(page.locator(".bigleaf .leaf-day")).to_have_text(next_day)
            assert badge(page).replace(" ", "") == state, moment
            assert f"3月{next_day}日" in page.locator("#event-next").inner_text().replace(" ", "")
            expect(page.locator("#event-gone .date")).to_have_count(gone)
            # One signs up for the next date until it begins.
            expect(page.locator(".act [data-signup]")).to_be_visible(visible=state not in {"正在进行", "已结束"})


def test_links_for_other_calendars_follow_the_next_date_and_the_chosen_one(
    browser: Browser, lasting: tuple[str, Site]
) -> None:
    address, site = lasting

    def query(page: Page, host: str) -> dict[str, list[str]]:
        link = page.locator(f".calendars .one a[href*='{host}']")
        return parse_qs(urlsplit(str(link.get_attribute("href"))).query, keep_blank_values=True)

    with visit(browser, now=at("03-06T12:30")) as page:
        page.goto(f"{address}/events/contest/")
        page.get_by_text("其他日历").click()
        expect(page.locator(".one-date")).to_be_hidden()
        choice = page.get_by_label("哪一场")
        expect(choice.locator("option")).to_have_count(2)
        assert query(page, "google")["dates"] == ["20270313T010000Z/20270313T040000Z"]
        choice.select_option(index=1)
        assert query(page, "google")["dates"] == ["20270320T010000Z/20270320T040000Z"]
        assert query(page, "live.com")["startdt"] == ["2027-03-20T01:00:00Z"]
        assert query(page, "office.com")["allday"] == ["false"]
        assert query(page, "yahoo")["et"] == ["20270320T040000Z"]
        page.goto(f"{address}/events/mixed/")
        page.get_by_text("其他日历").click()
        before = links_of(site.page("/events/mixed/"))
        assert page.evaluate("[...document.querySelectorAll('.calendars .one a')].map((link) => link.href)") == before
        choice.select_option(index=1)
        assert query(page, "google")["dates"] == ["20270313/20270316"]
        assert query(page, "google")["text"] == ["杂 & 记 · 露天"]
        assert query(page, "live.com")["enddt"] == ["2027-03-16"]
        assert query(page, "live.com")["allday"] == ["true"]
        assert query(page, "live.com")["location"] == ["小城图书馆, 东街1号"]
        assert query(page, "yahoo")["et"] == ["20270315"]
        assert query(page, "yahoo")["dur"] == ["allday"]
        choice.select_option(index=0)
        assert page.evaluate("[...document.querySelectorAll('.calendars .one a')].map((link) => link.href)") == before


def test_cards_say_what_is_left_of_an_event(browser: Browser, lasting: tuple[str, Site]) -> None:
    address, _ = lasting
    for moment, club in (
        ("03-01T09:00", "每周三 19:00—20:30，还有 5 场"),
        ("03-12T09:00", "每周三 19:00—20:30，还有 3 场"),
        ("04-07T12:00", "每周三 19:00—20:30"),
    ):
        with visit(browser, now=at(moment)) as page:
            page.goto(f"{address}/themes/sky/")
            card = page.locator(CARD, has_text="夜读会")
            assert card.locator(".when").inner_text().replace("\u2060", "").strip() == club
            shown = page.locator(CARD, has_text="展览").locator("time").first.inner_text()
            assert shown.replace("\u2060", "") == "2027年4月10—16日 每天 09:00—17:00"
            page.goto(f"{address}/archive/2027/")
            card = page.locator(CARD, has_text="夜读会")
            expect(card.locator(".state")).to_have_text("" if moment < "03-03" else "后续还有场次")


def test_what_is_called_off_or_over_leads_on(browser: Browser, lasting: tuple[str, Site]) -> None:
    address, _ = lasting
    with visit(browser, now=at("03-02T09:00")) as page:
        page.goto(f"{address}/events/off/")
        assert "line-through" in page.locator("#event-next").evaluate("time => getComputedStyle(time).textDecoration")
        expect(page.locator(".deeds .button:visible").first).to_contain_text("主题的其他活动")
        expect(page.locator("[data-signup], .deeds .calendar")).to_have_count(0)
        page.goto(f"{address}/events/undated/")
        expect(page.locator(".updated")).to_have_count(0)
        expect(page.locator(".related").first).not_to_contain_text("取消的")
        page.goto(f"{address}/events/contest/")
        expect(page.locator(".updated")).to_have_text("更新于 2027年2月20日（周六）")
    with visit(browser, now=at("2027-12-01T09:00")) as page:
        page.goto(f"{address}/events/show/")
        assert badge(page) == "已结束"
        expect(page.locator(".deeds .button:visible").first).to_contain_text("主题的其他活动")
        expect(page.locator(".related .card:visible")).to_contain_text(["明年此时"])


def test_signing_up_needs_a_known_opening(browser: Browser, lasting: tuple[str, Site]) -> None:
    address, _ = lasting
    for moment, words in (("03-02T09:00", ""), ("05-20T09:00", "报名中"), ("06-10T00:30", "报名已截止")):
        with visit(browser, now=at(moment)) as page:
            page.goto(f"{address}/events/deadline/")
            assert page.locator(".act .signup").inner_text() == words
            page.goto(f"{address}/search/?signup=1&q=只写截止")
            expect(page.locator("#finder-count")).to_contain_text("1项活动" if words == "报名中" else "没有")


def test_the_first_page_goes_on_where_the_build_ends(browser: Browser, lasting: tuple[str, Site]) -> None:
    address, _ = lasting
    for moment, first, campaign, nothing in (
        ("03-31T09:00", "夜读会", False, False),
        ("05-18T09:00", "博物馆开放日", True, False),
        ("2027-09-17T09:00", "全市大会", False, False),
        ("2028-04-04T09:00", "", False, True),
    ):
        with visit(browser, now=at(moment)) as page:
            page.goto(f"{address}/")
            coming = page.locator("section", has=page.locator("h2", has_text="近期活动"))
            expect(coming.locator(".nothing")).to_be_visible(visible=nothing)
            expect(page.locator(".campaign:visible")).to_have_count(int(campaign))
            if first:
                expect(coming.locator(CARD).first).to_contain_text(first)
                expect(page.locator(".posters .card:visible").first).to_contain_text(first)
            else:
                expect(page.locator(CARD)).to_have_count(0)


def starts_after(output: Path, moment: datetime) -> bool:
    """Whether the search data holds a date to come."""
    data = [json.loads(file.read_text(encoding="utf-8")) for file in output.glob("search/2*.json")]
    ends: list[Any] = [date[1] for year in data for event in year["events"] for date in event["dates"]]
    return any(datetime.fromisoformat(end) > moment for end in ends)


@pytest.mark.parametrize("days", [30, 200, 400])
def test_the_shipped_site_is_true_long_after_its_build(
    browser: Browser, address: str, shipped: Site, days: int
) -> None:
    moment = datetime.fromisoformat(f"{NOW + timedelta(days=days):%Y-%m-%dT%H:%M}:00+08:00")
    with visit(browser, now=moment.isoformat()) as page:
        page.goto(f"{address}/")
        expect(page.locator("[data-leaf]:visible .leaf-day")).to_have_text(str(moment.day))
        months = page.locator("[data-month]:visible")
        if days < 330:
            expect(months).to_have_attribute("data-month", f"{moment:%Y-%m}")
        else:
            expect(months).to_have_count(0)
        ahead = starts_after(shipped.output, moment)
        expect(page.locator(".nothing")).to_be_visible(visible=not ahead)
        expect(page.locator(".filled .card").first).to_be_attached(attached=ahead)
        ends = page.locator(CARD).evaluate_all("cards => cards.map(card => card.dataset.ends)")
        assert all(datetime.fromisoformat(end) > moment for end in ends)
        assert "已结束" not in page.locator("main").inner_text()
        page.goto(f"{address}/calendar/")
        if ahead:
            page.wait_for_url(f"{address}/calendar/{moment:%Y/%m}/")
