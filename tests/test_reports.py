"""Reports: the workbook, the printable page, the table that departments fill in, coverage, and the year in review."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sites import Site, small_site
from test_reporting import counts, plan, section

from almanac.model.reporting import Gap, gaps
from almanac.site.month_wheel import sector

NOW = datetime(2027, 6, 15, 12, 0)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site in June, with results, overdue events, a draft, and an organiser that owes nothing."""
    site = small_site(tmp_path_factory.mktemp("year") / "site")
    site.now = NOW
    site.write("content/organisers/jiaoyu.md", "---\nname: 教育局\n---\n")
    site.edit("content/forms/lecture.md", "name: 讲座", "name: 讲座\nstatistic: lecture")
    site.write("content/forms/exhibition.md", "---\nname: 展览\nstatistic: exhibition\n---\n")
    site.write("content/programmes/week.md", "---\nname: 科技周\nstatistic: science_week\n---\n")
    held = {"organiser": "jiaoyu", "district": "west", "audience": "public"}
    site.event(
        "lecture", start="2027-05-20 14:00", form="lecture", programme="week",
        result="{held: true, participants: 1200}", **held,
    )  # fmt: skip
    site.event("lecture-2", start="2027-05-21 14:00", form="lecture", result="{held: true}", **held)
    site.event(
        "open-weekends", start="2027-05-01 09:00", end="2027-05-01 17:00", repeat="FREQ=WEEKLY;BYDAY=SA,SU;COUNT=6",
        form="exhibition", result="{held: true, participants: 300}", **held,
    )  # fmt: skip
    site.event("draft", start="2027-09-01 14:00", draft="true", form="lecture", organiser="jiaoyu")
    site.event("last-year", start="2026-05-20 14:00", form="lecture", result="{held: true, participants: 10}")
    plan(site, counts("events", ", form: lecture"), "reported: 3", sample=True)
    site.build()
    return site


def tables(data: bytes) -> dict[str, list[list[Any]]]:
    """The rows of each sheet of a workbook, from its headers on, without blank rows."""
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]
        for sheet in load_workbook(BytesIO(data))
    }


def run(site: Site, *arguments: str, code: int = 0) -> str:
    """Runs a verb as a program; what it says on either stream."""
    done = subprocess.run(site.command(*arguments, language="zh-CN"), capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def workbook(year: Site) -> dict[str, list[list[Any]]]:
    """The report of the whole year."""
    file = year.root / "report.xlsx"
    run(year, "report", "2027", "--output", str(file), "--now", "2027-06-15T12:00")
    return tables(file.read_bytes())


def test_a_report_has_a_sheet_for_each_table(workbook: dict[str, list[list[Any]]]) -> None:
    assert list(workbook) == [
        "目标", "科普统计口径", "按形式", "主办单位", "覆盖情况", "形式与区域", "待补结果的活动", "需另行填报",
    ]  # fmt: skip


def test_the_lines_of_the_statistics_count_what_is_held_by_times_and_participants(
    workbook: dict[str, list[list[Any]]],
) -> None:
    lines = {row[0]: row[1:] for row in workbook["科普统计口径"]}
    assert lines["指标"] == ["活动数", "次数", "人次", "没填人数的活动", "待补结果的活动数"]
    assert lines["科普（技）讲座"] == [2, 2, 1200, 1, 1]
    assert lines["科普（技）专题展览"] == [1, 1, 300, 0, 0]  # one exhibition, however many days it is open
    assert lines["科技活动周科普专题活动"] == [1, 1, 1200, 0, 0]
    assert lines["科普（技）竞赛"] == [0, 0, 0, 0, 0]
    forms = {row[0]: row[1:] for row in workbook["按形式"]}
    assert forms["合计"] == [3, 3 + 5, 1500, 1, 5]


def test_only_the_workbook_for_staff_counts_drafts(year: Site, workbook: dict[str, list[list[Any]]]) -> None:
    head, target, schools = workbook["目标"]
    assert dict(zip(head, target, strict=True)) | {"条目": None} == {
        "条目": None, "目标": "目标", "目标值": "≥ 10", "单位": "场", "已举办": 2, "待补结果": 1, "已预告": 0,
        "计划中": 1, "已取消或没有举办": 0, "上报数": None, "预计全年": 2, "上年同口径": 1, "示例，不计入": None,
    }  # fmt: skip
    assert schools[head.index("上报数")] == 3
    assert "新活动" not in section(year.page("/plan/2027/targets/t0/"), "planned")
    report = year.page("/plan/2027/report/")
    row = re.search(r"<th scope=\"row\"></th>\s*<td>目标</td>(.*?)</tr>", report, re.DOTALL)
    assert row
    assert re.findall(r">([\d,]*)</td>", row[1])[:4] == ["2", "1", "0", "0"]


def test_what_no_calendar_knows_is_left_blank_and_coloured(year: Site, workbook: dict[str, list[list[Any]]]) -> None:
    assert all(row[1:] == [None, None] for row in workbook["需另行填报"][1:])
    sheet = load_workbook(year.root / "report.xlsx")["需另行填报"]
    assert {sheet.cell(row, column).fill.fgColor.rgb for row in range(3, 10) for column in (2, 3)} == {"00FFF2CC"}
    assert sheet.cell(3, 1).fill.fgColor.rgb == "00000000"
    assert 'class="blank"' in year.page("/plan/2027/report/")


def test_a_report_of_one_organiser_counts_only_what_it_holds(year: Site) -> None:
    file = year.root / "jiaoyu.xlsx"
    run(year, "report", "2027", "--organiser", "教育局", "--output", str(file), "--now", "2027-06-15T12:00")
    found = tables(file.read_bytes())
    assert [row[:3] for row in found["主办单位"][1:]] == [["教育局", 3, 8]]
    assert len(found["待补结果的活动"]) == 1
    said = run(year, "report", "2027", "--organiser", "教育厅", code=2)
    assert "单位里没有“教育厅”。可以写：教育局、市科协。" in said
    assert "教育局" in said
    assert "已存在" in run(year, "report", "2027", "--output", str(file), code=2)
    assert ".xlsx" in run(year, "report", "2027", "--output", "a.csv", code=2)


def test_each_department_is_told_how_many_results_it_owes(year: Site) -> None:
    page = year.page("/plan/2027/organisers/kexie/")
    assert "贵单位还有 5 项活动没有填结果。" in page
    assert section(page, "results").count("<li>") == 5
    assert "贵单位没有待补的结果" in year.page("/plan/2027/organisers/jiaoyu/")
    rows = re.findall(r'organisers/(\w+)/">', year.page("/plan/2027/organisers/"))
    assert rows[0] == "kexie"
    assert 'content="noindex"' in page


def filled(csv: bytes) -> bytes:
    """The table of results as a department sends it back: four filled in, one left empty."""
    head, *rows = csv.decode("utf-8-sig").splitlines()
    answers = ["是,320,座无虚席", "否,,下雨", ",45,", "是,,", ",,"]
    assert head == "文件,活动名称,何时举办,由谁填写,是否举办,实际参加人数,举办情况"
    assert len(rows) == len(answers)
    return "\r\n".join(
        [head, *(row.removesuffix(",,") + answer for row, answer in zip(rows, answers, strict=True))]
    ).encode("gbk")


def test_a_table_that_a_department_has_filled_in_is_imported_and_changes_results_alone(year: Site) -> None:
    site = year.copy(year.root.parent / "copy")
    before = {file.name: file.read_text(encoding="utf-8") for file in (site.root / "content").rglob("*.md")}
    site.write("back.csv", filled(year.file("/plan/2027/organisers/kexie/results.csv")))
    run(site, "import", str(site.root / "back.csv"), "--yes", "--now", "2027-06-16T09:00")
    after = {file.name: file.read_text(encoding="utf-8") for file in (site.root / "content").rglob("*.md")}
    assert set(after) == set(before)
    added = {
        name: [line for line in text.splitlines() if line not in before[name].splitlines()]
        for name, text in after.items()
        if text != before[name]
    }
    results = sorted(line for lines in added.values() for line in lines if not line.startswith("updated:"))
    assert results == [
        "result: {held: false, note: 下雨}",
        "result: {held: true, participants: 320, note: 座无虚席}",
        "result: {held: true, participants: 45}",
        "result: {held: true}",
    ]
    assert all(len(lines) == 2 for lines in added.values())  # the result, and when the file changed
    site.now = datetime(2027, 6, 16, 9, 0)
    site.build()
    assert "贵单位还有 1 项活动没有填结果。" in site.page("/plan/2027/organisers/kexie/")
    run(site, "import", str(site.root / "back.csv"), "--yes", "--now", "2027-06-17T09:00")
    assert {file.name: file.read_text(encoding="utf-8") for file in (site.root / "content").rglob("*.md")} == after


def test_the_report_itself_can_be_filled_in_and_imported(year: Site, workbook: dict[str, list[list[Any]]]) -> None:
    del workbook
    site = year.copy(year.root.parent / "filled")
    book = load_workbook(year.root / "report.xlsx")
    sheet = book["待补结果的活动"]
    sheet["F3"] = 88
    book.save(site.root / "back.xlsx")
    said = run(site, "import", str(site.root / "back.xlsx"), "--yes", "--now", "2027-06-16T09:00")
    assert "更新 1 个" in said
    assert "新建 0 个" in said
    texts = [file.read_text(encoding="utf-8") for file in (site.root / "content/events").rglob("*.md")]
    assert sum("result: {held: true, participants: 88}" in text for text in texts) == 1


def test_a_row_of_results_for_an_event_that_is_gone_becomes_a_draft(year: Site) -> None:
    site = year.copy(year.root.parent / "gone")
    site.write("back.csv", "文件,活动名称,是否举办,实际参加人数\n2027/gone,没有了,是,5\n")
    run(site, "import", str(site.root / "back.csv"), "--yes", "--now", "2027-06-16T09:00")
    made = (site.root / "content/events/2027/gone.md").read_text(encoding="utf-8")
    assert "draft: true" in made
    assert "没有写时间" in made


def test_coverage_counts_events_by_district_audience_and_month(year: Site) -> None:
    page = year.page("/plan/2027/coverage/")
    table = page.partition('id="page-public"')[2].partition("</table>")[0]
    west = re.search(r'<th scope="row">西区</th>(.*?)</tr>', table, re.DOTALL)
    assert west
    cells = re.findall(r'<td class="(?:shade-(\d)|figure)">(\d*)</td>', west[1])
    assert [count for _, count in cells] == ["", "", "", "1", "3", "", "", "", "", "", "", "", "4"]
    assert [bool(int(shade)) for shade, _ in cells[:-1]] == [bool(count) for _, count in cells[:-1]]
    assert "西区全年没有面向青少年的活动" in page
    assert "东区1月到2月没有面向青少年的活动" in page


def test_gaps_are_the_months_without_an_event_the_longest_first() -> None:
    covered = {("a", "x"): {1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12}, ("a", "y"): range(1, 13), ("b", "y"): {5, 6}}
    assert gaps(covered, ("a", "b"), ("x", "y")) == [
        Gap("b", "x", 1, 12), Gap("b", "y", 7, 12), Gap("b", "y", 1, 4), Gap("a", "x", 5, 5),
    ]  # fmt: skip


def test_the_year_in_review_has_figures_a_picture_with_its_table_and_the_year_before(year: Site) -> None:
    page = year.page("/archive/2027/")
    review = section(page, "none") or page.partition('class="review"')[2].partition("</section>\n<h2>")[0]
    figures = re.findall(r"<dt>(.*?)</dt><dd><strong>([\d,]+)</strong>(?: <small>2026年：([\d,]+)</small>)?", review)
    assert figures[0] == ("活动数", "8", "1")
    assert ("已知参加人次", "1,500", "10") in figures
    squares = re.findall(r'<rect class="(some|none)"', review)
    assert len(squares) == 365
    days = {name: figure for name, figure, _ in figures}["有活动的天数"]
    assert squares.count("some") == int(days)
    weekdays = review.partition('id="page-weekdays"')[2].partition("</table>")[0]
    counted = [int(number) for number in re.findall(r'<td class="shade-\d">(\d+)</td>', weekdays)]
    assert sum(counted) == sum(int(total) for total in re.findall(r'<td class="figure">(\d+)</td>', weekdays)) > 20
    assert review.index("1,200") < review.index(">300<")
    assert re.search(
        r'forms/lecture/2027/">讲座</a>.*?<td class="figure">3</td><td class="figure">1</td>', review, re.DOTALL
    )


def test_the_months_of_a_programme_are_a_wheel_and_cards(year: Site) -> None:
    site = year.copy(year.root.parent / "wheel")
    months = ", ".join(f"{{month: {month}, title: 第{month}个主题, theme: sky}}" for month in range(1, 13))
    site.write(
        "content/programmes/monthly.md", f"---\nname: 一月一主题\neditions: [{{year: 2027, months: [{months}]}}]\n---\n"
    )
    site.event("sky", start="2027-07-01 09:00", programme="monthly")
    site.build()
    page = site.page("/programmes/monthly/2027/")
    leads = re.findall(r'<a href="#(month-\d+)" class="tint-\w+" aria-label="(\d+月) ([^"]+)">', page)
    assert leads == [(f"month-{month}", f"{month}月", f"第{month}个主题") for month in range(1, 13)]
    assert all(f'<li id="{anchor}"' in page for anchor, _, _ in leads)
    assert 'href="#m-2027-07"' in page
    assert 'id="m-2027-07"' in page


def test_the_sectors_of_the_wheel_run_clockwise_from_the_top() -> None:
    places = [(sector(month).x, sector(month).y) for month in (1, 4, 7, 10)]
    (first, _), (east, _), (_, south), (west, _) = places
    assert first > 200
    assert east > 300
    assert south > 300
    assert west < 100
