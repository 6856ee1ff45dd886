"""The weekly digest: as a page, as a message, and as a feed with an entry a week."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner, Result
from incremental.test_store import rewrite
from playwright.sync_api import Browser, expect
from serving import serving
from sites import Site
from test_browser import visit

from almanac.cli.app import main

TALK = "content/events/talk.md"


@pytest.fixture
def weekly(site: Site) -> Site:
    """The small site with a talk in the week 2027-W10, drawn, and a made-up one that is called off."""
    site.write("content/images/themes/sky.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>')
    site.event("talk", title="云与雨 <二>", fee="免费", signup="{phone: 0519-86619627, deadline: 2027-03-08}")
    site.event("off", title="看星", start="2027-03-11 19:00", status="cancelled", sample="true")
    return site


def digest(site: Site, *arguments: str | Path, now: str = "2027-03-08T09:00") -> Result:
    return CliRunner().invoke(
        main, ["--root", str(site.root), "--lang", "en", "digest", "--now", now, *map(str, arguments)]
    )


def message_of(file: Path) -> EmailMessage:
    found = message_from_bytes(file.read_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    return found


def content_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    found: str = part.get_content()
    return found.replace("\r\n", "\n").rstrip("\n")


def test_a_message_holds_the_page_and_the_text_of_the_week(weekly: Site, tmp_path: Path) -> None:
    weekly.build()
    done = digest(weekly, "--to", tmp_path / "a.eml", "--week", "2027-W10", "--from", "科协 <kepu@example.org>")
    assert done.exit_code == 0, done.output
    message = message_of(tmp_path / "a.eml")
    assert message["Subject"] == "【小城科普历】2027年3月8—14日活动，共 3 场"
    assert message["From"].addresses[0].addr_spec == "kepu@example.org"
    assert message["Content-Language"] == "zh-CN"
    assert re.fullmatch(r"<digest-2027-W10\.[0-9a-f]{32}@example\.org>", message["Message-ID"])
    assert message.get_content_type() == "multipart/alternative"
    assert not {"Date", "To", "List-Unsubscribe"} & set(message)
    assert content_of(message, "html") == weekly.page("/digest/2027-W10/").rstrip("\n")
    plain = content_of(message, "plain")
    assert plain == weekly.file("/digest/2027-W10.txt").decode().rstrip("\n")
    assert "1. 云与雨 <二>\n2027年3月10日（周三）14:00\n免费\n报名截止：2027年3月8日（周一）\n" in plain
    assert "2. 【示例】【已取消】看星\n" in plain
    assert max(map(len, (tmp_path / "a.eml").read_bytes().splitlines())) < 998  # RFC 5322, section 2.1.1


def test_the_same_week_gives_the_same_bytes(weekly: Site, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert digest(weekly, "--to", tmp_path / name, "--week", "2027-W10").exit_code == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    weekly.edit(TALK, "免费", "10元")
    digest(weekly, "--to", tmp_path / "c", "--week", "2027-W10")
    names = {message_of(tmp_path / name)["Message-ID"] for name in ("a", "b", "c")}
    assert len(names) == 2


def test_without_a_week_the_digest_is_of_this_week_and_from_thursday_on_of_the_next(
    weekly: Site, tmp_path: Path
) -> None:
    for now, week in [
        ("2027-03-08T09:00", "2027-W10"),
        ("2027-03-10T23:00", "2027-W10"),
        ("2027-03-11T00:00", "2027-W11"),
    ]:
        assert digest(weekly, "--to", tmp_path / "a.eml", now=now).exit_code == 0
        assert f"<digest-{week}." in message_of(tmp_path / "a.eml")["Message-ID"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--week", "2027-10"], 2, "“2027-10” is no week: write 2026-W49."),
        (["--week", "2027-W60"], 2, "“2027-W60” is no week"),
        (["--week", "2019-W01"], 2, "There are no events in the week 2019-W01."),
        (["--from", "a\nBcc: b@example.org"], 2, "is no address of a sender."),
    ],
)
def test_what_cannot_be_written_is_said_and_nothing_is_written(
    weekly: Site, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = digest(weekly, "--to", tmp_path / "a.eml", *arguments)
    assert done.exit_code == code
    assert said in done.output
    assert not (tmp_path / "a.eml").exists()


def test_a_site_with_errors_gives_no_message(weekly: Site, tmp_path: Path) -> None:
    weekly.edit(TALK, "organiser: kexie", "organiser: nobody")
    done = digest(weekly, "--to", tmp_path / "a.eml")
    assert done.exit_code == 1
    assert "nobody" in done.output
    assert not (tmp_path / "a.eml").exists()


def test_a_damaged_cache_costs_time_and_the_message_is_the_same(weekly: Site, tmp_path: Path) -> None:
    weekly.build()
    assert digest(weekly, "--to", tmp_path / "sound").exit_code == 0
    (store,) = (weekly.root / ".almanac").glob("*.sqlite")
    rewrite(store, "nodes", lambda row: row[:-1] + bytes([row[-1] ^ (b"digest_mail" in row)]))
    done = digest(weekly, "--to", tmp_path / "damaged")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "damaged").read_bytes() == (tmp_path / "sound").read_bytes()


class Parts(HTMLParser):
    """The elements of a message and its text, without what stands in its head."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = self.within or tag == "body"
        if self.within:
            self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.within:
            self.words.append(data)


def test_mail_programs_keep_the_look_and_the_words_need_no_picture(weekly: Site) -> None:
    weekly.build()
    page = weekly.page("/digest/2027-W10/")
    parts = Parts()
    parts.feed(page)
    assert {tag for tag, _ in parts.tags} <= {
        "body", "main", "table", "tbody", "tr", "td", "h1", "h2", "p", "a", "strong", "img"
    }  # fmt: skip
    for tag, attributes in parts.tags:
        style = attributes.get("style") or ""
        assert not re.search(r"position|float|flex|grid|url\(|var\(", style)
        assert not [size for size in re.findall(r"width: (\d+)px", style) if int(size) > 600]
        if tag in {"td", "body"}:
            assert style
        if tag == "img":
            assert attributes["alt"] is not None
            assert attributes["src"] == "https://example.org/kepu/images/themes/sky.svg.png"
        if tag == "a":
            assert (attributes["href"] or "").startswith("https://example.org/kepu/")
    told = re.sub(r"\s+", " ", "".join(parts.words))
    assert (
        "云与雨 <二> 时间 2027年3月10日（周三）14:00 费用 免费 报名 0519-86619627 报名截止 2027年3月8日（周一）" in told
    )
    assert "【示例】【已取消】看星" in told
    assert "prefers-color-scheme: dark" in page
    assert page.index('charset="utf-8"') < 100


def entries(site: Site) -> dict[str, feedparser.FeedParserDict]:
    feed = feedparser.parse(site.file("/digest/weeks.atom"))
    assert not feed.bozo
    return {entry.id: entry for entry in feed.entries}


def test_the_feed_has_an_entry_a_week_whose_stamps_never_go_back(weekly: Site) -> None:
    weekly.now = datetime(2027, 3, 9, 9, 0)
    weekly.event("late", title="晚到", start="2027-03-12 14:00", updated="2027-03-09 08:00")
    weekly.build()
    first = entries(weekly)
    name = "tag:example.org,2026:/digest/2027-W10"
    assert list(first) == [name, "tag:example.org,2026:/digest/2027-W09"]
    assert first[name].title == "【小城科普历】2027年3月8—14日活动，共 4 场"
    assert first[name].link == "https://example.org/kepu/digest/2027-W10/"
    assert "云与雨" in first[name].content[0].value
    # The event that had changed last leaves the week; the stamp of the week stays or grows.
    weekly.edit("content/events/late.md", "2027-03-12 14:00", "2027-03-26 14:00")
    weekly.now = datetime(2027, 3, 11, 9, 0)
    weekly.build()
    second = entries(weekly)
    assert list(second)[:2] == ["tag:example.org,2026:/digest/2027-W11", name]
    assert second[name].title == "【小城科普历】2027年3月8—14日活动，共 3 场"
    # Once the week is over, a later change of another event leaves its stamp alone.
    weekly.event("new", start="2027-03-30 14:00", updated="2027-03-20 08:00")
    weekly.now = datetime(2027, 3, 21, 9, 0)
    weekly.build()
    third = entries(weekly)
    weekly.event("newer", start="2027-03-31 14:00", updated="2027-03-21 08:00")
    weekly.build()
    fourth = entries(weekly)
    stamps = [found[name].updated_parsed for found in (first, second, third, fourth)]
    assert stamps == sorted(stamps)
    assert stamps[2] == stamps[3] == datetime(2027, 3, 14, 16, 0).timetuple()[:6] + stamps[2][6:]


def test_the_list_begins_with_the_week_of_the_visitor(weekly: Site, browser: Browser) -> None:
    replace(weekly, base_url="https://kepu.example/").build()
    page = weekly.page("/digest/")
    ahead = re.findall(r'data-until="([^"]+)"', page)
    assert ahead == sorted(ahead)
    assert ahead[0] >= f"{weekly.now:%Y-%m-%d}"
    with serving(weekly.output) as address, visit(browser, now=f"{ahead[1]}T09:00:00+08:00") as opened:
        opened.goto(f"{address}/digest/")
        expect(opened.locator(f"[data-until='{ahead[0]}']")).to_be_hidden()
        expect(opened.locator(f"[data-until='{ahead[1]}']")).to_be_visible()
