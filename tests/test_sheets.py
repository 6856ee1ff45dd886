"""Tables as they come: titles, merged cells, serial dates, old encodings, broken and hostile files."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from event_values import REGISTER
from openpyxl import Workbook
from tables import HEADER, as_bytes, summary_table, workbook

from almanac.core.problems import Problem
from almanac.exchange.cells import Setting
from almanac.exchange.columns import column_of, columns
from almanac.exchange.entries import Entry
from almanac.exchange.rows import read_row
from almanac.exchange.sheets import MOST_COLUMNS, Sheet, read_sheets, write_csv
from almanac.exchange.tables import Table, table_of, year_of
from almanac.exchange.workbooks import write_workbook


def sheets(data: bytes) -> list[Sheet]:
    found = read_sheets("x", data)
    assert isinstance(found, list), found
    return found


def table(data: bytes) -> Table:
    found = table_of(sheets(data)[0])
    assert found
    return found


def entries(data: bytes, **setting: Any) -> list[Entry]:
    found = table(data)
    read = (read_row(number, cells, found.columns, Setting(REGISTER, **setting)) for number, cells in found.rows)
    return [entry for entry in read if entry]


def refused(data: bytes) -> str:
    found = read_sheets("x", data)
    assert isinstance(found, Problem), found
    assert found.hint
    return found.message.show(str)


def csv(*rows: list[str]) -> str:
    return "".join(",".join(row) + "\r\n" for row in rows)


def test_titles_above_the_header_are_no_events_and_name_the_year() -> None:
    found = table(summary_table([1, "开幕式", "9月1日", "小城图书馆", "市科协"]))
    assert [number for number, _ in found.rows] == [4]
    assert found.titles == ("小城2027年科普月重点活动汇总表", "填报单位：市科协")
    assert year_of(found, "2020.xlsx") == 2027
    assert found.ignored == ("备注",)


def test_a_title_with_two_years_settles_none() -> None:
    found = table(workbook(["2026—2027年活动汇总表"], HEADER, [1, "开幕式", "9月1日"]))
    assert year_of(found, "2020.xlsx") is None


def test_merged_cells_count_for_every_row_they_span() -> None:
    data = workbook(
        ["活动名称", "主办单位", "活动时间"],
        ["甲", "市科协", "2027年9月1日"],
        ["乙", None, "2027年9月2日"],
        merged=["B2:B3"],
    )
    assert [entry.tree["organiser"] for entry in entries(data)] == [["kexie"], ["kexie"]]


def test_a_header_of_two_rows_is_read_as_one() -> None:
    data = workbook(
        ["活动名称", "活动时间", None, "主办单位"],
        [None, "开始时间", "结束时间", None],
        ["甲", datetime(2027, 9, 1, 9, 0), datetime(2027, 9, 1, 11, 0), "市科协"],
        merged=["A1:A2", "B1:C1", "D1:D2"],
    )
    (entry,) = entries(data)
    assert {**entry.tree} == {
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
def test_dates_that_excel_keeps_as_numbers_are_dates(cell: Any, start: str) -> None:
    (entry,) = entries(workbook(["活动名称", "活动时间"], ["甲", cell]))
    assert entry.tree == {"title": "甲", "start": start}


def test_a_day_that_excel_took_for_a_number_is_not_guessed() -> None:
    (entry,) = entries(workbook(["活动名称", "活动时间"], ["甲", 9.2]), year=2027)
    assert entry.tree == {"title": "甲", "draft": "true"}
    assert [one.show(str) for one in entry.unsettled] == [
        "活动时间: “9.2” may be a day with or without a zero at its end: Excel took it for a number."
    ]


def test_day_and_hours_in_columns_of_their_own_belong_together() -> None:
    data = workbook(
        ["活动名称", "活动日期", "开始时间", "结束时间"],
        ["甲", "9月1日", "9:00", "11:00"],
        ["乙", date(2027, 9, 2), "下午2点", None],
    )
    assert [(entry.tree["start"], entry.tree.get("end")) for entry in entries(data, year=2027)] == [
        ("2027-09-01 09:00", "2027-09-01 11:00"),
        ("2027-09-02 14:00", None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_csv_is_read_in_every_encoding_that_excel_writes(encoding: str) -> None:
    (entry,) = entries(
        csv(["活动名称", "举办时间", "举办地点"], ["看星星", "2027年9月1日", "小城图书馆"]).encode(encoding)
    )
    assert entry.tree == {"title": "看星星", "start": "2027-09-01", "venue": "library"}


def test_a_table_separated_by_tabs_or_semicolons_is_read_too() -> None:
    for separator in "\t;":
        (entry,) = entries(
            f"活动名称{separator}活动时间{separator}费用\n甲{separator}2027-09-01{separator}免费, 不限\n".encode()
        )
        assert entry.tree == {"title": "甲", "start": "2027-09-01", "fee": "免费, 不限"}


def test_every_alias_of_a_header_is_understood_whatever_its_width() -> None:
    for column in columns():
        for header in (column.header, *column.aliases):
            assert column_of(header) == column, header
            assert column_of(f" *{header.replace('（', '(').replace('）', ')')}： ") == column, header


def test_no_two_columns_have_the_same_name() -> None:
    names = [name for column in columns() for name in (column.header, *column.aliases)]
    assert len(names) == len(set(names))


def test_names_are_matched_by_what_people_call_them_and_never_by_likeness() -> None:
    data = workbook(
        ["活动名称", "主办单位", "受众", "活动时间"], ["甲", "科协、市科技协会；双胞胎", "青少年/公众", "2027-09-01"]
    )
    (entry,) = entries(data)
    assert entry.tree["organiser"] == ["kexie"]
    assert entry.tree["audience"] == ["youth", "public"]
    assert entry.tree["draft"] == "true"
    assert [one.show(str) for one in entry.unsettled] == [
        "主办单位: “市科技协会” is not known. Did you mean “市科协”?",
        "主办单位: “双胞胎” is not known. It may mean twin-a, twin-b.",
    ]


def test_people_and_mobile_numbers_are_left_out_unless_they_are_asked_for() -> None:
    rows = [
        ["活动名称", "活动时间", "联系人", "联系电话", "报名方式"],
        ["甲", "2027-09-01", "张三", "138 1234 5678、0519-86619627", "致电13812345678"],
    ]
    (entry,) = entries(workbook(*rows))
    assert entry.tree["signup"] == {"how": "致电", "phone": "0519-86619627"}
    assert [one.show(str) for one in entry.notes] == ["报名方式: A mobile or identity number was left out."]
    (entry,) = entries(workbook(*rows), contacts=True)
    assert entry.tree["signup"] == {"how": "致电13812345678；联系人：张三", "phone": "138 1234 5678、0519-86619627"}


def test_a_mobile_number_alone_leaves_nothing() -> None:
    (entry,) = entries(workbook(["活动名称", "活动时间", "联系电话"], ["甲", "2027-09-01", 13812345678]))
    assert entry.tree == {"title": "甲", "start": "2027-09-01"}
    (entry,) = entries(workbook(["活动名称", "活动时间", "报名电话"], ["甲", "2027-09-01", "+8613812345678"]))
    assert entry.tree == {"title": "甲", "start": "2027-09-01"}
    assert [one.show(str) for one in entry.notes] == ["报名电话: A mobile or identity number was left out."]


def test_the_department_stands_in_for_a_missing_organiser_and_says_so() -> None:
    (entry,) = entries(workbook(["活动名称", "活动时间", "主管部门"], ["甲", "2027-09-01", "市科协"]))
    assert entry.tree["organiser"] == ["kexie"]
    assert [one.show(str) for one in entry.notes] == ["The department is taken as the organiser: the row names none."]


def test_rows_that_repeat_the_header_or_sum_up_are_no_events() -> None:
    data = workbook(
        ["活动名称", "活动时间"],
        ["甲", "2027-09-01"],
        ["活动名称", "活动时间"],
        ["乙", "2027-09-02"],
        ["备注：以通知为准"],
        ["合计", 2],
        merged=["A5:B5"],
    )
    assert [entry.title for entry in entries(data)] == ["甲", "乙"]


def test_hidden_sheets_and_sheets_without_a_table_are_passed_over() -> None:
    book = Workbook()
    first: Any = book.active
    first.append(["说明", "请各单位填写"])
    hidden = book.create_sheet("旧表")
    hidden.append(["活动名称", "活动时间"])
    hidden.sheet_state = "hidden"
    found = sheets(as_bytes(book))
    assert [table_of(sheet) for sheet in found] == [None]


def changed_workbook(part: str, old: bytes, new: bytes) -> bytes:
    """A good workbook, with something else in one of its parts."""
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


def test_what_a_workbook_has_beside_its_values_is_passed_over_in_silence() -> None:
    listed = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    assert [entry.title for entry in entries(changed_workbook("sheet1", b"</worksheet>", listed))] == ["甲"]


def test_a_value_below_a_merged_cell_is_not_read() -> None:
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>'
    (sheet,) = sheets(changed_workbook("sheet1", b"</sheetData>", merged))
    assert sheet.rows == (("活动名称", "活动时间"), ("甲", "甲"))


def test_a_sheet_that_states_a_wrong_size_is_read_whole() -> None:
    assert [entry.title for entry in entries(changed_workbook("sheet1", b'ref="A1:B2"', b'ref="A1"'))] == ["甲"]


# Files that are not what they should be


def test_an_old_or_encrypted_workbook_is_explained() -> None:
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
def test_what_is_no_table_is_explained(data: bytes) -> None:
    assert "read" in refused(data) or "neither" in refused(data)


def archive(**parts: bytes) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name.replace("__", "/"), content)
    return written.getvalue()


def test_a_zip_that_is_no_workbook_is_explained() -> None:
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
    assert [entry.title for entry in entries(as_bytes(book))] == ["甲"]
    sheet.cell(3, MOST_COLUMNS + 1).value = "x"
    assert refused(as_bytes(book)).startswith("The sheet “Sheet” has more than")


# What is written


def test_no_cell_of_a_csv_file_is_a_formula_and_import_undoes_the_mark() -> None:
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


def test_a_workbook_is_made_to_be_read_by_people() -> None:
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
