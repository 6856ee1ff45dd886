"""A province's site: it gathers the events of its cities from their open data, and each leads home."""

from __future__ import annotations

import json
import ssl
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from builds import build, differences
from click.testing import CliRunner
from sites import Site, small_site
from test_stories import dead_links

from almanac.build import gathering
from almanac.build.checking import check
from almanac.cli.app import main
from almanac.cli.reports import as_text
from almanac.content.config import OtherSite
from almanac.content.gathered import entries_in
from almanac.content.inputs import Copies, copy_file

CITIES = ("nanjing", "suzhou")
TALK = "content/events/2027/2027-03-20-clouds.md"
TALK_AT_HOME = "https://kepu.{city}.example/events/2027-03-20-clouds/"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The open data of two cities whose events have the same ids, and their feeds."""
    found: dict[str, bytes] = {}
    for city in CITIES:
        site = small_site(tmp_path_factory.mktemp(city) / "site")
        site.edit("config.yaml", "https://example.org/kepu/", f"https://kepu.{city}.example/")
        site.edit(TALK, "title: 云从哪里来", f"title: {city}的云")
        site.edit("content/themes/water.md", "name: 水资源", "name: 水")
        site.write("content/themes/rail.md", "---\nname: 轨道\n---\n")
        site.event("train", title=f"{city}的地铁", theme="rail", status="full", fee="免费")
        site.build()
        found |= {city: site.file("/data/events.json"), f"{city}.ics": site.file("/feeds/all.ics")}
    return found


@pytest.fixture
def province(site: Site, published: dict[str, bytes]) -> Site:
    """The small site with the two cities as sources, from files; it is not built yet."""
    sources = "".join(
        f"  {city}: {{name: {city}市, url: {city}.json{', district: west' if city == 'suzhou' else ''}}}\n"
        for city in CITIES
    )
    site.write("config.yaml", f"{(site.root / 'config.yaml').read_text(encoding='utf-8')}sources:\n{sources}")
    for city in CITIES:
        site.write(f"{city}.json", published[city])
    return site


def card(page: str, title: str) -> str:
    """The card of a title."""
    (found,) = (one for one in page.split('<li class="card')[1:] if title in one)
    return found.partition("</li>")[0]


def entry(feed: bytes | str, uid: str) -> list[str]:
    """The lines of a VEVENT that tell a calendar program which event it is, when, and how new."""
    content = (feed.decode() if isinstance(feed, bytes) else feed).replace("\r\n ", "")
    events = [one.split("\r\n") for one in content.split("BEGIN:VEVENT\r\n")[1:] if f"UID:{uid}\r\n" in one]
    kept = ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "RRULE", "EXDATE", "RECURRENCE-ID", "STATUS", "URL")
    return sorted(line for lines in events for line in lines if line.startswith(kept))


def test_gathered_events_stand_in_lists_feeds_and_search_and_lead_home(
    province: Site, published: dict[str, bytes]
) -> None:
    province.build()
    month = province.page("/calendar/2027/03/")
    for city in CITIES:
        shown = card(month, f"{city}的云")
        assert f'href="{TALK_AT_HOME.format(city=city)}"' in shown
        assert f'<span class="home">{city}市</span>' in shown
        assert not (province.output / f"events/{city}.2027-03-20-clouds").exists()
    assert "nanjing的云" in province.page("/themes/water/2027/"), "a theme that this site has too"
    assert "suzhou的地铁" in province.page("/districts/west/2027/"), "the district of the source"
    assert "nanjing的地铁" not in province.page("/districts/west/2027/")
    assert not (province.output / "themes/rail").exists()
    assert "nanjing的云" not in province.page("/organisers/kexie/2027/"), "another city's 科协 is not this one's"
    found = json.loads(province.file("/search/2027.json"))["events"]
    of_search = next(one for one in found if one["title"] == "nanjing的地铁")
    assert (of_search["address"], of_search["home"]) == ("https://kepu.nanjing.example/events/train/", "nanjing市")
    data = {one["uid"]: one for one in json.loads(province.file("/data/events.json"))["events"]}
    assert len(data) == 5 + 6 * 2
    assert data["train@kepu.suzhou.example"]["ics"] == "https://kepu.suzhou.example/events/train.ics"
    feed = province.feed("/feeds/all.ics")
    for uid in ("2027-03-06-club", "2027-03-20-clouds", "2027-03-22-exhibition", "2027-04-03-tour-b", "train"):
        for city in CITIES:
            whole = f"{uid}@kepu.{city}.example"
            assert entry(feed, whole) == entry(published[f"{city}.ics"], whole) != []
    assert "/events/nanjing." not in province.file("/sitemap.xml").decode()


def test_a_change_at_a_source_changes_what_shows_it_and_a_build_without_one_nothing(
    province: Site, published: dict[str, bytes]
) -> None:
    province.build()
    assert build(province).changed == set()
    data = json.loads(published["suzhou"])
    event = next(one for one in data["events"] if one["id"] == "train")
    event["title"] = "苏州地铁探秘"
    province.write("suzhou.json", json.dumps(data))
    changed = build(province).changed
    assert "calendar/2027/03/index.html" in changed
    assert "events/2027-03-20-clouds/index.html" not in changed
    assert "苏州地铁探秘" in province.page("/calendar/2027/03/")
    assert differences(province) == []


def test_events_of_one_uid_are_one_and_a_site_s_own_are_its_own(province: Site, published: dict[str, bytes]) -> None:
    """Suzhou passes on an event of Nanjing and one of this site."""
    passed_on = json.loads(published["suzhou"])
    theirs = json.loads(published["nanjing"])["events"][0]
    passed_on["events"] += [
        {**theirs, "id": "passed-on"},
        {**theirs, "id": "ours", "uid": "2027-03-20-clouds@example.org"},
    ]
    province.write("suzhou.json", json.dumps(passed_on))
    province.build()
    uids = [one["uid"] for one in json.loads(province.file("/data/events.json"))["events"]]
    assert len(uids) == len(set(uids)) == 5 + 6 * 2


def test_a_source_that_fails_or_shrinks_keeps_its_last_good_copy_and_is_reported(
    province: Site, published: dict[str, bytes]
) -> None:
    province.allow_removals = False
    province.build()
    before = province.files()
    data = json.loads(published["suzhou"])
    shrunk = json.dumps({**data, "events": data["events"][:3]})
    cases = {
        shrunk: "it has 3 events and had 6",
        "<html>": "it is no open data of an Almanac site",
        json.dumps({"events": 5}): "it is no open data of an Almanac site",
        "": "it is no open data of an Almanac site",
    }
    for content, reason in cases.items():
        province.write("suzhou.json", content)
        report, (problem,) = province.try_build()
        assert report is not None
        assert province.files() == before
        message = problem.message.show(str)
        assert problem.severity == "warning"
        assert message.startswith("The events of suzhou市 are those of the last good copy: ")
        assert reason in message
    province.delete("suzhou.json")
    assert [one.severity for one in province.try_build()[1]] == ["warning"]
    assert province.files() == before
    province.write("suzhou.json", shrunk)
    province.allow_removals = True
    province.build()
    assert sum("suzhou" in one["uid"] for one in json.loads(province.file("/data/events.json"))["events"]) == 3


HOSTILE: dict[str, Any] = {
    "url": "javascript:alert(1)",
    "ics": 'https://a.example/"onload=x',
    "uid": "no host",
    "title": "x" * 301,
    "dates": [],
    "status": "gone",
    "updated": "yesterday",
    "id": "../../etc",
    "online": "data:text/html,x",
    "repeat": {"start": "2027-03-10", "rule": "FREQ=SECONDLY;COUNT=999999999"},
    "ages": "all",
    "summary": "a\u202eb",
    "venue": {"name": "x", "longitude": 1e9, "latitude": 0},
}


@pytest.mark.parametrize("key", HOSTILE)
def test_a_faulty_entry_is_left_out_and_counted(province: Site, published: dict[str, bytes], key: str) -> None:
    data = json.loads(published["suzhou"])
    event = next(one for one in data["events"] if one["id"] == "train")
    event[key] = HOSTILE[key]
    province.write("suzhou.json", json.dumps(data))
    gathering.fetch_all(
        {"suzhou": OtherSite(name="苏州", url="suzhou.json")}, province.root, province.root / ".almanac"
    )
    assert "1 of 6 events of suzhou市 are faulty and left out." in province_problems(province)


def province_problems(site: Site) -> str:
    with check(site.options()) as (_, problems):
        return as_text(problems, "en", site.root)


def test_nothing_of_a_gathered_event_is_looked_for_here(province: Site) -> None:
    province.write("content/plans/2027.md", "---\ntitle: 要点\nyear: 2027\n---\n")
    province.now += timedelta(days=18)
    province.build()
    assert "nanjing的云" in province.file("/screen/data.json").decode()
    assert dead_links(province) == []
    assert "nanjing" not in province.file("/offline/pages.json").decode()
    assert "nanjing" not in province.page("/plan/2027/organisers/")


def test_the_faulty_events_of_a_source_are_told_after_each_edit_of_the_config(province: Site) -> None:
    data = json.loads((province.root / "suzhou.json").read_text(encoding="utf-8"))
    for event in data["events"]:
        event["title"] = ""
    province.write("suzhou.json", json.dumps(data))
    told = "6 of 6 events of suzhou市 are faulty and left out."
    for _ in range(3):
        province.edit("config.yaml", "小城科普历", "又一个小城科普历")
        assert told in as_text(province.try_build()[1], "en", province.root)
    assert differences(province) == []


def test_a_report_ends_well_although_a_source_is_warned_of(province: Site) -> None:
    data = json.loads((province.root / "suzhou.json").read_text(encoding="utf-8"))
    data["events"][0]["title"] = ""
    province.write("suzhou.json", json.dumps(data))
    _, problems = province.try_build()
    assert [problem.severity for problem in problems] == ["warning"]
    done = CliRunner().invoke(
        main, ["--root", str(province.root), "report", "2027", "--output", str(province.root / "a.xlsx")]
    )
    assert done.exit_code == 0, done.output


def test_a_damaged_copy_is_replaced(province: Site) -> None:
    province.build()
    copy_file(province.root / ".almanac", "suzhou.json").write_bytes(b"not json")
    report, problems = province.try_build()
    assert report is not None
    assert problems == []
    assert "suzhou的云" in province.page("/calendar/2027/03/")


def test_a_gathered_result_counts(province: Site, published: dict[str, bytes]) -> None:
    data = json.loads(published["suzhou"])
    next(one for one in data["events"] if one["id"] == "train")["result"] = {"held": True, "participants": 50}
    province.write("suzhou.json", json.dumps(data))
    province.build()
    with check(province.options()) as (site, _):
        assert site is not None
        result = site.event("suzhou.train").fields.result
    assert result is not None
    assert (result.held, result.participants) == (True, 50)


def test_titles_of_others_are_text(province: Site, published: dict[str, bytes]) -> None:
    data = json.loads(published["suzhou"])
    next(one for one in data["events"] if one["id"] == "train")["title"] = "<script>alert(1)</script>"
    province.write("suzhou.json", json.dumps(data))
    province.build()
    page = province.page("/calendar/2027/03/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_config_is_checked(province: Site) -> None:
    province.edit("config.yaml", "district: west", "district: wset")
    assert "There is no district “wset”." in province.problems()
    province.edit("config.yaml", "url: suzhou.json", "url: http://kepu.suzhou.example/data/events.json")
    assert "is no source of events" in province.problems()


class Handler(BaseHTTPRequestHandler):
    """Answers as the test says, and notes the ETags it was asked with."""

    def __init__(self, answers: dict[str, tuple[int, dict[str, str], bytes]], asked: list[str], *args: Any) -> None:
        self.answers, self.asked = answers, asked
        super().__init__(*args)

    def do_GET(self) -> None:
        self.asked.append(self.headers.get("If-None-Match", ""))
        code, headers, content = self.answers[self.path]
        if headers.get("ETag") == self.asked[-1]:
            code, content = 304, b""
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Says nothing."""


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """A server of https on this machine: its address, what it answers, and the ETags it was asked with."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("no_proxy", "*")
    answers: dict[str, Any] = {}
    asked: list[str] = []
    server = ThreadingHTTPServer(("localhost", 0), partial(Handler, answers, asked))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_address[1]}", answers, asked
    server.shutdown()
    server.server_close()


def test_https_sources_are_asked_whether_they_have_changed_and_may_not_lead_elsewhere(
    web: tuple[str, dict[str, Any], list[str]],
    published: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address, answers, asked = web
    source = {"nanjing": OtherSite(name="南京", url=f"{address}/data/events.json")}

    def fetched() -> tuple[bytes | None, str]:
        problems = gathering.fetch_all(source, tmp_path, tmp_path / "cache")
        copy = Copies(tmp_path / "cache").load(source["nanjing"].url)
        return copy, " ".join(one.message.show(str) for one in problems)

    document, data = "/data/events.json", published["nanjing"]
    answers[document] = 404, {}, b"{}"
    assert fetched() == (None, "The events of 南京 are missing: the server answers 404.")
    answers[document] = 200, {"ETag": '"one"'}, data
    assert fetched() == (data, "")
    assert fetched() == (data, "")
    assert asked == ["", "", '"one"']
    newer = data.replace("nanjing的云".encode(), "南京的云".encode())
    answers[document] = 302, {"Location": f"{address}/moved.json"}, b""
    answers["/moved.json"] = 200, {"ETag": '"two"'}, newer
    assert fetched() == (newer, "")
    for elsewhere in ("http://localhost/a.json", "file:///etc/passwd", "ftp://localhost/a.json"):
        answers[document] = 302, {"Location": elsewhere}, b""
        assert fetched()[0] == newer
        assert "last good copy" in fetched()[1]
    answers[document] = 200, {}, data
    monkeypatch.setattr(gathering, "MOST_BYTES", len(data) - 1)
    monkeypatch.setattr(gathering, "CHUNK", 100)
    assert "it is larger than" in fetched()[1]
    source["nanjing"] = OtherSite(name="南京", url="https://localhost:1/data/events.json")
    assert fetched()[0] is None


def test_the_open_data_of_this_version_is_read_whole(published: dict[str, bytes]) -> None:
    assert [len(entries_in(published[city])) for city in CITIES] == [6, 6]


def test_a_province_without_network_builds_from_its_copies_weeks_later(province: Site) -> None:
    province.build()
    for city in CITIES:
        province.delete(f"{city}.json")
    province.now += timedelta(days=20)
    report, problems = province.try_build()
    assert report is not None
    assert len(problems) == len(CITIES)
    assert "nanjing的云" in province.page("/calendar/2027/03/")
