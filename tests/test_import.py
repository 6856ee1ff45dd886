"""Stories of the verbs `new`, `import` and `export`."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from sites import REPOSITORY, Site
from tables import CALENDAR, HEADER, as_bytes, summary_table, workbook
from timing import at_most

from almanac.cli.app import main
from almanac.exchange.table_files import read_sheets

OPENING = [
    1,
    "开幕式",
    "9月1日上午9:00-11:00",
    "小城图书馆",
    "市科协",
    "",
    "公众",
    "300人",
    "第一段\n第二段",
    "张三",
    "13812345678",
    "雨天改室内",
]
CLUB = [
    2,
    "周六天文课",
    "9月4日-10月30日每周六上午9点",
    "三楼教室",
    "科协",
    "",
    "青少年",
    40,
    "看星",
    "李四",
    "0519-86619627",
    "",
]
VAGUE = [3, "节约用水", "5月下旬", "待定", "市科", "", "市民", "很多", "", "", "", ""]
OPENING_FILE = "content/events/2027/09/2027-09-01-kai-mu-shi.md"
CLUB_FILE = "content/events/2027/09/2027-09-04-zhou-liu-tian-wen-ke.md"
VAGUE_FILE = "content/events/2027/05/2027-05-jie-yue-yong-shui.md"


def command(site: Site, *arguments: str | Path, language: str = "en") -> subprocess.CompletedProcess[str]:
    """Runs a verb in this process."""
    done = CliRunner().invoke(main, ["--root", str(site.root), "--lang", language, *map(str, arguments)])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def answering(
    site: Site, answers: str, *arguments: str | Path, language: str = "en"
) -> subprocess.CompletedProcess[str]:
    """Runs a verb as a program whose input is a terminal, at which a person types the answers."""
    ours, theirs = pty.openpty()
    command = site.command(*arguments, language=language)
    process = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    os.write(ours, answers.encode())
    output, asked = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    return subprocess.CompletedProcess(command, process.returncode, output, asked)


def saved_by_libreoffice(table: Path) -> Path:
    """A copy of a workbook that LibreOffice has opened and saved again."""
    folder = table.parent / "saved"
    profile = f"-env:UserInstallation={(table.parent / 'profile').as_uri()}"
    filter_ = "xlsx:Calc MS Excel 2007 XML"
    command: list[str | Path] = ["soffice", profile, "--headless", "--convert-to", filter_, "--outdir", folder, table]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return folder / table.name


def imported(site: Site, data: bytes, *arguments: str, name: str = "汇总.xlsx", exit_code: int = 0) -> str:
    """Imports a file and returns the output. Fails unless the exit code is `exit_code`."""
    file = site.root.parent / name
    file.write_bytes(data)
    done = command(site, "import", file, "--now", "2027-03-01T09:00", *arguments)
    assert done.returncode == exit_code, done.stdout + done.stderr
    return done.stdout + done.stderr


def assert_check_passes(site: Site) -> None:
    done = command(site, "check")
    assert done.returncode == 0, done.stdout


def read(site: Site, path: str) -> str:
    return (site.root / path).read_text(encoding="utf-8")


def events(site: Site) -> set[str]:
    return {path.relative_to(site.root).as_posix() for path in (site.root / "content/events").rglob("*.md")}


def test_rows_become_events_and_unclear_rows_become_drafts(site: Site) -> None:
    output = imported(site, summary_table(OPENING, CLUB, VAGUE))
    assert "3 new (1 of them drafts), 0 updated, 0 unchanged." in output
    assert "Columns that were not imported: 备注." in output
    assert "13812345678" not in "".join(read(site, path) for path in events(site))
    opening = read(site, OPENING_FILE)
    assert opening.startswith(
        "---\ntitle: 开幕式\nstart: 2027-09-01 09:00\nend: 2027-09-01 11:00\n"
        "organiser: [kexie]\nvenue: library\naudience: [public]\n"
    )
    assert opening.endswith("---\n第一段\n\n第二段\n")
    assert "signup: {capacity: 300}" in opening
    club = read(site, CLUB_FILE)
    assert "repeat: FREQ=WEEKLY;BYDAY=SA;UNTIL=20271030" in club
    assert "signup: {phone: 0519-86619627, capacity: 40}" in club
    vague = read(site, VAGUE_FILE)
    assert vague.split("title")[0].split("\n") == [
        "---",
        "#? 活动时间: “5月下旬” is not an exact date.",
        "#? 活动地点: “待定”: the place is not settled yet.",
        "#? 主办单位: “市科” is not known. Did you mean “市科协”?",
        "#? 面向人群: “市民” is not known. Known are: 青少年、公众.",
        "#? 名额: “很多” is not a number.",
        "",
    ]
    assert "draft: true" in vague
    assert_check_passes(site)
    site.build()
    assert "开幕式" in site.page("/events/2027-09-01-kai-mu-shi/")
    assert not (site.output / "events/2027-05-jie-yue-yong-shui").exists()


def all_files(site: Site) -> str:
    """The paths and texts of all events."""
    return "".join(f"{path}\n{read(site, path)}" for path in sorted(events(site)))


PEOPLE = (
    ["活动名称", "活动时间", "活动地点", "主办单位", "主讲人", "标签", "受众", "名额", "主题", "状态"],
    [
        "观星13812345678",
        "2027年3月9日14:00 联系张三13812345678",
        "科技馆（张三13812345678）",
        "科协",
        "李四13912345678、王五",
        "星空、微信13812345678",
        *[""] * 4,
    ],
    [
        "看云",
        "2027-03-10",
        "科技馆（１３８-１２３４-５６７８）",
        "科协 王五13812345678",
        "",
        "",
        "赵六/13812345678",
        "30人，Tel13812345678",
        "云13812345678",
        "找13812345678",
    ],
    ["听雨", "13812345678", "320402199012311234", "", "", "", "", "13812345678", "", ""],
)


def test_private_numbers_in_any_cell_are_neither_published_nor_quoted(site: Site) -> None:
    output = imported(site, workbook(*PEOPLE), name="张三13812345678报送.xlsx")
    assert "3 new (3 of them drafts)" in output
    files = all_files(site)
    assert not re.search(r"13[89]-?1234|１３８|320402199012311234", files), files
    star = read(site, "content/events/2027/03/2027-03-09-guan-xing.md")
    assert read(site, "content/events/undated/ting-yu.md").startswith("---\n#? There is no date.\ntitle: 听雨\n")
    assert star.startswith(
        "---\n#? 活动时间: “2027年3月9日14:00 联系张三”: what does “联系张三” mean for the date?\ntitle: 观星\n"
    )
    assert "venue: {name: 科技馆（张三）}\nspeakers:\n  - {name: 李四}\n  - {name: 王五}\n" in star.replace(
        "organiser: [kexie]\n", ""
    )
    assert "tags: [星空, 微信]" in star
    assert "venue: {name: 科技馆}" in read(site, "content/events/2027/03/2027-03-10-kan-yun.md")
    assert output.count("A mobile or identity number was left out.") == 14
    assert_check_passes(site)
    imported(site, workbook(*PEOPLE), name="张三13812345678报送.xlsx")
    assert all_files(site) == files, "a second import changes nothing"


def test_private_numbers_stay_with_contacts_and_in_own_exports(site: Site) -> None:
    imported(site, workbook(*PEOPLE[:2]), "--with-contacts")
    path = "content/events/2027/03/2027-03-guan-xing-13812345678.md"
    assert "speakers:\n  - {name: 李四13912345678}" in read(site, path)
    table = site.root.parent / "全部.csv"
    command(site, "export", table, "--drafts")
    before = all_files(site)
    imported(site, table.read_bytes(), name=table.name)
    assert all_files(site) == before


def test_a_second_import_changes_nothing(site: Site) -> None:
    imported(site, summary_table(OPENING, CLUB, VAGUE))
    before = {path: read(site, path) for path in events(site)}
    output = imported(site, summary_table(OPENING, CLUB, VAGUE))
    assert "0 new (0 of them drafts), 0 updated, 3 unchanged." in output
    assert {path: read(site, path) for path in events(site)} == before


def test_a_changed_table_updates_its_files_and_keeps_manual_edits(site: Site) -> None:
    imported(site, summary_table(OPENING, CLUB, VAGUE))
    site.edit(OPENING_FILE, "title: 开幕式\n", "# 已与图书馆确认\ntitle: 开幕式\nfee: 免费\n")
    site.edit(OPENING_FILE, "第二段", "第二段，人工改过")
    later = [*OPENING[:2], "9月2日下午2:00-4:00", *OPENING[3:]]
    output = imported(site, summary_table(CLUB, later, VAGUE))
    assert f"Updated: {OPENING_FILE} (row 5): End、Start" in output
    opening = read(site, OPENING_FILE)
    assert "# 已与图书馆确认\ntitle: 开幕式\nfee: 免费\nstart: 2027-09-02 14:00\nend: 2027-09-02 16:00\n" in opening
    assert opening.endswith("第二段，人工改过\n")
    assert len(events(site)) == 8
    assert_check_passes(site)


def test_a_conflict_keeps_the_file_and_is_reported_once(site: Site) -> None:
    imported(site, summary_table(OPENING))
    site.edit(OPENING_FILE, "venue: library", "venue: {name: 广场}")
    changed = summary_table([*OPENING[:3], "体育馆", *OPENING[4:]])
    output = imported(site, changed)
    assert "Venue: the source now says “{name: 体育馆}”, the file was edited by hand: “{name: 广场}” stays." in output
    assert "venue: {name: 广场}" in read(site, OPENING_FILE)
    assert "stays" not in imported(site, changed)


def test_a_draft_that_staff_completed_stays_complete(site: Site) -> None:
    imported(site, summary_table(VAGUE))
    settled = re.sub(r"#\?.*\n", "", read(site, VAGUE_FILE)).replace(
        "draft: true", "start: 2027-05-22 09:00\nvenue: library"
    )
    site.write(VAGUE_FILE, settled)
    assert "1 unchanged" in imported(site, summary_table(VAGUE))
    assert read(site, VAGUE_FILE) == settled


def test_a_draft_is_published_when_the_table_becomes_clear(site: Site) -> None:
    imported(site, summary_table(VAGUE))
    imported(
        site,
        summary_table([3, "节约用水", "5月22日9:00-10:00", "小城图书馆", "市科协", "", "公众", "50", "", "", "", ""]),
    )
    content = read(site, VAGUE_FILE)
    assert "#?" not in content
    assert "draft: true" not in content
    assert "start: 2027-05-22 09:00" in content
    assert_check_passes(site)


def test_a_cell_that_becomes_unclear_removes_nothing(site: Site) -> None:
    imported(site, summary_table(OPENING))
    output = imported(site, summary_table([*OPENING[:2], "待定", *OPENING[3:]]))
    assert "Start: the source is no longer clear; “2027-09-01 09:00” stays." in output
    opening = read(site, OPENING_FILE)
    assert "start: 2027-09-01 09:00" in opening
    assert "draft" not in opening.split("imported")[0], "what is published stays so"
    assert_check_passes(site)


def test_a_wrong_name_in_an_own_export_changes_nothing_and_is_reported(site: Site) -> None:
    rows = (["活动名称", "主办单位", "费用", "文件"], ["云从哪里来", "市科技协会", "十元", "2027/2027-03-20-clouds"])
    output = imported(site, workbook(*rows))
    assert output.count("主办单位: “市科技协会” is not known. Did you mean “市科协”?") == 1
    content = read(site, "content/events/2027/2027-03-20-clouds.md")
    assert "organiser: kexie\n" in content
    assert "fee: 十元\n" in content
    assert "draft" not in content


def test_a_removed_row_is_reported_and_its_file_stays(site: Site) -> None:
    imported(site, summary_table(OPENING, CLUB))
    output = imported(site, summary_table(OPENING))
    assert f"{CLUB_FILE}: the source no longer has it." in output
    assert CLUB_FILE in events(site)


def test_updated_changes_if_the_file_has_it(site: Site) -> None:
    imported(site, summary_table(OPENING))
    site.edit(OPENING_FILE, "title: 开幕式\n", "title: 开幕式\nupdated: 2027-02-01\n")
    imported(site, summary_table([*OPENING[:3], "体育馆", *OPENING[4:]]))
    assert "updated: 2027-03-01 09:00\n" in read(site, OPENING_FILE)


def test_updated_never_goes_back(site: Site) -> None:
    imported(site, summary_table(OPENING))
    site.edit(OPENING_FILE, "title: 开幕式\n", "title: 开幕式\nupdated: 2027-04-01 08:00\n")
    imported(site, summary_table([*OPENING[:3], "体育馆", *OPENING[4:]]))
    opening = read(site, OPENING_FILE)
    assert "venue: {name: 体育馆}" in opening
    assert "updated: 2027-04-01 08:00\n" in opening


def test_a_date_that_is_only_written_differently_changes_nothing(site: Site) -> None:
    imported(site, summary_table(OPENING, CLUB))
    before = all_files(site)
    rewritten = [*OPENING[:2], "2027/9/1 9:00～11:00", *OPENING[3:]]
    assert "0 updated, 2 unchanged." in imported(site, summary_table(rewritten, CLUB))
    assert all_files(site) == before


@pytest.mark.parametrize(
    "name", ["汇总(1).xlsx", "汇总（2）.xlsx", "汇总 - 副本.xlsx", "汇总最终版.xlsx", "汇总_v2 定稿.csv"]
)
def test_a_copy_or_version_of_a_file_is_the_same_source(site: Site, name: str) -> None:
    imported(site, summary_table(OPENING))
    output = imported(site, summary_table([*OPENING[:3], "体育馆", *OPENING[4:]]), name=name)
    assert "0 new (0 of them drafts), 1 updated, 0 unchanged." in output
    assert f"“{name}” is taken as a newer version of “汇总.xlsx”. --source NAME imports it as another table." in output
    assert "1 new" in imported(site, summary_table(CLUB), name="汇总表.xlsx")


def test_rows_without_a_title_are_problems_and_the_rest_is_imported(site: Site) -> None:
    output = imported(site, summary_table(OPENING, [9, "", "9月2日"]), exit_code=1)
    assert "汇总.xlsx:5: error: This row has no title: it was not imported." in output
    assert OPENING_FILE in events(site)


def test_the_same_event_in_two_tables_or_twice_in_one_is_not_published_twice(site: Site) -> None:
    imported(site, summary_table(OPENING))
    other = imported(site, summary_table([1, "开幕式", "9月1日", "东区广场", "市科协"]), name="东区.xlsx")
    assert f"? Is it the same event as {OPENING_FILE}? Then delete this file." in other
    twice = imported(site, summary_table(CLUB, CLUB, [*CLUB[:3], "四楼教室", *CLUB[4:]]), name="西区.xlsx")
    assert "It is the same as row 4." in twice
    assert "? Is it the same event as row 4?" in twice
    assert_check_passes(site)


def test_a_dry_run_writes_nothing(site: Site) -> None:
    before = events(site)
    output = imported(site, summary_table(OPENING), "--dry-run")
    assert f"New: {OPENING_FILE} (row 4)" in output
    assert "Nothing was written" in output
    assert events(site) == before


def test_a_date_without_any_year_is_a_question(site: Site) -> None:
    rows = (HEADER, [1, "开幕式", "9月1日", "小城图书馆", "市科协"])
    assert "“9月1日” does not say the year." in imported(site, workbook(*rows))
    imported(site, workbook(*rows), "--year", "2027")
    content = read(site, "content/events/undated/kai-mu-shi.md")
    assert "start: 2027-09-01" in content
    assert "draft: true" not in content


def test_an_unreadable_file_exits_with_1_and_a_hint(site: Site) -> None:
    output = imported(site, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), name="旧.xls", exit_code=1)
    assert "save it as .xlsx" in output
    output = imported(site, workbook(["姓名", "电话"], ["甲", "1"]), exit_code=1)
    assert "This file contains no table of events." in output
    assert command(site, "import", "nothing.xlsx").returncode == 2
    assert command(site, "import", "--programme", "lecture", REPOSITORY / "README.md").returncode == 2


def test_an_unknown_title_is_named_and_can_be_given(site: Site) -> None:
    data = workbook(["大标题", "活动时间", "活动地点", "甲乙"], ["观星", "2027-09-01", "小城图书馆", "x"])
    output = imported(site, data, exit_code=1)
    assert "Known columns: 活动时间、活动地点; no column is the title of the event; not known: 大标题、甲乙." in output
    assert "--column 大标题=活动名称" in output
    assert "1 new" in imported(site, data, "--column", "大标题=活动名称", "--column", "甲乙=标签")
    assert "tags: [x]" in read(site, "content/events/2027/09/2027-09-01-guan-xing.md")
    assert "“活动名” is not the name of a column." in imported(site, data, "--column", "大标题=活动名", exit_code=2)


PUPILS = [HEADER, *([f"{n}", f"第{n}讲", "2027-09-01", "小城图书馆", "科协", "", "青少年朋友"] for n in range(1, 4))]


def test_an_unknown_name_of_several_rows_is_one_question(site: Site) -> None:
    output = imported(site, workbook(*PUPILS))
    assert output.count("青少年朋友") == 2, "one line that names it twice"
    assert "3 rows, 面向人群: “青少年朋友” is not known. To settle all of them: --name 青少年朋友=青少年" in output
    output = imported(site, workbook(*PUPILS), "--name", "青少年朋友=青少年")
    assert "3 updated" in output
    assert all_files(site).count("audience: [youth]") == 3
    assert "is not a registered name" in imported(site, workbook(*PUPILS), "--name", "青少年朋友=学生", exit_code=2)


def test_import_at_a_terminal_asks_once_for_a_name_and_shows_a_preview(site: Site) -> None:
    table = site.root.parent / "汇总.xlsx"
    table.write_bytes(workbook(*PUPILS))
    done = answering(site, "青年\n青少年\ny\n", "import", table)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("3 rows, 面向人群: “青少年朋友” is not known.") == 2, "asked again after a wrong answer"
    assert re.search(r"第2讲 +2027-09-01 +小城图书馆 +new", done.stderr)
    assert "3 new (0 of them drafts)" in done.stderr
    assert done.stdout.count("New: ") == 3


def test_a_preview_that_is_declined_writes_nothing(site: Site) -> None:
    before = events(site)
    table = site.root.parent / "汇总.xlsx"
    table.write_bytes(summary_table(OPENING))
    assert "Nothing was written." in answering(site, "n\n", "import", table).stderr
    assert events(site) == before


def test_a_long_table_is_imported_in_good_time(site: Site) -> None:
    rows = [
        [
            number,
            f"第{number}讲",
            f"2027年9月{number % 28 + 1}日14:00—16:00",
            "小城图书馆",
            "科协",
            "某某公司",
            "青少年",
        ]
        for number in range(1, 1251)
    ]
    table = site.root.parent / "汇总.xlsx"
    table.write_bytes(workbook(HEADER, *rows))
    with at_most(10 / 4):  # 5,000 rows take at most ten seconds
        done = CliRunner().invoke(main, ["--root", str(site.root), "--lang", "en", "import", str(table)])
        assert "1250 new (0 of them drafts)" in done.stderr


@pytest.mark.parametrize(
    ("language", "header"),
    [
        ("zh-TW", ["活動名稱", "活動時間", "活動地點", "主辦單位", "適合對象", "費用", "聯絡電話", "活動內容"]),
        ("fi", ["Otsikko", "Päivä", "Paikka", "Järjestäjä", "Kohderyhmät", "Hinta", "Puhelin", "Kuvaus"]),
        ("en", ["Title", "Date", "Venue", "Organised by", "Audiences", "Fee", "Telephone", "Description"]),
    ],
)
def test_a_table_may_have_the_headers_of_another_language(site: Site, language: str, header: list[str]) -> None:
    site.edit("config.yaml", "title:", f"language: {language}\ntitle:")
    row = ["Stars", datetime(2027, 9, 1, 14), "library", "kexie", "youth", "free", "0519-86619627", "Bring a coat."]
    assert "1 new (0 of them drafts)" in imported(site, workbook(header, row))
    content = read(site, "content/events/2027/09/2027-09-01-stars.md")
    for line in ("title: Stars", "start: 2027-09-01 14:00", "venue: library", "fee: free"):
        assert f"{line}\n" in content
    assert "organiser: [kexie]\n" in content
    assert "audience: [youth]\n" in content
    assert "Bring a coat." in content
    assert_check_passes(site)


def test_open_registries_accept_new_names(site: Site) -> None:
    site.write("config.yaml", "registries: open\n" + read(site, "config.yaml"))
    imported(site, summary_table([1, "开幕式", "9月1日", "新体育馆", "市教育局、科协", "", "市民", "", "", "", "", ""]))
    content = read(site, OPENING_FILE)
    assert "organiser: [市教育局, kexie]\nvenue: 新体育馆\naudience: [市民]\n" in content
    assert "draft: true" not in content
    assert_check_passes(site)


def test_windows_line_ends_stay(site: Site) -> None:
    imported(site, summary_table(OPENING))
    site.write(OPENING_FILE, read(site, OPENING_FILE).replace("\n", "\r\n").encode())
    imported(site, summary_table([*OPENING[:3], "体育馆", *OPENING[4:]]))
    data = (site.root / OPENING_FILE).read_bytes()
    assert b"venue: {name: " in data
    assert data.count(b"\n") == data.count(b"\r\n")


# Round trips


def test_importing_an_edited_export_changes_only_the_edited_events(site: Site) -> None:
    table = site.root.parent / "导出.xlsx"
    assert command(site, "export", table).returncode == 0
    before = {path: read(site, path) for path in events(site)}
    assert "0 new (0 of them drafts), 0 updated, 5 unchanged." in imported(site, table.read_bytes(), name="导出.xlsx")
    assert {path: read(site, path) for path in events(site)} == before
    book: Any = load_workbook(table)
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == "云从哪里来")
    sheet.cell(row, heads["费用"]).value = "十元"
    sheet.cell(row, heads["活动地点"]).value = None
    sheet.cell(row, heads["地址"]).value = None
    output = imported(site, as_bytes(book), name="导出.xlsx")
    assert "0 new (0 of them drafts), 1 updated, 4 unchanged." in output
    changed = read(site, "content/events/2027/2027-03-20-clouds.md")
    assert "fee: 十元\n" in changed
    assert "venue:" not in changed
    assert "theme: [sky, water]" in changed
    assert "updated: 2027-03-01 09:00" in changed
    assert_check_passes(site)


def test_export_and_import_reproduce_a_whole_site(site: Site, tmp_path: Path) -> None:
    site.build()
    for form in ("xlsx", "csv"):
        table = tmp_path / f"全部.{form}"
        assert command(site, "export", table).returncode == 0
        copy = site.copy(tmp_path / form)
        for path in events(copy):
            copy.delete(path)
        imported(copy, table.read_bytes(), name=table.name)
        assert events(copy) == events(site)
        copy.build()
        assert copy.files() == site.files()


def test_a_table_cannot_name_a_file_outside_the_events(site: Site) -> None:
    before = set(site.root.parent.rglob("*.md"))
    rows = [
        ["甲", "2027-09-01", name]
        for name in ("../../../evil", "/etc/evil", "a/../../evil", ".git/evil", "a\\b", "C:/evil", "..")
    ]
    output = imported(site, workbook(["活动名称", "开始时间", "文件"], *rows))
    assert output.count("cannot be the name of a file.") == len(rows)
    assert set(site.root.parent.rglob("*.md")) == before


def test_a_folder_may_have_any_plain_name(site: Site) -> None:
    imported(site, workbook(["活动名称", "开始时间", "文件"], ["甲", "2027-09-01", "2027年 科普月/kai-mu"]))
    assert "title: 甲" in read(site, "content/events/2027年 科普月/kai-mu.md")
    assert_check_passes(site)


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--year", "2027"], 5),
        (["--year", "2026"], 0),
        (["--programme", "小城讲坛"], 1),
        (["--organiser", "科协"], 5),
        (["--district", "west"], 2),
    ],
)
def test_export_filters_events(site: Site, options: list[str], count: int) -> None:
    done = command(site, "export", site.root.parent / "x.csv", *options)
    assert f"{count} events written" in done.stderr


def test_export_replaces_no_file_and_leaves_drafts_out_by_default(site: Site) -> None:
    table = site.root.parent / "x.csv"
    site.event("unsure", draft="true")
    assert command(site, "export", table).returncode == 0
    assert "新活动" not in table.read_text(encoding="utf-8-sig")
    again = command(site, "export", table, "--drafts")
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert command(site, "export", table, "--drafts", "--force").returncode == 0
    assert "新活动" in table.read_text(encoding="utf-8-sig")
    assert command(site, "export", site.root / "x.pdf").returncode == 2
    assert command(site, "export", site.root / "x.csv", "--district", "nort").returncode == 2


def test_export_counts_the_files_with_problems(site: Site) -> None:
    site.event("bad", start="2027-02-31")
    done = command(site, "export", site.root.parent / "x.csv")
    assert done.returncode == 1
    assert "1 files have problems and were left out: run check." in done.stderr


def test_the_template_is_filled_in_and_imported(site: Site) -> None:
    table = site.root.parent / "填报表.xlsx"
    assert command(site, "export", table, "--template", language="zh-CN").returncode == 0
    book: Any = load_workbook(table)
    sheet, names = book["活动"], book["名称"]
    heads = {cell.value: cell for cell in sheet[1]}
    assert all(cell.comment.text for cell in heads.values()), "every column has a note"
    assert heads["活动名称"].comment.text.startswith("必填。")
    lists = {str(one.sqref).partition(":")[0]: one.formula1 for one in sheet.data_validations.dataValidation}
    audience = heads["面向人群"].column_letter
    assert lists[f"{audience}2"] == f"'名称'!${audience}$1:${audience}$2"
    assert [cell.value for cell in names[audience]][:2] == ["青少年", "公众"]
    sheets = read_sheets(table.name, table.read_bytes())
    assert [sheet.name for sheet in sheets] == ["活动"], "the names are hidden"  # type: ignore[union-attr]  # no Problem
    saved: Any = load_workbook(saved_by_libreoffice(table))
    assert [cell.value for cell in saved["活动"][1]] == list(heads)
    assert saved["名称"].sheet_state == "hidden"
    kept = {str(one.sqref).partition(":")[0]: one.formula1 for one in saved["活动"].data_validations.dataValidation}
    assert set(kept) == set(lists), "another program sees every drop-down"
    assert {cell.value: cell.comment.text for cell in saved["活动"][1]} == {
        head: cell.comment.text for head, cell in heads.items()
    }
    output = imported(site, table.read_bytes(), name=table.name)
    assert "It is the example of the template." in output
    assert "0 new" in output
    for head, value in {
        "活动名称": "观星",
        "活动时间": "2027年9月1日14:00",
        "活动地点": "小城图书馆",
        "面向人群": "青少年",
    }.items():
        sheet.cell(3, heads[head].column).value = value
    imported(site, as_bytes(book), name=table.name)
    assert "audience: [youth]" in read(site, "content/events/2027/09/2027-09-01-guan-xing.md")
    assert command(site, "export", site.root.parent / "填报表.csv", "--template").returncode == 2


# Calendars


def test_a_calendar_becomes_events_in_local_time(site: Site) -> None:
    output = imported(site, CALENDAR.encode(), name="日历.ics")
    assert "3 new (1 of them drafts)" in output
    club = read(site, "content/events/2027/03/2027-03-06-guan-niao-ke.md")
    for line in (
        "start: 2027-03-06 09:00",
        "end: 2027-03-06 10:30",
        "theme: [sky, water]",
        "venue: library",
        "except: [2027-04-03]",
        "  2027-04-17: {start: 2027-04-18 09:00, end: 2027-04-18 10:30}",
    ):
        assert f"{line}\n" in club
    assert "UNTIL=20270508\n" in club
    assert club.endswith("---\n带望远镜。\n\n电话。\n")
    days = read(site, "content/events/2027/05/2027-05-18-san-tian-zhan-lan.md")
    assert "start: 2027-05-18\nend: 2027-05-20\n" in days
    assert "status: cancelled" in days
    berlin = read(site, "content/events/2027/06/2027-06-01-shi-pin-jiang-zuo.md")
    assert "start: 2027-06-01 14:00\nend: 2027-06-01 15:00\n" in berlin
    assert "online: https://live.example.org/x" in berlin
    assert "#? The calendar calls it TENTATIVE: does it take place?" in berlin
    assert_check_passes(site)


def test_private_numbers_of_a_calendar_are_not_published(site: Site) -> None:
    calendar = (
        CALENDAR.replace(
            "SUMMARY:三天展览",
            "SUMMARY:三天展览 13812345678\nLOCATION:科技馆（张三-13812345678）\nCATEGORIES:云13812345678,气象",
        )
        .replace("UID:berlin@", "UID:13812345678@")
        .replace("STATUS:TENTATIVE", "STATUS:问13812345678\nURL:https://example.org/报名13812345678")
        .replace("DTEND:20270418T023000Z\nSUMMARY:观鸟课", "DTEND:20270418T023000Z\nSUMMARY:看野鸭，电话13812345678")
        .replace("电话13812345678。", "<p>电话138<b>1234</b>5678。</p>")
    )
    output = imported(site, calendar.encode(), name="日历.ics")
    assert "A mobile or identity number was left out." in output
    files = all_files(site)
    assert "12345678" not in files, files
    assert "note: 看野鸭，电话}" in files
    days = read(site, "content/events/2027/05/2027-05-18-san-tian-zhan-lan.md")
    assert "tags: [云]" in days
    assert "venue: {name: 科技馆（张三-）}" in days
    assert "0 new (0 of them drafts), 0 updated, 3 unchanged." in imported(site, calendar.encode(), name="日历.ics")
    assert_check_passes(site)
    kept = site.copy(site.root.parent / "kept")
    imported(kept, calendar.encode(), "--with-contacts", "--source", "另一份", name="日历.ics")
    assert "row: 13812345678@calendar.example" in all_files(kept)


def test_an_event_of_a_calendar_is_recognised_by_its_uid(site: Site) -> None:
    imported(site, CALENDAR.encode(), name="日历.ics")
    moved = CALENDAR.replace("三天展览", "四天展览").replace("DATE:20270521", "DATE:20270522")
    assert "0 new (0 of them drafts), 1 updated, 2 unchanged." in imported(site, moved.encode(), name="日历.ics")
    content = read(site, "content/events/2027/05/2027-05-18-san-tian-zhan-lan.md")
    assert "title: 四天展览" in content
    assert "end: 2027-05-21" in content


def test_a_repeat_without_an_end_is_a_question(site: Site) -> None:
    imported(site, CALENDAR.replace(";UNTIL=20270508T155959Z", "").encode(), name="日历.ics")
    club = read(site, "content/events/2027/03/2027-03-06-guan-niao-ke.md")
    assert "#? The repeat “FREQ=WEEKLY;BYDAY=SA” has no end" in club
    assert "draft: true" in club
    assert_check_passes(site)


def test_a_repeat_with_foreign_summer_time_is_a_question(site: Site) -> None:
    berlin = CALENDAR.replace(
        "DTSTART;TZID=Europe/Berlin:20270601T080000",
        "DTSTART;TZID=Europe/Berlin:20270601T080000\nRRULE:FREQ=WEEKLY;COUNT=40",
    )
    output = imported(site, berlin.encode(), name="日历.ics")
    assert "“FREQ=WEEKLY;COUNT=40” follows the clock of another time zone" in output
    tokyo = berlin.replace("Europe/Berlin", "Asia/Tokyo").replace("berlin@", "tokyo@").replace("视频讲座", "东京讲座")
    imported(site, tokyo.encode(), name="东京.ics")
    assert "start: 2027-06-01 07:00\n" in read(site, "content/events/2027/06/2027-06-01-dong-jing-jiang-zuo.md")
    assert "repeat: FREQ=WEEKLY;COUNT=40\n" in read(site, "content/events/2027/06/2027-06-01-dong-jing-jiang-zuo.md")


def test_an_override_without_its_repeat_is_an_event_itself(site: Site) -> None:
    alone = CALENDAR.replace("UID:club-1@calendar.example\nSUMMARY", "UID:club-2@calendar.example\nSUMMARY")
    assert "4 new" in imported(site, alone.encode(), name="日历.ics")
    assert "start: 2027-04-18 09:00\n" in read(site, "content/events/2027/04/2027-04-18-guan-niao-ke.md")
    assert "4 unchanged" in imported(site, alone.encode(), name="日历.ics")


def test_an_override_keeps_its_own_title(site: Site) -> None:
    changed = CALENDAR.replace("DTEND:20270418T023000Z\nSUMMARY:观鸟课", "DTEND:20270418T023000Z\nSUMMARY:看野鸭")
    imported(site, changed.encode(), name="日历.ics")
    club = read(site, "content/events/2027/03/2027-03-06-guan-niao-ke.md")
    assert "  2027-04-17: {start: 2027-04-18 09:00, end: 2027-04-18 10:30, note: 看野鸭}\n" in club


def test_an_override_at_another_place_or_with_another_text_is_an_event_of_its_own(site: Site) -> None:
    changed = CALENDAR.replace(
        "DTEND:20270418T023000Z\nSUMMARY:观鸟课",
        "DTEND:20270418T023000Z\nSUMMARY:看野鸭\nLOCATION:北湖\nDESCRIPTION:这次换了老师。",
    )
    imported(site, changed.encode(), name="日历.ics")
    club = read(site, "content/events/2027/03/2027-03-06-guan-niao-ke.md")
    assert "except: [2027-04-03, 2027-04-17]\n" in club
    assert "overrides" not in club.split("imported")[0]
    ducks = read(site, "content/events/2027/04/2027-04-18-kan-ye-ya.md")
    assert "start: 2027-04-18 09:00\nend: 2027-04-18 10:30\n" in ducks
    assert "venue: {name: 北湖}" in ducks
    assert ducks.endswith("这次换了老师。\n")
    assert_check_passes(site)
    assert "4 unchanged" in imported(site, changed.encode(), name="日历.ics")


def test_an_event_of_a_calendar_without_a_title_is_a_problem(site: Site) -> None:
    output = imported(site, CALENDAR.replace("SUMMARY:三天展览\n", "").encode(), name="日历.ics", exit_code=1)
    assert "An event of the calendar has no title: it was not imported." in output
    assert "2 new" in output


def test_a_calendar_that_shrinks_asks_before_its_events_are_gone(site: Site) -> None:
    def calendar(count: int) -> bytes:
        events = "".join(
            f"BEGIN:VEVENT\r\nUID:u{number}\r\nSUMMARY:第{number}讲\r\n"
            f"DTSTART:202705{number:02}T060000Z\r\nEND:VEVENT\r\n"
            for number in range(1, count + 1)
        )
        return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n".encode()

    imported(site, calendar(10), name="日历.ics")
    output = imported(site, calendar(8), name="日历.ics")
    assert output.count("the source no longer has it") == 2
    output = imported(site, calendar(7), name="日历.ics")
    assert "3 of 10 events of this source are gone: is the file complete? If it is, import it again with" in output
    assert "the source no longer has it" not in output
    output = imported(site, calendar(7), "--complete", name="日历.ics")
    assert output.count("the source no longer has it") == 3
    output = imported(site, calendar(7), "--now", "2027-06-01T00:00", name="日历.ics")
    assert "no longer" not in output, "past events drop out of a feed"


def test_importing_the_site_s_own_feed_changes_nothing(site: Site) -> None:
    site.build()
    before = {path: read(site, path) for path in events(site)}
    output = imported(site, site.file("/feeds/all.ics"), name="all.ics")
    assert "It is an event of this site: content/events/2027/2027-03-20-clouds.md." in output
    assert {path: read(site, path) for path in events(site)} == before


def test_a_broken_calendar_is_explained(site: Site) -> None:
    assert "This calendar has a line that cannot be read: nonsense" in imported(
        site, b"BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR", name="x.ics", exit_code=1
    )


# A new event


def test_new_writes_a_commented_file_that_passes_check(site: Site) -> None:
    site.edit(
        "content/programmes/lectures.md",
        "organiser: kexie\n",
        "organiser: kexie\narchetype: {fee: 免费, signup: {how: 现场签到}, theme: sky}\n",
    )
    done = command(
        site,
        "new",
        "小城讲坛",
        "走进人工智能",
        "--start",
        "2027年4月5日14:00—16:00",
        "--venue",
        "小城图书馆",
        "--audience",
        "青少年，公众",
        language="zh-CN",
    )
    assert done.returncode == 0, done.stderr
    path = "content/events/2027/04/2027-04-05-zou-jin-ren-gong-zhi-neng.md"
    assert done.stdout == f"{path}\n"
    content = read(site, path)
    assert content.startswith(
        "---\ntitle: 走进人工智能\nstart: 2027-04-05 14:00\nend: 2027-04-05 16:00\n"
        "programme: lectures\ntheme: [sky]\norganiser: [kexie]\nvenue: library\n"
        "audience: [youth, public]\nfee: 免费\nsignup: {how: 现场签到}\n#"
    )
    assert "# summary: 听工程师讲大模型如何学会说话  # 一句话，用于列表和订阅。\n" in content
    assert "# theme 可选：sky 气象、water 水资源\n" in content
    assert_check_passes(site)


def test_every_commented_key_of_a_new_file_is_valid_without_its_mark(site: Site) -> None:
    command(site, "new", "lectures", "甲", "--start", "2027-04-05")
    path = "content/events/2027/04/2027-04-05-jia.md"
    uncommented = re.sub(r"^# (\w+: )", r"\1", read(site, path), flags=re.MULTILINE)
    site.write(
        path,
        re.sub(
            r"^(venue|co_organiser|audience|theme|cover|cover_alt|repeat|end): .*\n",
            "",
            uncommented,
            flags=re.MULTILINE,
        ),
    )
    assert_check_passes(site)


def test_new_takes_the_programme_s_themes_of_the_month(site: Site) -> None:
    site.edit(
        "content/programmes/lectures.md",
        "end: 2027-12-31}",
        "end: 2027-12-31, months: [{month: 4, title: 云, theme: water}]}",
    )
    command(site, "new", "lectures", "甲", "--start", "2027-04-05")
    assert "theme: [water]" in read(site, "content/events/2027/04/2027-04-05-jia.md")


def test_new_never_writes_over_a_file(site: Site) -> None:
    for _ in range(3):
        assert command(site, "new", "lectures", "云", "--start", "2027-04-05").returncode == 0
    assert {f"content/events/2027/04/2027-04-05-yun{end}.md" for end in ("", "-2", "-3")} <= events(site)
    taken = command(site, "new", "lectures", "云", "--id", "2027-03-20-clouds")
    assert taken.returncode == 2
    assert "is taken" in taken.stderr


def test_new_without_a_date_writes_a_draft_with_a_question(site: Site) -> None:
    done = command(site, "new", "lectures", "云")
    assert done.returncode == 0
    assert "? There is no date." in done.stderr
    assert read(site, "content/events/undated/yun.md").startswith("---\n#? There is no date.\ntitle: 云\n")
    assert_check_passes(site)


def test_new_works_without_a_programme_and_takes_a_place_as_files_write_it(site: Site) -> None:
    place = "{name: 东坡公园, address: 延陵东路, district: 东区}"
    done = command(
        site, "new", "看星星", "--start", "2027年4月5日 19:00—20:30", "--venue", place, "--organiser", "科协"
    )
    assert done.returncode == 0, done.stderr
    content = read(site, "content/events/2027/04/2027-04-05-kan-xing-xing.md")
    assert "programme" not in content.split("\n#")[0]
    assert "venue: {name: 东坡公园, address: 延陵东路, district: 东区}\n" in content
    assert_check_passes(site)


def test_new_copies_last_year_s_event_and_warns_of_a_repeated_title(site: Site) -> None:
    site.event(
        "old",
        "带望远镜来。",
        title="看星星",
        start="2026-04-05 19:00",
        id="stars-2026",
        venue="library",
        signup="{how: 电话报名, phone: 0519-86619627, deadline: 2026-04-04}",
        result="{held: true}",
        updated="2026-04-01",
    )
    done = command(site, "new", "--from", "stars-2026", "--start", "2027-04-05 19:00")
    assert done.returncode == 0, done.stderr
    path = "content/events/2027/04/2027-04-05-kan-xing-xing.md"
    head = read(site, path).split("\n#")[0]
    assert "signup: {phone: 0519-86619627, how: 电话报名}" in head
    assert "venue: library" in head
    assert not any(key in head for key in ("2026", "result", "updated"))
    assert read(site, path).endswith("---\n带望远镜来。\n")
    assert "same title" not in done.stderr, "the event itself is no repetition"
    again = command(site, "new", "看星星", "--start", "2027-05-05 19:00")
    assert f"{path} has the same title: is it the same event?" in again.stderr
    unknown = command(site, "new", "--from", "stars-2025")
    assert unknown.returncode == 2
    assert "There is no event “stars-2025”. Did you mean “stars-2026”?" in unknown.stderr
    assert_check_passes(site)


def test_new_refuses_unknown_names_and_asks_nothing_without_a_terminal(site: Site) -> None:
    unknown = command(site, "new", "lecture", "云")
    assert unknown.returncode == 2
    assert "“lecture” is not known among the programmes. Did you mean “lectures”?" in unknown.stderr
    assert command(site, "new", "lectures", "云", "--theme", "skies").returncode == 2
    nothing = command(site, "new")
    assert nothing.returncode == 2
    assert "lectures (小城讲坛)" in nothing.stderr


def test_new_needs_no_programme(site: Site) -> None:
    done = command(site, "new", "看星星", "--start", "2027-04-05 19:00", "--theme", "sky")
    assert done.returncode == 0, done.stderr
    content = read(site, done.stdout.strip())
    assert content.startswith("---\ntitle: 看星星\nstart: 2027-04-05 19:00\ntheme: [sky]\n# ")
    shutil.rmtree(site.root / "content/programmes")
    site.delete("content/plans/2027.md")
    for event in (site.root / "content/events").rglob("*.md"):
        event.write_text(re.sub("programme: .*\n", "", event.read_text(encoding="utf-8")), encoding="utf-8")
    assert command(site, "new", "看月亮", "--start", "2027-04-06 19:00").returncode == 0
    nothing = command(site, "new")
    assert (nothing.returncode, "Known are" in nothing.stderr) == (2, False)
    assert_check_passes(site)


def test_new_offers_to_make_what_is_missing(site: Site) -> None:
    answers = ["", "看星星", "2027年4月5日 19:00", "", "", "县天文学会", "n", "县天文学会", "y", "", "", "", ""]
    done = answering(site, "".join(f"{answer}\n" for answer in answers), "new", language="zh-CN")
    assert done.returncode == 0, done.stderr
    assert "要为“县天文学会”新建 content/organisers/xian-tian-wen-xue-hui.md 吗？" in done.stderr
    assert read(site, "content/organisers/xian-tian-wen-xue-hui.md") == "---\nname: 县天文学会\n---\n\n"
    assert "organiser: [xian-tian-wen-xue-hui]" in read(site, done.stdout.strip())
    assert_check_passes(site)


def test_new_asks_on_a_terminal_until_the_answer_is_readable(site: Site) -> None:
    answers = ["小城讲坛", "看星星", "下周", "2027年4月5日 14:00—16:00", "天文台", "", "青少", "青少年", "", "讲座", ""]
    done = answering(site, "".join(f"{answer}\n" for answer in answers), "new", language="zh-CN")
    assert done.returncode == 0, done.stderr
    assert "“下周”看不出是什么时间。" in done.stderr
    assert "没有登记“青少”。是不是想写“青少年”？" in done.stderr
    content = read(site, done.stdout.strip())
    assert "start: 2027-04-05 14:00\nend: 2027-04-05 16:00\n" in content
    assert "form: lecture\n" in content
    assert "venue: {name: 天文台}\naudience: [youth]\n" in content
    assert_check_passes(site)
