"""The blank table that departments fill in: drop-downs from the registries, an example row, a note on each column."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from almanac.content.field_words import label
from almanac.content.records.event import EventFields
from almanac.core.problems import Translate, text
from almanac.exchange.columns import CHOICES, Column, column_with
from almanac.exchange.contents import SiteContents
from almanac.exchange.table_rows import EXAMPLE
from almanac.exchange.workbooks import style_header

ROWS = 500  # rows with drop-downs
SEVERAL = frozenset({"organiser", "co_organiser", "audience", "theme"})  # columns that may hold several names
REQUIRED = frozenset({"title", "when"})
TEXT = "@"  # Excel's format of text, so that it turns no date into a number
NOTES = {
    "title": text("The name of the event, on one line."),
    "when": text("Day and hours: 2026年12月5日 14:00—16:00. Several dates and repeats may be written in words."),
    "venue": text("Choose a registered venue, or write any other place."),
    "venue.address": text("Only of a place that is not registered."),
    "organiser": text("Choose one; separate several by 、."),
    "co_organiser": text("Choose one, or write any other name; separate several by 、."),
    "audience": text("Choose one; separate several by 、."),
    "theme": text("Choose one; separate several by 、."),
    "form": text("Choose one."),
    "ages": text("In whole years: 6-12, or 6+ without an upper limit."),
    "programme": text("If the event belongs to a series."),
    "district": text("By default that of the venue."),
    "level": text("Leave it empty for an ordinary event."),
    "status": text("Leave it empty while the event takes place as planned."),
    "fee": text("For instance 免费."),
    "signup.how": text("In words: 现场签到，座位先到先得."),
    "signup.phone": text("A landline; mobile numbers are not published."),
    "signup.url": text("The whole address, which begins with https://."),
    "signup.deadline": text("The last day or moment to sign up."),
    "signup.capacity": text("A number."),
    "speakers": text("Names, separated by 、."),
    "summary": text("One sentence for lists."),
    "body": text("Any text. Each line becomes a paragraph."),
}
EXAMPLES = {
    "title": f"{EXAMPLE}走进人工智能",
    "when": "2026年12月5日 14:00—16:00",
    "ages": "6-12",
    "fee": "免费",
    "signup.how": "现场签到，座位先到先得",
    "signup.capacity": "120",
    "summary": "听工程师讲大模型如何学会说话",
    "body": "主讲人从下棋讲起，现场演示图像识别，最后留半小时提问。",
}


def template(contents: SiteContents, translate: Translate) -> bytes:
    """The bytes of the workbook."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "活动"
    names = workbook.create_sheet("名称")
    names.sheet_state = "hidden"
    columns = [column_with(key) for key in NOTES]
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        head = sheet.cell(1, place, column.header)
        head.comment = Comment(_note(column, translate), label(EventFields, column.group, translate))
        sheet.column_dimensions[letter].width = max(column.width, 16)
        options = _options(column, contents)
        example = sheet.cell(2, place, EXAMPLES.get(column.key) or (options[0] if options else None))
        example.font = Font(italic=True, color="7F7F7F")
        if column.key in {"when", "signup.deadline"}:
            for row in range(2, ROWS + 1):
                sheet.cell(row, place).number_format = TEXT
        if options:
            for row, name in enumerate(options, 1):
                names.cell(row, place, name)
            sheet.add_data_validation(_validation(column, letter, len(options)))
    style_header(sheet)
    written = BytesIO()
    workbook.save(written)
    return written.getvalue()


def _note(column: Column, translate: Translate) -> str:
    note, required = NOTES[column.key].show(translate), text("Required.").show(translate)
    return f"{required} {note}" if column.key in REQUIRED else note


def _options(column: Column, contents: SiteContents) -> list[str]:
    """The values of a drop-down; empty if the column has none."""
    if column.key in CHOICES:
        return list(CHOICES[column.key].values())
    folder = "venues" if column.key == "venue" else column.type.folder
    return list(contents.registries.of(folder).shown.values())


def _validation(column: Column, letter: str, count: int) -> DataValidation:
    """A drop-down that refuses other values only in columns of one value out of a fixed list."""
    validation = DataValidation(
        type="list",
        formula1=f"'名称'!${letter}$1:${letter}${count}",
        allow_blank=True,
        showErrorMessage=column.key not in SEVERAL and column.key != "venue",
    )
    validation.add(f"{letter}2:{letter}{ROWS}")
    return validation
