"""The self-test of accessibility: every proof is a test that runs, and those that no other file has are here."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from serving import serving
from sites import REPOSITORY, Site, small_site
from test_browser import EVENT, violations, visit

from almanac.build.checking import check
from almanac.content.config import Accessibility, Config, Footer
from almanac.content.markdown import to_html
from almanac.outputs.accessibility import assess
from almanac.site.menus import menus
from almanac.site.self_test import DEMANDS, INDICATORS, Standing
from almanac.site.views import Link

TESTS = REPOSITORY / "tests"
ALIKE = re.compile("/(share|digest|embed|changes|screen|plan|archive)/")  # many pages of one template


@pytest.fixture(scope="module")
def pages(shipped: Site) -> dict[str, str]:
    """The pages of the shipped site by address; of those that are alike every tenth."""
    found = sorted(shipped.output.rglob("*.html"))
    chosen = [page for number, page in enumerate(found) if number % 10 == 0 or not ALIKE.search(page.as_posix())]
    return {page.relative_to(shipped.output).as_posix(): page.read_text(encoding="utf-8") for page in chosen}


@pytest.fixture(scope="module")
def whole_pages(pages: dict[str, str]) -> dict[str, str]:
    """Those with the head and the foot of the site: not frames, screens, mails and old addresses that lead on."""
    return {address: page for address, page in pages.items() if '<a class="skip"' in page}


@pytest.fixture(scope="module")
def sheets(shipped: Site) -> str:
    """All style sheets of public pages."""
    return "\n".join(sheet.read_text(encoding="utf-8") for sheet in (shipped.output / "static").glob("*.css"))


def test_the_self_test_has_every_indicator_of_levels_1_and_2() -> None:
    assert Counter(one.level for one in INDICATORS) == {1: 20, 2: 17}
    numbers = [tuple(int(part) for part in one.number.split(".")) for one in INDICATORS]
    assert all(one < other for one, other in pairwise(numbers))


def test_every_proof_is_a_test_that_runs() -> None:
    named = {test for one in (*INDICATORS, *DEMANDS) for test in one.tests}
    there: set[str] = set()
    for file in {test.partition("::")[0] for test in named}:
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        marks = {getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(tree)}
        assert marks.isdisjoint({"skip", "skipif", "xfail", "importorskip"}), file
        there |= {f"{file}::{node.name}" for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert named - there == set()
    assert [one.name.message for one in (*INDICATORS, *DEMANDS) if one.standing == "met" and not one.tests] == []


ABSENT_TAGS = re.compile(
    r"<(?:audio|video|track|object|embed|iframe|applet|marquee|blink|canvas)\b"
    r"|<[^>]*\s(?:autoplay|autofocus|accesskey|popover|on\w+)="
    r"|<[^>]*(?:type=\"password\"|method=\"post\"|captcha)",
    re.IGNORECASE,
)
ABSENT_CALLS = re.compile(
    r"\b(?:touch(?:start|move|end)|gesture\w+|pointermove|beforeunload|window\.open|alert|confirm|prompt)\b\(?"
)
LED_ON = 'http-equiv="refresh"'


def test_no_page_has_what_the_self_test_calls_absent(pages: dict[str, str], shipped: Site) -> None:
    assert {address: ABSENT_TAGS.findall(page) for address, page in pages.items() if ABSENT_TAGS.search(page)} == {}
    windows = {address for address, page in pages.items() if "target=" in page}
    assert all(address.startswith("embed/") for address in windows)
    timed = {address: page for address, page in pages.items() if LED_ON in page}
    assert all('content="0;' in page for page in timed.values()), "old addresses lead on at once, and no page is timed"
    for script in (shipped.output / "static").glob("*.js"):
        assert ABSENT_CALLS.findall(script.read_text(encoding="utf-8")) == [], script.name


def test_a_text_brings_in_no_media_frame_or_window() -> None:
    tags = ("audio", "video", "iframe", "object", "embed", "marquee", "blink", "form", "input", "script", "style")
    body = "\n\n".join(f"<{tag} src='a' autoplay>{tag}</{tag}>" for tag in tags)
    (html,) = to_html([f"{body}\n\n<a href='https://example.org/' target='_blank' accesskey='s'>there</a>"], "/")
    assert re.findall(r"<(?:{})\b|target=|autoplay|accesskey".format("|".join(tags)), html) == []
    assert "there" in html


LOOKS_ONLY = {
    "background", "border-block-end-color", "border-bottom-color", "border-color", "border-inline-color", "color",
    "content", "fill", "filter", "outline", "stroke-width", "text-decoration", "text-decoration-thickness",
}  # fmt: skip


def test_nothing_flashes_and_nothing_opens_under_the_pointer(sheets: str) -> None:
    assert "infinite" not in sheets
    durations = [float(seconds) for seconds in re.findall(r"animation:[^;}]*?([\d.]+)s\b", sheets)]
    assert min(durations) > 1 / 3, "slower than three times a second"
    rules = re.findall(r"([^{}]*:hover[^{}]*)\{([^{}]*)\}", sheets)
    assert len(rules) > 10
    for selector, declarations in rules:
        names = {one.partition(":")[0].strip() for one in declarations.split(";") if one.strip()}
        assert names <= LOOKS_ONLY, selector


def test_every_control_has_a_name_and_says_its_state(pages: dict[str, str], browser: Browser, address: str) -> None:
    nameless: list[tuple[str, str]] = []
    for path, page in pages.items():
        labels = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', page))
        for tag in re.findall(r"<(?:img|svg|input|select|textarea)\b[^>]*>", page):
            inside = re.search(r"<label[^>]*>(?:(?!</label>).)*" + re.escape(tag), page, re.DOTALL)
            if not (_names_itself(tag) or labels & set(re.findall(r'id="([^"]+)"', tag)) or inside):
                nameless.append((path, tag))
    assert nameless == []
    with visit(browser) as shown:
        shown.goto(address + EVENT)
        for switch in ("#page-mode", "#page-pointer", "#event-star"):  # the first one shows the second
            expect(shown.locator(switch)).to_have_attribute("aria-pressed", "false")
            shown.click(switch)
            expect(shown.locator(switch)).to_have_attribute("aria-pressed", "true")


def _names_itself(tag: str) -> bool:
    """Whether a picture or a field has a name of its own, or is marked as decoration."""
    return any(mark in tag for mark in (" alt=", "aria-label", 'aria-hidden="true"', 'type="hidden"'))


def test_nothing_keeps_assistive_technology_out(pages: dict[str, str], sheets: str) -> None:
    assert [path for path, page in pages.items() if re.search("user-scalable|maximum-scale", page)] == []
    assert re.search(r"user-select:\s*none|forced-color-adjust:\s*none", sheets) is None
    assert re.findall(r"([^{}]*)\{[^{}]*outline:\s*(?:none|0)[;}]", sheets) == UNLINED


# Parts that only scripts and the first link focus, and districts on a map, whose edge becomes thick instead.
UNLINED = ["main:focus", "#finder-results:focus", "figure.city a:focus-visible"]


def test_every_page_has_one_skeleton(whole_pages: dict[str, str]) -> None:
    for path, page in whole_pages.items():
        tags = Counter(re.findall(r'<(main|h1|header class="top"|footer class="foot")[ >]', page))
        assert len(tags) == 4, path
        assert set(tags.values()) == {1}, path
        assert re.findall(r"<a\b[^>]*>", page)[0] == '<a class="skip" href="#page-main">', path
        navigation = re.findall(r"<nav\b([^>]*)>(.*?)</nav>", page, re.DOTALL)
        assert all("aria-label" in attributes and "<a " in within for attributes, within in navigation), path


def test_every_page_has_a_title_of_its_own(whole_pages: dict[str, str]) -> None:
    heads = {path: page.partition("</head>")[0] for path, page in whole_pages.items()}
    found = {path: re.findall("<title>(.*?)</title>", head, re.DOTALL) for path, head in heads.items()}
    assert {path for path, titles in found.items() if len(titles) != 1 or not titles[0].strip()} == set()
    counted = Counter(titles[0] for titles in found.values())
    assert [title for title, count in counted.items() if count > 1] == []


def test_the_menu_is_the_same_on_every_page(whole_pages: dict[str, str]) -> None:
    menus = {
        tuple(re.findall('<a href="([^"]*)"', menu))
        for page in whole_pages.values()
        for menu in re.findall(r'<ul id="page-menu">(.*?)</ul>', page, re.DOTALL)
    }
    assert len(menus) == 1
    assert len(menus.pop()) > 5


FOLLOW_FOCUS = """
addEventListener("focusin", ({ target }) => {
  const order = window.last?.compareDocumentPosition(target) ?? Node.DOCUMENT_POSITION_FOLLOWING;
  window.seen = [...(window.seen ?? []), {
    tag: target.outerHTML.slice(0, 80),
    follows: Boolean(order & Node.DOCUMENT_POSITION_FOLLOWING),
    visible: getComputedStyle(target).outlineStyle !== "none" || target.matches("figure.city a"),
  }];
  window.last = target;
});
"""
FOCUSABLE = """
() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.disabled).length
"""


@pytest.mark.parametrize("path", [EVENT, "/accessibility/"])
def test_the_keyboard_walks_through_a_page_in_its_order_and_out_of_it(
    browser: Browser, address: str, path: str
) -> None:
    with visit(browser) as page:
        page.goto(address + path)
        page.wait_for_load_state("networkidle")
        count = page.evaluate(FOCUSABLE)
        page.evaluate(FOLLOW_FOCUS)
        for _ in range(count):
            page.keyboard.press("Tab")
        steps: list[dict[str, Any]] = page.evaluate("window.seen")
        assert [step["tag"] for step in steps if not (step["follows"] and step["visible"])] == []
        assert len(steps) == count, "each once"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === window.last") is False, "one more key leads out of the page"
        assert page.url == address + path
        assert len(page.context.pages) == 1


def test_focus_stays_while_a_part_of_the_page_changes(browser: Browser, address: str) -> None:
    with visit(browser) as page:
        page.goto(f"{address}/search/")
        page.fill("#finder-words", "电池")
        expect(page.locator("mark").first).to_have_text("电池")
        assert page.evaluate("document.activeElement.id") == "finder-words"
        page.goto(address + "/")
        star = page.locator(".day .card .star:visible").first
        star.focus()
        page.keyboard.press("Enter")
        expect(star).to_have_attribute("aria-pressed", "true")
        assert star.evaluate("star => star === document.activeElement")


def test_a_link_that_opens_a_window_says_so(shipped: Site) -> None:
    frame = next((shipped.output / "embed").rglob("index.html")).read_text(encoding="utf-8")
    links = re.findall(r"<a\b[^>]*target=[^>]*>", frame)
    assert links
    assert all('aria-describedby="frame-window"' in link for link in links)
    assert '<span id="frame-window">链接会打开新窗口。</span>' in frame


# Chromium without a head has no voices. This one writes down what is spoken, and ends a sentence when the test says so;
# a cancelled sentence fails late, as in browsers.
SPEECH = """
window.spoken = [];
const speech = {
  speak(utterance) { window.spoken.push([utterance.lang, utterance.text]); this.current = utterance; },
  cancel() { this.end("error"); },
  end(type = "end") {
    const { current } = this;
    this.current = undefined;
    current?.dispatchEvent(new Event(type));
  },
};
Object.defineProperty(window, "speechSynthesis", { value: speech });
"""


@pytest.fixture(scope="module")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site with sentences, a list and a picture in an event, with the statement and without a search."""
    site = small_site(tmp_path_factory.mktemp("lively") / "site")
    body = "第一句。第二句！\n\n- 带水杯\n- [看地图](/venues/library/)\n\n![一滴水](/images/drop.svg)"
    site.write("content/images/drop.svg", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    site.event("talk", body, title="一滴水里有什么", updated="2027-02-20")
    site.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    site.edit("config.yaml", "title:", STATEMENT + "title:")
    site.write("templates/404.html", '{% extends "base.html" %}')
    site.build()
    return site


STATEMENT = """\
outputs: {accessibility: true, search: false}
accessibility: {mail: a@example.org, checked: 2027-02-01}
"""


@pytest.fixture
def told(browser: Browser, lively: Site) -> Iterator[Page]:
    """The page of that event in a browser whose speech is written down, as a phone in large type."""
    with serving(lively.output) as address, visit(browser, width=390, elder=True) as page:
        page.add_init_script(SPEECH)
        page.goto(f"{address}/events/talk/")
        yield page


def spoken(page: Page) -> list[list[str]]:
    found: list[list[str]] = page.evaluate("window.spoken")
    return found


def test_a_page_is_read_aloud_sentence_by_sentence(told: Page) -> None:
    asked: list[str] = []
    told.on("request", lambda request: asked.append(request.url))
    button, bar = told.locator("#page-reading"), told.locator(".reader")
    button.focus()
    told.keyboard.press("Enter")
    expect(bar).to_be_in_viewport(ratio=1)
    scripts = [url.rpartition("/")[2] for url in asked if url.endswith(".js")]
    assert len(scripts) == 1, "one script, which is loaded when it is asked for"
    assert scripts[0].startswith("reading")
    assert violations(told) == []
    expect(button).to_have_attribute("aria-pressed", "true")
    while "一滴水里有什么" not in spoken(told)[-1][1]:
        told.evaluate("speechSynthesis.end()")
    expect(told.locator(".being-read")).to_have_text("一滴水里有什么")

    told.keyboard.press("Tab")  # to the first button of the bar
    told.keyboard.press("Enter")
    expect(bar.get_by_role("button", name="继续")).to_be_focused()
    before = spoken(told)
    told.evaluate("speechSynthesis.end()")
    assert spoken(told) == before, "nothing is said meanwhile"
    told.keyboard.press("Enter")
    assert spoken(told) == [*before, before[-1]], "the sentence is repeated"

    while told.locator(".reader").count():
        told.evaluate("speechSynthesis.end()")
    texts = [text for _, text in spoken(told)]
    assert {language for language, _ in spoken(told)} == {"zh-CN"}
    assert [text for text in texts if text in {"第一句。", "第二句！", "带水杯", "看地图", "一滴水"}] == [
        "第一句。", "第二句！", "带水杯", "看地图", "一滴水"
    ]  # fmt: skip
    assert not {"订阅", "日历", "大字"} & set(texts), "no menus and buttons"
    expect(told.locator(".being-read")).to_have_count(0)
    expect(button).to_be_focused()

    button.click()
    expect(bar).to_be_visible()
    told.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_browser_without_speech_offers_none_and_one_without_voices_says_so(told: Page) -> None:
    told.click("#page-reading")
    expect(told.locator(".reader")).to_be_visible()
    told.evaluate("speechSynthesis.end('error')")
    expect(told.locator(".reader [role=status]")).to_have_text("这个浏览器没有能读本页的语音。")
    expect(told.locator(".being-read")).to_have_count(0)
    told.get_by_role("button", name="停止").click()
    expect(told.locator(".reader")).to_have_count(0)
    told.add_init_script("delete window.speechSynthesis")
    told.reload()
    assert told.evaluate("'speechSynthesis' in window") is False
    expect(told.locator("#page-reading")).to_be_hidden()


CURSOR = "selector => getComputedStyle(document.querySelector(selector)).cursor"


def test_the_large_pointer_is_of_the_site_and_remembered(browser: Browser, address: str) -> None:
    with visit(browser, elder=True) as page:
        page.goto(address + "/")
        assert "/pointer." not in page.evaluate(CURSOR, "body")
        page.click("#page-pointer")
        for selector in ("body", "a", "button", ".card"):
            assert f'url("{address}/hashed/pointer.' in page.evaluate(CURSOR, selector), selector
        page.goto(address + EVENT)
        assert "/pointer." in page.evaluate(CURSOR, "h1"), "it is remembered"
        page.click("#page-mode")
        page.click("#page-pointer")  # without the mode it can still be switched off
        assert "/pointer." not in page.evaluate(CURSOR, "h1")
        expect(page.locator("#page-pointer")).to_be_hidden()
    phone = browser.new_context(has_touch=True, is_mobile=True)
    page = phone.new_page()
    page.goto(address + "/")
    page.click("#page-mode")
    expect(page.locator("#page-pointer")).to_be_hidden()
    phone.close()


def test_the_statement_tells_what_the_config_names_and_what_it_lacks(lively: Site) -> None:
    page = lively.page("/accessibility/").partition("<main")[2]
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "这是自我评估" in words
    assert "3.5.2.1 用户反馈联络 部分满足 只能写信，而不是人人都方便写。" in words
    assert "3.4.3.2 站内搜索和网站地图 未满足 本站关掉了它需要的 search。" in words
    assert "邮箱 a@example.org" in words
    assert "本市最近一次自查是在2027年2月1日" in words
    assert "本站有自己的模板、脚本或样式" in words
    assert '<a href="/accessibility/">无障碍声明</a>' in lively.page("/about/")

    def standings(footer: Footer, **contacts: str) -> dict[str, Standing]:
        stated = Accessibility(**contacts)  # type: ignore[arg-type] # all are texts
        config = Config(title="小城", base_url="https://example.org/", footer=footer, accessibility=stated)
        return {one.number: assess(one, config).standing for one in INDICATORS}

    assert standings(Footer())["3.5.2.1"] == "unmet"
    assert standings(Footer(phone="0519-0000"))["3.5.2.1"] == "partly"
    whole = standings(Footer(phone="0519-0000"), mail="a@example.org", online="https://example.org/ask/")
    assert whole["3.5.2.1"] == whole["3.5.2.2"] == whole["3.4.3.2"] == "met"


def test_a_site_without_the_statement_may_have_a_page_of_its_own_there(site: Site) -> None:
    site.write("content/pages/accessibility.md", "---\ntitle: 无障碍说明\nmenu: footer\n---\n正文。\n")
    with check(site.options()) as (found, problems):
        assert problems == []
        assert found is not None
        assert Link("无障碍说明", "/accessibility/") in menus(found, "zh-CN").foot
    site.edit("config.yaml", "title:", "outputs: {accessibility: true}\ntitle:")
    assert "/accessibility/" in site.problems("zh-CN")
