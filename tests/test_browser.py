"""The shipped site in Chromium: on a phone and on a desk, light and dark, by keyboard, at any hour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import Thread
from typing import Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from serving import serving
from sites import REPOSITORY, Site
from test_readers import by_icalendar
from test_subscribers import commit, git

from almanac.server.http import LOOPBACK, Shown, server
from almanac.server.news import Advice, News

EVENT = "/events/2026-11-28-longcheng-lecture-battery/"
PAGES = (
    "/",
    EVENT,
    "/events/2027-05-09-robot-contest/",
    "/calendar/",
    "/calendar/2026/12/",
    "/themes/",
    "/themes/new-energy/",
    "/organisers/",
    "/organisers/kexie/",
    "/programmes/science-week/",
    "/programmes/science-week/2019/",
    "/programmes/monthly-theme/2026/",
    "/districts/liyang/",
    "/venues/",
    "/audiences/seniors/",
    "/venues/changzhou-museum/",
    "/plan/2019/",
    "/plan/2026/coverage/",
    "/archive/",
    "/archive/2019/",
    "/changes/",
    "/subscribe/",
    "/search/",
    "/my/",
    "/data/",
    "/about/",
    "/accessibility/",
    "/404.html",
)
# Pages whose parts differ most: they are looked at in every form, the others in one.
UNLIKE = (
    "/",
    EVENT,
    "/calendar/2026/12/",
    "/themes/new-energy/",
    "/programmes/monthly-theme/2026/",
    "/plan/2019/",
    "/archive/2019/",
    "/subscribe/",
    "/search/",
    "/my/",
)
SOME_OR_ALL = (pytest.param(UNLIKE, id="some"), pytest.param(PAGES, id="all", marks=pytest.mark.long))
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
MOST_BYTES = 60 * 1024
MOST_REQUESTS = 8
MOST_SCRIPT = 25 * 1024
AFTER_A_PAUSE = 500  # milliseconds after which a search has named its address

Scheme = Literal["light", "dark"]


@contextmanager
def visit(  # noqa: PLR0913 - what visitors differ in
    browser: Browser,
    *,
    width: int = 1280,
    scheme: Scheme = "light",
    elder: bool = False,
    now: str = "2026-11-24T09:00:00+08:00",
    zone: str = "Asia/Shanghai",
    agent: str | None = None,
    tolerated: str = "404.html",
) -> Iterator[Page]:
    """A page of a new visitor whose clock starts at `now`.

    Fails if a script, a policy or an address fails on it; faults that name what is `tolerated` do not count.
    """
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,
        timezone_id=zone,
        locale="zh-CN",
        user_agent=agent,
    )
    if elder:
        context.add_init_script("localStorage.setItem('almanac-elder', '1')")
    page = context.new_page()
    page.clock.install(time=datetime.fromisoformat(now))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    yield page
    context.close()
    assert [fault for fault in faults if not tolerated or tolerated not in fault] == []


def violations(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """Every rule of axe that the page breaks, with the first such element and their number; of `only` these rules.

    axe cannot judge what is not laid out yet, and a search says when it has its results.
    """
    expect(page.locator(":is(section[data-key], .related, .atlas):not(.laid-out), [aria-busy]")).to_have_count(0)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    chosen = {"type": "rule", "values": only} if only else {"type": "tag", "values": AXE_TAGS}
    result = page.evaluate("chosen => axe.run(document, {runOnly: chosen, resultTypes: ['violations']})", chosen)
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in result["violations"]]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_on_a_phone(browser: Browser, address: str, path: str) -> None:
    with visit(browser, width=390) as page:
        page.goto(address + path)
        assert violations(page) == []


@pytest.mark.parametrize(
    "path", [path if path in UNLIKE else pytest.param(path, marks=pytest.mark.long) for path in PAGES]
)
def test_axe_finds_nothing_in_any_form(browser: Browser, address: str, path: str) -> None:
    # The dark and the mode of large type have other colours and sizes, and the same elements.
    looks = ["color-contrast", "link-in-text-block", "target-size"]
    forms: list[tuple[int, Scheme, bool, Sequence[str]]] = [
        (1280, "light", False, ()),
        (1280, "dark", False, looks),
        (390, "light", True, looks),
        (390, "dark", True, looks),
    ]
    found: dict[str, list[str]] = {}
    with visit(browser) as page:
        page.goto(address + path)
        for width, scheme, elder, rules in forms:
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)
            page.evaluate("elder => document.documentElement.classList.toggle('elder', elder)", elder)
            found[f"{width} {scheme} {elder=}"] = violations(page, only=rules)
    assert {form: some for form, some in found.items() if some} == {}


@pytest.mark.parametrize(
    ("width", "elder", "text", "script"),
    [
        (320, False, 100, False),
        (320, False, 100, True),
        (320, True, 100, True),
        (640, False, 200, True),
        (1280, False, 100, True),
    ],
)
@pytest.mark.parametrize("pages", SOME_OR_ALL)
def test_nothing_scrolls_sideways(  # noqa: PLR0913, PLR0917
    browser: Browser,
    address: str,
    width: int,
    elder: bool,  # noqa: FBT001
    text: int,
    script: bool,  # noqa: FBT001
    pages: Sequence[str],
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    page = context.new_page()
    if elder:
        page.add_init_script("localStorage.setItem('almanac-elder', '1')")
    wide = []
    for path in pages:
        page.goto(address + path)
        if text != 100:
            page.evaluate(f"document.documentElement.style.fontSize = '{text}%'")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(path)
        assert page.locator("h1").count() == 1, path
    context.close()
    assert wide == []


@pytest.mark.parametrize("pages", SOME_OR_ALL)
def test_a_first_view_is_light_and_loads_nothing_from_other_hosts(
    browser: Browser, address: str, pages: Sequence[str]
) -> None:
    heavy = {}
    for path in pages:
        answers: list[Response] = []

        def collect(answer: Response, answers: list[Response] = answers) -> None:
            answers.append(answer)

        with visit(browser, width=390) as page:
            page.on("response", collect)
            page.goto(address + path)
            page.wait_for_load_state("networkidle")
            # The data of the search is not counted; an answer that a page uses twice counts once.
            asked = {answer.url: answer for answer in answers if "/search/20" not in answer.url}.values()
            assert all(answer.url.startswith(address) for answer in answers), path
            size = sum(answer.request.sizes()["responseBodySize"] for answer in asked)
            if size > MOST_BYTES or len(asked) > MOST_REQUESTS:
                heavy[path] = (size, [answer.url for answer in asked])
    assert heavy == {}


def test_all_scripts_together_are_small(shipped: Site) -> None:
    import gzip

    # The script that reads aloud is not counted: no page loads it before somebody asks for it.
    scripts = [script for script in (shipped.output / "static").glob("*.js") if not script.name.startswith("reading")]
    assert len(scripts) >= 3
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) <= MOST_SCRIPT


def test_a_page_is_usable_by_keyboard_alone(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        page.goto(address + "/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "page-main"
        page.focus("#page-mode")
        page.keyboard.press("Enter")
        expect(page.locator("#page-mode")).to_have_attribute("aria-pressed", "true")
        larger = page.evaluate("getComputedStyle(document.body).fontSize")
        page.goto(address + EVENT)
        assert page.evaluate("getComputedStyle(document.body).fontSize") == larger, "the mode is remembered"
        assert float(larger.removesuffix("px")) >= 20


def test_an_event_page_prints_on_one_sheet(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        page.goto(address + EVENT)
        pdf = page.pdf(format="A4", prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 1 or pdf.count(b"/Type /Page ") == 1


def cut_off(page: Page) -> list[str]:
    """The entries of the main menu that are not shown in full."""
    cut: list[str] = page.locator("#page-menu").evaluate(
        """menu => [...menu.querySelectorAll("a")].filter(link => {
            const [own, shown] = [link.getBoundingClientRect(), menu.getBoundingClientRect()];
            return own.bottom > shown.bottom + 1 || own.right > innerWidth + 1;
        }).map(link => link.textContent)"""
    )
    return cut


@pytest.mark.parametrize(("width", "text"), [(320, 100), (320, 200), (390, 100), (640, 200), (1024, 200), (1280, 100)])
def test_the_menu_shows_all_entries_at_any_width_and_size_of_text(
    browser: Browser, address: str, width: int, text: int
) -> None:
    size = f"document.documentElement.style.fontSize = '{text}%'"
    with visit(browser, width=width) as page:
        page.goto(address + "/")
        page.evaluate(size)
        button = page.locator("#page-menu-all")
        if width < 992:
            expect(button).to_be_visible()
            assert cut_off(page), "the first entries stand in one row"
            button.click()
            expect(button).to_have_attribute("aria-expanded", "true")
        expect(button).to_be_visible(visible=width < 992)
        assert cut_off(page) == []
        name = page.locator(".brand")
        lines = name.evaluate(
            "name => { const r = document.createRange(); r.selectNodeContents(name);"
            " return r.getClientRects().length; }"
        )
        assert lines == 2, "the picture and one line of the name"
        if width < 992:
            button.click()
            page.locator("#page-menu a").last.focus()
            page.keyboard.press("Shift+Tab")  # the focused entry is visible to people at a keyboard
            assert cut_off(page) == []
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/")
    assert cut_off(page) == []
    context.close()


LINES = """element => {
  const text = element.firstChild;
  const tops = new Map();
  for (let place = 0; place < text.length; place += 1) {
    const range = document.createRange();
    range.setStart(text, place);
    range.setEnd(text, place + 1);
    const top = Math.round(range.getBoundingClientRect().top);
    tops.set(top, (tops.get(top) ?? "") + text.data[place]);
  }
  return [...tops.values()];
}"""


def test_titles_break_after_punctuation_and_names_stay_whole(browser: Browser, site: Site) -> None:
    site.write("content/venues/hall.md", "---\nname: 市青少年活动中心科普报告厅\ndistrict: east\n---\n")
    site.event("talk", title="科技报告会：从一张电费单算到一吨碳", venue="hall", programme="lectures", fee="免费")
    site.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    site.build()
    with serving(site.output) as address, visit(browser, width=340) as page:
        page.goto(f"{address}/themes/sky/")
        card = page.locator(".card", has_text="一吨碳")
        assert card.locator(".name a").evaluate(LINES)[0] == "科技报告会："
        for fact in card.locator(".meta > span").all():
            assert len(fact.evaluate(LINES)) == 1, fact.inner_text()


def brightness(page: Page, selector: str) -> float:
    """The relative luminance of an element's ground, roughly: 0 to 255."""
    ground = page.locator(selector).first.evaluate("element => getComputedStyle(element).backgroundColor")
    red, green, blue = (int(part) for part in re.findall(r"\d+", ground)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_in_the_dark_the_first_button_is_the_brightest_part(browser: Browser, address: str) -> None:
    with visit(browser, scheme="dark") as page:
        page.goto(address + "/")
        others = (".button.quiet", ".chips a", ".card", ".top", "body", ".foot")
        assert brightness(page, ".button:not(.quiet)") > 2 * max(brightness(page, other) for other in others)


CONTRASTS = """() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = colour => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const parts = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => part / 255);
    const [red, green, blue] = parts.map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = luminance(getComputedStyle(document.body).backgroundColor);
  const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]);
  const classes = rules.map(rule => rule.selectorText ?? "").filter(text => /^\\.tint-[a-z]+$/.test(text));
  return classes.map(name => {
    const word = document.createElement("span");
    word.className = `kicker ${name.slice(1)}`;
    document.body.append(word);
    const own = luminance(getComputedStyle(word).color);
    return (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05);
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_themes_can_be_read_and_have_one_weight(browser: Browser, address: str, scheme: Scheme) -> None:
    with visit(browser, scheme=scheme) as page:
        page.goto(address + "/")
        contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 20
    assert min(contrasts) >= 4.5
    assert max(contrasts) / min(contrasts) < 1.25


def top(page: Page, selector: str) -> float:
    """How far below the top of the page the first visible element of a selector begins, in pixels."""
    box = page.locator(f"{selector}:visible").first.bounding_box()
    assert box is not None
    return box["y"]


def test_a_phone_shows_first_what_one_came_for(browser: Browser, address: str) -> None:
    with visit(browser, width=390) as page:
        page.goto(address + "/")
        card = page.locator(".card:visible").first.bounding_box()
        assert card is not None
        assert card["y"] + card["height"] < 844, "the first event is on the first screen"
        assert page.locator(".card:not(:has(.card-picture))").count() == 0
        shown = "card => [...card.querySelectorAll('.badge')].filter(badge => badge.offsetParent).length"
        assert max(card.evaluate(shown) for card in page.locator(".card:visible").all()) == 1
        page.goto(address + EVENT)
        assert top(page, ".prose") < 700
        bar = page.locator(".deeds").bounding_box()
        assert bar is not None
        assert bar["y"] + bar["height"] == pytest.approx(844)
        page.goto(address + "/calendar/2026/12/")
        assert top(page, ".grid") < top(page, ".strip") < top(page, ".agenda .card")
        page.locator(".day .card").last.scroll_into_view_if_needed()
        assert top(page, ".strip") == pytest.approx(0, abs=1), "it stays in sight"
        for day in ("2026-12-19", "2026-12-05"):  # and follows
            page.locator(f"#d-{day}").evaluate("day => day.scrollIntoView({behavior: 'instant'})")
            expect(page.locator(".strip [aria-current='location']")).to_have_attribute("href", f"#d-{day}")
            expect(page.locator(f".strip [href='#d-{day}']")).to_be_in_viewport(ratio=1)


def test_a_month_prints_as_one_sheet_with_titles(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        page.goto(address + "/calendar/2026/12/")
        page.emulate_media(media="print")
        title = page.locator(".marks span", has_text="艾滋病日：检测比猜测有用")
        expect(title).to_be_visible()
        assert title.evaluate("title => title.getBoundingClientRect().width") > 60
        expect(page.locator(".card").first).to_be_hidden()
        expect(page.locator(".near").first).to_be_hidden()
        for size in ("A4", "A3"):
            pdf = page.pdf(format=size, landscape=True)
            assert len(re.findall(rb"/Type /Page\b(?!s)", pdf)) == 1, size


def near(page: Page, day: str) -> str:
    return page.locator(f'[data-near="{day}"]').inner_text()


def test_the_first_page_is_true_before_during_and_after_an_event(browser: Browser, address: str) -> None:
    club = "显微镜之夜：带一滴水来"
    for now, days in {
        "2026-11-25T10:00:00+08:00": ("今天", "2026-11-25"),
        "2026-11-25T19:30:00+08:00": ("今天", "2026-11-25"),
        "2026-11-25T20:30:00+08:00": ("", "2026-12-02"),
        "2026-12-02T09:00:00+08:00": ("今天", "2026-12-02"),
    }.items():
        with visit(browser, now=now) as page:
            page.goto(address + "/")
            name, day = days
            card = page.locator(f'[data-upcoming] [data-key="{day}"] .card', has_text=club)
            expect(card).to_be_visible()
            assert near(page, day) == name
            assert card.locator(".state").inner_text() == ("正在进行" if "19:30" in now else "")


def test_an_open_page_turns_at_midnight(browser: Browser, address: str) -> None:
    with visit(browser, now="2026-11-27T23:59:00+08:00") as page:
        page.goto(address + "/")
        assert near(page, "2026-11-28") == "明天"
        assert page.locator("[data-leaf]:not([hidden])").get_attribute("data-leaf") == "2026-11-27"
        page.clock.fast_forward("02:00")
        assert near(page, "2026-11-28") == "今天"
        assert near(page, "2026-11-29") == "明天"
        assert page.locator("[data-leaf]:not([hidden])").get_attribute("data-leaf") == "2026-11-28"


def test_a_month_ends_and_a_visitor_is_far_away(browser: Browser, address: str) -> None:
    # In Los Angeles it is still the morning of 30 November when the first of December begins in Changzhou.
    with visit(browser, now="2026-11-30T08:30:00-08:00", zone="America/Los_Angeles") as page:
        page.goto(address + "/calendar/2026/12/")
        assert page.locator('td[aria-current="date"]').get_attribute("data-today") == "2026-12-01"
        assert near(page, "2026-12-01") == "今天"


def test_signing_up_opens_and_closes(browser: Browser, address: str) -> None:
    for now, words in {
        "2026-11-10T09:00:00+08:00": "开始报名",
        "2026-11-20T09:00:00+08:00": "报名中",
        "2026-11-27T09:00:00+08:00": "报名已截止",
        "2026-11-29T09:00:00+08:00": "",
    }.items():
        with visit(browser, now=now) as page:
            page.goto(address + EVENT)
            assert words in page.locator(".facts .signup").inner_text()
            assert bool(page.locator(".facts .signup").is_visible()) == bool(words)


def test_a_past_event_joins_the_past_events_of_its_theme(browser: Browser, address: str) -> None:
    with visit(browser, now="2026-12-20T09:00:00+08:00") as page:
        page.goto(address + "/themes/new-energy/")
        lecture = page.locator(".card", has_text="一块电池能用多少年")
        expect(lecture).to_have_count(1)
        assert lecture.evaluate("card => card.closest('[data-past]') !== null")
        assert "已结束" in lecture.inner_text()


def test_a_site_not_built_for_years_shows_the_right_day(browser: Browser, address: str) -> None:
    with visit(browser, now="2030-01-06T09:00:00+08:00") as page:
        page.goto(address + "/")
        assert page.locator("[data-upcoming] .card:visible").count() == 0
        assert page.locator("[data-leaf]:visible").inner_text().split() == ["1月", "6", "周日"]
        expect(page.locator(".nothing")).to_be_visible()


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("?q=科普大", "龙城科普大讲坛：一块电池能用多少年"),
        ("?q=科学技术协会+电池", "龙城科普大讲坛：一块电池能用多少年"),
        ("?q=ｗｉｆｉ", ""),
        ("?district=liyang&audience=farmers", "一根毛竹能派七种用场"),
    ],
)
def test_searching_finds_substrings_aliases_and_facets_together(
    browser: Browser, address: str, query: str, title: str
) -> None:
    with visit(browser) as page:
        page.goto(f"{address}/search/{query}")
        expect(page.locator("#finder-count")).not_to_be_empty()
        names = page.locator("#finder-cards .name")
        if title:  # beyond the first six, cards are added after the first painting
            expect(names.filter(has_text=title)).to_have_count(1)
        else:
            expect(page.locator("#finder-count")).to_contain_text("没有找到")


def test_searching_keeps_its_choices_in_the_address(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        page.goto(f"{address}/search/")
        page.fill("#finder-words", "电池")
        expect(page.locator("mark").first).to_have_text("电池")
        await_counts(page)
        before = page.locator("#finder-cards .card").count()
        choice = page.locator('[data-parameter="district"] a[data-key="xinbei"]')
        counted = int(choice.locator(".count").inner_text())
        choice.click()
        expect(choice).to_have_attribute("aria-current", "true")
        expect(page.locator("#finder-cards .card")).to_have_count(counted)
        assert counted < before
        page.wait_for_url("**/search/?*district=xinbei")
        page.reload()
        expect(page.locator("#finder-cards .card")).to_have_count(counted)
        page.go_back()
        expect(page.locator("#finder-cards .card")).to_have_count(before)
        await_counts(page)
        page.click("#finder-clear")
        page.wait_for_url(f"{address}/search/")


TITLES = "#finder-cards .name"
COUNTS = "[data-parameter]:not([data-parameter='past']) .count"  # some past events may not be loaded


def await_counts(page: Page) -> None:
    """Waits for the numbers beside choices. Before, a click may miss: choices without events vanish, others move."""
    expect(page.locator("#finder:not([aria-busy])")).to_be_attached()


def found(page: Page) -> tuple[list[str], list[str]]:
    """The titles of a search that has just been opened, and the number beside each choice."""
    await_counts(page)
    return page.locator(TITLES).all_text_contents(), page.locator(COUNTS).all_text_contents()


def test_a_search_with_cached_words_finds_the_same_as_a_new_search(browser: Browser, address: str) -> None:
    with visit(browser) as page, visit(browser) as other:
        page.goto(f"{address}/search/")
        page.focus("#finder-words")
        acts: list[tuple[str, str]] = [
            ("type", "电"),
            ("type", "池 科"),
            ("click", "[data-parameter='district'] a[data-key='xinbei']"),
            ("press", "Backspace"),
            ("press", "Backspace"),
            ("over", "科普"),
            ("click", "[data-parameter='past'] a"),
            ("press", "Backspace"),
            ("click", "[data-parameter='free'] a"),
            ("type", "普"),
            ("click", "[data-parameter='past'] a"),
        ]
        for act, what in acts:
            if act == "click":
                page.click(what)
                page.focus("#finder-words")
            elif act == "press":
                page.keyboard.press(what)
            else:
                if act == "over":
                    page.keyboard.press("Control+A")
                page.keyboard.insert_text(what)
            page.clock.fast_forward(AFTER_A_PAUSE)  # so that the address follows
            other.goto(page.url)
            titles, counts = found(other)
            expect(page.locator(TITLES), f"{act} {what}: {page.url}").to_have_text(titles)
            expect(page.locator(COUNTS), f"{act} {what}: {page.url}").to_have_text(counts)


def test_going_back_at_once_restores_the_page_before(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        page.goto(f"{address}/search/?q=电池")
        await_counts(page)
        page.click("[data-parameter='district'] a[data-key='xinbei']")
        page.wait_for_url("**district=xinbei")
        await_counts(page)
        page.clock.pause_at("2026-11-24T10:00:00+08:00")
        page.click("[data-parameter='audience'] a[data-key='youth']")
        page.evaluate("history.back()")
        page.wait_for_url(f"{address}/search/?q={quote('电池')}")
        page.clock.fast_forward(AFTER_A_PAUSE)  # nothing that was chosen before names the address afterwards
        assert page.url == f"{address}/search/?q={quote('电池')}"
        expect(page.locator("#finder-words")).to_have_value("电池")
        page.fill("#finder-words", "电")
        page.clock.fast_forward(AFTER_A_PAUSE)
        page.wait_for_url(f"{address}/search/?q={quote('电')}")
        page.evaluate("history.forward()")
        page.wait_for_url("**district=xinbei")
        expect(page.locator("[data-parameter='audience'] a[data-key='youth']")).not_to_have_attribute(
            "aria-current", "true"
        )


CARDS = """
cards => Object.fromEntries(cards.map(card => {
  const canonical = node => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent.trim() || [];
    const attributes = [...node.attributes].map(({name, value}) => [name, value.split(" ").sort().join(" ").trim()]);
    const children = [...node.childNodes].flatMap(child => [canonical(child)]);
    return [node.localName.replace(/^h\\d$/, "heading"), attributes.sort(), children];
  };
  const strip = list => Array.isArray(list) ? list.filter(one => one.length !== 0).map(strip) : list;
  return [card.querySelector("a").pathname, strip(canonical(card))];
}))
"""


def canonical_cards(page: Page, selector: str) -> dict[str, object]:
    """Each card by its link: its elements with sorted attributes, and its texts, without white space around them."""
    found: dict[str, object] = page.locator(selector).evaluate_all(CARDS)
    return found


@pytest.mark.parametrize("language", ["zh-CN", "fi"])
def test_a_card_made_by_a_script_is_the_card_of_the_pages(browser: Browser, site: Site, language: str) -> None:
    variants: list[dict[str, str]] = [
        *({"status": status} for status in ("cancelled", "postponed", "moved", "full")),
        {"level": "city", "fee": "免费", "summary": "一句话", "programme": "lectures", "sample": "true"},
        {"level": "key", "online": "https://example.org/live", "venue": "library"},
        {
            "end": "2027-04-07 16:00",
            "signup": "{opens: 2027-01-01, deadline: 2027-04-01, url: 'https://example.org/s'}",
        },
        {"signup": "{deadline: 2027-02-01}", "fee": "10 元 <每人>"},
        {"status": "cancelled", "signup": "{opens: 2027-01-01}"},
        {"repeat": "FREQ=WEEKLY;COUNT=2"},
        {"repeat": "FREQ=WEEKLY;COUNT=5"},
    ]
    for number, keys in enumerate(variants, 1):
        site.event(f"variant-{number}", title=f"活动{number}", start=f"2027-04-{number:02} 14:00", **keys)
    site.event("all-day", start="2027-05-01", title="全天")
    site.event("days", start="2027-05-02", end="2027-05-05", title="数天")
    site.event("past", start="2027-01-05 10:00", end="2027-01-05 11:00", title="过去")
    site.event("past-cancelled", start="2027-01-06 10:00", title="没办成", status="cancelled")
    site.event("running", start="2027-02-22", end="2027-02-26", title="正在办")
    site.event("星空", start="2027-05-09 19:00", title="星空")
    site.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    site.edit("config.yaml", "title:", f"language: {language}\ntitle:")
    site.build()
    # No date is near: for near days the search shows the words of other pages' headings.
    with serving(site.output) as address, visit(browser, now="2027-02-24T09:00:00+08:00") as page:
        page.goto(f"{address}/archive/2027/")
        expect(page.locator(".card .star").last).to_be_attached()
        cards = canonical_cards(page, ".card")
        assert len(cards) >= len(variants) + 6
        page.goto(f"{address}/search/?past=1")
        expect(page.locator("#finder-cards .card")).to_have_count(len(cards))
        assert canonical_cards(page, "#finder-cards .card") == cards
        ids = "~".join(path.split("/")[2] for path in cards)
        page.goto(f"{address}/my/?events=2027:{ids}")
        expect(page.locator("#my-cards .card")).to_have_count(len(cards))
        page.evaluate("document.querySelectorAll('.overlap').forEach(one => one.remove())")
        assert canonical_cards(page, "#my-cards .card") == cards


def test_each_choice_gives_as_many_events_as_it_promises(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        page.goto(f"{address}/search/?q=科&audience=youth")
        await_counts(page)
        # Values of one kind are joined by “or”. Only loaded past events can be counted.
        links = "[data-parameter]:not([data-parameter='audience'], [data-parameter='past']) a[href]"
        promised: dict[str, str] = page.locator(links).evaluate_all(
            "links => Object.fromEntries(links.filter(link => link.checkVisibility())"
            ".map(link => [link.getAttribute('href'), link.querySelector('.count').textContent]))"
        )
        assert len(promised) > 8
        some = dict(sorted(promised.items())[::4])  # neighbours are values of one kind
        # Going back and forth between searches is faster than loading each of them.
        go = "query => { history.pushState(null, '', query); dispatchEvent(new PopStateEvent('popstate')); }"
        for query, count in some.items():
            page.evaluate(go, f"/search/{query}")
            await_counts(page)
            expect(page.locator("#finder-count")).to_have_text(re.compile(f"^{count}项活动"))


def test_past_events_are_loaded_when_they_are_asked_for(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/search/20" in request.url else None)
        page.goto(f"{address}/search/?q=透明度")
        expect(page.locator("#finder-count")).to_contain_text("没有找到")
        assert not any("2019" in url for url in asked)
        await_counts(page)
        page.click('[data-parameter="past"] a')
        expect(page.locator("#finder-cards .card").first).to_be_visible()
        assert any("2019" in url for url in asked)


def test_sharing_copies_the_address(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(address + EVENT)
        page.click("[data-copy]")
        expect(page.locator("[data-said]")).to_have_text("已复制")
        assert page.evaluate("navigator.clipboard.readText()").endswith(EVENT)


WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2307A) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148"
    " Safari/604.1"
)
XIAOMI = (
    "Mozilla/5.0 (Linux; U; Android 14; zh-cn; Xiaomi 14 Build/U) AppleWebKit/537.36 Chrome/118.0 Mobile Safari/537.36"
    " XiaoMi/MiuiBrowser/18"
)


def test_choosing_a_feed_gives_the_address_that_exists(browser: Browser, address: str, shipped: Site) -> None:
    with visit(browser) as page:
        page.goto(address + "/subscribe/")
        page.select_option('select[name="district"]', "xinbei")
        page.select_option('select[name="theme"]', "new-energy")
        expect(page.locator("#feed-name")).to_have_text("新北区 · 新能源")
        shown = page.locator("#feed-address").inner_text()
        assert shown == "https://kepu.changzhou.example/feeds/districts/xinbei/themes/new-energy.ics"
        links = {
            link.get_attribute("data-link") or "": link.get_attribute("href") or ""
            for link in page.locator("a[data-link]").all()
        }
        assert links["webcal"] == shown.replace("https:", "webcal:")
        assert links["google"] == "https://calendar.google.com/calendar/r?cid=" + quote(links["webcal"], safe="")
        assert links["outlook"].startswith(
            "https://outlook.live.com/calendar/0/addfromweb?url=" + quote(shown, safe="") + "&name="
        )
        assert links["office"] == links["outlook"].replace("outlook.live.com", "outlook.office.com")
        assert int(page.locator("#feed-count").inner_text()) > 0
        for form in ("file", "atom", "json"):
            assert (shipped.output / links[form].lstrip("/")).is_file()
        assert (shipped.output / str(page.locator("img[data-link]").get_attribute("src")).lstrip("/")).is_file()
        # No third choice has events, so none can be chosen.
        assert page.locator('select[name="audience"] option:not(:disabled)').count() == 1
        assert "district=xinbei&theme=new-energy" in page.url
        page.reload()
        expect(page.locator("#feed-address")).to_have_text(shown)
        page.goto(address + "/subscribe/?theme=new-energy&district=nowhere")
        expect(page.locator("#feed-name")).to_have_text("新能源")
        # Several feeds are copied together.
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        for name in ("新能源", "武进区"):
            page.get_by_role("checkbox", name=f"选中“{name}”", exact=True).check()
        page.get_by_role("button", name="复制选中的 2 个地址").click()
        expect(page.locator("[data-said]")).not_to_be_empty()
        copied = page.evaluate("navigator.clipboard.readText()").split("\n")
        assert {one.rpartition("/feeds/")[2] for one in copied} == {"themes/new-energy.ics", "districts/wujin.ics"}


@pytest.mark.parametrize(("agent", "device"), [(IPHONE, "apple"), (XIAOMI, "xiaomi"), (WECHAT, "wechat")])
def test_the_steps_for_the_device_at_hand_come_first(browser: Browser, address: str, agent: str, device: str) -> None:
    with visit(browser, width=390, agent=agent) as page:
        page.goto(address + "/subscribe/")
        assert page.locator("#feed-devices details").first.get_attribute("data-device") == device
        assert page.locator("#feed-devices details[open]").count() == 1
        assert page.locator("#feed-wechat").is_visible() == (device == "wechat")
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.click("#feed-copy")
        assert page.evaluate("navigator.clipboard.readText()") == "https://kepu.changzhou.example/feeds/all.ics"


def test_without_script_every_step_and_feed_is_shown(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "/subscribe/")
    assert page.locator("#feed-devices details[open]").count() == page.locator("#feed-devices details").count()
    assert page.locator('[data-link="webcal"]').get_attribute("href") == "webcal://kepu.changzhou.example/feeds/all.ics"
    assert page.locator("#feed-chooser").is_hidden()
    context.close()


def test_starred_events_make_a_list_that_can_be_shared_and_saved(browser: Browser, address: str) -> None:
    lecture, tape, overlapping = "一块电池能用多少年", "显微镜之夜", "胶带撕出来的一层碳"
    with visit(browser) as page:
        page.goto(address + "/my/")
        expect(page.locator("#my-said")).to_have_text("还没有收藏。")
        page.goto(address + "/")
        for title in (tape, overlapping):
            page.locator(".day .card", has_text=title).locator(".star").first.click()
        page.goto(address + EVENT)
        page.click("#event-star")
        expect(page.locator("#event-star")).to_have_text("★ 已收藏")
        page.goto(address + "/my/")
        expect(page.locator("#my-cards .card")).to_have_count(3)
        assert "3" in page.locator("#my-said").inner_text()
        with page.expect_download() as download:
            page.click("#my-file")
        saved = download.value.path().read_bytes()
        by_uid = {entry[0]: entry for entry in by_icalendar(saved)}
        assert len({uid.partition("@")[0] for uid in by_uid}) == 3
        assert saved.count(b"BEGIN:VTIMEZONE") == saved.count(b"BEGIN:VCALENDAR") == 1
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.click("#my-share")
        expect(page.locator("#my-said")).to_contain_text("清单地址已复制")
        shared = page.evaluate("navigator.clipboard.readText()")
        page.locator("#my-cards .card", has_text=lecture).locator(".star").click()
        expect(page.locator("#my-cards .card")).to_have_count(2)
    with visit(browser) as friend:
        friend.goto(shared)
        expect(friend.locator("h1")).to_have_text("别人分享给您的清单")
        expect(friend.locator("#my-cards .card")).to_have_count(3)
        friend.click("#my-keep")
        friend.wait_for_url(f"{address}/my/")
        expect(friend.locator("#my-cards .card")).to_have_count(3)
        friend.click("#my-clear")
        expect(friend.locator("#my-cards .card")).to_have_count(0)


def test_my_list_names_overlapping_events(browser: Browser, site: Site) -> None:
    times = {
        "one": ("14:00", "16:00"),
        "two": ("15:30", "17:00"),
        "three": ("16:00", "18:00"),
        "off": ("14:00", "18:00"),
    }
    for name, (start, end) in times.items():
        extra = {"status": "cancelled"} if name == "off" else {}
        site.event(name, title=f"活动{name}", start=f"2027-03-10 {start}", end=f"2027-03-10 {end}", **extra)
    site.event("open-ended", title="没写结束", start="2027-03-10 15:00")
    site.event("whole-day", title="全天", start="2027-03-10")
    site.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    site.build()
    listed = ",".join(f"2027:{name}" for name in (*times, "open-ended", "whole-day", "gone"))
    with serving(site.output) as address, visit(browser, now="2027-03-01T09:00:00+08:00") as page:
        page.goto(f"{address}/my/?events={listed}")
        expect(page.locator("#my-cards .card")).to_have_count(6)
        overlaps = {
            card.locator(".name").inner_text(): card.locator(".overlap").all_inner_texts()
            for card in page.locator("#my-cards .card").all()
        }
        assert overlaps == {
            "活动one": ["时间冲突：没写结束", "时间冲突：活动two"],
            "活动two": ["时间冲突：活动one", "时间冲突：活动three"],
            "活动three": ["时间冲突：活动two"],
            "活动off": [],
            "没写结束": ["时间冲突：活动one"],
            "全天": [],
        }
        assert "1" in page.locator("#my-said").inner_text(), "one of the list is no longer there"


def test_a_browser_that_keeps_nothing_can_star_all_the_same(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('blocked'); }})")
        page.goto(address + EVENT)
        page.click("#event-star")
        expect(page.locator("#event-star")).to_have_attribute("aria-pressed", "true")


def test_serve_offers_advice_in_a_corner_and_errors_across_the_page(browser: Browser, site: Site) -> None:
    site.build()
    news = News()
    web = server(Shown(site.output, "/kepu/", news), 0)
    Thread(target=web.serve_forever, daemon=True).start()
    page = browser.new_page()
    try:
        news.publish("")
        page.goto(f"http://{LOOPBACK}:{web.server_address[1]}/kepu/about/")
        news.advise(Advice("2 处提醒", "content/events/a.md:8: 提醒"))
        button = page.locator("summary", has_text="2 处提醒")
        expect(button).to_be_visible()
        expect(page.get_by_text("content/events/a.md")).not_to_be_visible()
        button.click()
        expect(page.get_by_text("content/events/a.md")).to_be_visible()
        with page.expect_navigation():
            news.publish("")
        expect(page.get_by_text("content/events/a.md")).to_be_visible()  # it stays open from one save to the next
        news.publish("content/events/b.md:3: 错误")
        expect(page.get_by_role("alert")).to_contain_text("b.md")
        expect(button).to_have_count(0)
        with page.expect_navigation():
            news.publish("")
        news.advise(Advice())
        expect(button).to_have_count(0)
    finally:
        page.close()
        web.shutdown()
        web.server_close()


def test_addresses_of_chinese_keys_are_encoded_before_and_after_a_choice(browser: Browser, site: Site) -> None:
    site.write("content/themes/天文.md", "---\nname: 天文\n---\n")
    site.event("stars", theme="天文")
    site.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    site.build()
    with serving(site.output) as address, visit(browser) as page:
        page.goto(f"{address}/subscribe/?theme=" + quote("天文"))
        expect(page.locator("#feed-address")).to_have_text("https://example.org/feeds/themes/" + quote("天文") + ".ics")


def test_a_withdrawn_event_says_so_to_everybody(browser: Browser, site: Site) -> None:
    git(site, "init")
    commit(site, "The site begins")
    site.delete("content/events/2027/2027-03-20-clouds.md")
    commit(site, "Off")
    site.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    site.build()
    with serving(site.output) as address, visit(browser, width=390) as page:
        page.goto(f"{address}/events/2027-03-20-clouds/")
        expect(page.locator(".notice")).to_contain_text("本活动已撤下")
        assert violations(page) == []
