"""Table files of every form: .xls, .ods, .docx and HTML are read like .xlsx; other files are refused with a hint."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from event_values import REGISTRIES

from almanac.core.problems import Problem
from almanac.exchange.cells import CellContext
from almanac.exchange.incoming import IncomingEvent
from almanac.exchange.rows import read_row
from almanac.exchange.sheets import Sheet
from almanac.exchange.table_files import read_sheets
from almanac.exchange.tables import table_of

OLD_WORKBOOK = Path(__file__).parent / "table_files" / "old.xls"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = f'xmlns:office="{ODF}:office:1.0" xmlns:table="{ODF}:table:1.0" xmlns:text="{ODF}:text:1.0"'


def sheets(name: str, data: bytes) -> list[Sheet]:
    found = read_sheets(name, data)
    assert isinstance(found, list), found
    return found


def events(name: str, data: bytes) -> list[IncomingEvent]:
    table = table_of(sheets(name, data)[0])
    assert table
    read = (read_row(row, table.columns, CellContext(REGISTRIES, 2027)) for row in table.rows)
    return [event for event in read if event]


def archive(**parts: str) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name.replace("__", "/"), content)
    return written.getvalue()


def opendocument(rows: str) -> bytes:
    content = (
        f"<office:document-content {NAMESPACES}><office:body><office:spreadsheet>"
        f'<table:table table:name="活动">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return archive(
        **{
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF__manifest.xml": f'<m:manifest xmlns:m="{ODF}:manifest:1.0"/>',
            "content.xml": content,
        }
    )


def ods_row(*cells: str, repeated: int = 1) -> str:
    shown = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f'<table:table-row table:number-rows-repeated="{repeated}">{shown}</table:table-row>'


def word(*rows: list[str], title: str = "", struck: str = "") -> bytes:
    """A Word document with a table; a cell “^” continues the one above, and the text `struck` is struck through."""
    shown = "".join(
        "<w:tr>"
        + "".join(
            "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
            if cell == "^"
            else f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r>'
            f"{'<w:rPr><w:strike/></w:rPr>' if cell == struck else ''}<w:t>{cell}</w:t></w:r></w:p></w:tc>"
            for cell in row
        )
        + "</w:tr>"
        for row in rows
    )
    paragraph = f"<w:p><w:r><w:t>{title}</w:t></w:r></w:p>"
    body = f"<w:document {W}><w:body>{paragraph}<w:tbl>{shown}</w:tbl></w:body></w:document>"
    return archive(**{"word__document.xml": body})


def test_an_old_workbook_is_read() -> None:
    first, second = events("汇总.xls", OLD_WORKBOOK.read_bytes())
    assert first.tree == {
        "title": "甲",
        "start": "2027-09-01 09:00",
        "organiser": ["kexie"],
        "signup": {"capacity": "50"},
    }
    assert (second.title, second.tree["start"], second.tree["organiser"]) == ("乙", "2027-09-02 14:00", ["kexie"])
    assert [sheet.name for sheet in sheets("汇总.xls", OLD_WORKBOOK.read_bytes())] == ["活动"], "one sheet is hidden"


STRUCK_HTML = (
    "<table><tr><th>活动名称</th><th>活动时间</th></tr>"
    "<tr><td><s>甲</s></td><td>2027-09-01</td></tr>"
    '<tr style="display: none"><td>乙</td><td>2027-09-02</td></tr>'
    "<tr><td>丙</td><td><del>2027-09-03</del>2027-09-04</td></tr></table>"
)


def test_struck_and_hidden_rows_of_documents_are_asked_about() -> None:
    (sheet,) = sheets("x.html", STRUCK_HTML.encode())
    assert sheet.struck == {(2, 1)}
    assert sheet.hidden == {3}
    assert sheet.rows[3] == ("丙", "2027-09-04")
    (sheet,) = sheets("x.docx", word(["活动名称", "活动时间"], ["甲", "2027-09-01"], struck="甲"))
    assert sheet.struck == {(2, 1)}
    assert not sheets("汇总.xls", OLD_WORKBOOK.read_bytes())[0].marked


def test_an_opendocument_spreadsheet_is_read() -> None:
    data = opendocument(ods_row("活动名称", "活动时间") + ods_row("甲", "2027-09-01") + ods_row(repeated=1_048_000))
    assert [event.tree for event in events("x.ods", data)] == [{"title": "甲", "start": "2027-09-01"}]


def test_an_opendocument_bomb_is_refused() -> None:
    data = opendocument(ods_row("活动名称", "活动时间") + ods_row("甲", "2027-09-01", repeated=900_000_000))
    found = read_sheets("x.ods", data)
    assert isinstance(found, Problem)
    assert "too many cells, rows" in found.message.show(str)


def test_the_tables_of_a_word_document_are_read_with_their_merged_cells() -> None:
    data = word(
        ["活动名称", "活动时间", "主办单位"],
        ["甲", "9月1日9:00", "市科协"],
        ["乙", "9月2日9:00", "^"],
        title="2027年科普月安排",
    )
    first, second = events("x.docx", data)
    assert (first.tree["start"], second.tree["start"]) == ("2027-09-01 09:00", "2027-09-02 09:00")
    assert second.tree["organiser"] == ["kexie"]
    table = table_of(sheets("x.docx", data)[0])
    assert table
    assert table.titles == ("2027年科普月安排",)


@pytest.mark.parametrize("name", ["x.html", "x.xls"])
def test_the_tables_of_html_are_read(name: str) -> None:
    content = (
        "<html><head><style>td {}</style></head><body><table><tr><th>活动名称<th>活动时间<th>主办单位</tr>"
        "<tr><td>甲</td><td>2027-09-01</td><td rowspan=2>市科协</td></tr><tr><td>乙<br>丙</td><td>2027-09-02</td></tr>"
        "</table></body></html>"
    )
    first, second = events(name, content.encode())
    assert (first.tree["organiser"], second.tree["organiser"]) == (["kexie"], ["kexie"])
    assert second.title == "乙 丙"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.et", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "This is a workbook of the WPS kind (.et)."),
        ("x.pdf", b"%PDF-1.7", "This is a PDF file: its tables cannot be read safely."),
        ("x.png", b"\x89PNG\r\n\x1a\n", "This is a picture, which cannot be read."),
        ("x.rtf", b"{\\rtf1", "This is a Word file of the old .rtf kind."),
        (
            "x.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
            "This is a Word file of the old .doc kind.",
        ),
        (
            "x.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "This file has a password.",
        ),
        ("x.html", b"<html><p>no table</p></html>", "This is neither a workbook nor a table of text (.csv)."),
    ],
)
def test_other_files_are_refused_with_a_hint(name: str, data: bytes, message: str) -> None:
    found = read_sheets(name, data)
    assert isinstance(found, Problem)
    assert (found.message.show(str), bool(found.hint)) == (message, True)
