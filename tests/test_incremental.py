"""Build, look, edit, build again: each build renders what an edit changes, and leaves what a clean build makes."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import datetime, timedelta

import msgspec
import pytest
from builds import build, clean_copy, differences, of_the_content
from click.testing import CliRunner
from incremental.test_store import rewrite
from sites import NOW, REPOSITORY, Site

from almanac.build.last_build import PUBLISHED
from almanac.build.pipeline import find_query
from almanac.cli.app import main
from almanac.cli.reports import as_text
from almanac.content import sources
from almanac.core.digests import engine_version
from almanac.incremental import Store

TALK = "content/events/talk-07.md"
MUSEUM = "content/organisers/museum.md"


def talk(site: Site, number: int = 7, *, body: str = "正文。", **keys: str) -> None:
    """One of twenty talks, one on each day of June."""
    given = {
        "title": f"第{number}讲",
        "theme": "water",
        "organiser": "museum",
        "start": f"2027-06-{number + 1:02} 19:00",
    }
    site.event(f"talk-{number:02}", body=body, **{**given, **keys})


@pytest.fixture
def talks(site: Site) -> Site:
    """A site with twenty talks of one organiser, built once."""
    site.write(MUSEUM, "---\nname: 博物馆\n---\n")
    for number in range(20):
        talk(site, number)
    site.build()
    return site


def showing(site: Site, words: str) -> set[str]:
    """The files that hold these words."""
    return {file for file, content in site.files().items() if words.encode() in content}


def test_a_build_without_changes_renders_nothing_and_touches_no_file(talks: Site) -> None:
    before = talks.times()
    for _ in range(2):
        built = build(talks)
        assert built.rendered == 0
        assert built.report
        assert (built.report.written, built.report.unchanged, built.report.removed) == (0, len(before), 0)
    os.utime(talks.root / TALK)  # saved as it was
    assert build(talks).rendered == 0
    assert talks.times() == before
    assert sorted(path.name for path in talks.output.iterdir() if path.name.startswith(".")) == []


def test_a_body_renders_the_page_of_its_event_and_no_other(talks: Site) -> None:
    talk(talks, body="新的*正文*。")
    built = build(talks)
    assert built.rendered == 1
    assert built.changed == {"events/talk-07/index.html"}
    assert "新的<em>正文</em>。" in talks.page("/events/talk-07/")
    assert differences(talks) == []


def test_a_title_renders_the_pages_that_show_it_and_no_others(talks: Site) -> None:
    talk(talks, title="新的题目")
    built = build(talks)
    assert built.changed == showing(talks, "新的题目")
    assert built.rendered == len(built.changed)
    neighbours = {"events/talk-04/index.html", "events/talk-05/index.html", "events/talk-06/index.html"}
    assert {file for file in built.changed if file.startswith("events/")} == {
        "events/talk-07/index.html",
        "events/talk-07.ics",
        *neighbours,
    }
    assert differences(talks) == []


def test_a_date_renders_the_lists_and_feeds_of_its_event_and_leaves_other_pages_alone(talks: Site) -> None:
    talk(talks, start="2027-06-08 20:00")
    changed = build(talks).changed
    assert {"events/talk-07/index.html", "calendar/2027/06/index.html", "feeds/all.ics"} <= changed
    assert not changed & {"sitemap.xml", "calendar/2027/05/index.html", "themes/sky/index.html", "about/index.html"}
    assert differences(talks) == []
    talk(talks, start="2027-12-24 18:00")
    changed = build(talks).changed
    assert {"calendar/2027/06/index.html", "calendar/2027/12/index.html", "sitemap.xml"} <= changed
    assert not changed & {"calendar/2027/05/index.html", "themes/sky/index.html", "events/talk-12/index.html"}
    assert differences(talks) == []


def test_words_that_are_taken_back_are_taken_back_everywhere(talks: Site) -> None:
    before = talks.files()
    talk(talks, title="新的题目")
    build(talks)
    talk(talks)
    talk(talks, 3, start="2027-06-04 09:00")
    build(talks)
    talk(talks, 3)
    build(talks)
    assert talks.files() == before


def test_what_an_organiser_says_of_itself_renders_its_page_and_the_list(talks: Site) -> None:
    talks.write(MUSEUM, "---\nname: 博物馆\n---\n每周一闭馆。\n")
    built = build(talks)
    assert (built.rendered, built.changed) == (1, {"organisers/museum/index.html"})
    talks.write(MUSEUM, "---\nname: 博物馆\nsummary: 看化石的地方\n---\n每周一闭馆。\n")
    pages = {file for file in build(talks).changed if file.endswith(".html")}
    assert pages == {f"organisers/{page}index.html" for page in ("", "museum/", "museum/2027/")}
    assert differences(talks) == []


def test_the_name_of_an_organiser_renders_no_list_of_events(talks: Site) -> None:
    talks.write(MUSEUM, "---\nname: 新的名字\n---\n")
    built = build(talks)
    assert {
        "events/talk-07/index.html",
        "events/talk-07.ics",
        "feeds/all.ics",
        "organisers/index.html",
    } <= built.changed
    assert not built.changed & {"index.html", "themes/water/index.html", "calendar/2027/06/index.html"}
    assert built.rendered < len(built.changed) + 5
    assert not showing(talks, "博物馆</a>")
    assert differences(talks) == []


def test_events_that_come_go_and_change_places_leave_nothing_behind(talks: Site) -> None:
    for number in range(0, 20, 2):
        talks.delete(f"content/events/talk-{number:02}.md")
    talk(talks, 1, start="2027-06-02 15:00")
    report = build(talks).report
    assert report
    assert report.removed >= 30
    assert not list(talks.output.glob("events/talk-02*"))
    assert differences(talks) == []
    for number in range(20, 25):
        talks.event(f"walk-{number}", start=f"2027-08-{number} 10:00")
    (talks.root / "content/events/talk-03.md").rename(talks.root / "content/events/talk-04.md")
    build(talks)
    assert "第3讲" in talks.page("/events/talk-04/")
    assert not (talks.output / "events/talk-03").exists()
    assert differences(talks) == []


def test_an_event_with_fewer_dates_loses_the_rest(site: Site) -> None:
    for repeat in ("FREQ=WEEKLY;COUNT=9", "FREQ=WEEKLY;COUNT=2", "FREQ=MONTHLY;COUNT=5"):
        site.event("club", repeat=repeat)
        site.build()
        assert differences(site) == []
    site.event("club")
    site.build()
    assert differences(site) == []
    site.event("club", sessions="[{id: a, start: 2027-05-01 09:00}, {id: b, start: 2027-06-01 09:00}]")
    site.edit("content/events/club.md", "start: 2027-03-10 14:00\n", "")
    site.build()
    site.edit("content/events/club.md", "{id: a, start: 2027-05-01 09:00}, ", "")
    site.build()
    assert not (site.output / "events/club/a.ics").exists()
    assert differences(site) == []


def test_two_pages_that_claim_one_address_are_told_as_in_a_clean_build(talks: Site) -> None:
    talk(talks, aliases="[/themes/sky/, /events/talk-09/, /old/]")
    said = talks.problems()
    assert said == clean_copy(talks).problems()
    assert "The address /themes/sky/ is already taken" in said
    assert build(talks, keep_going=True).report
    assert "/events/talk-07/" in talks.page("/old/")
    assert differences(talks, keep_going=True) == []
    talks.delete("content/events/talk-09.md")  # now the alias may have the address
    build(talks, keep_going=True)
    assert "/events/talk-07/" in talks.page("/events/talk-09/")
    assert differences(talks, keep_going=True) == []
    talk(talks, 9)
    talk(talks)
    build(talks)
    assert differences(talks) == []


def test_what_is_wrong_is_said_again_by_a_build_without_changes(talks: Site) -> None:
    talk(talks, theme="skies")
    talk(talks, 8, titel="第8讲")
    first = build(talks, keep_going=True)
    again = build(talks, keep_going=True)
    wrong = of_the_content(first.problems)
    assert len(wrong) == 2
    assert as_text(again.problems, "en", talks.root) == as_text(wrong, "en", talks.root)
    assert again.rendered == 0
    assert differences(talks, keep_going=True) == []


def test_a_warning_is_said_again_by_a_build_without_changes(site: Site) -> None:
    git(site, "init")
    git(site, "add", "content")
    for message in ("one", "two"):
        git(site, "commit", "--allow-empty", "--message", message)
    shallow = Site(site.root.parent / "shallow")
    command = ["git", "clone", "--quiet", "--depth", "1", f"file://{site.root}", str(shallow.root)]
    subprocess.run(command, check=True, capture_output=True)
    shutil.copy(site.root / "config.yaml", shallow.root)
    said = [as_text(build(shallow).problems, "en", shallow.root) for _ in range(2)]
    assert "git fetch --unshallow" in said[0]
    assert said[0] == said[1]


def git(site: Site, *arguments: str) -> None:
    """Runs git in the site's folder as somebody who commits at the moment of the build."""
    stamp = f"{site.now.isoformat()}+08:00"
    surroundings = {
        "GIT_AUTHOR_DATE": stamp,
        "GIT_COMMITTER_DATE": stamp,
        "PATH": os.environ["PATH"],
        "HOME": "/dev/null",
    }
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    command = ["git", "-C", str(site.root), *identity, *arguments]
    subprocess.run(command, check=True, capture_output=True, env=surroundings)


def test_commits_between_builds_count_as_in_a_clean_build(talks: Site) -> None:
    git(talks, "init")
    git(talks, "add", "content")
    git(talks, "commit", "--message", "all talks")
    build(talks)
    assert differences(talks) == []
    (talks.root / TALK).rename(talks.root / "content/events/renamed.md")
    talks.delete("content/events/talk-09.md")
    build(talks)  # as long as nothing is committed
    assert not (talks.output / "events/talk-09").exists()
    assert differences(talks) == []
    talks.now = NOW + timedelta(days=1)
    git(talks, "add", "--all", "content")
    git(talks, "commit", "--message", "one renamed, one gone")
    build(talks)
    assert "/events/renamed/" in talks.page("/events/talk-07/")
    assert "STATUS:CANCELLED" in talks.feed("/events/talk-09.ics")
    assert differences(talks) == []
    talk(talks, 9, title="第9讲，又有了")
    build(talks)
    assert "又有了" in talks.page("/events/talk-09/")
    assert differences(talks) == []
    talks.delete("content/events/talk-09.md")
    build(talks)
    assert differences(talks) == []
    talks.now = datetime(2027, 7, 1)  # when the deleted talk would have been over
    build(talks)
    assert differences(talks) == []


def test_pages_turn_when_a_date_begins_or_ends_or_a_day_does_and_at_no_other_moment(site: Site) -> None:
    site.event("short", start="2027-03-01 10:00", end="2027-03-01 11:00")
    rendered = {}
    for moment in ("01 09:00", "01 09:59", "01 10:00", "01 10:59", "01 11:00", "01 23:59", "02 00:00", "02 08:00"):
        site.now = datetime.fromisoformat(f"2027-03-{moment}")
        rendered[moment] = build(site).rendered > 0
        assert differences(site) == [], moment
    assert [moment for moment, any_page in rendered.items() if any_page] == [
        "01 09:00",
        "01 10:00",
        "01 11:00",
        "02 00:00",
    ]


def test_the_clock_may_go_back(site: Site) -> None:
    moments = [
        datetime(2027, 3, 20, 15),
        datetime(2027, 3, 1, 9),
        datetime(2028, 2, 29, 12),
        datetime(2027, 4, 30, 23, 59),
    ]
    for site.now in moments:
        build(site)
        assert differences(site) == []


def test_a_month_that_turns_moves_the_window_of_feeds(talks: Site) -> None:
    talks.edit("config.yaml", "title:", "feeds: {months_back: 0, months_ahead: 1}\ntitle:")
    build(talks)
    assert "talk-07" not in talks.feed("/feeds/all.ics")
    talks.now = datetime(2027, 5, 1)
    build(talks)
    assert "talk-07" in talks.feed("/feeds/all.ics")
    assert differences(talks) == []


SETTINGS = [
    ("title: 小城科普历", "title: 新城科普历"),
    ("description: 测试用的小城", "description: 又一个小城"),
    ("east: 东区", "east: 东城"),
    ("public: 公众", "public: 公众, seniors: 老年人"),
    ("title:", "language: en\ntitle:"),
    ("title:", "timezone: Asia/Urumqi\ntitle:"),
    ("title:", "feeds: {pairs: false, uid_host: example.net}\ntitle:"),
    ("feeds: {pairs: false, uid_host: example.net}", "outputs: {themes: false, search: false, feeds: false}"),
    ("outputs: {themes: false, search: false, feeds: false}", "footer: {host: 科协}"),
    ("https://example.org/kepu/", "https://example.net/"),
]


@pytest.mark.parametrize("compared", [10, pytest.param(1, marks=pytest.mark.long)])
def test_every_setting_shows_wherever_it_counts(talks: Site, compared: int) -> None:
    for number, (old, new) in enumerate(SETTINGS, 1):
        talks.edit("config.yaml", old, new)
        assert build(talks).rendered
        if number % compared == 0 or number == len(SETTINGS):
            assert differences(talks) == [], new


def test_a_preview_at_another_address_and_the_site_itself_take_turns(talks: Site) -> None:
    for talks.base_url in ("https://preview.example/a/", None, "https://preview.example/"):
        build(talks)
        assert ("https://preview.example" in talks.page("/")) == bool(talks.base_url)
        assert differences(talks) == []


def test_registries_open_and_close(talks: Site) -> None:
    talk(talks, theme="[water, 机器人]", organiser="少年宫")
    assert "“机器人” is not known" in talks.problems()
    talks.edit("config.yaml", "title:", "registries: open\ntitle:")
    build(talks)
    assert "第7讲" in talks.page("/themes/机器人/")
    assert differences(talks) == []
    talks.write("content/themes/机器人.md", "---\nname: 机器人学\n---\n")
    build(talks)
    assert "机器人学" in talks.page("/events/talk-07/")
    assert differences(talks) == []
    talks.edit("config.yaml", "registries: open", "registries: closed")
    assert "“少年宫” is not known" in talks.problems()
    talk(talks)
    build(talks)
    assert differences(talks) == []


def test_a_key_that_is_renamed_moves_its_pages_and_feeds(talks: Site) -> None:
    (talks.root / MUSEUM).rename(talks.root / "content/organisers/gallery.md")
    assert "“museum” is not known" in talks.problems()
    for number in range(20):
        talk(talks, number, organiser="gallery")
    build(talks)
    assert not (talks.output / "organisers/museum").exists()
    assert not (talks.output / "feeds/organisers/museum.ics").exists()
    assert "第7讲" in talks.page("/organisers/gallery/")
    assert differences(talks) == []


EVENT_TEMPLATE = (REPOSITORY / "themes/default/templates/event.html").read_text(encoding="utf-8")
MESSAGES = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Organiser"
msgstr "谁来办"
"""


def test_another_site_theme_and_its_edits_show_at_once(talks: Site) -> None:
    talks.write("themes/own/static/style.css", "main { color: black }\n")
    talks.edit("config.yaml", "title:", "site_theme: own\ntitle:")
    build(talks)
    assert differences(talks) == []
    talks.write("themes/own/templates/event.html", EVENT_TEMPLATE.replace("<h1>", '<h1 class="new">'))
    changed = build(talks).changed
    pages = {file for file in talks.files() if file.startswith("events/") and file.endswith("/index.html")}
    assert changed == pages | {"sw.js"}, "browsers learn that the theme is another"
    talks.write("themes/own/messages/zh-CN.po", MESSAGES)
    build(talks)
    assert "谁来办" in talks.page("/events/talk-07/")
    assert differences(talks) == []
    talks.write("themes/own/static/style.css", "main { color: white }\n")
    talks.write("themes/own/static/more.css", "")
    changed, files = build(talks).changed, talks.files()
    pages = {file for file in files if file.endswith(".html") and b"/hashed/style." in files[file]}
    sheets = {file for file in files if file.startswith(("hashed/style.", "hashed/more.", "static/more."))}
    assert changed == {*pages, *sheets, "static/style.css", "sw.js"}, "pages name the sheet by its digest"
    talks.write("themes/own/templates/event.html", "{% broken")
    before = talks.files()
    assert "This template is broken" in talks.problems()
    assert talks.files() == before
    talks.delete("themes/own/templates/event.html")
    talks.delete("themes/own/static/more.css")
    build(talks)
    assert differences(talks) == []
    talks.edit("config.yaml", "site_theme: own\n", "")
    build(talks)
    assert differences(talks) == []


def test_a_page_that_somebody_spoilt_or_deleted_is_as_it_was_after_the_next_build(talks: Site) -> None:
    before, times = talks.files(), talks.times()
    talks.write("output/index.html", "spoilt")
    talks.write("output/feeds/all.ics", bytes(len(before["feeds/all.ics"])))  # as long as it was
    talks.delete("output/themes/sky/2027/index.html")
    shutil.rmtree(talks.output / "events/talk-07")
    talks.write("output/mine.txt", "no build made it")
    spoilt = {"index.html", "feeds/all.ics", "themes/sky/2027/index.html"}
    spoilt |= {"events/talk-07/index.html", "events/talk-07/code.svg"}
    built = build(talks)
    assert (built.rendered, built.changed) == (len(spoilt), spoilt)
    assert talks.files() == {**before, "mine.txt": b"no build made it"}
    assert {file for file, time in talks.times().items() if times.get(file) != time} == {*spoilt, "mine.txt"}
    shutil.rmtree(talks.output)
    build(talks)
    assert talks.files() == before


def test_an_edit_beside_a_spoilt_page_is_not_missed(talks: Site) -> None:
    talks.write("output/events/talk-09/index.html", "spoilt")
    talk(talks, title="新的题目")
    build(talks)
    assert differences(talks) == []


@pytest.mark.parametrize("coarsest", [0, sources.COARSEST])
def test_an_edit_just_after_a_build_that_saw_another_is_not_missed(
    site: Site, coarsest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "COARSEST", coarsest)  # whether a file that has just changed counts as read and known
    for title in ("第一", "第二", "第三"):
        site.event("quick", title=title)
        build(site)
        assert title in site.page("/events/quick/")


def test_a_clean_build_and_another_engine_remove_what_earlier_builds_published(
    talks: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    talks.delete(TALK)
    talks.build(clean=True)
    assert not list(talks.output.glob("events/talk-07*"))
    assert differences(talks) == []
    before = talks.times()
    talks.delete("content/events/talk-08.md")
    monkeypatch.setattr("almanac.build.pipeline.engine_version", lambda *_: "another")
    build(talks)
    assert not list(talks.output.glob("events/talk-08*"))
    assert differences(talks) == []
    assert "about/index.html" in {file for file, time in talks.times().items() if before.get(file) == time}


@pytest.mark.parametrize("name", ["os:system", "almanac.core.git:ask", "almanac.content.queries:parse_file", "__doc__"])
def test_a_foreign_cache_can_name_no_function_but_queries(name: str) -> None:
    with pytest.raises(LookupError):
        find_query(name)


def test_a_foreign_cache_can_neither_write_nor_remove_a_file_outside_the_output(talks: Site) -> None:
    talks.write("precious", "mine")
    (path,) = (talks.root / ".almanac").glob("*.sqlite")
    for place in ("../precious", str(talks.root / "precious")):
        store = Store(path, engine_version())
        published = PUBLISHED.decode(store.document("published") or b"")
        published[place] = published["about/index.html"]
        store.save_documents({"published": msgspec.msgpack.encode(published)})
        store.close()
        talks.build()
        talks.build(clean=True)
        assert (talks.root / "precious").read_bytes() == b"mine"
        assert differences(talks) == []


def test_check_closes_the_cache_and_reads_a_forged_one_without_a_traceback(talks: Site) -> None:
    (path,) = (talks.root / ".almanac").glob("*.sqlite")
    for left in ({path}, set()):
        done = CliRunner().invoke(main, ["--root", str(talks.root), "--lang", "en", "check"])
        assert "0 errors" in done.stderr, done.output
        assert set(path.parent.glob("*.sqlite*")) == left, "SQLite's log goes when a store is closed"
        if left:
            rewrite(path, "nodes", lambda row: row[:-1] + bytes([row[-1] ^ 1]))


def test_rows_of_a_foreign_cache_that_no_build_has_written_cost_time_and_nothing_else(talks: Site) -> None:
    (path,) = (talks.root / ".almanac").glob("*.sqlite")
    rewrite(path, "nodes", lambda row: row[:-1] + bytes([row[-1] ^ 1]))
    talk(talks, title="改过的题目")
    talks.build()
    assert differences(talks) == []
