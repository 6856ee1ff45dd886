"""Reading tables: titles, merged cells, Excel's dates, encodings, broken and hostile files; and writing them."""

from __future__ import annotations

import tracemalloc
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from event_values import REGISTRIES
from openpyxl import Workbook
from tables import HEADER, as_bytes, summary_table, workbook
from timing import at_most

from almanac.cli.reports import as_text
from almanac.core.problems import Problem
from almanac.exchange.cells import CellContext
from almanac.exchange.columns import column_of, columns
from almanac.exchange.csv_tables import write_csv
from almanac.exchange.incoming import IncomingEvent
from almanac.exchange.rows import read_row
from almanac.exchange.sheets import MOST_COLUMNS, MOST_ROWS, Sheet
from almanac.exchange.table_files import read_sheets
from almanac.exchange.tables import Table, stated_year, table_of
from almanac.exchange.workbooks import write_workbook


def sheets(data: bytes) -> list[Sheet]:
    found = read_sheets("x", data)
    assert isinstance(found, list), found
    return found


def table(data: bytes) -> Table:
    found = table_of(sheets(data)[0])
    assert found
    return found


def events(data: bytes, **context: Any) -> list[IncomingEvent]:
    found = table(data)
    read = (read_row(row, found.columns, CellContext(REGISTRIES, **context)) for row in found.rows)
    return [event for event in read if event]


def refused(data: bytes) -> str:
    found = read_sheets("x", data)
    assert isinstance(found, Problem), found
    assert found.hint
    return found.message.show(str)


def csv(*rows: list[str]) -> str:
    return "".join(",".join(row) + "\r\n" for row in rows)


def test_titles_above_the_header_are_not_events_and_give_the_year() -> None:
    found = table(summary_table([1, "开幕式", "9月1日", "小城图书馆", "市科协"]))
    assert [row.number for row in found.rows] == [4]
    assert found.titles == ("小城2027年科普月重点活动汇总表", "填报单位：市科协")
    stated = stated_year(found, "2020.xlsx")
    assert stated
    assert (stated.year, stated.stated_by) == (2027, "小城2027年科普月重点活动汇总表")
    assert found.ignored == ("备注",)


def test_a_title_with_two_years_gives_no_year() -> None:
    found = table(workbook(["2026—2027年活动汇总表"], HEADER, [1, "开幕式", "9月1日"]))
    assert stated_year(found, "2020.xlsx") is None


def test_a_merged_cell_counts_for_every_row_it_spans() -> None:
    data = workbook(
        ["活动名称", "主办单位", "活动时间"],
        ["甲", "市科协", "2027年9月1日"],
        ["乙", None, "2027年9月2日"],
        merged=["B2:B3"],
    )
    assert [event.tree["organiser"] for event in events(data)] == [["kexie"], ["kexie"]]


def test_a_header_of_two_rows_is_read_as_one() -> None:
    data = workbook(
        ["活动名称", "活动时间", None, "主办单位"],
        [None, "开始时间", "结束时间", None],
        ["甲", datetime(2027, 9, 1, 9, 0), datetime(2027, 9, 1, 11, 0), "市科协"],
        merged=["A1:A2", "B1:C1", "D1:D2"],
    )
    (event,) = events(data)
    assert {**event.tree} == {
        "title": "甲",
        "start": "2027-09-01 09:00",
        "end": "2027-09-01 11:00",
        "organiser": ["kexie"],
    }


@pytest.mark.parametrize(
    ("cell", "start"),
    [
        (46631, "2027-09-01"),
        (46631.375, "2027-09-01 09:00"),
        (date(2027, 9, 1), "2027-09-01"),
        (datetime(2027, 9, 1, 9, 0), "2027-09-01 09:00"),
    ],
)
def test_excel_s_numbers_of_days_are_read_as_dates(cell: Any, start: str) -> None:
    (event,) = events(workbook(["活动名称", "活动时间"], ["甲", cell]))
    assert event.tree == {"title": "甲", "start": start}


def test_a_day_that_excel_turned_into_a_number_is_a_question() -> None:
    (event,) = events(workbook(["活动名称", "活动时间"], ["甲", 9.2]), year=2027)
    assert event.tree == {"title": "甲", "draft": "true"}
    assert [one.show(str) for one in event.questions] == [
        "活动时间: “9.2”: Excel turned a date into a number; is it 9.2 or 9.20?"
    ]


def test_day_and_hours_in_separate_columns_are_joined() -> None:
    data = workbook(
        ["活动名称", "活动日期", "开始时间", "结束时间"],
        ["甲", "9月1日", "9:00", "11:00"],
        ["乙", date(2027, 9, 2), "下午2点", None],
    )
    assert [(event.tree["start"], event.tree.get("end")) for event in events(data, year=2027)] == [
        ("2027-09-01 09:00", "2027-09-01 11:00"),
        ("2027-09-02 14:00", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_that_excel_writes(encoding: str) -> None:
    (event,) = events(
        csv(["活动名称", "举办时间", "举办地点"], ["看星星", "2027年9月1日", "小城图书馆"]).encode(encoding)
    )
    assert event.tree == {"title": "看星星", "start": "2027-09-01", "venue": "library"}


def test_a_table_separated_by_tabs_or_semicolons_is_read_too() -> None:
    for separator in "\t;":
        (event,) = events(
            f"活动名称{separator}活动时间{separator}费用\n甲{separator}2027-09-01{separator}免费, 不限\n".encode()
        )
        assert event.tree == {"title": "甲", "start": "2027-09-01", "fee": "免费, 不限"}


def test_a_separator_is_chosen_by_the_header_and_not_by_the_commas_in_texts() -> None:
    content = f"活动名称;活动时间;活动内容\n甲;2027-09-01;{'一,' * 30}\n"
    (event,) = events(content.encode())
    assert (event.tree["start"], event.title) == ("2027-09-01", "甲")


def test_every_alias_of_a_header_is_read_in_full_and_half_width() -> None:
    for column in columns():
        for header in (column.header, *column.aliases):
            assert column_of(header) == column, header
            assert column_of(f" *{header.replace('（', '(').replace('）', ')')}： ") == column, header


def test_no_two_columns_have_the_same_name() -> None:
    names = [name for column in columns() for name in (column.header, *column.aliases)]
    assert len(names) == len(set(names))


def test_names_match_by_alias_and_never_by_similarity() -> None:
    data = workbook(
        ["活动名称", "主办单位", "受众", "活动时间"], ["甲", "科协、市科技协会；双胞胎", "青少年/公众", "2027-09-01"]
    )
    (event,) = events(data)
    assert event.tree["organiser"] == ["kexie"]
    assert event.tree["audience"] == ["youth", "public"]
    assert event.tree["draft"] == "true"
    assert [one.show(str) for one in event.questions] == [
        "主办单位: “市科技协会” is not known. Did you mean “市科协”?",
        "主办单位: “双胞胎” is not known. It may mean twin-a, twin-b.",
    ]


def test_people_and_mobile_numbers_are_left_out_by_default() -> None:
    rows = [
        ["活动名称", "活动时间", "联系人", "联系电话", "报名方式"],
        ["甲", "2027-09-01", "张三", "138 1234 5678、0519-86619627", "致电13812345678"],
    ]
    (event,) = events(workbook(*rows))
    assert event.tree["signup"] == {"how": "致电", "phone": "0519-86619627"}
    assert [one.show(str) for one in event.notes] == ["报名方式: A mobile or identity number was left out."]
    (event,) = events(workbook(*rows), contacts=True)
    assert event.tree["signup"] == {"how": "致电13812345678；联系人：张三", "phone": "138 1234 5678、0519-86619627"}


def test_a_cell_with_only_a_mobile_number_is_empty() -> None:
    (event,) = events(workbook(["活动名称", "活动时间", "联系电话"], ["甲", "2027-09-01", 13812345678]))
    assert event.tree == {"title": "甲", "start": "2027-09-01"}
    (event,) = events(workbook(["活动名称", "活动时间", "报名电话"], ["甲", "2027-09-01", "+8613812345678"]))
    assert event.tree == {"title": "甲", "start": "2027-09-01"}
    assert [one.show(str) for one in event.notes] == ["报名电话: A mobile or identity number was left out."]


def test_the_department_replaces_a_missing_organiser_with_a_note() -> None:
    (event,) = events(workbook(["活动名称", "活动时间", "主管部门"], ["甲", "2027-09-01", "市科协"]))
    assert event.tree["organiser"] == ["kexie"]
    assert [one.show(str) for one in event.notes] == ["The department is taken as the organiser: the row names none."]


def test_repeated_headers_and_sums_are_not_events() -> None:
    data = workbook(
        ["活动名称", "活动时间"],
        ["甲", "2027-09-01"],
        ["活动名称", "活动时间"],
        ["乙", "2027-09-02"],
        ["备注：以通知为准"],
        ["合计", 2],
        merged=["A5:B5"],
    )
    assert [event.title for event in events(data)] == ["甲", "乙"]


def test_hidden_sheets_and_sheets_without_a_table_are_ignored() -> None:
    book = Workbook()
    first: Any = book.active
    first.append(["说明", "请各单位填写"])
    hidden = book.create_sheet("旧表")
    hidden.append(["活动名称", "活动时间"])
    hidden.sheet_state = "hidden"
    found = sheets(as_bytes(book))
    assert [table_of(sheet) for sheet in found] == [None]


def changed_workbook(part: str, old: bytes, new: bytes) -> bytes:
    """A valid workbook with a change in one of its parts."""
    written = BytesIO()
    with (
        ZipFile(BytesIO(workbook(["活动名称", "活动时间"], ["甲", "2027-09-01"]))) as source,
        ZipFile(written, "w") as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            assert part not in name or old in content
            target.writestr(name, content.replace(old, new, 1) if part in name else content)
    return written.getvalue()


def test_parts_of_a_workbook_that_are_not_values_are_ignored_silently() -> None:
    listed = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    assert [event.title for event in events(changed_workbook("sheet1", b"</worksheet>", listed))] == ["甲"]


def test_a_value_below_a_merged_cell_is_not_read() -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>'
    (sheet,) = sheets(changed_workbook("sheet1", b"</sheetData>", merged))
    assert sheet.rows == (("活动名称", "活动时间"), ("甲", "甲"))


def test_a_sheet_that_states_a_wrong_size_is_read_whole() -> None:
    assert [event.title for event in events(changed_workbook("sheet1", b'ref="A1:B2"', b'ref="A1"'))] == ["甲"]


@pytest.mark.parametrize(
    "mark",
    [
        b'<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>',
        b'<mergeCells count="1"><mergeCell ref="A3:XFD1048576"/></mergeCells>',
    ],
)
def test_a_mark_on_a_huge_area_costs_no_memory(mark: bytes) -> None:
    assert [event.title for event in events(changed_workbook("sheet1", b"</sheetData>", b"</sheetData>" + mark))] == [
        "甲"
    ]


# Broken and hostile files


def test_an_old_or_encrypted_workbook_is_refused_with_a_reason() -> None:
    assert (
        refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
        == "This is a workbook of the old .xls kind, or one with a password."
    )


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 not a zip",
        b"PK\x05\x06" + bytes(18),
        b"\x89PNG\r\n\x1a\n\0\0",
        b"<html><table></table></html>",
        b"\xff\xfe\x00",
    ],
)
def test_a_file_without_a_table_is_refused_with_a_reason(data: bytes) -> None:
    assert "read" in refused(data) or "neither" in refused(data)


def archive(**parts: bytes) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name.replace("__", "/"), content)
    return written.getvalue()


def test_a_zip_that_is_not_a_workbook_is_refused() -> None:
    assert refused(archive(word__document=b"<w/>")) == "This workbook cannot be read."


def test_a_zip_bomb_is_not_unpacked() -> None:
    assert (
        refused(archive(xl__worksheets__sheet1=bytes(80 << 20)))
        == "Unpacked, this workbook would be 80 MB: it is not opened."
    )
    assert (
        refused(archive(xl__sharedStrings=bytes(5 << 20))) == "Unpacked, this workbook would be 5 MB: it is not opened."
    )


def test_an_xml_bomb_in_a_workbook_is_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><worksheet'
    assert refused(changed_workbook("sheet1", b"<worksheet", bomb)) == "This workbook cannot be read."


def test_a_cell_far_away_does_not_fill_the_memory() -> None:
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["活动名称", "活动时间"])
    sheet.append(["甲", "2027-09-01"])
    sheet.cell(1_048_576, 16_384).number_format = "0.00"
    assert [event.title for event in events(as_bytes(book))] == ["甲"]
    sheet.cell(3, MOST_COLUMNS + 1).value = "x"
    assert refused(as_bytes(book)).startswith("The sheet “Sheet” has 3 rows and 301 columns; at most 20000 and 300 are")


def long_workbook(rows: int, columns: int) -> bytes:
    """A workbook whose rows are all filled."""
    cells = "".join(f'<c t="inlineStr"><is><t>第{column}格</t></is></c>' for column in range(columns))
    added = "".join(f'<row r="{number}">{cells}</row>' for number in range(3, rows + 1))
    return changed_workbook("sheet1", b"</sheetData>", f"{added}</sheetData>".encode())


def problem_of(data: bytes) -> str:
    found = read_sheets("x", data)
    assert isinstance(found, Problem), found
    return as_text([found], "zh-CN")


def test_an_honest_table_that_is_too_long_is_told_its_rows_and_how_many_can_be_read_in_time() -> None:
    said = problem_of(long_workbook(19_000, 12))
    assert "这个工作簿有 19000 行、227980 个有内容的单元格，一次读不完。" in said
    assert "请拆成几个文件，每个不超过 12100 行。" in said
    data = long_workbook(12_100, 12)
    with at_most(5):
        assert len(sheets(data)[0].rows) == 12_100
    said = problem_of(long_workbook(MOST_ROWS + 1, 3))
    assert "工作表“Sheet1”有 20001 行、3 列，一次最多读 20000 行、300 列。" in said
    assert "请拆成几个文件，每个不超过 20000 行。" in said


def test_a_long_table_fits_into_the_memory() -> None:
    data = long_workbook(MOST_ROWS // 10, 7)
    tracemalloc.start()
    try:
        sheets(data)
        assert tracemalloc.get_traced_memory()[1] < 30e6, "300 MB for ten times as many rows"
    finally:
        tracemalloc.stop()


# Writing


def test_csv_escapes_formulas_and_import_unescapes_them() -> None:
    cells = ("=1+1", "+86", "-1", "@x", "'=1", "''-", "\tx", "'quoted'", "＝1", "plain")
    written = write_csv(["标题"] * len(cells), [cells])
    shown = written.decode("utf-8-sig").split("\r\n")[1].split(",")
    assert not [cell for cell in shown if cell.strip('"')[0] in "=+-@\t\r＝"]
    assert sheets(written)[0].rows[1] == cells


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    from openpyxl import load_workbook

    book: Any = load_workbook(BytesIO(write_workbook("活动", ["标题"], [("=HYPERLINK(1)",)], [20])))
    assert book.active["A2"].data_type == "s"
    assert book.active["A2"].value == "=HYPERLINK(1)"


def test_a_workbook_has_a_fixed_bold_header_widths_and_real_dates() -> None:
    from openpyxl import load_workbook

    book: Any = load_workbook(
        BytesIO(
            write_workbook(
                "活动",
                ["活动名称", "开始时间"],
                [("甲", datetime(2027, 9, 1, 9, 0)), ("乙", date(2027, 9, 2))],
                [36, 17],
            )
        )
    )
    sheet = book.active
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width == 36
    assert (sheet["B2"].value, sheet["B2"].number_format) == (datetime(2027, 9, 1, 9, 0), "yyyy-mm-dd hh:mm")
    assert (sheet["B3"].value, sheet["B3"].number_format) == (datetime(2027, 9, 2), "yyyy-mm-dd")
