"""Sample tables and a sample calendar for tests of import."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

HEADER = [
    "序号",
    "活动名称",
    "活动时间",
    "活动地点",
    "主办单位",
    "承办单位",
    "受众",
    "拟参加人数",
    "活动内容",
    "联系人",
    "联系电话",
    "备注",
]


def workbook(*rows: Sequence[Any], merged: Sequence[str] = (), title: str = "Sheet1") -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    return as_bytes(book)


def as_bytes(book: Workbook) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def summary_table(*rows: Sequence[Any], year: int = 2027) -> bytes:
    """A table with titles above its header, and a sum below."""
    return workbook(
        [f"小城{year}年科普月重点活动汇总表"],
        ["填报单位：市科协"],
        HEADER,
        *rows,
        ["合计", f"{len(rows)}项"],
        merged=["A1:L1", "A2:L2"],
    )


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Somebody//EN
BEGIN:VEVENT
UID:club-1@calendar.example
RECURRENCE-ID:20270417T010000Z
DTSTART:20270418T010000Z
DTEND:20270418T023000Z
SUMMARY:观鸟课
END:VEVENT
BEGIN:VEVENT
UID:club-1@calendar.example
SUMMARY:观鸟课
DTSTART:20270306T010000Z
DTEND:20270306T023000Z
RRULE:FREQ=WEEKLY;BYDAY=SA;UNTIL=20270508T155959Z
EXDATE:20270403T010000Z
LOCATION:小城图书馆\\, 东街1号
CATEGORIES:气象,水资源
DESCRIPTION:带望远镜。\\n电话13812345678。
END:VEVENT
BEGIN:VEVENT
UID:days@calendar.example
SUMMARY:三天展览
DTSTART;VALUE=DATE:20270518
DTEND;VALUE=DATE:20270521
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:berlin@calendar.example
SUMMARY:视频讲座
DTSTART;TZID=Europe/Berlin:20270601T080000
DURATION:PT1H
LOCATION:https://live.example.org/x
STATUS:TENTATIVE
END:VEVENT
END:VCALENDAR
"""
