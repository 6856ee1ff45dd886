"""A department's colleague who has never seen Git: from the department's page to the published event.

The forge is a stand-in for Gitea's pages (`forge.py`). Everything else is real: the form, the repository, the build of
a clone, Chromium.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from forge import Forge, forge_of, forge_server
from persons import Person, Typist
from playwright.sync_api import Browser, Locator, Page, expect
from serving import serving
from sites import Site, small_site
from test_subscribers import commit, git

MONDAY = "2027-03-01T09:00:00+08:00"
MOST_SECONDS = 180
PATH = "content/events/2027/04/2027-04-03-zou-jin-liang-zi-shi-jie.md"
WRITTEN = """---
title: 走进量子世界
theme: [water]
organiser: [kexie]
venue: {name: 科技馆新馆, address: 晋陵中路1号, district: west}
sessions:
  - {id: a, start: 2027-04-03 14:00, end: 2027-04-03 16:00}
  - {id: b, start: 2027-04-10 14:00, end: 2027-04-10 16:00, status: cancelled}
  - {id: c, start: 2027-04-17 14:00, end: 2027-04-17 16:00}
"""
BODY = "带您看看量子世界，请提前十分钟到场。"
# What is no word: addresses, names of files, and the marks of Markdown.
CODE = re.compile(r"(?:https?://|/|content/)[\w./?=&%-]*|[\w.-]+@[\w.-]+|\.?\w+\.(?:ics|md|png|xlsx)\b|6-12|\b6\+")
WORD = re.compile(r"[A-Za-z]{2,}")
SHOWN = """() => {
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT);
  for (let one = walk.currentNode; one; one = walk.nextNode()) {
    const shown = one.closest("select") ?? one;
    if (one.matches("script, style, code, pre") || !shown.checkVisibility()) continue;
    for (const child of one.childNodes) if (child.nodeType === Node.TEXT_NODE) texts.push(child.data);
    for (const name of ["placeholder", "aria-label", "title", "alt"]) texts.push(one.getAttribute(name) ?? "");
  }
  return texts;
}"""


def latin_words(page: Page) -> list[str]:
    """The words in Latin letters that the page shows or says, without what is no word."""
    return [word for text in page.evaluate(SHOWN) for word in WORD.findall(CODE.sub("", text))]


@dataclass
class Office:
    """The office: its repository on the forge, and its published site."""

    forge: Forge
    folder: Path

    @property
    def published(self) -> Site:
        return Site(self.folder / "site", base_url="https://example.org/")

    def publish(self) -> None:
        """What the machine of the office does after each commit: takes the repository, and builds the site."""
        if self.published.root.exists():
            git(self.published, "pull", "--quiet")
        else:
            subprocess.run(["git", "clone", "--quiet", self.forge.bare, self.published.root], check=True)
        self.published.build()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office that has published the small site, with the form."""
    site = small_site(tmp_path / "first")
    server = forge_server()
    address = f"http://127.0.0.1:{server.server_address[1]}/kexie/kepu"
    outputs = f'outputs: {{admin: true}}\nsubmission: {{repository: "{address}", forge: gitea}}'
    site.edit("config.yaml", "base_url: https://example.org/kepu/", f"base_url: https://example.org/\n{outputs}")
    git(site, "init", "--initial-branch", "main")
    commit(site, "The site begins")
    git(site, "clone", "--bare", "--quiet", str(site.root), str(tmp_path / "kepu.git"))
    with forge_of(tmp_path / "kepu.git", server) as forge:
        found = Office(forge, tmp_path)
        found.publish()
        yield found


@contextmanager
def visitor(browser: Browser, width: int, *, touches: bool) -> Iterator[Page]:
    """A page of somebody at a desk, or with a phone. Fails if a script fails."""
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        has_touch=touches,
        is_mobile=touches,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.clock.install(time=datetime.fromisoformat(MONDAY))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert faults == []


def on_screen(place: Locator) -> bool:
    """Whether something is in sight."""
    return bool(
        place.evaluate(
            "one => { const { top, bottom } = one.getBoundingClientRect(); return bottom > 0 && top < innerHeight }"
        )
    )


def write(page: Page, person: Person) -> None:
    """Writes the event, from the department's page to the button that submits it."""
    person.press(page.get_by_role("link", name="本单位同事：填写一场活动"))
    expect(page.locator("#admin-form")).to_be_visible()
    assert latin_words(page) == []
    person.type(page.get_by_label("标题").first, "走进量子世界")
    person.press(page.get_by_role("group", name="主题").get_by_label("水资源"))
    person.type(page.get_by_label("用文字写"), "4月3日下午两点到四点")
    add = page.get_by_role("button", name="添加场次")
    person.press(add)
    person.press(add)
    person.choose(page.get_by_role("group", name="场次 2", exact=True).get_by_label("状态"), "取消")
    person.type(page.locator("[data-path='venue'] > input"), "科技馆新馆")
    person.type(page.get_by_label("地址", exact=True), "晋陵中路1号")
    person.choose(page.locator("[data-path='venue.district'] > select"), "西区")
    expect(page.get_by_role("group", name="主办单位").get_by_label("市科协")).to_be_checked()
    person.type(page.get_by_label("正文", exact=True), BODY)
    page.clock.run_for(1000)
    expect(page.locator("#admin-state")).to_have_text("都齐了。")
    assert latin_words(page) == []


WAYS = [(1280, Person, False), (390, Person, True), (1280, Typist, False)]


@pytest.mark.parametrize(("width", "kind", "touches"), WAYS, ids=["mouse", "phone", "keyboard"])
def test_a_colleague_publishes_an_event(
    browser: Browser,
    office: Office,
    width: int,
    kind: type[Person],
    touches: bool,  # noqa: FBT001 - a parameter of the cases
) -> None:
    with serving(office.published.output) as address, visitor(browser, width, touches=touches) as page:
        page.goto(f"{address}/organisers/kexie/")
        person = kind(page, touches=touches)
        assert latin_words(page) == []
        write(page, person)
        with page.expect_popup() as opening:
            person.press(page.get_by_role("button", name="在代码平台提交"))
        expect(page.locator("#admin-said")).to_contain_text("请在那里提交")
        assert on_screen(page.locator("#admin-said"))
        person.page = forge_page = opening.value
        expect(forge_page.get_by_label("文件名")).to_have_value(PATH)
        person.press(forge_page.get_by_role("button", name="提交变更"))
        expect(forge_page.get_by_role("heading", name="已提交")).to_be_visible()
        text = office.forge.read(PATH)
        assert text is not None
        assert text.startswith(WRITTEN)
        assert text.endswith(f"---\n{BODY}\n")
        office.publish()
        person.page = page
        page.goto(f"{address}/events/{Path(PATH).stem}/")
        expect(page.get_by_role("heading", name="走进量子世界")).to_be_visible()
        for words in ("科技馆新馆", "晋陵中路1号", "西区", BODY):
            expect(page.get_by_text(words).first).to_be_visible()
        expect(page.locator("main")).to_contain_text("已取消")
        assert latin_words(page) == []
        page.goto(f"{address}/organisers/kexie/")
        page.reload()  # the server of the tests lets browsers keep pages
        expect(page.get_by_role("link", name="走进量子世界").first).to_be_visible()
        assert person.seconds < MOST_SECONDS, person
