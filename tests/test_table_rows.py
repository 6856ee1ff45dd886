"""Rows of tables as people write them: every cell is kept, and events have only values of the table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from event_values import REGISTRIES
from openpyxl import Workbook
from openpyxl.styles import Font
from tables import as_bytes, workbook

from almanac.content.names import registry_of
from almanac.exchange import registries
from almanac.exchange.cells import CellContext
from almanac.exchange.forms import form_of
from almanac.exchange.incoming import IncomingEvent
from almanac.exchange.rows import read_row
from almanac.exchange.table_files import read_sheets
from almanac.exchange.tables import Table, stated_year, table_of

HEADER = ["活动名称", "活动时间", "活动地点", "主办单位"]


def table(data: bytes) -> Table:
    sheets = read_sheets("x", data)
    assert isinstance(sheets, list), sheets
    found = table_of(sheets[0])
    assert found
    return found


def events(data: bytes, year: int | None = 2027) -> list[IncomingEvent]:
    found = table(data)
    read = (
        read_row(row, found.columns, CellContext(REGISTRIES, year, zone=ZoneInfo("Asia/Shanghai")))
        for row in found.rows
    )
    return [event for event in read if event]


def questions(event: IncomingEvent) -> list[str]:
    return [question.show(str) for question in event.questions]


def sheet(*rows: Sequence[Any]) -> tuple[Workbook, Any]:
    book = Workbook()
    active: Any = book.active
    for row in rows:
        active.append(list(row))
    return book, active


@pytest.mark.parametrize(
    ("header", "cells", "start", "end"),
    [
        (["日期", "上午/下午", "时间"], ["9月1日", "晚上", "8:00-9:30"], "2027-09-01 20:00", "2027-09-01 21:30"),
        (["日期", "时间", "时段"], ["9月1日", "2:30-4:00", "下午"], "2027-09-01 14:30", "2027-09-01 16:00"),
        (["时段", "日期", "开始时间"], ["下午", "9月1日", "7:30"], "2027-09-01 19:30", None),
        (["活动日期", "上午", "下午"], ["9月1日", "", "2:00-4:00"], "2027-09-01 14:00", "2027-09-01 16:00"),
    ],
)
def test_a_part_of_the_day_in_its_own_column_belongs_to_the_time(
    header: list[str], cells: list[str], start: str, end: str | None
) -> None:
    (event,) = events(workbook(["活动名称", *header], ["星空观测", *cells]))
    assert (event.tree["start"], event.tree.get("end"), questions(event)) == (start, end, [])


def test_hours_in_the_columns_of_morning_and_afternoon_are_two_sessions() -> None:
    (event,) = events(workbook(["活动名称", "日期", "上午", "下午"], ["甲", "9月1日", "9:00-11:00", "2:00-4:00"]))
    assert event.tree["sessions"] == [
        {"id": "1", "start": "2027-09-01 09:00", "end": "2027-09-01 11:00"},
        {"id": "2", "start": "2027-09-01 14:00", "end": "2027-09-01 16:00"},
    ]


def test_a_part_of_the_day_without_hours_is_a_question() -> None:
    (event,) = events(workbook(["活动名称", "日期", "时段"], ["甲", "9月1日", "上午"]))
    assert questions(event) == ["活动时间: “9月1日 上午” does not say the hours."]


def test_an_invalid_value_keeps_the_other_parts_of_its_mapping() -> None:
    data = workbook(
        ["活动名称", "活动时间", "报名电话", "报名链接", "名额", "报名截止"],
        ["讲座", "2027-09-01", "0519-86600001", "关注公众号", 100, "2027-08-20"],
    )
    (event,) = events(data)
    assert event.tree["signup"] == {"phone": "0519-86600001", "deadline": "2027-08-20", "capacity": "100"}
    assert [one for one in questions(event) if "关注公众号" in one]


@pytest.mark.parametrize("mark", ["同上", '"', "〃", "″", "同上行"])
def test_a_ditto_mark_repeats_the_cell_above(mark: str) -> None:
    data = workbook(
        HEADER, ["甲", "9月1日", "小城图书馆", "市科协"], ["乙", mark, mark, mark], ["丙", mark, mark, mark]
    )
    assert [{**event.tree, "title": ""} for event in events(data)] == [
        {"title": "", "start": "2027-09-01", "venue": "library", "organiser": ["kexie"]}
    ] * 3


def test_a_ditto_mark_without_a_value_above_is_a_question() -> None:
    (event,) = events(workbook(HEADER, ["甲", "9月1日", "同上", "市科协"]))
    assert "venue" not in event.tree
    assert questions(event) == ["活动地点: “同上”: no row above has a value to repeat."]


def test_a_year_in_the_name_of_the_file_counts_unless_it_is_in_the_far_future() -> None:
    found = table(workbook(HEADER, ["甲", "9月1日"]))
    stated = stated_year(found, "2035年活动.xlsx", latest=2027)
    assert stated
    assert (stated.year, stated.plausible) == (2035, False)
    stated = stated_year(found, "2026年活动.xlsx", latest=2027)
    assert stated
    assert stated.plausible


def test_rows_that_share_a_title_cell_are_one_event() -> None:
    data = workbook(
        ["主办单位", "活动名称", "活动时间", "活动地点", "主讲人"],
        ["市科协", "讲坛", "9月5日14:00", "小城图书馆", "张教授"],
        [None, None, None, None, "李研究员"],
        [None, "一日游", "9月12日8:30", "广场", None],
        ["科协", "培训", "9月20日9:00", "小城图书馆", "周农艺师"],
        [None, None, "9月27日9:00", None, "吴农艺师"],
        merged=["A2:A4", "B2:B3", "C2:C3", "D2:D3", "A5:A6", "B5:B6", "D5:D6"],
    )
    talk, tour, training = events(data)
    assert talk.tree["speakers"] == [{"name": "张教授"}, {"name": "李研究员"}]
    assert (talk.tree["start"], talk.row_count) == ("2027-09-05 14:00", 2)
    assert (tour.title, tour.row_count) == ("一日游", 1)
    assert training.tree["sessions"] == [
        {"id": "1", "start": "2027-09-20 09:00"},
        {"id": "2", "start": "2027-09-27 09:00"},
    ]
    assert not [question for event in (talk, tour, training) for question in questions(event)]


def test_rows_that_share_a_title_cell_at_different_places_are_events_of_their_own() -> None:
    rows = (["巡讲", "9月5日", "东区广场", "市科协"], [None, "9月6日", "西区广场", "市科协"])
    assert len(events(workbook(HEADER, *rows, merged=["A2:A3"]))) == 2


def test_hidden_and_struck_rows_are_drafts_with_a_question() -> None:
    book, active = sheet(HEADER, ["甲", "9月1日"], ["乙", "9月2日"], ["丙", "9月3日", "旧馆"])
    active.row_dimensions[2].hidden = True
    for place in ("A3", "B3", "C4"):
        active[place].font = Font(strike=True)
    hidden, struck, moved = events(as_bytes(book))
    assert questions(hidden) == ["The row is hidden in the table: is the event to be published?"]
    assert questions(struck) == ["The row is struck through: is the event cancelled?"]
    assert questions(moved) == ["活动地点: “旧馆” is struck through: is it still right?"]
    assert {event.tree["draft"] for event in (hidden, struck, moved)} == {"true"}
    assert struck.tree["start"] == "2027-09-02", "a struck row keeps its values"


def test_a_struck_or_repeated_date_in_separate_columns_is_a_question() -> None:
    book, active = sheet(["活动名称", "日期", "开始时间"], ["甲", "9月1日", "9:00"])
    active["B2"].font = Font(strike=True)
    (event,) = events(as_bytes(book))
    assert "活动时间: “9月1日” is struck through: is it still right?" in questions(event)


def test_struck_words_within_a_cell_do_not_count() -> None:
    shared = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>'
        "<r><rPr><strike/></rPr><t>9月1日</t></r><r><t>9月8日</t></r></si></sst>"
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    written = BytesIO()
    with ZipFile(BytesIO(workbook(HEADER, ["甲", "DATE"]))) as source, ZipFile(written, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            content = content.replace(
                "</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
            )
            content = re.sub(
                r'<c r="B2" t="inlineStr"><is><t>DATE</t></is></c>', '<c r="B2" t="s"><v>0</v></c>', content
            )
            target.writestr(name, content)
        target.writestr("xl/sharedStrings.xml", shared)
    (event,) = events(written.getvalue())
    assert event.tree["start"] == "2027-09-08"


@pytest.mark.parametrize(
    ("remark", "status", "asked"),
    [
        ("已取消", "cancelled", False),
        ("延期，时间另行通知", "postponed", False),
        ("名额已满", "full", False),
        ("因台风取消", "cancelled", False),
        ("活动已取消（天气原因）", "cancelled", False),
        ("因雨可能取消", None, False),
        ("改在市图书馆报告厅", None, True),
        ("场地调整", None, True),
        ("改期至9月8日", None, True),
        ("雨天取消", None, False),
        ("请带身份证", None, False),
    ],
)
def test_a_remark_about_a_cancellation_is_read_or_asked_about(remark: str, status: str | None, *, asked: bool) -> None:
    data = workbook([*HEADER, "备注"], ["甲", "9月1日", "小城图书馆", "市科协", remark])
    (event,) = events(data)
    assert (event.tree.get("status"), bool(event.questions)) == (status, asked)
    assert table(data).ignored == ("备注",)


def test_the_reason_in_a_remark_becomes_the_note_on_the_status() -> None:
    (event,) = events(workbook([*HEADER, "备注"], ["甲", "9月1日", "小城图书馆", "市科协", "因台风取消"]))
    assert (event.tree["status"], event.tree["status_note"]) == ("cancelled", "因台风取消")
    both = workbook([*HEADER, "状态", "备注"], ["甲", "9月1日", "小城图书馆", "市科协", "延期", "已取消"])
    assert [event.tree["status"] for event in events(both)] == ["postponed"]


def test_a_status_behind_the_title_is_read() -> None:
    (event,) = events(workbook(HEADER, ["讲座（已取消）", "9月1日"]))
    assert (event.title, event.tree["status"]) == ("讲座", "cancelled")


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        ('=DISPIMG("ID_0A1B2C",1)', "the cell holds a picture: type its text instead."),
        ("#REF!", "the cell shows the error #REF!."),
        (
            "=VLOOKUP(A2,B:C,2)",
            "the formula has no result: open the table in Excel or WPS, save it, and import it again.",
        ),
    ],
)
def test_pictures_errors_and_formulas_are_questions(cell: str, asked: str) -> None:
    data = workbook([*HEADER, "报名方式"], ["甲", "9月1日", "小城图书馆", "市科协", cell])
    (event,) = events(data)
    assert "signup" not in event.tree
    assert questions(event)[0].endswith(asked)


def test_the_address_of_a_link_is_read() -> None:
    book, active = sheet([*HEADER, "报名链接"], ["甲", "9月1日", "小城图书馆", "市科协", "点击报名"], ["乙", "9月2日"])
    active["E2"].hyperlink = "https://example.org/signup?id=1"
    active["A3"].hyperlink = "https://example.org/page"
    first, second = events(as_bytes(book))
    assert first.tree["signup"] == {"url": "https://example.org/signup?id=1"}
    assert second.tree["url"] == "https://example.org/page"


def test_headings_sums_and_numbers_within_a_table_are_skipped_with_a_reason() -> None:
    data = workbook(
        ["序号", *HEADER],
        ["一、科普讲座"],
        [1, "甲", "9月1日"],
        ["二、展览", None, None, None, None],
        ["序号", *HEADER],
        [2, "乙", "9月2日"],
        [3],
        ["合计", "2项"],
        merged=["A2:E2"],
    )
    assert [event.title for event in events(data)] == ["甲", "乙"]
    assert [(row.number, row.reason.show(str)) for row in table(data).skipped] == [
        (2, "It is a heading within the table."),
        (4, "It is a heading within the table."),
        (5, "It repeats the header."),
        (7, "It is only a number."),
        (8, "It is a sum or a remark."),
    ]


# Names


@pytest.mark.parametrize(
    ("written", "suggestion"),
    [
        ("公务员", "领导干部和公务员"),
        ("农民朋友", "农民"),
        ("在校中小学生", "青少年"),
        ("农民工", None),
        ("大学生", None),
        ("全体市民", None),
        ("青少年及家长", None),
        ("科技工作者", None),
    ],
)
def test_no_suggestion_drops_a_name_or_picks_a_stranger(written: str, suggestion: str | None) -> None:
    names = ("青少年", "亲子家庭", "农民", "领导干部和公务员", "社会公众")
    known = {name: (name,) for name in names} | {"青少年": ("青少年", "中小学生", "学生")}
    assert registries.suggestion(registry_of(known), written) == suggestion


@pytest.mark.parametrize(
    ("written", "suggestion"),
    [
        ("武进图书馆报告厅", "武进图书馆"),
        ("武进区图书馆", "武进图书馆"),
        ("常州市图书馆报告厅", "市图书馆报告厅"),
        ("市科技馆集合", None),
        ("某社区", None),
    ],
)
def test_a_suggested_venue_is_the_one_whose_name_is_written(written: str, suggestion: str | None) -> None:
    names = ("武进图书馆", "市图书馆报告厅", "科博馆", "钟楼社区科普馆")
    assert registries.suggestion(registry_of({name: (name,) for name in names}), written) == suggestion


def test_a_short_alias_within_a_name_is_no_suggestion() -> None:
    known = registry_of({"kexie": ("市科协", "科协"), "kexie-wujin": ("武进区科协", "武进科协")})
    assert registries.suggestion(known, "武进科协会") == "武进区科协"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("市科协、小城天文社", ["kexie", "小城天文社"]),
        ("无", None),
        ("/", None),
    ],
)
def test_other_co_organisers_are_read_as_text(written: str, value: list[str] | None) -> None:
    (event,) = events(workbook([*HEADER, "协办单位"], ["讲座", "9月1日", "小城图书馆", "市科协", written]))
    assert event.tree.get("co_organiser") == value
    assert not event.questions


def test_a_form_is_named_and_not_whether_people_meet() -> None:
    rows = (["甲", "9月1日", "", "", "讲座"], ["乙", "9月1日", "", "", "线下"], ["丙", "9月1日", "", "", "沙龙"])
    named, met, unknown = events(workbook([*HEADER, "活动形式"], *rows))
    assert named.tree["form"] == "lecture"
    assert [note.show(str) for note in met.notes] == ["活动形式: “线下” is no form of event: it was not imported."]
    assert (met.tree.get("form"), questions(met), len(questions(unknown))) == (None, [], 1)


def test_names_that_a_word_joins_are_several() -> None:
    rows = (["甲", "9月1日", "小城图书馆", "市科协", "青少年及公众"], ["乙", "9月1日", "", "", "青少年及家长"])
    first, second = events(workbook([*HEADER, "受众"], *rows))
    assert first.tree["audience"] == ["youth", "public"]
    assert "“青少年及家长” is not known." in questions(second)[0], "none of several names is dropped"


@pytest.mark.parametrize(
    ("written", "ages"),
    [("6-12岁", "6-12"), ("6—12周岁", "6-12"), ("6岁以上", "6+"), ("6+", "6+"), ("不限", None)],
)
def test_ages_are_read_as_people_write_them(written: str, ages: str | None) -> None:
    (event,) = events(workbook([*HEADER, "适合年龄"], ["讲座", "9月1日", "小城图书馆", "市科协", written]))
    assert (event.tree.get("ages"), questions(event)) == (ages, [])


@pytest.mark.parametrize("written", ["线上", "腾讯会议", "网络直播：视频号“科普”", "线上线下结合"])
def test_an_online_event_has_no_place_but_an_address(written: str) -> None:
    (event,) = events(workbook(HEADER, ["讲座", "9月1日", written]))
    assert "venue" not in event.tree
    assert [one for one in questions(event) if "what is its web address?" in one]
    (event,) = events(workbook([*HEADER, "直播链接"], ["讲座", "9月1日", written, "", "https://live.example.org/x"]))
    assert (event.tree["online"], questions(event)) == ("https://live.example.org/x", [])


# Headers


@pytest.mark.parametrize(
    "header",
    [
        ["讲座名称", "讲座时间", "讲座地点", "单位"],
        ["主题", "日期", "具体地点", "主办部门"],
        ["title", "start", "venue", "organiser"],
        ["课程名称", "开课时间", "授课地点", "牵头部门"],
        ["培训项目名称", "培训时间", "培训地点", "责任部门"],
        ["项目", "拟举办时间", "地址", "组织单位"],
    ],
)
def test_headers_are_known_by_many_words(header: list[str]) -> None:
    (event,) = events(workbook(header, ["走进科学", "2027-09-01", "小城图书馆", "市科协"]))
    assert event.tree == {"title": "走进科学", "start": "2027-09-01", "venue": "library", "organiser": ["kexie"]}


@pytest.mark.parametrize(
    ("header", "yes"),
    [
        (["主题", "开始日期", "开始时间", "结束日期", "结束时间", "全天事件", "说明", "位置", "隐私"], "True"),
        (
            [
                "Subject",
                "Start Date",
                "Start Time",
                "End Date",
                "End Time",
                "All Day Event",
                "Description",
                "Location",
                "Private",
            ],
            "TRUE",
        ),
    ],
)
def test_the_tables_of_outlook_and_google_are_read(header: list[str], yes: str) -> None:
    no = "False"
    data = workbook(
        header,
        ["讲座", "2027/9/1", "14:00:00", "2027/9/1", "16:00:00", no, "内容", "小城图书馆", no],
        ["展览", "2027/9/1", "0:00:00", "2027/9/4", "0:00:00", yes, "", "", no],
        ["体检", "2027/9/1", "14:00:00", "2027/9/1", "16:00:00", no, "", "", yes],
    )
    talk, exhibition = events(data)
    assert (talk.tree["start"], talk.tree["end"]) == ("2027-09-01 14:00", "2027-09-01 16:00")
    assert (talk.tree["venue"], talk.body) == ("library", "内容\n")
    assert (exhibition.tree["start"], exhibition.tree["end"]) == ("2027-09-01", "2027-09-03")
    assert [(row.shown, row.reason.show(str)) for row in table(data).skipped] == [("…", "It is private.")]


@pytest.mark.parametrize(
    ("first", "second", "starts"),
    [
        ("9/5/2027", "9/15/2027", ["2027-09-05 14:00", "2027-09-15 14:00"]),
        ("5/9/2027", "15/9/2027", ["2027-09-05 14:00", "2027-09-15 14:00"]),
        ("09/05/2027", "09/06/2027", ["2027-09-05 14:00", "2027-09-06 14:00"]),
    ],
)
def test_english_tables_write_the_month_or_the_day_first(first: str, second: str, starts: list[str]) -> None:
    data = workbook(["Subject", "Start Date", "Start Time"], ["Talk", first, "2:00 PM"], ["Talk 2", second, "2:00 PM"])
    assert [event.tree.get("start") for event in events(data)] == starts


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("2027-04-01T14:00:00+01:00", "2027-04-01 21:00"),
        ("2027-04-01T14:00:00Z", "2027-04-01 22:00"),
        ("2027-04-01 14:00 GMT", "2027-04-01 22:00"),
        ("2027-12-20T10:00:00+1100", "2027-12-20 07:00"),
        ("2027-04-01T14:00:00", "2027-04-01 14:00"),
    ],
)
@pytest.mark.parametrize("header", ["开始时间", "活动时间"])
def test_times_with_an_offset_become_local(written: str, start: str, header: str) -> None:
    (event,) = events(workbook(["活动名称", header], ["甲", written]))
    assert (event.tree["start"], event.questions) == (start, ())


def test_the_second_row_of_a_header_is_no_event() -> None:
    data = workbook(
        ["活动名称", "活动时间", None, "主办单位"],
        [None, "开始时间", "结束时间", None],
        ["甲", "2027-09-01 09:00", "2027-09-01 11:00", "市科协"],
        merged=["B1:C1"],
    )
    (event,) = events(data)
    assert (event.tree["start"], event.tree["end"]) == ("2027-09-01 09:00", "2027-09-01 11:00")


def test_one_time_for_several_days_may_stand_in_its_own_column() -> None:
    data = workbook(["活动名称", "开始日期", "结束日期", "时间"], ["甲", "9月1日", "9月3日", "9:00-17:00"])
    (event,) = events(data)
    assert (event.tree["start"], event.tree["end"]) == ("2027-09-01 09:00", "2027-09-03 17:00")


# Forms


def test_a_form_is_one_event() -> None:
    data = workbook(
        ["2027年科普活动登记表"],
        ["活动名称", "走进人工智能", None, None],
        ["活动时间", "9月15日9:00", "活动地点", "小城图书馆"],
        ["主办单位", "市科协", "参加人数", 80],
        ["活动内容", "第一段\n第二段", None, None],
        ["备注", None],
        merged=["A1:D1", "B2:D2", "B5:D5"],
    )
    sheets = read_sheets("x", data)
    assert isinstance(sheets, list)
    form = form_of(sheets[0])
    assert form
    (row,) = form.rows
    event = read_row(row, form.columns, CellContext(REGISTRIES, 2027))
    assert event
    assert event.tree == {
        "title": "走进人工智能",
        "start": "2027-09-15 09:00",
        "organiser": ["kexie"],
        "venue": "library",
        "signup": {"capacity": "80"},
    }
    assert (event.body, event.row_count, form.titles) == ("第一段\n\n第二段\n", 4, ("2027年科普活动登记表",))


def test_a_form_below_another_is_another_event_and_a_table_is_no_form() -> None:
    one = (["活动名称", "甲"], ["活动时间", "9月1日"], ["活动地点", "广场"])
    other = (["活动名称", "乙"], ["活动时间", "9月2日"], ["活动地点", "广场"])
    sheets = read_sheets("x", workbook(*one, *other))
    assert isinstance(sheets, list)
    forms = form_of(sheets[0])
    assert forms
    assert [row.number for row in forms.rows] == [1, 4]
    rows = [[f"第{number}讲", "9月1日", "广场", "市科协"] for number in range(5)]
    sheets = read_sheets("x", workbook(HEADER, *rows))
    assert isinstance(sheets, list)
    assert form_of(sheets[0]) is None
