"""`diff`: the changes for the public between two commits, or between a commit and the files on disk."""

from __future__ import annotations

import subprocess
from dataclasses import fields
from html import unescape
from pathlib import Path
from typing import get_type_hints

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown
from sites import Site

from almanac.cli.app import main
from almanac.cli.reports import translator
from almanac.content.declarations import as_yaml
from almanac.content.fields import Field
from almanac.content.queries import tree
from almanac.content.records.event import EventFields
from almanac.core.git import GitFailed, blobs
from almanac.core.problems import text
from almanac.diff.differences import Comparison, compare
from almanac.diff.reports import escaped
from almanac.diff.revisions import SiteFiles, Snapshot, UnreadableRevision, files_at, files_on_disk, snapshot
from almanac.model.given import NO_MOMENT

TALK = "content/events/2027/2027-03-20-clouds.md"
CLUB = "content/events/2027/2027-03-06-club.md"
TOUR = "content/events/2027/2027-04-03-tour.md"


def git(site: Site, *arguments: str) -> None:
    identity = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.org",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    ]
    subprocess.run(["git", "-C", site.root, *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def kept(site: Site) -> Site:
    """The small site in a git repository with one commit."""
    git(site, "init", "-q")
    git(site, "add", "-A")
    git(site, "commit", "-q", "-m", "first")
    return site


def diff(site: Site, *arguments: str, language: str = "zh-CN") -> Result:
    return CliRunner().invoke(main, ["--root", str(site.root), "--lang", language, "diff", *arguments])


def changes(site: Site) -> list[str]:
    """The lines of the report that show a changed key, of all events."""
    result = diff(site)
    assert result.exit_code == 0, result.output
    return [
        line.strip() for line in result.stdout.splitlines() if line.startswith("      ") and " · content/" not in line
    ]


def test_an_object_that_git_lacks_is_an_error_and_no_deleted_event(kept: Site) -> None:
    oid = subprocess.run(
        ["git", "-C", kept.root, "rev-parse", f"HEAD:{TALK}"], check=True, capture_output=True, text=True
    ).stdout.strip()
    (kept.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    assert list(blobs(kept.root, [f"HEAD:{CLUB}", oid, "HEAD:./no such file", f"HEAD:./{TOUR}"])) == [
        (kept.root / CLUB).read_bytes(),
        None,
        None,
        (kept.root / TOUR).read_bytes(),
    ]
    with pytest.raises(GitFailed):  # no repository
        list(blobs(kept.root.parent, ["HEAD"]))
    result = diff(kept)
    assert result.exit_code != 0
    assert "“HEAD”这个版本的文件，本机的 git 里不全。" in result.output


def test_nothing_changed(kept: Site) -> None:
    assert diff(kept).stdout == "从 HEAD 到 本机文件：公众看到的内容没有变化。\n"


def test_the_whole_report_of_a_busy_day(kept: Site) -> None:
    kept.edit(TALK, "14:00", "15:00")
    kept.edit(TALK, "16:00", "17:00")
    kept.edit(TALK, "fee: 免费", "fee: 10元\nstatus: full")
    kept.delete("content/events/2027/2027-05-18-open-day.md")
    kept.event("new", title="看星星", venue="{name: 东广场}")
    result = diff(kept)
    assert (result.exit_code, result.stdout) == (
        0,
        """\
从 HEAD 到 本机文件：新增 1 场，改动 1 场，删除 1 场。

新增  看星星
      2027年3月10日（周三）14:00 · 东广场 · content/events/new.md

改动  云从哪里来
      2027年3月20日（周六）15:00—17:00 · 小城图书馆 · content/events/2027/2027-03-20-clouds.md
      时间：14:00—16:00 → 15:00—17:00
      状态：如期举行 → 名额已满
      费用：免费 → 10元

删除  博物馆开放日
      2027年5月18日（周二） · 小城图书馆 · content/events/2027/2027-05-18-open-day.md
""",
    )
    assert diff(kept, "--format", "markdown", "--limit", "2").stdout == (
        """\
### 从 HEAD 到 本机文件：新增 1 场，改动 1 场，删除 1 场。

#### 新增

- **看星星**  
  2027年3月10日（周三）14:00 · 东广场 · content/events/new.md

#### 改动

- **云从哪里来**  
  2027年3月20日（周六）15:00—17:00 · 小城图书馆 · content/events/2027/2027-03-20-clouds.md
  - 时间：14:00—16:00 → 15:00—17:00
  - 状态：如期举行 → 名额已满
  - 费用：免费 → 10元

另有 1 场没有列出。
"""  # noqa: W291 - two spaces are a line break in Markdown
    )


def test_a_moved_day_is_shown_with_its_date(kept: Site) -> None:
    kept.edit(TALK, "2027-03-20", "2027-03-21")
    assert changes(kept) == ["时间：2027年3月20日（周六）14:00—16:00 → 2027年3月21日（周日）14:00—16:00"]


def test_names_are_shown_instead_of_keys(kept: Site) -> None:
    kept.edit(TALK, "theme: [sky, water]", "theme: water")
    kept.edit(TALK, "audience: [youth, public]", "audience: public")
    kept.edit(TALK, "programme: lectures\n", "")
    kept.edit(TALK, "venue: library", "venue: {name: 西郊水厂, district: west}")
    assert changes(kept) == [
        "场馆：小城图书馆 → 西郊水厂",
        "场馆 · 地址：删去 东街1号",
        "辖市区：东区 → 西区",
        "品牌活动：删去 小城讲坛",
        "主题：气象、水资源 → 水资源",
        "适合人群：青少年、公众 → 公众",
    ]


def test_a_changed_venue_is_a_change_of_each_of_its_events(kept: Site) -> None:
    kept.edit("content/venues/library.md", "name: 小城图书馆\naddress: 东街1号", "name: 小城书院\naddress: 东街2号")
    assert changes(kept) == ["场馆：小城图书馆 → 小城书院", "场馆 · 地址：东街1号 → 东街2号"] * 3
    assert len(compared(kept).differences) == 3


def test_a_new_name_of_an_organiser_is_a_change_of_its_events(kept: Site) -> None:
    kept.edit("content/organisers/kexie.md", "name: 市科协", "name: 小城科协")
    assert set(changes(kept)) == {"主办单位：市科协 → 小城科协"}


def test_sessions_and_overrides_are_compared_one_by_one(kept: Site) -> None:
    kept.edit(TOUR, "16:30, capacity: 40", "16:00, capacity: 50")
    kept.edit(TOUR, "status: full}", "status: full}\n  - {id: c, start: 2027-04-17 08:30}")
    kept.edit(CLUB, "2027-04-24: {status: cancelled}", "2027-04-24: {status: postponed, note: 另行通知}")
    assert changes(kept) == [
        "个别调整 · 2027-04-24 · 状态：已取消 → 已延期",
        "个别调整 · 2027-04-24 · 备注：新增 另行通知",
        "场次：a、b → a、b、c",
        "场次 · a · 时间：08:30—16:30 → 08:30—16:00",
        "场次 · a · 名额：40 → 50",
        "场次 · c · 时间：新增 2027年4月17日（周六）08:30",
    ]


def test_signing_up_and_the_text(kept: Site) -> None:
    kept.edit(
        TALK,
        "summary: 看云识天气\n",
        "summary: 看云识天气\nsignup: {phone: 0519-86619627, deadline: 2027-03-19 12:00}\n",
    )
    kept.edit(TALK, "带一双眼睛来就够了。", "带一双眼睛来就够了。\n\n请早到。")
    assert changes(kept) == [
        "报名 · 电话：新增 0519-86619627",
        "报名 · 报名截止：新增 2027年3月19日（周五）12:00",
        "正文：新增 2 行，删去 0 行",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("updated: 2027-02-20", "updated: 2027-02-28"),
        ("updated: 2027-02-20", "ignore: {short-text: 待补}"),
        ("fee: 免费", "fee: 免费\nstatus: scheduled\nlevel: regular"),
        ("theme: [sky, water]", "theme:\n  - sky\n  - water"),
        ("venue: library", "venue: library\ndistrict: east"),
        ("带一双眼睛来就够了。", "带一双眼睛来就够了。\n\n"),
    ],
)
def test_a_change_that_readers_do_not_see_is_no_difference(kept: Site, old: str, new: str) -> None:
    kept.edit(TALK, old, new)
    assert changes(kept) == []


def test_a_renamed_file_with_the_same_id_is_no_change_and_a_new_address_is_one(kept: Site) -> None:
    content = (kept.root / TALK).read_text(encoding="utf-8")
    kept.delete(TALK)
    kept.write("content/events/clouds.md", content.replace("---\n", "---\nid: 2027-03-20-clouds\n", 1))
    assert changes(kept) == []
    kept.write("content/events/clouds.md", content)
    assert changes(kept) == ["页面网址：/events/2027-03-20-clouds/ → /events/clouds/"]
    kept.write(
        "content/events/clouds.md",
        content.replace("title: 云从哪里来", "title: 云\naliases: [/events/2027-03-20-clouds/]"),
    )
    assert changes(kept) == ["页面网址：/events/2027-03-20-clouds/ → /events/clouds/", "标题：云从哪里来 → 云"]


def test_a_published_event_that_becomes_a_draft_is_removed(kept: Site) -> None:
    kept.edit(TALK, "fee: 免费", "draft: true")
    assert [(one.kind, one.event.fields.title) for one in compared(kept).differences] == [("removed", "云从哪里来")]


def test_a_file_with_errors_is_skipped_and_not_called_removed(kept: Site) -> None:
    kept.edit(TALK, "start: 2027-03-20", "start: 2027-02-30")
    kept.edit(TOUR, "theme: water", "theme: watre")
    result = diff(kept)
    assert result.exit_code == 0
    assert f"以下文件有错误，没有参加比较（运行 check 查看）：{TALK}, {TOUR}" in result.stdout
    assert "删除" not in result.stdout.replace("删除 0 场", "")


def test_two_commits_are_compared_and_the_files_on_disk_stay_as_they_are(kept: Site) -> None:
    kept.edit(TALK, "fee: 免费", "fee: 1元")
    git(kept, "commit", "-q", "-am", "second")
    kept.edit(TALK, "fee: 1元", "fee: 2元")
    before = (kept.root / TALK).read_bytes()
    assert "费用：免费 → 1元" in diff(kept, "HEAD~1", "HEAD").stdout
    assert "费用：1元 → 免费" in diff(kept, "HEAD", "HEAD~1").stdout
    assert "费用：1元 → 2元" in diff(kept, "main").stdout
    assert (kept.root / TALK).read_bytes() == before


def test_a_site_in_a_folder_of_its_repository(tmp_path: Path, site: Site) -> None:
    repository = Site(tmp_path / "whole")
    site.copy(repository.root / "content" / "kepu")
    git(repository, "init", "-q")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "first")
    inner = Site(repository.root / "content" / "kepu")
    inner.edit(TALK, "fee: 免费", "fee: 1元")
    assert changes(inner) == ["费用：免费 → 1元"]


def test_links_and_hidden_files_in_a_commit_are_left_out(kept: Site) -> None:
    (kept.root / "content/events/link.md").symlink_to("/etc/passwd")
    kept.write("content/events/.hidden.md", "---\n")
    git(kept, "add", "-A")
    git(kept, "commit", "-q", "-m", "links")
    files = files_at(kept.root, "HEAD")
    assert isinstance(files, SiteFiles)
    assert tree(files.site).paths == tree(files_on_disk(kept.root).site).paths


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("mian", "Did you mean “main”?"),
        ("--all", "git log"),
        ("HEAD~9", "unshallow"),
        ("main..HEAD", "diff main HEAD"),
        ("HEAD:config.yaml", ""),
    ],
)
def test_a_revision_that_git_does_not_know(kept: Site, revision: str, said: str) -> None:
    result = diff(kept, "--", revision, language="en")
    assert result.exit_code == 2
    assert f"git knows no revision “{revision}”." in result.stderr
    assert said in result.stderr


def test_a_folder_without_git(site: Site) -> None:
    result = diff(site, language="en")
    assert result.exit_code == 2
    assert "There is no git repository here." in result.stderr


def test_a_commit_with_an_invalid_config(kept: Site) -> None:
    kept.edit("config.yaml", "title: 小城科普历\n", "")
    git(kept, "commit", "-q", "-am", "broken")
    kept.edit("config.yaml", "description:", "title: 小城科普历\ndescription:")
    result = diff(kept, language="en")
    assert result.exit_code == 1
    assert "HEAD: The key “title” is missing." in result.stderr


def test_committed_files_are_equal_to_the_files_on_disk(kept: Site) -> None:
    kept.write("content/images/a.svg", "<svg/>")
    kept.event("bytes", "正文\n\n" * 3, cover="images/a.svg")
    git(kept, "add", "-A")
    git(kept, "commit", "-q", "-m", "second")
    assert compared(kept).differences == ()
    assert compared(kept).skipped == ()


def compared(site: Site) -> Comparison:
    then = files_at(site.root, "HEAD")
    assert not isinstance(then, UnreadableRevision)
    before, after = snapshot(then), snapshot(files_on_disk(site.root))
    assert isinstance(before, Snapshot)
    assert isinstance(after, Snapshot)
    return compare(before, after)


def test_a_snapshot_does_not_depend_on_the_clock(kept: Site) -> None:
    found = snapshot(files_on_disk(kept.root))
    assert isinstance(found, Snapshot)
    assert found.site.moment == NO_MOMENT
    assert found.name == text("the files on disk")


@given(st.text(alphabet="ab*_`#@[]()<>&|~\\!-+.:/wht ps1\n", max_size=30))
def test_text_from_files_is_never_markup_in_the_markdown_report(words: str) -> None:
    shown = markdown(f"x{escaped(words)}x")
    assert shown.count("<") == 2, shown
    plain = unescape(shown.removeprefix("<p>").removesuffix("</p>")).replace("\u200b", "")
    assert plain == f"x{words.replace(chr(10), '�')}x"


PLAIN = {"title": "观星", "start": "2027-01-02 14:00"}
WEEKLY = {"repeat": "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270630"}
KEYS = {
    declared.name.rstrip("_"): next(
        entry
        for entry in get_type_hints(EventFields, include_extras=True)[declared.name].__metadata__
        if isinstance(entry, Field)
    )
    for declared in fields(EventFields)
}
LABELS = {"start": "时间", "end": "时间", "venue": "场馆", "district": "辖市区"}
# Keys that a key needs, and values for keys whose example is the default or contradicts the rest.
BESIDE = {"except": WEEKLY, "overrides": WEEKLY}
OTHER_VALUES = {
    "status": "full",
    "level": "city",
    "sample": "true",
    "end": "2027-01-02 16:00",
    "start": "2027-01-03 14:00",
}


@pytest.mark.parametrize("key", [key for key, declared in KEYS.items() if declared.public])
def test_every_public_key_of_an_event_is_compared(site: Site, key: str) -> None:
    site.edit("config.yaml", "title:", "registries: open\ntitle:")
    site.write("content/images/ai.jpg", b"")
    site.write("content/files/form.pdf", b"")
    before = PLAIN | BESIDE.get(key, {})
    after = before | {key: OTHER_VALUES.get(key, as_yaml(KEYS[key].example))}
    site.write("content/events/new.md", front_matter(before))
    git(site, "init", "-q")
    git(site, "add", "-A")
    git(site, "commit", "-q", "-m", "first")
    site.write(
        "content/events/new.md",
        front_matter({name: value for name, value in after.items() if key != "sessions" or name != "start"}),
    )
    assert compared(site).skipped == ()
    label = LABELS.get(key, translator("zh-CN")(KEYS[key].label))
    assert [line for line in changes(site) if line.startswith((f"{label}：", f"{label} · "))], diff(site).stdout


@pytest.mark.parametrize(
    "key", [key for key, declared in KEYS.items() if not declared.public and key not in {"id", "draft"}]
)
def test_other_keys_are_not_compared(kept: Site, key: str) -> None:
    kept.edit(TALK, "updated: 2027-02-20", f"{key}: {as_yaml(KEYS[key].example)}")
    assert changes(kept) == []


def front_matter(keys: dict[str, str]) -> str:
    return "\n".join(["---", *(f"{key}: {value}" for key, value in keys.items()), "---", ""])
