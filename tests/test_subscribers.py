"""Feeds over time, as subscribers see them: statuses, renamed and deleted events, new months, and pairs of facets."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sites import NOW, REPOSITORY, Site

from almanac.cli.app import main
from almanac.cli.reports import as_text
from almanac.content.history import Change, Register
from almanac.site import calendars
from almanac.site.volumes import parted

CLOUDS = "content/events/2027/2027-03-20-clouds.md"
FEEDS = (".ics", ".atom", ".json")
SCREEN_FILES = ("index.html", "data.json")


def git(site: Site, *arguments: str, date: datetime = NOW) -> None:
    """Runs git in the site's folder. Commits are made at `date`, local time of the site."""
    stamp = f"{date.isoformat()}+08:00"
    identity = {
        "GIT_AUTHOR_DATE": stamp,
        "GIT_COMMITTER_DATE": stamp,
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "PATH": "/usr/bin:/bin:/usr/local/bin",
    }
    command = ["git", "-C", str(site.root), "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    subprocess.run(command, check=True, capture_output=True, env=identity)


def commit(site: Site, message: str, date: datetime = NOW) -> None:
    git(site, "add", "content", "config.yaml", date=date)
    git(site, "commit", "-m", message, date=date)


@pytest.fixture
def tracked(site: Site) -> Site:
    """The small site in a repository of its own, built once."""
    git(site, "init")
    commit(site, "The site begins", NOW - timedelta(days=40))
    site.build()
    return site


def entry(feed: str, uid: str) -> str:
    """The VEVENT of a UID."""
    (found,) = re.findall(rf"BEGIN:VEVENT\r\n(?:(?!END:VEVENT)[\s\S])*?UID:{uid}@[\s\S]*?END:VEVENT", feed)
    return str(found)


def changed_files(site: Site, before: dict[str, bytes]) -> set[str]:
    after = site.files()
    return {file for file in before.keys() | after.keys() if before.get(file) != after.get(file)}


def test_a_renamed_file_keeps_its_uid_and_its_old_address_leads_on(tracked: Site) -> None:
    before = entry(tracked.feed("/feeds/all.ics"), "2027-03-20-clouds")
    for name in ("talk-on-clouds", "clouds-again"):  # renamed twice
        (old,) = (tracked.root / "content/events/2027").glob("*clouds*")
        git(tracked, "mv", str(old), str(old.with_name(f"{name}.md")))
        commit(tracked, "A better name", NOW - timedelta(days=10))
    tracked.build()
    after = entry(tracked.feed("/feeds/all.ics"), "2027-03-20-clouds")
    assert after.replace("/events/clouds-again/", "/events/2027-03-20-clouds/") == before
    for old_name in ("2027-03-20-clouds", "talk-on-clouds"):
        assert "/kepu/events/clouds-again/" in tracked.page(f"/events/{old_name}/")
    assert "CANCELLED" not in tracked.feed("/feeds/all.ics").partition("UID:2027-03-20-clouds@")[2]


def test_the_site_s_own_feed_is_known_after_a_file_was_renamed(tracked: Site, tmp_path: Path) -> None:
    tracked.event("twice", sessions="[{id: a, start: 2027-03-12 09:00}, {id: b, start: 2027-03-13 09:00}]", start="")
    tracked.event("from-a-table", imported="{source: a.xlsx, row: x, cells: {}}", title="表格来的")
    commit(tracked, "More events", NOW - timedelta(days=20))
    for name, new in (
        (CLOUDS, "talk"),
        ("content/events/twice.md", "two-days"),
        ("content/events/from-a-table.md", "of-a-table"),
    ):
        git(tracked, "mv", str(tracked.root / name), str(tracked.root / f"content/events/{new}.md"))
    commit(tracked, "Better names", NOW - timedelta(days=10))
    tracked.event("twice", title="另一场", start="2027-04-01")
    tracked.build()
    feed = tmp_path / "all.ics"
    feed.write_bytes(tracked.file("/feeds/all.ics"))
    done = CliRunner().invoke(main, ["--root", str(tracked.root), "--lang", "en", "import", str(feed)])
    assert "0 new (0 of them drafts), 0 updated, 0 unchanged." in done.stderr, done.output
    for path in ("talk", "two-days", "of-a-table", "twice"):
        assert f"It is an event of this site: content/events/{path}.md." in done.stdout


def test_a_new_file_that_takes_an_old_name_is_another_event(tracked: Site) -> None:
    git(tracked, "mv", str(tracked.root / CLOUDS), str(tracked.root / "content/events/2027/talk.md"))
    commit(tracked, "A better name", NOW - timedelta(days=10))
    tracked.event("2027-03-20-clouds", title="另一场")
    tracked.build()
    feed = tracked.feed("/feeds/all.ics")
    assert "SUMMARY:云从哪里来" in entry(feed, "2027-03-20-clouds"), "phones know this one by that name"
    assert "SUMMARY:另一场" in entry(feed, "2027-03-20-clouds-2")
    commit(tracked, "Another one", NOW - timedelta(days=9))
    before = re.findall(r"UID:.*", feed)
    tracked.build()
    assert re.findall(r"UID:.*", tracked.feed("/feeds/all.ics")) == before, "a commit changes no UID"
    tracked.delete("content/events/2027-03-20-clouds.md")
    commit(tracked, "It is off", NOW - timedelta(days=8))
    tracked.build()
    feed = tracked.feed("/feeds/all.ics")
    assert "SUMMARY:云从哪里来" in entry(feed, "2027-03-20-clouds")
    assert "SUMMARY:【已取消】另一场" in entry(feed, "2027-03-20-clouds-2")


def test_two_files_that_were_once_called_the_same_are_two_events(tracked: Site) -> None:
    for number, name in enumerate(("jia", "yi")):
        tracked.event("new", title=f"活动{name}")
        commit(tracked, "A copy, not named yet", NOW - timedelta(days=10 - 2 * number))
        git(tracked, "mv", str(tracked.root / "content/events/new.md"), str(tracked.root / f"content/events/{name}.md"))
        commit(tracked, "Named", NOW - timedelta(days=9 - 2 * number))
    tracked.build()
    feed = tracked.feed("/feeds/all.ics")
    assert "SUMMARY:活动jia" in entry(feed, "new")
    assert "SUMMARY:活动yi" in entry(feed, "new-2")
    assert "/kepu/events/yi/" in tracked.page("/events/new/"), "an old address leads to who had it last"


def test_an_event_that_is_renamed_and_then_deleted_is_cancelled_under_its_first_name(tracked: Site) -> None:
    git(tracked, "mv", str(tracked.root / CLOUDS), str(tracked.root / "content/events/2027/talk.md"))
    commit(tracked, "A better name", NOW - timedelta(days=10))
    tracked.delete("content/events/2027/talk.md")
    commit(tracked, "Off", NOW - timedelta(days=5))
    tracked.build()
    assert "SUMMARY:【已取消】云从哪里来" in entry(tracked.feed("/feeds/all.ics"), "2027-03-20-clouds")
    assert "SUMMARY:【已取消】云从哪里来" in entry(tracked.feed("/events/2027-03-20-clouds.ics"), "2027-03-20-clouds")
    assert "/kepu/events/talk/" in tracked.page("/events/2027-03-20-clouds/")
    assert "本活动已撤下" in tracked.page("/events/talk/")


def test_an_event_that_is_deleted_twice_is_cancelled_once(tracked: Site) -> None:
    content = (tracked.root / CLOUDS).read_bytes()
    tracked.delete(CLOUDS)
    commit(tracked, "Off", NOW - timedelta(days=9))
    elsewhere = "content/events/moved/2027-03-20-clouds.md"
    tracked.write(elsewhere, content)
    tracked.build()
    assert "SUMMARY:云从哪里来" in entry(tracked.feed("/feeds/all.ics"), "2027-03-20-clouds"), (
        "before it is committed, too"
    )
    commit(tracked, "On again, in another folder", NOW - timedelta(days=8))
    tracked.build()
    assert "SUMMARY:云从哪里来" in entry(tracked.feed("/feeds/all.ics"), "2027-03-20-clouds")
    tracked.delete(elsewhere)
    commit(tracked, "Off again", NOW - timedelta(days=7))
    tracked.build()
    assert "SUMMARY:【已取消】云从哪里来" in entry(tracked.feed("/feeds/all.ics"), "2027-03-20-clouds")


def test_every_date_of_a_deleted_series_is_cancelled_and_nothing_that_was_over(tracked: Site) -> None:
    tracked.edit("content/events/2027/2027-03-06-club.md", "status: cancelled", "status: moved")
    tracked.event("over", start="2027-02-01 10:00")
    commit(tracked, "Two more", NOW - timedelta(days=5))
    tracked.delete("content/events/2027/2027-03-06-club.md")
    tracked.delete("content/events/over.md")
    commit(tracked, "Off", NOW - timedelta(days=4))
    tracked.build()
    found = re.findall(r"UID:2027-03-06-club@[\s\S]*?STATUS:(\w+)", tracked.feed("/feeds/all.ics"))
    assert len(found) >= 2
    assert set(found) == {"CANCELLED"}
    assert "UID:over@" not in tracked.feed("/feeds/all.ics")
    assert "events/over/index.html" not in tracked.files()


def test_a_change_counts_from_its_merge(tracked: Site) -> None:
    def dated() -> tuple[int, str]:
        tracked.build()
        found = entry(tracked.feed("/feeds/all.ics"), "plain")
        return int(re.findall(r"SEQUENCE:(\d+)", found)[0]), re.findall(r"DTSTAMP:(\w+)", found)[0]

    tracked.event("plain", updated="2027-02-01", title="没写更新日期")
    tracked.edit("content/events/plain.md", "updated: 2027-02-01\n", "")
    commit(tracked, "A plain one", NOW - timedelta(days=30))
    git(tracked, "checkout", "-b", "request")
    tracked.edit("content/events/plain.md", "2027-03-10 14:00", "2027-03-11 15:00")
    commit(tracked, "Another hour", NOW - timedelta(days=20))
    git(tracked, "checkout", "-")
    tracked.edit("content/events/plain.md", "正文。", "另一段正文。")
    commit(tracked, "Another text", NOW - timedelta(days=15))
    before = dated()
    git(tracked, "merge", "--no-edit", "request", date=NOW - timedelta(days=5))
    after = dated()
    assert after > before
    assert after[1] == "20270224T010000Z"


def test_a_deleted_event_goes_out_as_cancelled_until_its_date_has_passed(tracked: Site) -> None:
    sequence = int(re.findall(r"SEQUENCE:(\d+)", entry(tracked.feed("/feeds/all.ics"), "2027-03-20-clouds"))[0])
    tracked.delete(CLOUDS)
    commit(tracked, "It does not take place", NOW)
    tracked.build()
    for feed in (
        "/feeds/all.ics",
        "/feeds/themes/sky.ics",
        "/feeds/districts/east/themes/sky.ics",
        "/events/2027-03-20-clouds.ics",
    ):
        cancelled = entry(tracked.feed(feed), "2027-03-20-clouds")
        assert "SUMMARY:【已取消】云从哪里来" in cancelled
        assert "STATUS:CANCELLED" in cancelled
        assert int(re.findall(r"SEQUENCE:(\d+)", cancelled)[0]) > sequence
    page = tracked.output / "events/2027-03-20-clouds/index.html"
    assert "本活动已撤下" in page.read_text(encoding="utf-8")
    command = ["node", "tests/readers/validate.mjs"]
    assert (
        subprocess.run(command, input=str(page), cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
        == ""
    )
    assert "云从哪里来" not in tracked.page("/themes/sky/")
    assert "/events/2027-03-20-clouds/" not in tracked.file("/sitemap.xml").decode()
    tracked.now = datetime(2027, 5, 1, 9, 0)  # the window of the feeds has left March
    tracked.build()
    assert "云从哪里来" not in tracked.feed("/feeds/all.ics")


def test_a_site_without_pages_of_deleted_events_has_none_in_its_feeds(tracked: Site) -> None:
    tracked.edit("config.yaml", "title:", "outputs: {withdrawn: false}\ntitle:")
    tracked.delete(CLOUDS)
    commit(tracked, "Cancelled for good")
    tracked.build()
    assert not [file for file, content in tracked.files().items() if b"2027-03-20-clouds" in content]


def stamps(site: Site, uid: str = "2027-03-20-clouds") -> tuple[int, str]:
    """SEQUENCE and LAST-MODIFIED of an entry in a fresh build."""
    site.build()
    found = entry(site.feed("/feeds/all.ics"), uid)
    return int(re.findall(r"SEQUENCE:(\d+)", found)[0]), re.findall(r"LAST-MODIFIED:(\w+)", found)[0]


def test_an_event_that_comes_back_is_newer_than_its_cancellation(tracked: Site) -> None:
    content = (tracked.root / CLOUDS).read_bytes()
    tracked.delete(CLOUDS)
    commit(tracked, "Off", NOW - timedelta(days=2))
    off = stamps(tracked)
    tracked.write(CLOUDS, content)
    commit(tracked, "On again, at once", NOW - timedelta(days=2))
    on = stamps(tracked)
    assert off[0] < on[0]
    assert off[1] < on[1]
    assert "SUMMARY:云从哪里来" in entry(tracked.feed("/feeds/all.ics"), "2027-03-20-clouds")


def test_whatever_an_entry_shows_moves_its_stamps_and_nothing_else_does(tracked: Site) -> None:
    """The event says `updated: 2027-02-20`; commits are later and count all the same."""
    before = stamps(tracked)
    day = NOW - timedelta(days=5)
    for number, (path, old, new) in enumerate(
        (
            (CLOUDS, "fee: 免费", "status: cancelled"),
            (CLOUDS, "status: cancelled", "fee: 免费"),
            ("content/venues/library.md", "address: ", "address: 新"),
            ("content/organisers/kexie.md", "name: ", "name: 新"),
            ("config.yaml", "title:", "timezone: Asia/Tokyo\ntitle:"),
        )
    ):
        tracked.edit(path, old, new)
        commit(tracked, "A change", day + timedelta(hours=number % 2))  # one clock is behind
        after = stamps(tracked)
        assert after[0] > before[0], (path, new)
        assert after[1] > before[1], (path, new)
        before = after
    atom = feedparser.parse(tracked.file("/feeds/all.atom"))
    assert re.sub(r"\W", "", atom.feed.updated) == before[1]
    for path, old, new in (
        (CLOUDS, "fee: 免费", "fee: 免费\nresult: {held: true, participants: 20}"),
        ("content/venues/library.md", "---\nname", "---\nmetro: 1号线\nname"),
        ("content/themes/sky.md", "---\nname", "---\nsummary: 天气\nname"),
        ("config.yaml", "title:", "feeds: {pairs: false}\ntitle:"),
    ):
        tracked.edit(path, old, new)
        commit(tracked, "Nothing that an entry shows", NOW)
    assert stamps(tracked) == before


def test_without_git_a_stamp_falls_neither_with_an_earlier_date_nor_with_a_date_of_2062(site: Site) -> None:
    site.edit(CLOUDS, "updated: 2027-02-20\n", "")
    before = stamps(site)
    site.edit(CLOUDS, "2027-03-20", "2027-03-15")
    assert stamps(site) == before
    site.edit(CLOUDS, "fee: 免费", "fee: 免费\nupdated: 2062-02-20")
    assert stamps(site) == before
    site.edit(CLOUDS, "2062", "2027")
    assert stamps(site) > before
    site.edit(CLOUDS, "updated: 2027-02-20", "updated: 2027-02-10")
    said = refused(site)
    assert f"1 calendar entries would go back in time: 2027-03-20-clouds ({CLOUDS})" in said
    assert "Write updated: 2027-03-01 09:00 in the file; or go on with build --allow-removals." in said
    site.edit(CLOUDS, "updated: 2027-02-10", "updated: 2027-03-01 09:00")
    assert stamps(site) > before


@pytest.mark.parametrize("in_git", [False, True], ids=["without git", "before the commit"])
def test_no_stamp_that_subscribers_hold_falls_unsaid(site: Site, *, in_git: bool) -> None:
    """A cancellation that is taken back, whether of an event, of a session or of one date of a repeat."""
    calm = {"start": "", "updated": "2027-02-28 21:00"}
    days = "{{id: b, start: 2027-03-13 09:00{}}}, {{id: a, start: 2027-03-12 09:00}}"
    weeks = {"start": "2027-03-10 14:00", "repeat": "FREQ=WEEKLY;COUNT=3", "updated": "2027-02-28 21:00"}

    def write(status: str, *, off: bool) -> None:
        site.event("whole", **(weeks | {"repeat": "", "status": status}))
        site.event("parts", **calm, sessions=f"[{days.format(', status: cancelled' if off else '')}]")
        site.event("weekly", **weeks, overrides=f"{{2027-03-17: {{{'status: cancelled' if off else 'note: 有雨具'}}}}}")

    write("cancelled", off=True)
    if in_git:
        git(site, "init")
        commit(site, "The site begins", NOW - timedelta(days=40))
    site.build()
    write("scheduled", off=False)
    said = refused(site)
    assert (
        "content/events/parts.md: error: 3 calendar entries would go back in time: parts-b (content/events/parts.md),"
        " weekly (content/events/weekly.md), whole (content/events/whole.md)"
    ) in said
    assert "Write updated: 2027-03-01 09:00 in the file" in said
    if in_git:
        commit(site, "On again", NOW)
    else:
        for name in ("whole", "parts", "weekly"):
            site.edit(f"content/events/{name}.md", "updated: 2027-02-28 21:00", "updated: 2027-03-01 09:00")
    site.allow_removals = False
    site.build()


def test_a_time_zone_further_east_and_an_hour_that_is_yet_to_come_are_told(site: Site) -> None:
    site.edit(CLOUDS, "updated: 2027-02-20", "updated: 2027-03-01 20:00")
    site.build()
    site.edit("config.yaml", "title:", "timezone: Asia/Tokyo\ntitle:")
    said = refused(site)
    assert f"2027-03-20-clouds ({CLOUDS})" in said
    assert "Write updated: 2027-03-01 21:02 in the file" in said, "later than what is published, in the new zone"


def test_in_the_night_in_which_clocks_go_back_stamps_grow_and_every_build_writes_the_same(tracked: Site) -> None:
    tracked.edit("config.yaml", "title:", "timezone: Europe/Berlin\ntitle:")
    tracked.now = datetime(2027, 11, 1, 9, 0)
    tracked.event("late", start="2027-11-20 10:00")
    tracked.edit("content/events/late.md", "updated: 2027-02-20\n", "")
    found = []
    for minute, title in ((50, "甲"), (70, "乙")):  # 02:50 in summer time, and 02:10 in winter time
        tracked.event("late", start="2027-11-20 10:00", title=title)
        tracked.edit("content/events/late.md", "updated: 2027-02-20\n", "")
        commit(tracked, "Late at night", datetime(2027, 10, 31, 8, 0) + timedelta(minutes=minute))
        found.append(stamps(tracked, "late"))
    assert found[1][0] == found[0][0] + 20
    assert found[1][1] == "20271031T011000Z"
    incremental = tracked.files()
    tracked.build(clean=True)
    assert tracked.files() == incremental


def test_drafts_and_moved_events_leave_no_withdrawn_event(tracked: Site) -> None:
    tracked.event("hidden", draft="true")
    tracked.event("moved-by-hand")
    commit(tracked, "Two more", NOW - timedelta(days=5))
    tracked.delete("content/events/hidden.md")
    tracked.delete("content/events/moved-by-hand.md")
    commit(tracked, "Off", NOW - timedelta(days=4))
    tracked.event("elsewhere", body="另写了一遍。" * 30, title="新活动", aliases="/events/moved-by-hand/")
    tracked.build()
    assert "【已取消】新活动" not in tracked.feed("/feeds/all.ics")
    assert "/kepu/events/elsewhere/" in tracked.page("/events/moved-by-hand/")


def test_without_a_whole_history_nothing_is_guessed(tracked: Site, tmp_path: Path) -> None:
    tracked.delete(CLOUDS)
    commit(tracked, "Off")
    subprocess.run(
        ["git", "clone", "--depth", "1", f"file://{tracked.root}", tmp_path / "shallow"],
        check=True,
        capture_output=True,
    )
    shallow = Site(tmp_path / "shallow")
    report, problems = shallow.try_build()
    assert report is not None
    assert "云从哪里来" not in shallow.feed("/feeds/all.ics")
    said = as_text(problems, "en", shallow.root)
    assert "The history of the content is cut off (a shallow clone)" in said
    assert "git fetch --unshallow" in said


@pytest.mark.parametrize(
    ("status", "title", "announced"),
    [
        ("scheduled", "云从哪里来", "CONFIRMED"),
        ("cancelled", "【已取消】云从哪里来", "CANCELLED"),
        ("postponed", "【延期】云从哪里来", "TENTATIVE"),
        ("moved", "【改地点】云从哪里来", "CONFIRMED"),
        ("full", "【已满】云从哪里来", "CONFIRMED"),
    ],
)
def test_every_status_shows_in_every_feed_under_the_same_uid(
    site: Site, status: str, title: str, announced: str
) -> None:
    site.edit(CLOUDS, "fee: 免费", f"status: {status}")
    site.build()
    found = entry(site.feed("/feeds/all.ics"), "2027-03-20-clouds")
    assert f"SUMMARY:{title}\r\n" in found
    assert f"STATUS:{announced}\r\n" in found
    atom = feedparser.parse(site.file("/feeds/all.atom"))
    assert title in [one.title for one in atom.entries]
    items = json.loads(site.file("/feeds/all.json"))["items"]
    assert next(item for item in items if item["title"] == title)["_event"]["status"] == status
    site.edit("config.yaml", "title: 小城科普历", "title: 小城科普历\nfeeds: {cancelled_in_feeds: notice}")
    site.build()
    found = entry(site.feed("/feeds/all.ics"), "2027-03-20-clouds")
    assert f"SUMMARY:{title}\r\n" in found
    assert "STATUS:CANCELLED" not in found


def test_a_cancellation_and_a_new_place_raise_the_sequence_and_keep_the_uid(site: Site) -> None:
    def sequence() -> int:
        site.build()
        return int(re.findall(r"SEQUENCE:(\d+)", entry(site.feed("/feeds/all.ics"), "2027-03-20-clouds"))[0])

    first = sequence()
    site.edit(CLOUDS, "fee: 免费", "status: cancelled")
    assert sequence() == first + 1
    site.edit(CLOUDS, "status: cancelled", "status: moved")
    site.edit(CLOUDS, "updated: 2027-02-20", "updated: 2027-02-25")
    assert sequence() > first + 1


def test_every_pair_that_has_events_has_feeds_and_is_named_and_listed(site: Site) -> None:
    site.build()
    stem = "/feeds/districts/east/themes/sky"
    feed = site.feed(f"{stem}.ics")
    for line in (
        "NAME:小城科普历 · 东区 · 气象",
        "DESCRIPTION:东区 · 气象 – 测试用的小城",
        f"SOURCE;VALUE=URI:https://example.org/kepu{stem}.ics",
        "URL:https://example.org/kepu/search/?district=east&theme=sky",
        "COLOR:skyblue",
    ):
        assert f"\r\n{line}\r\n" in feed, line
    assert "UID:2027-03-20-clouds@" in feed
    subscribe = site.page("/subscribe/")
    for pair in (
        "districts/east/audiences/youth",
        "districts/east/themes/sky",
        "themes/sky/audiences/youth",
        "programmes/lectures/districts/east",
    ):
        for form in FEEDS:
            assert f"feeds/{pair}{form}" in site.files()
        assert f'data-stem="/feeds/{pair}"' in subscribe
    assert "?district=east&amp;theme=sky" in site.page("/districts/east/")
    assert "feeds/districts/west/themes/sky.ics" not in site.files(), "no event is in both"


def test_a_page_names_its_feeds_in_all_three_forms(site: Site) -> None:
    site.build()
    page = site.page("/themes/sky/")
    for kind, form in {"text/calendar": "ics", "application/atom+xml": "atom", "application/feed+json": "json"}.items():
        assert f'<link rel="alternate" type="{kind}" title="气象" href="/kepu/feeds/themes/sky.{form}">' in page


def test_atom_and_json_feed_tell_the_same_of_the_same_events(site: Site) -> None:
    site.event("odd", title='"<b>&\\"甲\\uFFFF"', summary='"]]> & <x>"', updated="2027-02-28 10:00")
    site.build()
    for stem in ("all", "themes/sky", "programmes/lectures/districts/east"):
        atom = feedparser.parse(site.file(f"/feeds/{stem}.atom"))
        feed = json.loads(site.file(f"/feeds/{stem}.json"))
        assert not atom.bozo, atom.get("bozo_exception")
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert atom.feed.title == feed["title"]
        assert atom.feed.links[0].href.removesuffix("atom") == feed["feed_url"].removesuffix("json")
        assert [one.id for one in atom.entries] == [item["id"] for item in feed["items"]]
        assert [one.link for one in atom.entries] == [item["url"] for item in feed["items"]]
        assert [one.updated for one in atom.entries] == [item["date_modified"] for item in feed["items"]]
        assert [one.updated for one in atom.entries] == sorted((one.updated for one in atom.entries), reverse=True)
    clouds = next(item for item in json.loads(site.file("/feeds/all.json"))["items"] if "clouds" in item["id"])
    assert clouds["id"] == "tag:example.org,2026:2027-03-20-clouds"
    assert "2027年3月20日（周六）14:00" in clouds["content_text"]
    assert "小城图书馆, 东街1号" in clouds["content_text"]
    assert clouds["_event"]["start"] == "2027-03-20T14:00:00+08:00"


def test_one_new_title_changes_exactly_the_files_that_show_it(site: Site) -> None:
    site.event("sole", theme="water", venue="library", audience="public", programme="lectures", district="east")
    site.build()
    before = site.files()
    site.edit("content/events/sole.md", "title: 新活动", "title: 改了名的活动")
    site.build()
    stems = [
        "all",
        "themes/water",
        "organisers/kexie",
        "programmes/lectures",
        "districts/east",
        "audiences/public",
        "venues/library",
    ]
    pairs = [
        "districts/east/audiences/public",
        "districts/east/themes/water",
        "themes/water/audiences/public",
        "programmes/lectures/districts/east",
    ]
    feeds = {f"feeds/{stem}{form}" for stem in (*stems, *pairs) for form in FEEDS} | {"feeds/archive/2027.ics"}
    pages = {f"{stem}/index.html" for stem in stems[1:]} | {f"{stem}/2027/index.html" for stem in stems[1:]}
    elsewhere = {
        "index.html",
        "calendar/index.html",
        "calendar/2027/03/index.html",
        "archive/2027/index.html",
        "search/2027.json",
        "data/events.json",
        "data/events.csv",
    }
    others = {
        f"events/{path.name}/index.html"
        for path in (site.output / "events").iterdir()
        if path.is_dir() and "改了名的活动" in site.page(f"/events/{path.name}/")
    }
    assert len(others) < 5
    passed_on = ("share/", "digest/", "embed/", "plan/")
    others |= {
        file
        for file, content in site.files().items()
        if file.startswith(passed_on) and "改了名的活动".encode() in content
    }
    screens = {f"screen/{stem}{file}" for stem in ("", *(f"{one}/" for one in stems[1:])) for file in SCREEN_FILES}
    assert changed_files(site, before) == feeds | pages | elsewhere | others | screens | {"events/sole.ics"}


def is_feed(file: str) -> bool:
    """Whether calendars and readers of news ask for a file; screens and browsers ask for data of the day.

    The feed of weeks is none of these: it gets an entry each Thursday.
    """
    return file.endswith(FEEDS) and not file.startswith(("screen/", "offline/", "digest/"))


def test_the_next_day_of_the_month_changes_no_feed_at_all(site: Site) -> None:
    site.build()
    before = {file: time for file, time in site.times().items() if is_feed(file)}
    for day in (2, 15, 31):
        site.now = datetime(2027, 3, day, 23, 59)
        site.build()
        assert {file: time for file, time in site.times().items() if is_feed(file)} == before
    site.now = datetime(2027, 4, 1, 0, 1)
    site.build()
    assert {file: time for file, time in site.times().items() if is_feed(file)} == before, (
        "nothing of February is left, nothing of April 2028 comes"
    )
    site.now = datetime(2027, 5, 1, 0, 1)
    site.build()
    changed = {file for file, time in site.times().items() if is_feed(file) and before.get(file) != time}
    assert "feeds/all.ics" in changed
    assert not any(file.startswith(("feeds/archive", "events/")) for file in changed)


def test_a_busy_city_has_feeds_of_a_thousand_entries_and_years_in_volumes(site: Site) -> None:
    site.only("feeds")
    for number in range(1300):
        day = datetime(2027, 3, 1) + timedelta(days=number // 4)
        site.event(f"busy-{number}", start=f"{day:%Y-%m-%d} 14:00", summary="很长的一句话" * 60, title=f"第{number}场")
    report, problems = site.try_build()
    assert report is not None
    assert not problems
    feed = site.file("/feeds/all.ics")
    assert feed.count(b"BEGIN:VEVENT") <= 1000
    assert len(feed) <= 1_000_000
    days = sorted(re.findall(rb"DTSTART;TZID=Asia/Shanghai:(\d{8})", feed))
    assert days[-1] > b"20270601", "the nearest months are whole"
    found = archives(site, 2027)
    assert len(found) > 2
    assert all(len(volume) <= 1_000_000 and volume.count(b"BEGIN:VEVENT") <= 1000 for volume in found.values())
    assert len(re.findall(rb"\nUID:busy-", b"".join(found.values()))) == 1224, (
        "every event until the last day of the year"
    )


def test_a_too_large_month_is_a_volume_of_its_own_with_a_warning(site: Site) -> None:
    for number in range(100):
        site.event(f"long-{number}", start=f"2027-04-{number % 30 + 1:02} 14:00", summary="长" * 4000)
    for _ in range(2):  # nothing has changed the second time, and it is said again
        _, problems = site.try_build()
        assert "feeds/archive/2027-2.ics: warning: This feed has 1.3 MB." in as_text(problems, "en")
    assert [name_of(volume) for volume in archives(site, 2027).values()] == [
        "小城科普历 2027 · 1–3月",
        "小城科普历 2027 · 4月",
        "小城科普历 2027 · 5–12月",
    ]


def archives(site: Site, year: int) -> dict[str, bytes]:
    """The volumes of a year in order, by their file."""
    found = (site.output / "feeds/archive").glob(f"{year}*.ics")
    return {path.name: path.read_bytes() for path in sorted(found, key=lambda path: (len(path.name), path.name))}


def name_of(feed: bytes) -> str:
    (found,) = re.findall(r"\r\nNAME:(.*)\r\n", feed.decode())
    return str(found)


def uids_of(feed: bytes) -> list[str]:
    """The UID of each entry; a repeat's departures have that of the repeat."""
    return re.findall(r"\r\nUID:(.*)@", feed.decode())


@pytest.fixture
def busy(site: Site) -> Site:
    """A site with two more events in each month of its year, and one that began in the year before."""
    for month in range(1, 13):
        site.event(f"early-{month}", start=f"2027-{month:02}-02 14:00")
        site.event(f"late-{month}", start=f"2027-{month:02}-28", end=f"2027-{month:02}-28")
    site.event("winter", start="2026-12-20", end="2027-02-10")
    site.event("series", sessions="[{id: a, start: 2027-06-05 10:00}, {id: b, start: 2027-11-05 10:00}]", start="")
    return site


def test_a_year_too_large_for_one_file_comes_in_volumes_that_hold_every_entry_once(
    busy: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_one = busy.copy(busy.root.parent / "in-one")
    in_one.build()
    (whole,) = archives(in_one, 2027).values()
    assert name_of(whole) == "小城科普历 2027"
    assert "全年日历文件" in in_one.page("/archive/2027/")
    monkeypatch.setattr(calendars, "MOST_ENTRIES", 10)
    busy.build()
    found = archives(busy, 2027)
    assert list(found) == ["2027.ics", "2027-2.ics", "2027-3.ics", "2027-4.ics", "2027-5.ics"]
    assert sorted(uid for volume in found.values() for uid in uids_of(volume)) == sorted(uids_of(whole))
    assert all(volume.count(b"BEGIN:VEVENT") <= 10 for volume in found.values())
    names = ["1–2月", "3月", "4–6月", "7–10月", "11–12月"]
    assert [name_of(volume) for volume in found.values()] == [f"小城科普历 2027 · {months}" for months in names]
    assert "winter" in uids_of(found["2027.ics"])
    assert "series-a" in uids_of(found["2027-3.ics"])
    assert "series-b" in uids_of(found["2027-5.ics"])
    for file, months in zip(found, names, strict=True):
        assert f"/feeds/archive/{file}" in busy.page("/subscribe/")
        assert f"小城科普历 2027 · {months}" in busy.page("/subscribe/")
        assert f'/feeds/archive/{file}">{months}日历文件</a>' in busy.page("/archive/2027/")
    assert list(archives(busy, 2026)) == ["2026.ics"]
    busy.edit("config.yaml", "title:", "language: en\ntitle:")
    busy.build()
    assert name_of(archives(busy, 2027)["2027-3.ics"]) == "小城科普历 2027 · April–June"


def test_an_event_changes_only_its_volume_unless_the_volumes_change(
    busy: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "MOST_ENTRIES", 10)
    busy.build()
    before = busy.files()
    busy.event("one-more", start="2027-12-10 10:00")
    busy.build()
    changed = changed_files(busy, before)
    assert {file for file in changed if file.startswith("feeds/archive/")} == {"feeds/archive/2027-5.ics"}
    assert "subscribe/index.html" in changed, "it tells how many dates a feed has"
    for day in range(11, 16):
        busy.event(f"more-{day}", start=f"2027-12-{day} 10:00")
    busy.build()
    changed = changed_files(busy, before)
    assert {file for file in changed if file.startswith("feeds/archive/")} == {
        "feeds/archive/2027-5.ics",
        "feeds/archive/2027-6.ics",
    }
    assert '/feeds/archive/2027-5.ics">11月日历文件</a>' in busy.page("/archive/2027/")
    assert "/feeds/archive/2027-6.ics" in busy.page("/subscribe/")
    for name in ("one-more", *(f"more-{day}" for day in range(11, 16))):
        busy.delete(f"content/events/{name}.md")
    busy.build()
    assert busy.files() == before


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 400)), max_size=60), st.integers(1, 12), st.integers(1, 2000)
)
def test_volumes_part_the_months_of_a_year_and_hold_as_many_as_fit(
    placed: list[tuple[int, int]], most: int, size: int
) -> None:
    def fit(first: int, last: int) -> bool:
        weights = [weight for month, weight in placed if first <= month <= last]
        return len(weights) <= most and sum(weights) <= size

    with pytest.MonkeyPatch.context() as lowered:
        lowered.setattr(calendars, "MOST_ENTRIES", most)
        lowered.setattr(calendars, "MOST_BYTES", size)
        parts = parted(placed)
    assert [month for part in parts for month in range(part.first, part.last + 1)] == list(range(1, 13))
    for part in parts:
        busy = {month for month, _ in placed if month in part}
        assert fit(part.first, part.last) or len(busy) == 1, (
            "only a month that is too large by itself is a volume too large"
        )
        assert busy or len(parts) == 1, "no volume is empty"
    for one, other in pairwise(parts):
        following = min(month for month, _ in placed if month in other)
        assert not fit(one.first, following), "the next month would not have fitted"


PATHS = st.sampled_from(
    [
        "content/events/a.md",
        "content/events/b.md",
        "content/events/2027/a.md",
        "content/events/2027/c.md",
        "content/events/2028/b.md",
    ]
)


@given(st.lists(st.tuples(st.sampled_from("ADR"), PATHS, PATHS), max_size=25))
def test_after_any_changes_of_files_uids_are_unique_and_stable(
    changes: list[tuple[str, str, str]],
) -> None:
    register = Register()
    for kind, old, path in changes:
        happens = (
            path not in register.present
            if kind == "A"
            else old in register.present and (kind == "D" or path not in register.present)
        )
        if not happens:
            continue
        before = register.present.get(old)
        register.follow(Change(kind, old if kind == "D" else path, old, NOW, "0"))
        if kind == "R":
            assert before is not None
            assert register.present[path].uid == before.uid
        uids = [identity.uid for identity in register.present.values()]
        assert len(set(uids)) == len(uids)
        assert set(uids).isdisjoint(register.gone)
        assert {*uids, *register.gone} == register.uids, "nobody is forgotten"


def refused(site: Site) -> str:
    """The report of a build in which something published would vanish. Nothing is published then."""
    before = site.files()
    site.allow_removals = False
    said = site.problems()
    site.allow_removals = True
    assert site.files() == before
    return said


def test_no_published_entry_vanishes_unsaid(tracked: Site) -> None:
    tracked.event("draft")
    tracked.event("days", sessions="[{id: a, start: 2027-03-12 09:00}, {id: b, start: 2027-03-13 09:00}]", start="")
    tracked.event("known")
    tracked.event("over", start="2027-02-10 09:00")
    commit(tracked, "Four more")
    tracked.build()
    tracked.event("draft", draft="true")
    tracked.event("days", sessions="[{id: a, start: 2027-03-12 09:00}]", start="")
    tracked.event("known", id="known-by-another-name")
    tracked.event("over", start="2027-02-10 09:00", draft="true")
    said = refused(tracked)
    assert (
        "3 published calendar entries would vanish: days-b (content/events/days.md), draft (content/events/draft.md),"
        " known (content/events/known.md)"
    ) in said
    assert "/events/over/" in said
    output = CliRunner().invoke(main, ["--root", str(tracked.root), "diff"]).output
    assert "4 个已发布的日程将消失：" in output, "a comparison has no clock and names what is over, too"
    report, problems = tracked.try_build()
    assert report is not None
    assert "3 published calendar entries would vanish" in as_text(problems, "en", tracked.root)
    tracked.allow_removals = False
    assert tracked.build().written == 0, "what was let go is not missed again"


def test_without_a_store_the_published_open_data_tell_what_subscribers_hold(site: Site) -> None:
    site.event("days", sessions="[{id: b, start: 2027-03-13}, {id: a, start: 2027-03-12 09:00}]", start="")
    site.event("weekly", repeat="FREQ=WEEKLY;COUNT=2", overrides="{2027-03-17: {status: cancelled}}")
    site.event("gone")
    site.event("over", start="2027-02-10 09:00")
    site.build()
    shutil.rmtree(site.root / ".almanac")
    site.allow_removals = False
    site.build()
    shutil.rmtree(site.root / ".almanac")
    site.event("days", sessions="[{id: a, start: 2027-03-12 09:00}]", start="")
    site.event("weekly", repeat="FREQ=WEEKLY;COUNT=2")
    site.delete("content/events/gone.md")
    site.delete("content/events/over.md")
    said = refused(site)
    address = "https://example.org/kepu/events"
    assert f"2 published calendar entries would vanish: days-b ({address}/days/), gone ({address}/gone/)" in said
    assert "1 calendar entries would go back in time: weekly (content/events/weekly.md)" in said
    site.edit("config.yaml", "title:", "feeds: {uid_host: other.example}\ntitle:")
    assert "The host in UIDs would change from example.org to other.example" in refused(site)
    site.write("output/data/events.json", "[]")
    site.allow_removals = False
    site.build()


def test_a_date_that_becomes_sessions_and_a_squashed_history_are_told(tracked: Site) -> None:
    git(tracked, "mv", str(tracked.root / CLOUDS), str(tracked.root / "content/events/2027/talk.md"))
    commit(tracked, "A better name", NOW - timedelta(days=10))
    tracked.event("once")
    commit(tracked, "One more", NOW - timedelta(days=9))
    tracked.build()
    tracked.event("once", sessions="[{id: a, start: 2027-03-12 09:00}]", start="")
    assert "1 published calendar entries would vanish: once (content/events/once.md)" in refused(tracked)
    git(tracked, "checkout", "--", ".")
    git(tracked, "checkout", "--orphan", "new")
    commit(tracked, "All in one", NOW - timedelta(days=1))
    assert "1 published calendar entries would vanish: 2027-03-20-clouds (content/events/2027/talk.md)" in refused(
        tracked
    )


def test_uids_outlive_a_new_address_of_the_site(site: Site) -> None:
    site.build()
    site.edit("config.yaml", "https://example.org/kepu/", "https://new.example.net/")
    said = refused(site)
    assert "The host in UIDs would change from example.org to new.example.net: subscribers would have" in said
    assert "Write it down: feeds: {uid_host: example.org}" in said
    names = re.findall(r"UID:.*", site.feed("/feeds/all.ics")), feedparser.parse(site.file("/feeds/all.atom"))
    site.edit("config.yaml", "title:", "feeds: {uid_host: example.org}\ntitle:")
    site.allow_removals = False
    site.build()
    assert re.findall(r"UID:.*", site.feed("/feeds/all.ics")) == names[0]
    atom = feedparser.parse(site.file("/feeds/all.atom"))
    assert [atom.feed.id, *(one.id for one in atom.entries)] == [
        names[1].feed.id,
        *(one.id for one in names[1].entries),
    ]


def test_a_facet_whose_file_is_renamed_keeps_its_page_and_its_feeds(tracked: Site) -> None:
    tracked.allow_removals = False
    names = {"themes/sky": "themes/heavens", "venues/library": "venues/books", "organisers/kexie": "organisers/science"}
    for old, new in names.items():
        git(tracked, "mv", str(tracked.root / f"content/{old}.md"), str(tracked.root / f"content/{new}.md"))
        for file in (tracked.root / "content/events").rglob("*.md"):
            text = file.read_text(encoding="utf-8").replace(old.partition("/")[2], new.partition("/")[2])
            file.write_text(text, encoding="utf-8")
    tracked.edit("content/programmes/lectures.md", "kexie", "science")
    report, problems = tracked.try_build()
    assert report is None, "before git or an alias knows of the new name, the feeds would vanish"
    assert "published feed addresses would vanish: /feeds/" in as_text(problems, "en", tracked.root)
    commit(tracked, "A better name")
    tracked.edit("content/themes/heavens.md", "name: ", "aliases: [old-sky]\nname: ")
    tracked.build()
    for stem in ("/feeds/themes/{}", "/feeds/districts/east/themes/{}", "/feeds/themes/{}/audiences/youth"):
        for ending in FEEDS:
            present = tracked.file(stem.format("heavens") + ending)
            assert tracked.file(stem.format("sky") + ending) == present
            assert tracked.file(stem.format("old-sky") + ending) == present
    for old, new in names.items():
        assert f"/kepu/{new}/" in tracked.page(f"/{old}/")
        for ending in FEEDS:
            assert tracked.file(f"/feeds/{old}{ending}") == tracked.file(f"/feeds/{new}{ending}")
    assert "/kepu/themes/heavens/2027/" in tracked.page("/themes/old-sky/2027/")
    assert "/feeds/themes/sky.ics" not in tracked.page("/subscribe/")


def test_no_two_entries_have_one_uid(tracked: Site) -> None:
    tracked.event("foo", sessions="[{id: b-c, start: 2027-03-12 09:00}]", start="")
    tracked.event("foo-b", sessions="[{id: c, start: 2027-03-13 09:00}]", start="")
    assert "foo-b.md:7: error: In calendars this session would be taken for the event of content/events/foo.md." in (
        tracked.problems()
    )
    tracked.build(keep_going=True)
    assert tracked.feed("/feeds/all.ics").count("UID:foo-b-c@") == 1
    tracked.delete("content/events/foo-b.md")
    tracked.event("foo-a", title="看星星", body="带上望远镜。" * 30)
    tracked.event("old")
    commit(tracked, "More", NOW - timedelta(days=5))
    tracked.delete("content/events/foo-a.md")
    git(tracked, "mv", str(tracked.root / "content/events/old.md"), str(tracked.root / "content/events/new.md"))
    commit(tracked, "Off, and renamed", NOW - timedelta(days=4))
    tracked.event("foo", sessions="[{id: a, start: 2027-03-12 09:00}]", start="")
    tracked.event("new-a", title="又一场", body="另写了一遍。" * 30)
    tracked.edit("content/events/new.md", "start: 2027-03-10 14:00", "sessions: [{id: a, start: 2027-03-11 14:00}]")
    tracked.event("old-a", title="再一场", body="再写了一遍。" * 30)
    said = tracked.problems()
    assert "In calendars this would be taken for an event that was deleted: content/events/foo-a.md." in said
    assert "new.md:3: error: In calendars this session would be taken for the event of content/events/old-a.md." in said
    assert "content/events/new-a.md" not in said, "its UID is new-a, that of the session is old-a"


def test_without_git_a_feed_whose_last_change_goes_back_is_named(site: Site) -> None:
    site.write("content/themes/sea.md", "---\nname: 海\n---\n")
    site.event("calm", theme="[sea]", updated="2027-02-10")
    site.event("talk", theme="[sea]")
    site.build()
    site.event("talk", theme="[sky]")
    site.allow_removals = False
    report, problems = site.try_build()
    assert report is not None
    said = as_text(problems, "en", site.root)
    assert "warning: 1 news feeds would name an earlier last change: /feeds/themes/sea.atom" in said


def test_the_last_change_of_a_feed_never_goes_back(tracked: Site) -> None:
    def updated(name: str) -> str:
        return str(feedparser.parse(tracked.file(f"/feeds/{name}.atom")).feed.updated)

    tracked.write("content/themes/sea.md", "---\nname: 海\n---\n")
    tracked.event("talk", theme="[sea]")
    commit(tracked, "A talk", NOW - timedelta(days=5))
    tracked.event("talk", theme="[sky]")
    commit(tracked, "It is about the sky", NOW - timedelta(days=4))
    tracked.build()
    assert updated("themes/sea") == "2027-02-25T01:00:00Z", "it left the feed then"
    tracked.delete("content/events/talk.md")
    commit(tracked, "Off", NOW - timedelta(days=3))
    tracked.now = datetime(2028, 3, 1, 9, 0)
    tracked.build()
    assert updated("themes/sky") == updated("all") == "2027-02-26T01:00:00Z"
    assert "<entry>" not in tracked.file("/feeds/themes/sky.atom").decode()
