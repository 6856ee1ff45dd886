"""Finding an event: by taps on a phone, by words as people type them, by keyboard, and near the visitor."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from serving import serving
from sites import REPOSITORY, Site, small_site
from test_browser import await_counts, visit

NOW = "2026-11-24T09:00:00+08:00"  # a Tuesday
CONFIG = """title: 小城科普历
base_url: https://example.org/
districts: {wujin: {name: 武进区, aliases: [武进]}, tianning: 天宁区}
audiences: {youth: 青少年, family: 亲子家庭, seniors: 老年人}
outlines: {wujin: "119.9 31.7, 119.97 31.7, 119.97 31.9, 119.9 31.9", tianning: "119.97 31.7, 120 31.7, 120 31.9"}
synonyms: {亲子家庭: [儿童, 小孩, 娃], 老年人: [老人, 父亲], 免费: [不要钱]}
"""
DINOSAUR, HEART, CLOUDS, BATTERY, STREAM = "恐龙园的一夜", "太极与心跳", "云从哪里来", "一块电池的一生", "溪流里的虫"
OFF = "取消的一课"


@pytest.fixture(scope="module")
def found_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = small_site(tmp_path_factory.mktemp("finding") / "site")
    for path in site.root.glob("content/events/**/*.md"):
        path.unlink()
    site.delete("content/venues/library.md")
    site.write("config.yaml", CONFIG)
    for key, name, district, place in (("park", "恐龙园", "wujin", 119.95), ("hall", "科博馆", "tianning", 119.98)):
        front = f"name: {name}\ndistrict: {district}\ncoordinates: [{place}, 31.78]\nwheelchair: full"
        site.write(f"content/venues/{key}.md", f"---\n{front}\n---\n")
    here, there = {"venue": "park", "fee": "免费"}, {"venue": "hall", "fee": "10元"}
    site.event(
        "night", title=DINOSAUR, start="2026-12-05 14:00", audience="family", form="lecture", ages="6-12", **here
    )
    weekly = {"start": "2026-12-02 09:00", "end": "2026-12-02 11:00", "repeat": "FREQ=WEEKLY;COUNT=4"}
    site.event("heart", title=HEART, audience="seniors", form="tour", **weekly, **there)
    site.event("clouds", title=CLOUDS, start="2026-12-02 14:00", end="2026-12-02 16:00", audience="seniors", **here)
    site.event("battery", title=BATTERY, start="2026-12-05 10:00", audience="youth", form="lecture", **there)
    site.event("stream", title=STREAM, start="2026-11-28 10:00", audience="family", theme="water", **here)
    site.event("new-year", title="新年第一课", start="2027-01-02 10:00", **there)
    site.event("off", title=OFF, start="2027-02-10 14:00", status="cancelled", **there)
    site.write(
        "content/holidays/2027.md",
        "---\ntitle: 2027\nyear: 2027\nholidays:\n- {name: 元旦节, start: 2027-01-01, end: 2027-01-03}\n---\n",
    )
    site.now = datetime.fromisoformat(NOW).replace(tzinfo=None)
    site.build()
    return site


@pytest.fixture(scope="module")
def address(found_site: Site) -> Iterator[str]:
    with serving(found_site.output) as served:
        yield served


@contextmanager
def phone(browser: Browser) -> Iterator[Page]:
    with visit(browser, width=390, now=NOW) as page:
        yield page


def titles(page: Page) -> list[str]:
    return page.locator("#finder-cards .name").all_inner_texts()


@pytest.mark.parametrize(
    ("taps", "title"),
    [
        (["下周末", "武进区", "免费", "亲子家庭"], DINOSAUR),
        (["下周末", "小学", "武进区", "免费"], DINOSAUR),
        (["老年人", "周三", "上午"], HEART),
    ],
)
def test_a_question_is_answered_in_at_most_four_taps_from_the_first_page(
    browser: Browser, address: str, taps: list[str], title: str
) -> None:
    assert len(taps) <= 4
    with phone(browser) as page:
        page.goto(address + "/")
        for number, name in enumerate(taps, 1):
            page.locator(".filters [data-parameter] a").filter(has_text=name).first.click()
            expect(page.locator("#finder-chosen li")).to_have_count(number)
            await_counts(page)
        expect(page.locator("#finder-count")).to_have_text("1项活动")
        assert titles(page) == [title]
        for name in taps:
            page.locator("#finder-chosen a", has_text=name).click()
            await_counts(page)
        expect(page.locator("#finder-count")).to_have_text("6项活动，另有1项已取消或延期")
        page.wait_for_url(f"{address}/search/")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("免费讲座", [DINOSAUR]),
        ("武进的免费讲座", [DINOSAUR]),
        ("小孩", [STREAM, DINOSAUR]),
        ("不要钱 老人", [CLOUDS]),
        ("父亲周三上午", [HEART]),
        ("konglong", [STREAM, CLOUDS, DINOSAUR]),
        ("kly", [STREAM, CLOUDS, DINOSAUR]),
        ("dianchi", [BATTERY]),
        ("恐龙圆的一夜", [DINOSAUR]),
        ("12月5日", [BATTERY, DINOSAUR]),
        ("下周六 讲座", [BATTERY, DINOSAUR]),
        ("本周末", [STREAM]),
        ("本週末", [STREAM]),
        ("元旦", ["新年第一课"]),
        ("1月", ["新年第一课"]),
    ],
)
def test_a_search_understands_people(browser: Browser, address: str, words: str, expected: list[str]) -> None:
    with phone(browser) as page:
        page.goto(f"{address}/search/?q={words}")
        expect(page.locator("#finder-count")).not_to_be_empty()
        expect(page.locator("#finder-cards .name")).to_have_text(expected)


def test_an_empty_result_offers_what_fits_with_one_condition_fewer(browser: Browser, address: str) -> None:
    with phone(browser) as page:
        page.goto(f"{address}/search/?date=next-weekend&form=tour&district=tianning")
        expect(page.locator("#finder-count")).to_contain_text("没有找到")
        expect(page.locator("#finder-wider li")).to_have_text(["不限“下周末”：1 项", "不限“参观”：1 项"])
        expect(page.locator("#finder-cards .card")).to_have_count(1)
        await_counts(page)
        page.locator("#finder-wider a").last.click()
        expect(page.locator("#finder-cards .name")).to_have_text([BATTERY])
        page.goto(f"{address}/search/?q=qqqq")
        expect(page.locator("#finder-cards .card")).to_have_count(5)


def test_the_first_result_is_within_ten_tabs(browser: Browser, address: str) -> None:
    with visit(browser, now=NOW) as page:
        page.goto(f"{address}/search/?q=讲座")
        expect(page.locator("#finder-cards .name")).to_have_text([BATTERY, DINOSAUR])
        tabs = 0
        for goal in ("a.skip[href='#page-main']", "a.skip[href='#finder-results']", "#finder-cards .name a"):
            while not page.evaluate("goal => document.activeElement.matches(goal)", goal):
                page.keyboard.press("Tab")
                tabs += 1
                assert tabs <= 10
            page.keyboard.press("Enter")
        page.wait_for_url("**/events/battery/")


def test_months_begin_with_the_current_one_and_any_day_can_be_chosen(browser: Browser, address: str) -> None:
    with phone(browser) as page:
        page.goto(f"{address}/search/")
        expect(page.locator("[data-parameter='date'] a").nth(4)).to_have_attribute("data-key", "2026-11")
        page.fill("[data-pick]", "2026-12-02")
        expect(page.locator("#finder-cards .name")).to_have_text([HEART, CLOUDS])
        page.wait_for_url("**/search/?date=2026-12-02")
        page.goto(f"{address}/calendar/2026/12/")
        page.locator(".folded summary").click()
        page.fill("[data-pick]", "2026-12-05")
        page.wait_for_url(f"{address}/search/?date=2026-12-05")
        expect(page.locator("#finder-cards .name")).to_have_text([BATTERY, DINOSAUR])


def test_other_filters_are_a_sheet_on_phones(browser: Browser, address: str) -> None:
    with phone(browser) as page:
        page.goto(f"{address}/search/")
        expect(page.locator("#finder-count")).to_have_text("6项活动，另有1项已取消或延期")
        expect(page.locator("#finder-sheet")).to_be_hidden()
        await_counts(page)
        page.click("#finder-open")
        page.locator("#finder-sheet summary", has_text="主题").click()
        page.locator("#finder-sheet [data-key='water']").click()
        expect(page.locator("#finder-show")).to_have_text("查看 1 场")
        page.click("#finder-show")
        expect(page.locator("#finder-sheet")).to_be_hidden()
        expect(page.locator("#finder-cards .name")).to_have_text([STREAM])


def test_the_bar_of_a_page_keeps_what_the_page_shows(browser: Browser, address: str) -> None:
    with phone(browser) as page:
        page.goto(f"{address}/districts/wujin/")
        page.locator(".folded summary").click()
        choice = page.locator(".filters [data-parameter='audience'] a[data-key='family']")
        expect(choice.locator(".count")).to_have_text("2")
        expect(page.locator(".filters [data-parameter='audience'] a[data-key='youth']")).to_have_count(0)
        choice.click()
        page.wait_for_url(f"{address}/search/?district=wujin&audience=family")
        expect(page.locator("#finder-count")).to_have_text("2项活动")
        page.goto(f"{address}/calendar/2026/12/")
        page.locator(".folded summary").click()
        page.locator(".filters a", has_text="亲子家庭").click()
        expect(page.locator("#finder-cards .name")).to_have_text([DINOSAUR])
        page.clock.set_fixed_time("2027-02-01T09:00:00+08:00")  # the month is past, and its page was not built again
        page.reload()
        expect(page.locator("#finder-cards .name")).to_have_text([DINOSAUR])


def test_the_nearest_events_come_first_and_the_position_stays_in_the_browser(browser: Browser, address: str) -> None:
    with phone(browser) as page:
        page.context.grant_permissions(["geolocation"])
        page.context.set_geolocation({"longitude": 119.981, "latitude": 31.781})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
        page.goto(f"{address}/search/?date=2026-12-05")
        expect(page.locator("#finder-cards .name")).to_have_text([BATTERY, DINOSAUR])
        page.context.set_geolocation({"longitude": 119.951, "latitude": 31.78})
        await_counts(page)
        page.click("#finder-near")
        expect(page.locator("#finder-cards .name")).to_have_text([DINOSAUR, BATTERY])
        expect(page.locator("#finder-cards .far")).to_have_text(["不到 1 公里", "约 3 公里"])
        assert not [one for one in asked if "119.9" in one]
        page.click("#finder-near")
        expect(page.locator("#finder-cards .name")).to_have_text([BATTERY, DINOSAUR])


@pytest.mark.parametrize("path", ["/", "/districts/wujin/", "/calendar/2026/12/"])
def test_the_numbers_of_the_bar_are_those_that_the_search_finds(browser: Browser, address: str, path: str) -> None:
    with phone(browser) as page:
        page.goto(address + path)
        links = page.locator(".filters [data-parameter] li:not([hidden]) a").all()
        promised = {str(link.get_attribute("href")): link.locator(".count").text_content() for link in links}
        assert len(promised) >= 6
        for href, number in promised.items():
            page.goto(address + href)
            expect(page.locator("#finder-count"), href).to_have_text(re.compile(f"^{number}项活动"))


def test_the_numbers_of_days_follow_the_clock(browser: Browser, address: str) -> None:
    def shown(day: str) -> list[str]:
        with visit(browser, width=390, now=f"{day}T09:00:00+08:00") as page:
            page.goto(address + "/")
            return page.locator(".filters .count:visible").all_inner_texts()

    assert shown("2026-11-25")[:2] == ["1", "2"]  # this weekend and the next one; then numbers of the build
    assert shown("2026-12-01") == ["2", "2"]  # tomorrow, this weekend
    assert shown("2026-12-02") == ["2", "2"]  # today, this weekend
    assert shown("2026-12-20") == []


def test_what_is_called_off_is_found_and_not_counted(browser: Browser, address: str) -> None:
    with phone(browser) as page:
        page.goto(f"{address}/search/?q=课")
        await_counts(page)
        assert titles(page) == ["新年第一课", OFF]
        expect(page.locator("#finder-count")).to_have_text("1项活动，另有1项已取消或延期")
        expect(page.locator("[data-parameter='district'] a[data-key='tianning'] .count")).to_have_text("1")
        page.fill("#finder-words", "取消的")
        expect(page.locator("#finder-count")).to_have_text("1项已取消或延期")
        assert titles(page) == [OFF]


def test_a_choice_without_events_keeps_its_place_and_leads_nowhere(browser: Browser, address: str) -> None:
    with phone(browser) as page:
        page.goto(f"{address}/search/?length=two")
        await_counts(page)
        assert titles(page) == [HEART, CLOUDS]  # two hours each; nobody knows how long the others last
        counts = page.locator("[data-parameter='length'] a")
        assert [one.inner_text().split()[-1] for one in counts.all()] == ["0", "2", "0", "0"]
        assert [one.get_attribute("href") is not None for one in counts.all()] == [False, True, False, False]
        page.locator("[data-parameter='length'] a[data-key='half']").click(force=True)
        expect(page.locator("#finder-chosen a")).to_have_text(["1—2小时 ×"])


def test_the_map_leads_to_districts_and_shows_venues(browser: Browser, address: str) -> None:
    with phone(browser) as page:
        page.goto(f"{address}/venues/")
        expect(page.locator(".city circle")).to_have_count(2)
        page.goto(f"{address}/venues/park/")
        expect(page.get_by_role("img", name="恐龙园在全市的位置")).to_be_visible()
        expect(page.locator(".maps a")).to_have_text(["高德", "百度", "腾讯"])
        page.goto(address + "/")
        page.get_by_role("link", name="武进区 3 项").click()
        page.wait_for_url(f"{address}/districts/wujin/")
        expect(page.locator(".locator .here")).to_have_count(1)


def test_without_script_the_search_leads_to_the_pages_of_facets(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/search/")
    page.get_by_role("link", name="亲子家庭").click()
    page.wait_for_url(f"{address}/audiences/family/")
    context.close()


def test_pinyin_is_loaded_only_for_new_titles(site: Site) -> None:
    def loaded() -> bool:
        program = [sys.executable, "-X", "importtime", str(REPOSITORY / "site.py"), "--root", str(site.root), "build"]
        done = subprocess.run([*program, "--now", "2027-03-01"], check=True, capture_output=True, text=True)
        return "pypinyin" in done.stderr

    path = "content/events/2027/2027-03-20-clouds.md"
    assert loaded()
    site.edit(path, "带一双眼睛来", "带两双眼睛来")
    site.edit(path, "看云识天气", "看云")
    assert not loaded()
    site.edit(path, "云从哪里来", "云到哪里去")
    assert loaded()
