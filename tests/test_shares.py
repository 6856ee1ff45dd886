"""The texts to pass on: for groups, for articles of official accounts, for Weibo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from serving import serving
from sites import Site
from test_browser import visit

from almanac.render.inlined import ARTICLE_STYLES, ARTICLE_TAGS, article
from almanac.site.shared_words import MOST_OF_WEIBO, weibo_length

TALK = {
    "title": "走进人工智能",
    "start": "2027-03-10 14:00",
    "end": "2027-03-10 16:00",
    "venue": "{name: 图书馆, address: 人民路1号}",
    "fee": "免费",
    "signup": "{phone: 0519-86619627, opens: 2027-03-01 09:00, deadline: 2027-03-08}",
    "summary": "两小时看懂神经网络",
}
TALK_FOR_GROUPS = """走进人工智能
时间：2027年3月10日（周三）14:00—16:00
地点：图书馆（人民路1号）
费用：免费
报名：0519-86619627
开始报名：2027年3月1日（周一）09:00
报名截止：2027年3月8日（周一）
https://example.org/kepu/events/talk/"""


def field(site: Site, address: str, name: str) -> str:
    """The text of a field of a page of texts."""
    found = re.search(rf'<textarea id="{name}" [^>]*>\n(.*?)</textarea>', site.page(address), re.DOTALL)
    assert found, name
    return unescape(found[1])


def share(site: Site, event: str, name: str) -> str:
    return field(site, f"/share/events/{event}/", f"{name}-event")


def test_the_text_for_groups_tells_what_one_decides_by_in_short_lines(site: Site) -> None:
    site.event("talk", **TALK)
    site.build()
    assert share(site, "talk", "group") == TALK_FOR_GROUPS
    assert '<li><a href="/kepu/share/events/talk/">微信、微博文案</a></li>' in site.page("/events/talk/")
    assert '<meta name="robots" content="noindex">' in site.page("/share/events/talk/")
    assert "/share/" not in site.file("/sitemap.xml").decode()


@pytest.mark.parametrize(
    ("keys", "begins"),
    [
        ({"sample": "true"}, "【示例】走进人工智能"),
        ({"status": "cancelled", "status_note": "主讲人生病"}, "【已取消】走进人工智能\n主讲人生病\n"),
        ({"status": "postponed", "sample": "true"}, "【示例】【延期】走进人工智能"),
        ({"status": "full"}, "【已满】走进人工智能"),
    ],
)
def test_every_text_says_first_what_is_made_up_or_called_off(site: Site, keys: dict[str, str], begins: str) -> None:
    site.event("talk", **TALK | keys)
    site.build()
    group, weibo = share(site, "talk", "group"), share(site, "talk", "weibo")
    assert group.startswith(begins)
    first = begins.partition("\n")[0]
    assert weibo.startswith(first)
    assert f"<strong>{first}</strong>" in share(site, "talk", "article")
    called_off = keys.get("status") in {"cancelled", "postponed"}
    for told in (group, weibo, share(site, "talk", "article")):
        assert ("报名截止" in told) is not called_off


def test_repeating_events_are_told_by_their_rhythm_and_what_departs_from_it(site: Site) -> None:
    site.build()
    assert share(site, "2027-03-06-club", "group").splitlines()[:4] == [
        "周六观测俱乐部",
        "时间：每周六 09:00—10:30，2027年3月6日（周六）—5月8日（周六），共 8 次",
        "2027年4月18日（周日）09:00—10:30",
        "2027年4月24日（周六）09:00—10:30：已取消",
    ]
    assert share(site, "2027-04-03-tour", "group").splitlines()[1:3] == [
        "时间：2027年4月3日（周六）08:30—16:30",
        "2027年4月10日（周六）08:30—16:30：名额已满",
    ]


def test_every_form_names_what_takes_place_instead_by_its_title(site: Site) -> None:
    site.event("talk", **TALK, status="cancelled", status_note="改为参加 2027-03-20-clouds")
    site.build()
    for form in ("group", "article"):
        assert "改为参加 “云从哪里来”" in share(site, "talk", form)


def test_weeks_and_months_hold_their_events_and_stay_true(site: Site, browser: Browser) -> None:
    site.event("talk", **TALK)
    site.build()
    assert field(site, "/share/week/", "group-2027-W10") == (
        "【小城科普历】2027年3月8—14日活动，共 2 场\n\n"
        "1. 走进人工智能\n2027年3月10日（周三）14:00—16:00\n图书馆（人民路1号） · 免费\n"
        "报名截止：2027年3月8日（周一）\nhttps://example.org/kepu/events/talk/\n\n"
        "2. 周六观测俱乐部\n2027年3月13日（周六）09:00—10:30\n小城图书馆（东街1号）\n"
        "https://example.org/kepu/events/2027-03-06-club/\n\n"
        "活动详情：https://example.org/kepu/calendar/2027/03/"
    )
    assert field(site, "/share/month/", "group-2027-03").startswith("【小城科普历】2027年3月活动，共 4 场\n")
    site.base_url = "https://example.org/"
    site.build()
    with serving(site.output) as address:
        for now, shown, named in [
            ("2027-03-11T09:00:00+08:00", "2027年3月8—14日", "本周"),
            ("2027-03-28T23:30:00+08:00", "2027年3月22—28日", "本周"),
            ("2027-03-29T00:30:00+08:00", "2027年3月29日（周一）—4月4日（周日）", "本周"),
            ("2027-09-01T09:00:00+08:00", "", ""),
        ]:
            with a_page(browser, now) as page:
                page.goto(f"{address}/share/week/")
                opened = page.locator("details.bulletin[open]:not([hidden])").first
                if shown:
                    expect(opened.locator("h2")).to_have_text(shown)
                    expect(opened.locator(".badge")).to_have_text(named)
                    expect(opened.get_by_role("button", name="复制图文")).to_be_visible()
                else:
                    expect(page.locator("#share-nothing")).to_be_visible()
                    expect(page.locator("details.bulletin:not([hidden])")).to_have_count(0)


@pytest.mark.parametrize(
    ("content", "length"),
    [
        ("", 0),
        ("科普", 2),
        ("ab", 1),
        ("abc", 2),
        ("科普ab", 3),
        ("，", 1),
        ("🔭", 2),
        ("https://example.org/events/a/", 10),
        (f"科普 https://example.org/{'a' * 100}", 13),
        (f"https://example.org/{'a' * 140}", 20),
    ],
)
def test_a_text_is_counted_as_weibo_counts_it(content: str, length: int) -> None:
    assert weibo_length(content) == length


def test_a_long_title_is_cut_and_its_marks_date_and_link_stay(site: Site) -> None:
    site.event("long", title="很长的题目" * 40, sample="true", status="cancelled", start="2027-03-10 14:00")
    site.build()
    weibo = share(site, "long", "weibo")
    assert weibo_length(weibo) <= MOST_OF_WEIBO
    assert weibo.startswith("【示例】【已取消】很长的题目")
    assert weibo.endswith("…｜2027年3月10日（周三）14:00 https://example.org/kepu/events/long/")


def test_every_text_for_weibo_is_within_its_length_and_is_filled_in(shipped: Site) -> None:
    lengths = []
    for path in sorted((shipped.output / "share").rglob("index.html")):
        page = path.read_text(encoding="utf-8")
        texts = [unescape(one) for one in re.findall(r'<textarea id="weibo-[^>]*>\n(.*?)</textarea>', page, re.DOTALL)]
        links = re.findall(r'href="(https://service.weibo.com[^"]*)"', page)
        assert len(texts) == len(links) > 0
        for content, link in zip(texts, links, strict=True):
            lengths.append(weibo_length(content))
            asked = parse_qs(urlsplit(unescape(link)).query)
            assert f"{asked['title'][0]} {asked['url'][0]}" == content
    assert max(lengths) <= MOST_OF_WEIBO
    assert len(lengths) > 300


class Tags(HTMLParser):
    """The tags of a document with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_articles_hold_only_what_the_editor_of_wechat_keeps(shipped: Site) -> None:
    for path in sorted((shipped.output / "share").rglob("index.html"))[::7]:
        page = path.read_text(encoding="utf-8")
        for one in re.findall(r'<textarea id="article-[^>]*>\n(.*?)</textarea>', page, re.DOTALL):
            tags = Tags()
            tags.feed(unescape(one))
            assert {tag for tag, _ in tags.found} <= ARTICLE_TAGS
            for tag, attributes in tags.found:
                assert attributes.keys() <= ({"src", "alt", "style"} if tag == "img" else {"style"})
                styles = {part.partition(":")[0] for part in (attributes.get("style") or "").split(";") if part}
                assert styles <= ARTICLE_STYLES
                if tag == "img":
                    source = attributes["src"]
                    assert source
                    assert re.fullmatch(r"https://kepu\.changzhou\.example/.*\.(png|jpe?g|gif)", source)


def test_an_article_drops_what_would_vanish_or_move() -> None:
    fragment = '<div id="a" class="b" onclick="c()"><p class="b">科普 <a href="https://x.example/">去</a><script>d</script></p>'
    sheet = ".b { color: #0b5563; background: red; position: absolute; float: left }"
    assert article(fragment, sheet) == '<p style="color:#0b5563">科普 去</p>'


@contextmanager
def a_page(
    browser: Browser, now: str = "2027-03-01T09:00:00+08:00", script: str = "", tolerated: str = ""
) -> Iterator[Page]:
    """A page of a new visitor, who lets pages copy. Fails if something but `tolerated` fails on it."""
    with visit(browser, width=390, now=now, tolerated=tolerated) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        if script:
            page.add_init_script(script)
        yield page


# Of the policy of the page, under which Chromium cleans what goes onto the clipboard by the newer way; styles stay.
STYLES_OF_THE_CLIPBOARD = "Applying inline style violates"
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
NO_COMMAND = "document.execCommand = () => { throw new Error('not here'); };"
ONLY_TEXT = "delete window.ClipboardItem;" + NO_COMMAND


@pytest.mark.parametrize(
    ("script", "said", "formatted"),
    [
        (NO_CLIPBOARD, "已带格式复制", True),
        (NO_COMMAND, "已带格式复制", True),
        (ONLY_TEXT, "此浏览器只能复制纯文字，格式没有带上。", False),
    ],
    ids=["command", "clipboard", "plain"],
)
def test_an_article_is_pasted_elsewhere_with_its_formatting(  # noqa: PLR0913, PLR0917 - cases and fixtures
    site: Site,
    browser: Browser,
    tmp_path: Path,
    script: str,
    said: str,
    formatted: bool,  # noqa: FBT001 - a case
) -> None:
    site.base_url = "https://example.org/"
    site.event("talk", **TALK)
    site.build()
    (tmp_path / "editor").mkdir()
    (tmp_path / "editor" / "index.html").write_text(
        '<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><title>编辑器</title>'
        '<div id="editor" contenteditable="true"></div>',
        encoding="utf-8",
    )
    with (
        serving(site.output) as address,
        serving(tmp_path / "editor") as elsewhere,
        a_page(browser, script=script, tolerated=STYLES_OF_THE_CLIPBOARD * (script == NO_COMMAND)) as page,
    ):
        page.goto(f"{address}/share/events/talk/")
        button = page.get_by_role("button", name="复制图文")
        button.click()
        expect(button.locator("xpath=..").locator(".said")).to_have_text(said)
        page.goto(elsewhere)
        editor = page.locator("#editor")
        editor.focus()
        page.keyboard.press("ControlOrMeta+V")
        expect(editor).to_contain_text("走进人工智能")
        expect(editor).to_contain_text("2027年3月8日（周一）")
        label = editor.locator("strong", has_text="时间")
        if formatted:
            assert label.evaluate("node => getComputedStyle(node).color") == "rgb(11, 85, 99)"
            title = editor.locator("p", has=page.locator("strong", has_text="走进人工智能"))
            assert title.evaluate("node => getComputedStyle(node).borderLeftWidth") == "4px"
            assert title.evaluate("node => getComputedStyle(node).fontSize") == "17px"
        else:
            expect(label).to_have_count(0)


def test_the_page_can_be_used_by_hand_where_nothing_may_copy(site: Site, browser: Browser) -> None:
    site.base_url = "https://example.org/"
    site.event("talk", **TALK)
    site.build()
    with serving(site.output) as address, a_page(browser, script=NO_CLIPBOARD + NO_COMMAND) as page:
        page.goto(f"{address}/share/events/talk/")
        page.get_by_role("button", name="复制图文").click()
        expect(page.get_by_text("此浏览器不让网页复制")).to_be_visible()
        chosen = "(({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd))"
        assert page.evaluate(f"{chosen}(document.querySelector('#group-event'))") == TALK_FOR_GROUPS.replace(
            "/kepu/", "/"
        )
