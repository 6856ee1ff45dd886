"""The desk of `serve --edit`: it writes for its own pages alone, overwrites nothing, and works in Chromium."""

from __future__ import annotations

import json
import re
import socket
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect
from previews import Preview, preview
from sites import Site, small_site
from test_browser import violations
from timing import PATIENCE

from almanac.server.desk.tasks import Busy, Tasks
from almanac.server.http import Shown, server
from almanac.server.news import News

DESK = "/__almanac__/desk/"
CLOUDS = "content/events/2027/2027-03-20-clouds.md"
NEW = "content/events/2027/04/2027-04-10-star.md"
STAR = "---\ntitle: 星空之下\nstart: 2027-04-10 19:00\n---\n带外套。\n"
FIXABLE = "content/events/fixable.md"
ASKED = """---
#? 地点“体育馆”是哪一个？
title: 雨的声音
start: 2027-04-11 14:00
status: 满员
draft: true
---
带上雨伞。
"""
MOST_TABS = 300


@dataclass
class Desk:
    """A running desk: its site, its process, and the token of the address that it has printed."""

    site: Site
    shown: Preview
    token: str

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.shown.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}{DESK}"

    def headers(self) -> dict[str, str]:
        """The headers with which a page of the desk asks."""
        return {
            "Host": self.host,
            "Origin": f"http://{self.host}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/json",
            "X-Almanac-Token": self.token,
        }

    def ask(self, action: str, **values: Any) -> tuple[int, Any]:
        """The status of a request and its answer."""
        return self.send("POST", action, self.headers(), json.dumps(values).encode())

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> tuple[int, Any]:
        """Likewise, with these headers alone. The answer is None if it is no JSON."""
        connection = HTTPConnection("127.0.0.1", self.shown.port, timeout=30)
        connection.putrequest(method, DESK + path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if method == "POST":
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(data) if is_json else None

    def raw(self, request: str) -> bytes:
        """All that the server says to some bytes until it ends the connection."""
        with socket.create_connection(("127.0.0.1", self.shown.port), timeout=30) as connection:
            connection.sendall(request.encode())
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def read(self, path: str) -> str:
        return (self.site.root / path).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk of the small site, in which one file can be corrected and one event lacks its result."""
    site = small_site(tmp_path_factory.mktemp("desk") / "site")
    site.event("2027-02-10-snow", title="雪从哪里来", start="2027-02-10 14:00")
    site.write(FIXABLE, ASKED)
    site.only("data")
    with preview(site, "--edit", "--now", "2027-03-01 09:00", language="zh-CN") as shown:
        shown.await_said("#key=")
        (line,) = (line for line in shown.said if "#key=" in line)
        yield Desk(site, shown, line.partition("#key=")[2].split()[0])


def test_only_pages_of_the_desk_with_the_token_of_this_run_are_answered(desk: Desk) -> None:
    port = desk.shown.port
    assert desk.ask("lists")[0] == 200
    forged: list[dict[str, str | None]] = [
        {"X-Almanac-Token": None},
        {"X-Almanac-Token": ""},
        {"X-Almanac-Token": desk.token[:-1]},
        {"X-Almanac-Token": "密"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": None},
        {"Origin": f"http://localhost:{port}"},
        {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"},
        {"Host": f"127.0.0.1.evil.example:{port}", "Origin": f"http://127.0.0.1.evil.example:{port}"},
        {"Host": "127.0.0.1", "Origin": "http://127.0.0.1"},
        {"Host": "127.0.0.1:1", "Origin": "http://127.0.0.1:1"},
        {"Host": None},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": None},
    ]
    wanted = json.dumps({"path": NEW, "text": STAR, "digest": ""}).encode()
    for change in forged:
        headers = {name: value for name, value in {**desk.headers(), **change}.items() if value is not None}
        coded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
        assert desk.send("POST", "save", coded, wanted) == (403, None), change
    twice = "".join(f"{name}: {value}\r\n" for name, value in desk.headers().items())
    for name in ("Host", "Origin", "Sec-Fetch-Site", "X-Almanac-Token"):
        request = f"POST {DESK}lists HTTP/1.1\r\n{twice}{name}: {desk.headers()[name]}\r\nContent-Length: 2\r\n\r\n{{}}"
        assert desk.raw(request).startswith(b"HTTP/1.1 403"), name
    assert not (desk.site.root / NEW).exists()


def test_no_other_site_may_open_the_desk_or_ask_whether_it_may(desk: Desk) -> None:
    own = {"Host": desk.host}
    for path in ("", "form/", "desk.js"):
        assert desk.send("GET", path, {**own, "Sec-Fetch-Site": "none"})[0] == 200
        assert desk.send("GET", path, {**own, "Sec-Fetch-Site": "cross-site"})[0] == 403
        assert desk.send("GET", path, {"Host": f"evil.example:{desk.shown.port}"})[0] in {403, 421}
    assert desk.send("GET", "lists", desk.headers())[0] == 404, "no link and no picture can ask"
    preflight = desk.raw(f"OPTIONS {DESK}save HTTP/1.1\r\nHost: {desk.host}\r\nOrigin: https://evil.example\r\n\r\n")
    assert b" 501 " in preflight
    assert b"access-control-allow" not in preflight.lower()
    page = desk.raw(f"GET {DESK} HTTP/1.1\r\nHost: {desk.host}\r\nConnection: close\r\n\r\n").decode()
    head, _, body = page.partition("\r\n\r\n")
    assert "frame-ancestors 'none'" in head
    assert "script-src 'self';" in head
    assert desk.token not in body
    assert "雨的声音" not in body, "the page itself holds no draft"


def test_no_request_leads_out_of_the_folder_of_events(desk: Desk, tmp_path: Path) -> None:
    root = desk.site.root
    events = root / "content/events"
    (tmp_path / "outside").mkdir()
    (tmp_path / "secret.md").write_text("secret", encoding="utf-8")
    (events / "link").symlink_to(tmp_path / "outside")
    (events / "venues").symlink_to(root / "content/venues")
    (events / "secret.md").symlink_to(tmp_path / "secret.md")
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".almanac" not in path.parts}
    paths = [
        "config.yaml",
        "content/venues/library.md",
        "content/events/../venues/x.md",
        "content/events/../../config.yaml",
        "content/events/./x.md",
        "content/events//x.md",
        "content/events/.hidden.md",
        "content/events/.git/x.md",
        "content/events/x.yaml",
        "content/events/x.md/",
        "content/events/..\\..\\x.md",
        "content/events/x\u0000.md",
        "content/events/link/x.md",
        "content/events/venues/x.md",
        "content/events/secret.md",
        "/etc/x.md",
        f"{events}/x.md",
        "",
    ]
    for path in paths:
        assert desk.ask("save", path=path, text=STAR, digest="")[0] in {403, 404}, path
        assert desk.ask("file", path=path)[0] in {403, 404}, path
        assert desk.ask("fix", path=path, digest="")[0] in {403, 404}, path
    assert desk.ask("file", event="/events/../")[0] == 404
    for link in ("link", "venues", "secret.md"):
        (events / link).unlink()
    after = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and ".almanac" not in path.parts}
    assert {path: data for path, data in after.items() if path in before} == {
        path: data for path, data in before.items() if path in after
    }
    assert after.keys() <= before.keys()
    assert list((tmp_path / "outside").iterdir()) == []


def test_requests_have_bounds(desk: Desk) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in desk.headers().items())

    def status(more: str) -> bytes:
        return desk.raw(f"POST {DESK}save HTTP/1.1\r\n{head}{more}").split()[1]

    assert status("\r\n") == b"411"
    assert status("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == b"411"
    assert status("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n{}") == b"411"
    assert status("Content-Length: 9000000\r\n\r\n") == b"413"
    assert status("Content-Length: -1\r\n\r\n") == b"411"
    for values in (b"{", b"[]", b'{"path": 1}', b"[" * 100_000, b'{"path": "a", "text": "", "digest": "", "more": 1}'):
        assert desk.send("POST", "save", desk.headers(), values)[0] == 400
    assert desk.ask("save", path=NEW, text="一" * 400_000, digest="")[0] == 413
    hidden = f"GET /kepu/ HTTP/1.1\r\nHost: {desk.host}\r\n\r\n"
    refused = desk.raw(
        f"POST {DESK}save HTTP/1.1\r\nHost: {desk.host}\r\nContent-Length: {len(hidden)}\r\n\r\n{hidden}"
    )
    assert refused.count(b"HTTP/1.1") == 1, "the body of a refused request is no second request"


def test_without_edit_there_is_no_desk(tmp_path: Path) -> None:
    web = server(Shown(tmp_path, "/kepu/", News()), 0)
    Thread(target=web.serve_forever, daemon=True).start()
    try:
        for method, status in (("GET", 302), ("POST", 404)):
            connection = HTTPConnection("127.0.0.1", web.server_address[1], timeout=30)
            connection.request(method, f"{DESK}lists", headers={"Host": "127.0.0.1"})
            assert connection.getresponse().status == status
            connection.close()
    finally:
        web.shutdown()
        web.server_close()


@contextmanager
def restored(desk: Desk, path: str) -> Iterator[None]:
    """Puts a file back as it was, or away if it was not there, once a test is done with it."""
    file = desk.site.root / path
    before = file.read_bytes() if file.exists() else None
    yield
    if before is None:
        file.unlink(missing_ok=True)
    else:
        file.write_bytes(before)


def test_what_is_saved_is_written_checked_and_shown(desk: Desk) -> None:
    with restored(desk, NEW):
        status, saved = desk.ask("save", path=NEW, text=STAR, digest="")
        assert (status, saved["problems"]) == (200, [])
        assert desk.read(NEW) == STAR
        assert saved["file"]["page"] == "/kepu/events/2027-04-10-star/"
        assert "带外套" in desk.shown.page("events/2027-04-10-star/"), "the page is there when the answer is"
        faulty = STAR.replace("start: 2027-04-10 19:00", "start: 2027-04-10 19:00\ntheme: [skies]")
        status, saved = desk.ask("save", path=NEW, text=faulty, digest=saved["file"]["digest"])
        assert status == 200
        assert [(one["key"][0], one["message"]) for one in saved["problems"]] == [("theme", "主题里没有“skies”。")]
        assert saved["file"]["page"] == ""
        assert "云从哪里来" in desk.shown.page("events/2027-03-20-clouds/"), "a fault keeps no other event away"


def test_a_file_that_has_changed_meanwhile_is_never_overwritten(desk: Desk) -> None:
    with restored(desk, CLOUDS):
        _, first = desk.ask("file", event="/events/2027-03-20-clouds/")
        _, second = desk.ask("file", path=CLOUDS)
        assert first == second
        own = first["source"]["text"].replace("fee: 免费", "fee: 10元")
        assert desk.ask("save", path=CLOUDS, text=own, digest=first["digest"])[0] == 200
        late = second["source"]["text"].replace("云从哪里来", "雨从哪里来")
        status, conflict = desk.ask("save", path=CLOUDS, text=late, digest=second["digest"])
        assert status == 409, "a second tab"
        assert conflict["file"]["source"]["text"] == own == desk.read(CLOUDS)
        assert desk.ask("save", path=CLOUDS, text=late, digest="")[0] == 409, "nor by a new event of that name"
        desk.site.edit(CLOUDS, "fee: 10元", "fee: 20元")
        status, conflict = desk.ask("save", path=CLOUDS, text=late, digest=conflict["file"]["digest"])
        assert status == 409, "an editor, which the preview has not seen yet"
        assert "fee: 20元" in conflict["file"]["source"]["text"]
        (desk.site.root / CLOUDS).unlink()
        assert desk.ask("save", path=CLOUDS, text=late, digest=conflict["file"]["digest"])[0] == 409, "a deleted file"
        assert not (desk.site.root / CLOUDS).exists()


def test_line_ends_of_windows_stay(desk: Desk) -> None:
    with restored(desk, NEW):
        desk.site.write(NEW, STAR.replace("\n", "\r\n"))
        desk.shown.await_page("events/2027-04-10-star/", "带外套")
        _, opened = desk.ask("file", path=NEW)
        assert opened["source"]["keys"] == [[0, "title"], [1, "start"]]
        text = opened["source"]["text"].replace("带外套", "带雨衣")
        assert desk.ask("save", path=NEW, text=text, digest=opened["digest"])[0] == 200
        assert (desk.site.root / NEW).read_bytes().decode() == STAR.replace("带外套", "带雨衣").replace("\n", "\r\n")


def test_a_config_that_cannot_be_read_is_said_in_place_of_the_desk(desk: Desk) -> None:
    def await_status(wanted: int) -> Any:
        deadline = monotonic() + PATIENCE
        while (found := desk.ask("lists"))[0] != wanted:
            assert monotonic() < deadline, desk.shown.said
        return found[1]

    with restored(desk, "config.yaml"):
        desk.site.write("config.yaml", "title: [\n")
        assert "config.yaml" in await_status(503)["message"]
        assert desk.ask("save", path=NEW, text=STAR, digest="")[0] == 503
        assert desk.send("GET", "", {"Host": desk.host})[0] == 503
    await_status(200)
    assert not (desk.site.root / NEW).exists()


def test_a_call_that_was_given_up_is_never_made() -> None:
    tasks, made = Tasks(Event()), list[int]()
    with pytest.raises(Busy):
        tasks.run(lambda: made.append(1), 0.01)
    tasks.work()
    assert made == []


SNOW = "content/events/2027-02-10-snow.md"
LINES_OF_RESULT = "result: {held: true, participants: 80, note: 现场座无虚席}"


def test_results_are_added_to_files_as_they_are(desk: Desk) -> None:
    def saved(path: str, **values: str) -> list[str]:
        status, answer = desk.ask("results", results=[{"path": path, "values": values}])
        assert status == 200
        (one,) = answer["results"]
        return [problem["message"] for problem in one["problems"]]

    with restored(desk, SNOW):
        assert [one["title"] for one in desk.ask("lists")[1]["results"]] == ["雪从哪里来"]
        before = desk.read(SNOW)
        assert saved(SNOW, held="true", participants="许多") == ["参加人数：“许多”不是数字。"]
        assert saved(SNOW, participants="80") == ["缺少“已举办”。"]
        assert saved("content/venues/library.md", held="true") == ["没有文件 content/venues/library.md。"]
        assert desk.read(SNOW) == before
        desk.site.edit(SNOW, "正文。", "雪花都是六角形的。")
        changed = desk.read(SNOW)
        assert saved(SNOW, held="true", participants="80", note="现场座无虚席") == []
        assert desk.read(SNOW) == changed.replace("updated: 2027-02-20\n", f"updated: 2027-02-20\n{LINES_OF_RESULT}\n")
        assert saved(SNOW, held="false") == ["这场活动这期间已经填过结果，没有改动它。"]
        assert desk.ask("lists")[1]["results"] == []


TABLE = """活动名称,活动时间,活动地点,主题
火山为什么会喷,2027年5月8日 14:00—16:00,小城图书馆,气象
星星的家,2027年5月9日 14:00,小城图书馆,水的科学
"""
VOLCANO = "content/events/2027/05/2027-05-08-huo-shan-wei-shen-me-hui-pen.md"
STARS = "content/events/2027/05/2027-05-09-xing-xing-de-jia.md"


def test_a_table_is_written_as_it_was_shown(desk: Desk) -> None:
    table = {"name": "五月.csv", "data": b64encode(TABLE.encode()).decode()}
    with restored(desk, VOLCANO), restored(desk, STARS):
        status, shown = desk.ask("import", **table)
        assert (status, shown["written"]) == (200, False)
        assert [(row["title"], row["day"], row["state"]) for row in shown["rows"]] == [
            ("火山为什么会喷", "2027-05-08", "新建"),
            ("星星的家", "2027-05-09", "草稿"),
        ]
        (question,) = shown["names"]
        assert (question["name"], question["header"], question["known"]) == ("水的科学", "主题", ["气象", "水资源"])
        assert not (desk.site.root / VOLCANO).exists()
        answered = {**table, "names": {"水的科学": "水资源"}}
        status, again = desk.ask("import", **answered, agreed=shown["agreed"])
        assert status == 409, "the answer has changed the plan"
        assert not (desk.site.root / VOLCANO).exists()
        status, done = desk.ask("import", **answered, agreed=again["agreed"])
        assert (status, done["written"], done["left_out"]) == (200, True, [])
        assert "theme: [water]" in desk.read(STARS)
        assert "draft" not in desk.read(STARS)
        assert "火山为什么会喷" in desk.shown.page("events/2027-05-08-huo-shan-wei-shen-me-hui-pen/")
        desk.site.edit(STARS, "theme: [water]", "theme: [sky]")
        status, kept = desk.ask("import", **answered)
        assert (status, kept["rows"], kept["unchanged"]) == (200, [], 2)


def test_a_file_that_is_no_table_says_so(desk: Desk) -> None:
    unread = b64encode("大标题,活动时间,活动地点\n云,2027年5月8日,公园\n".encode()).decode()
    _, shown = desk.ask("import", name="a.csv", data=unread)
    assert shown["fault"].startswith("认出 活动时间、活动地点")
    assert shown["headers"] == ["大标题"]
    _, shown = desk.ask("import", name="a.csv", data=unread, title="大标题")
    assert [row["title"] for row in shown["rows"]] == ["云"]
    assert desk.ask("import", name="a.csv", data=unread, year=99_999)[0] == 400
    _, shown = desk.ask("import", name="a.xlsx", data=b64encode(b"PK\x03\x04").decode())
    assert shown["fault"]


@contextmanager
def opened(browser: Browser, desk: Desk, path: str = "", width: int = 1280) -> Iterator[Page]:
    """A page of the desk, opened for the first time by the address that the terminal shows."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{desk.address}{path}#key={desk.token}")
    yield page
    assert faults == []
    context.close()


def test_a_new_event_is_saved_and_seen_on_a_phone(browser: Browser, desk: Desk) -> None:
    path = "content/events/2027/04/2027-04-17-yue-liang-yuan-ma.md"
    with restored(desk, path), opened(browser, desk, width=390) as page:
        expect(page).to_have_url(desk.address)
        page.locator("#desk-results tr").wait_for()
        assert violations(page) == []
        page.get_by_role("link", name="写新活动").click()
        page.get_by_label("标题").first.fill("月亮远吗")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("[data-path='start'] > .wrong")).to_have_text("没有写时间。")
        # Elsewhere the bar below may cover half of a button until one scrolls.
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        assert violations(page) == []
        page.get_by_label("用文字写").fill("2027年4月17日19点到20点半")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("h1")).to_have_text("月亮远吗")
        expect(page).to_have_url(f"{desk.shown.address}events/2027-04-17-yue-liang-yuan-ma/")
        assert desk.read(path).startswith("---\ntitle: 月亮远吗\nstart: 2027-04-17 19:00\nend: 2027-04-17 20:30\n#")
        page.get_by_role("link", name="修改这场活动").click()
        expect(page.get_by_label("标题").first).to_have_value("月亮远吗")


def test_a_file_edited_meanwhile_is_shown_beside_what_was_written(browser: Browser, desk: Desk) -> None:
    with restored(desk, CLOUDS), opened(browser, desk, "form/?event=/events/2027-03-20-clouds/") as page:
        page.get_by_label("费用").fill("10元")
        desk.site.edit(CLOUDS, "summary: 看云识天气", "summary: 看云识天气和季节")
        on_disk = desk.read(CLOUDS)
        page.get_by_role("button", name="保存").click()
        versions = page.locator("#admin-versions pre")
        expect(versions.nth(0).locator("ins")).to_have_text(["fee: 免费", "summary: 看云识天气和季节"])
        expect(versions.nth(1).locator("ins")).to_have_text(["fee: 10元", "summary: 看云识天气"])
        assert desk.read(CLOUDS) == on_disk
        page.get_by_role("button", name="把我的改动接到现在的文件上").click()
        expect(page.get_by_label("摘要")).to_have_value("看云识天气和季节")
        page.keyboard.press("Control+s")
        expect(page.locator("h1")).to_have_text("云从哪里来")
        assert desk.read(CLOUDS) == on_disk.replace("fee: 免费", "fee: 10元")


def test_a_draft_is_corrected_with_one_click_after_a_look_and_published(browser: Browser, desk: Desk) -> None:
    with restored(desk, FIXABLE), opened(browser, desk) as page:
        card = page.locator(".card", has_text="雨的声音")
        card.get_by_role("button", name="看怎么改正").click()
        expect(card.locator("del")).to_have_text("5 - status: 满员")
        expect(card.locator("ins")).to_have_text("+ status: full")
        assert desk.read(FIXABLE) == ASKED
        card.get_by_role("button", name="就这样改正").click()
        expect(page.locator("#desk-problems").get_by_role("link", name="雨的声音")).to_have_count(0)
        assert desk.read(FIXABLE) == ASKED.replace("满员", "full")
        page.locator("#desk-drafts").get_by_role("link", name="雨的声音").click()
        expect(page.locator("#admin-questions li")).to_have_text("地点“体育馆”是哪一个？")
        page.get_by_role("button", name="存为草稿").click()
        expect(page.get_by_text("已存为草稿")).to_be_visible()
        assert desk.read(FIXABLE) == ASKED.replace("满员", "full")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("h1")).to_have_text("雨的声音")
        published = "".join(ASKED.splitlines(keepends=True)[:1] + ASKED.splitlines(keepends=True)[2:])
        assert desk.read(FIXABLE) == published.replace("满员", "full").replace("draft: true\n", "")


# What a browser tells a page while a file is dragged over it and let go.
DRAGGED = """([name, type, text]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name, { type }));
    const below = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    return ["dragenter", "dragover", "drop"].map((step) =>
        below.dispatchEvent(new DragEvent(step, { dataTransfer, bubbles: true, cancelable: true })));
}"""


def test_a_dropped_table_becomes_files_and_results_are_filled_in(browser: Browser, desk: Desk) -> None:
    with restored(desk, VOLCANO), restored(desk, STARS), restored(desk, SNOW), opened(browser, desk) as page:
        page.get_by_label("雪从哪里来 · 参加人数").fill("80")
        not_taken = page.evaluate(DRAGGED, ["五月.csv", "text/csv", TABLE])
        assert not_taken[1:] == [False, False], "else the browser would open the file in place of the page"
        page.get_by_label("水的科学").wait_for()
        expect(page.locator("#desk-import")).to_be_in_viewport()
        page.get_by_label("水的科学").select_option("水资源")
        expect(page.locator("#desk-import tbody td").last).to_have_text("新建")
        page.get_by_role("button", name="写入这 2 份文件").click()
        expect(page.locator("#desk-said")).to_contain_text("已写入 2 份文件")
        assert "theme: [water]" in desk.read(STARS)
        expect(page.get_by_label("雪从哪里来 · 已举办")).to_have_value("true")
        page.get_by_role("button", name="保存填好的").click()
        expect(page.get_by_text("没有活动缺结果。")).to_be_visible()
        assert "result: {held: true, participants: 80}" in desk.read(SNOW)


def test_a_file_that_is_chosen_is_imported_like_a_dropped_one(browser: Browser, desk: Desk) -> None:
    with opened(browser, desk) as page:
        data: FilePayload = {"name": "五月.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
        page.locator("#desk-import-file").set_input_files([data])
        page.get_by_role("button", name="写入这 2 份文件").wait_for()
        page.get_by_role("button", name="不导入了").click()
        expect(page.locator("#desk-import")).to_be_empty()


UNCOVERED = """one => {
    const { left, top, width, height } = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""


def tab_to(page: Page, target: Locator, shown: Locator | None = None) -> None:
    """Presses Tab until something has the focus. It must be seen then, or what is `shown` in its place."""
    for _ in range(MOST_TABS):
        if target.evaluate("one => one === document.activeElement"):
            expect(shown or target).to_be_in_viewport()
            assert shown or target.evaluate(UNCOVERED), "a bar lies over what has the focus"
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there")


def test_the_keyboard_alone_works_at_the_desk(browser: Browser, desk: Desk) -> None:
    with restored(desk, FIXABLE), restored(desk, SNOW), restored(desk, VOLCANO), opened(browser, desk) as page:
        page.on("filechooser", lambda _: None)  # the browser hands its window over long before the key is pressed
        page.locator("#desk-results tr").wait_for()
        card = page.locator(".card", has_text="雨的声音")
        tab_to(page, card.get_by_role("button", name="看怎么改正"))
        page.keyboard.press("Enter")
        tab_to(page, card.get_by_role("button", name="就这样改正"))
        page.keyboard.press("Space")
        expect(page.locator("#desk-problems").get_by_role("link", name="雨的声音")).to_have_count(0)
        assert desk.read(FIXABLE) == ASKED.replace("满员", "full")
        assert page.evaluate("document.activeElement !== document.body"), "the focus must not be lost"
        tab_to(page, page.get_by_label("雪从哪里来 · 已举办"))
        page.keyboard.press("ArrowDown")
        tab_to(page, page.get_by_label("雪从哪里来 · 参加人数"))
        page.keyboard.type("80")
        tab_to(page, page.get_by_role("button", name="保存填好的"))
        page.keyboard.press("Enter")
        expect(page.get_by_text("没有活动缺结果。")).to_be_visible()
        assert "result: {held: true, participants: 80}" in desk.read(SNOW)
        assert page.evaluate("document.activeElement !== document.body"), "the focus must not be lost"
        tab_to(page, page.locator("#desk-import-file"), page.get_by_text("选文件"))
        with page.expect_file_chooser() as choosing:
            page.keyboard.press("Enter")
        one = "\n".join(TABLE.splitlines()[:2])
        data: FilePayload = {"name": "五月.csv", "mimeType": "text/csv", "buffer": one.encode()}
        choosing.value.set_files([data])
        tab_to(page, page.get_by_role("button", name="写入这 1 份文件"))
        page.keyboard.press("Enter")
        expect(page.locator("#desk-said")).to_contain_text("已写入 1 份文件")
        assert "title: 火山为什么会喷" in desk.read(VOLCANO)


def test_an_event_is_changed_and_saved_by_the_keyboard_alone(browser: Browser, desk: Desk) -> None:
    with restored(desk, CLOUDS), opened(browser, desk, "form/?event=/events/2027-03-20-clouds/") as page:
        expect(page.get_by_label("标题").first).to_have_value("云从哪里来")
        tab_to(page, page.get_by_label("费用"))
        page.keyboard.press("Control+a")
        page.keyboard.insert_text("10元")
        desk.site.edit(CLOUDS, "summary: 看云识天气", "summary: 看云识天气和季节")
        tab_to(page, page.get_by_role("button", name="保存"))
        page.keyboard.press("Enter")
        tab_to(page, page.get_by_role("button", name="把我的改动接到现在的文件上"))
        page.keyboard.press("Enter")
        expect(page.get_by_label("摘要")).to_have_value("看云识天气和季节")
        page.keyboard.press("Control+s")
        expect(page.locator("h1")).to_have_text("云从哪里来")
        assert "fee: 10元" in desk.read(CLOUDS)


def test_a_screen_reader_hears_what_becomes_of_the_results(browser: Browser, desk: Desk) -> None:
    with restored(desk, SNOW), opened(browser, desk) as page:
        counted = page.get_by_label("雪从哪里来 · 参加人数")
        counted.fill("许多")
        page.get_by_role("button", name="保存填好的").click()
        page.locator("#desk-results .wrong").wait_for()
        expect(counted).to_have_attribute("aria-invalid", "true")
        expect(counted).to_have_accessible_description(re.compile("^参加人数：“许多”不是数字。"))
        expect(page.get_by_role("status").first).to_have_text("填了 1 场，已保存 0 场。")
