"""`check --fix`: what has one right form is rewritten, after its changes have been shown; all else stays."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest
from sites import Site
from test_front_matter import cases, whole

from almanac.advice import names
from almanac.content.fixes import fixed
from almanac.content.names import Registry, registry_of
from almanac.content.parse import parse
from almanac.content.records import kinds
from almanac.content.sources import Source

REGISTRIES: dict[str, Registry] = {
    "organisers": registry_of(
        {"kexie": ("市科协", "科协"), "jiaoyu": ("市教育局",), "a": ("双胞胎",), "b": ("双胞胎",)}
    ),
    "themes": registry_of({"sky": ("气象",)}),
    "venues": registry_of({"library": ("小城图书馆",)}),
    "districts": registry_of({"east": ("东区", "城东")}),
}
EVENTS = kinds()["events"]


def problems(content: str) -> int:
    found = parse(Source("a.md", "events", "a", content.encode()), EVENTS, names())
    return len(found) if isinstance(found, list) else 0


def fix(content: str) -> str:
    return fixed(Source("a.md", "events", "a", content.encode()), EVENTS, REGISTRIES, names())


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("organiser: 市科协", "organiser: kexie"),
        ("organiser: [市科协, 市教育局]", "organiser: [kexie, jiaoyu]"),
        ("organiser: [市科协，市教育局]", "organiser: [kexie, jiaoyu]"),
        ("organiser: 市科协、市教育局", "organiser: [kexie, jiaoyu]"),
        ("organiser:\n  - 市科协、市教育局", "organiser:\n  - kexie\n  - jiaoyu"),
        ("co_organiser: 市科协、天文社", "co_organiser: [kexie, 天文社]"),
        ("venue: {name: 东坡公园, district: 城东}", "venue: {name: 东坡公园, district: east}"),
        ("sessions:\n  - {id: a, start: 2027-03-10, venue: 小城图书馆}",
         "sessions:\n  - {id: a, start: 2027-03-10, venue: library}"),
        ("organiser: [市科协, 市教育局, 科协]", "organiser: [kexie, jiaoyu]"),
        ("organiser: [kexie, 市科协]", "organiser: [kexie]"),
        ("主题分类：气象", "theme: sky"),
        ("状态: 取消", "status: cancelled"),
        ("start: 2027年3月10日 下午2点", "start: 2027-03-10 14:00"),
        ("start: 2027-03-10 14:00-16:00", "start: 2027-03-10 14:00\nend: 2027-03-10 16:00"),
        ("signup: {how：电话报名，phone：0519-86619627}", "signup: {how: 电话报名, phone: 0519-86619627}"),
    ],
)  # fmt: skip
def test_what_has_one_right_form_is_rewritten(written: str, right: str) -> None:
    assert fix(whole(written)) == whole(right)


@pytest.mark.parametrize(
    "unclear",
    [
        "organiser: 双胞胎",
        "organiser: 科技协会",
        "organiser: [市科协、某某社]",
        "co_organiser: 天文社",
        "stat: 2027-03-10",
        "start: 3月10日",
        "start: 2027-03-10 14:00-16:00\nend: 2027-03-10 17:00",
        "fee: 免费 #材料费10元",
    ],
)
def test_what_is_unclear_or_right_stays(unclear: str) -> None:
    assert fix(whole(unclear)) == whole(unclear)


@pytest.mark.parametrize("name", cases())
def test_correcting_a_file_makes_no_new_mistake_and_is_done_at_once(name: str) -> None:
    before = whole(cases()[name][0])
    after = fix(before)
    assert problems(after) <= problems(before)
    assert fix(after) == after


MISTAKES = (
    "---\ntitle：看云\nstart: 2027年3月10日 下午2点\nend: 2027-03-10 16：00\nvenue: 小城图书馆\n"
    "organiser: [市科协]\ntheme: 气象\naudience:\n\t- 青少年\nfee：免费\n状态: 取消\n\n带上望远镜。\n"
)
CORRECTED = (
    "---\ntitle: 看云\nstart: 2027-03-10 14:00\nend: 2027-03-10 16:00\nvenue: library\n"
    "organiser: [kexie]\ntheme: sky\naudience:\n  - youth\nfee: 免费\nstatus: cancelled\n---\n\n带上望远镜。\n"
)


def check(site: Site, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = site.command("check", "--now", "2027-03-01", *arguments, language="zh-CN")
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_check_fix_shows_the_changes_and_writes_them(site: Site) -> None:
    file = site.root / "content/events/eight.md"
    file.write_bytes(MISTAKES.replace("\n", "\r\n").encode())
    site.write("content/events/other.md", MISTAKES.replace("看云", "听雨"))
    done = check(site, "--fix", "content/events/eight.md")
    assert "     2 - title：看云\n       + title: 看云\n" in done.stderr
    assert "已改正 1 个文件。" in done.stderr
    assert file.read_bytes() == CORRECTED.replace("\n", "\r\n").encode(), "line ends stay"
    assert (site.root / "content/events/other.md").read_text(encoding="utf-8").startswith("---\ntitle：听雨\n")
    assert "content/events/eight.md:2: 错误" not in done.stdout
    assert "没有能确定改法的地方。" in check(site, "--fix", "content/events/eight.md").stderr
    assert "content/events/other.md\n" in check(site, "--fix", "content/events").stderr, "a folder means its files"


def test_a_person_at_the_terminal_may_decline(site: Site) -> None:
    site.write("content/events/eight.md", MISTAKES)
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")
    command = site.command("check", "--fix", "--now", "2027-03-01", language="zh-CN")
    done = subprocess.run(command, stdin=theirs, capture_output=True, text=True, check=False, timeout=60)
    os.close(ours)
    os.close(theirs)
    assert "按上面改吗？" in done.stderr
    assert "没有写入任何文件。" in done.stderr
    assert (site.root / "content/events/eight.md").read_text(encoding="utf-8") == MISTAKES


def test_a_file_that_is_not_utf_8_is_left_alone(site: Site) -> None:
    file = site.root / "content/events/gbk.md"
    file.write_bytes(MISTAKES.encode("gb18030"))
    assert check(site, "--fix").returncode == 1
    assert file.read_bytes() == MISTAKES.encode("gb18030")
