"""Lists of events in other sites: as a frame, as an element, and as descriptions by oEmbed."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from serving import Handler, serving
from sites import Site

NOW = "2027-03-01T09:00:00+08:00"
PLAIN = "<!DOCTYPE html><html lang='{language}'><meta charset='utf-8'><link rel='icon' href='data:,'><title>他</title>"


class OpenHandler(Handler):
    """Answers other origins, as deploy/nginx.conf does for what they embed."""

    def end_headers(self) -> None:
        if self.path.startswith(("/feeds/", "/embed/")):
            self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


@pytest.fixture
def embedded(site: Site) -> Site:
    """The small site at the root of its host, with a talk, a cancelled one and a hostile title."""
    site.base_url = "https://example.org/"
    site.event("talk", title="云与雨", end="2027-03-10 16:00", fee="免费", venue="library")
    site.event("off", title="看星", start="2027-03-11 19:00", status="cancelled", sample="true")
    site.event("bad", title="'<img src=x onerror=alert(1)>'", start="2027-03-12 19:00")
    site.build()
    return site


def snippets(site: Site, page: str, address: str) -> list[str]:
    """What the page offers to copy, with the site at `address`: as a frame, as an element."""
    found = re.findall(r"<pre><code>(.*?)</code></pre>", site.page(page), re.DOTALL)
    return [unescape(one).replace("https://example.org", address) for one in found]


@contextmanager
def guest(  # noqa: PLR0913 - what pages of others differ in
    browser: Browser,
    folder: Path,
    snippet: str,
    *,
    policy: str = "",
    now: str = NOW,
    script: bool = True,
    language: str = "zh-CN",
) -> Iterator[Page]:
    """A page of another origin that has copied a snippet. Fails if something fails on it."""
    folder.mkdir()
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">' if policy else ""
    page_of_others = PLAIN.format(language=language) + head + "<body>" + snippet
    (folder / "index.html").write_text(page_of_others, encoding="utf-8")
    context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 844})
    page = context.new_page()
    if script:
        page.clock.install(time=datetime.fromisoformat(now))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    with serving(folder) as elsewhere:
        page.goto(elsewhere)
        yield page
    context.close()
    assert faults == []


def strict(address: str) -> str:
    return (
        f"default-src 'none'; script-src {address}; connect-src {address}; frame-src {address}; "
        "img-src data:; style-src 'none'; base-uri 'none'"
    )


def test_a_frame_has_the_height_of_its_list_and_only_tells_that(
    embedded: Site, browser: Browser, tmp_path: Path
) -> None:
    with serving(embedded.output, handler=OpenHandler) as address:
        frame, _ = snippets(embedded, "/themes/sky/", address)
        with guest(browser, tmp_path / "guest", frame, policy=strict(address)) as page:
            inner = page.frame_locator("iframe")
            expect(inner.locator(".item").first).to_contain_text("周六观测俱乐部")
            element = page.locator("iframe")
            expect(element).not_to_have_attribute("height", "480")
            content = inner.locator("html").evaluate("node => [node.scrollHeight, node.clientHeight]")
            assert content[0] == content[1] == element.evaluate("node => Number(node.height)")
            page.evaluate("window.told = []; addEventListener('message', ({ data }) => told.push(data))")
            page.set_viewport_size({"width": 260, "height": 844})  # the words take more lines, and the frame follows
            expect(element).not_to_have_attribute("height", str(content[0]))
            assert element.evaluate("node => Number(node.height)") > content[0]
            assert page.evaluate("told.length > 0 && told.every((one) => Object.keys(one).join() === 'type,height')")
            for link in inner.locator("a").all():
                assert link.get_attribute("target") == "_blank"
                assert link.get_attribute("rel") == "noopener"


def test_a_frame_without_a_script_shows_the_list_with_whole_dates(
    embedded: Site, browser: Browser, tmp_path: Path
) -> None:
    with serving(embedded.output, handler=OpenHandler) as address:
        frame, _ = snippets(embedded, "/themes/sky/", address)
        with guest(browser, tmp_path / "guest", frame, policy=strict(address), script=False) as page:
            inner = page.frame_locator("iframe")
            talk = inner.locator(".item", has_text="云与雨")
            expect(talk.locator("time")).to_have_text("2027年3月10日（周三）14:00\u2060—\u206016:00")
            expect(talk.locator(".about > span")).to_have_text(["小城图书馆", "免费"])
            off = inner.locator(".item.off", has_text="看星")
            expect(off.locator(".mark")).to_have_text(["示例", "已取消"])
            expect(inner.locator(".item", has_text="<img")).to_be_visible()


def test_a_frame_stays_true_on_a_site_that_is_not_built_again(embedded: Site, browser: Browser, tmp_path: Path) -> None:
    with serving(embedded.output, handler=OpenHandler) as address:
        frame, _ = snippets(embedded, "/themes/sky/", address)
        with guest(browser, tmp_path / "april", frame, now="2027-04-19T12:00:00+08:00") as page:
            inner = page.frame_locator("iframe")
            expect(inner.locator(".item", has_text="云与雨")).to_be_hidden()
            club = inner.locator(".item", has_text="周六观测俱乐部")
            expect(club.locator("> p > time")).to_contain_text("每周六 09:00")
            expect(inner.locator(".nothing")).to_be_hidden()
        with guest(browser, tmp_path / "later", frame, now="2027-09-01T12:00:00+08:00") as page:
            inner = page.frame_locator("iframe")
            expect(inner.locator(".nothing")).to_have_text("暂无预告。")
            expect(inner.locator(".item:visible")).to_have_count(0)


def test_an_element_shows_the_next_events_under_a_strict_policy(
    embedded: Site, browser: Browser, tmp_path: Path
) -> None:
    script = embedded.file("/embed/almanac-events.js")
    assert len(gzip.compress(script)) < 5 * 1024
    assert b"innerHTML" not in script
    with serving(embedded.output, handler=OpenHandler) as address:
        _, element = snippets(embedded, "/themes/sky/", address)
        with guest(browser, tmp_path / "guest", element, policy=strict(address)) as page:
            titles = page.locator("almanac-events li > a")
            expect(titles).to_have_text(
                [
                    "周六观测俱乐部",
                    "云与雨",
                    "【示例】【已取消】看星",
                    "<img src=x onerror=alert(1)>",
                    "云从哪里来",
                    "博物馆开放日",
                ]
            )
            talk = page.locator("almanac-events li").nth(1)
            expect(talk.locator("time")).to_have_text("2027年3月10日（周三）14:00—16:00")
            expect(talk).to_contain_text("小城图书馆, 东街1号 · 免费")
            expect(titles.first).to_have_attribute("rel", "noopener")
            page.locator("almanac-events").evaluate("node => node.setAttribute('count', '2')")
            expect(titles).to_have_count(2)
        said = {"en": "Nothing is announced yet.", "fi-FI": "Ei vielä tapahtumia.", "de": "Nothing is announced yet."}
        for language, words in said.items():
            at = tmp_path / f"later-{language}"
            with guest(browser, at, element, now="2027-09-01T12:00:00+08:00", language=language) as page:
                expect(page.locator("almanac-events")).to_contain_text(words)


@pytest.mark.parametrize("script", [True, False], ids=["unreachable", "no-script"])
def test_without_the_feed_or_a_script_the_link_within_the_element_stays(
    embedded: Site,
    browser: Browser,
    tmp_path: Path,
    script: bool,  # noqa: FBT001 - a case
) -> None:
    with serving(embedded.output, handler=OpenHandler) as address:
        _, element = snippets(embedded, "/themes/sky/", address)
        broken = element.replace("/feeds/themes/sky.json", "/embed/oembed/themes/sky.json")
        with guest(browser, tmp_path / "guest", broken, policy=strict(address), script=script) as page:
            if script:
                expect(page.locator("almanac-events:defined")).to_have_count(1)
            link = page.locator("almanac-events > a")
            expect(link).to_be_visible()
            expect(link).to_have_attribute("href", f"{address}/themes/sky/")


def test_pages_name_their_descriptions_by_oembed(embedded: Site) -> None:
    def described(address: str) -> dict[str, object]:
        page = embedded.page(address)
        found = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]*)"', page)
        assert found, address
        about: dict[str, object] = json.loads(embedded.file(found[1].removeprefix("https://example.org")))
        assert about["version"] == "1.0"
        assert about["provider_name"] == "小城科普历"
        return about

    theme = described("/themes/sky/")
    assert theme["type"] == "rich"
    frame = '<iframe src="https://example.org/embed/themes/sky/" title="气象" width="600" height="480" loading="lazy">'
    assert theme["html"] == f"{frame}</iframe>"
    assert (theme["width"], theme["height"]) == (600, 480)
    event = described("/events/off/")
    assert event["type"] == "link"
    assert event["title"] == "【示例】【已取消】看星 · 2027年3月11日（周四）19:00"


def test_pages_for_frames_are_not_indexed_and_are_offered_where_one_subscribes(embedded: Site) -> None:
    assert '<meta name="robots" content="noindex">' in embedded.page("/embed/")
    assert "/embed/" not in embedded.file("/sitemap.xml").decode()
    frame, element = snippets(embedded, "/subscribe/", "https://example.org")
    assert 'src="https://example.org/embed/"' in frame
    assert 'src="https://example.org/feeds/all.json"' in element
