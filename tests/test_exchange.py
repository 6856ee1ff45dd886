"""Round trips: events to files and tables and back; and any row or calendar makes valid files."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from event_values import BODIES, EVENTS, IDS, LINES, ODD, REGISTRIES, fields_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sites import SMALL_SITE
from tables import CALENDAR

from almanac.content.front_matter_text import file_text, tree_of
from almanac.content.frontmatter import Document, read_document
from almanac.content.names import is_text
from almanac.content.occurrences import dates
from almanac.content.parse import validate
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.content.references import references
from almanac.exchange.calendar_dates import SiteZone
from almanac.exchange.calendar_files import read_vevents
from almanac.exchange.calendars import CalendarEvents, read_calendar
from almanac.exchange.cells import Cell, CellContext
from almanac.exchange.columns import Column, columns
from almanac.exchange.contents import SiteContents, read_contents
from almanac.exchange.csv_tables import write_csv
from almanac.exchange.exporting import table_file
from almanac.exchange.files import edited_text
from almanac.exchange.matching import ImportTask
from almanac.exchange.merge import plan_import
from almanac.exchange.reading import FileEvents, ImportOptions, read_file
from almanac.exchange.rows import read_row
from almanac.exchange.table_files import read_sheets
from almanac.exchange.table_rows import TableRow
from almanac.exchange.tables import table_of

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(EVENTS, BODIES)
def test_a_written_file_is_read_back_as_the_same_event(event: EventFields, body: str) -> None:
    document = read_document("x.md", file_text(tree_of(event), body).encode())
    assert isinstance(document, Document), document
    assert validate(EventFields, document, "x.md") == event
    assert document.body == body


CELLS = (
    st.none()
    | st.text(max_size=12)
    | st.sampled_from(ODD)
    | st.integers(-10, 60_000)
    | st.floats(allow_nan=False)
    | st.datetimes()
    | st.dates()
    | st.times()
)
TEXTS = st.sampled_from(
    [
        "市科协、某局",
        "东区",
        "5月下旬",
        "9月15日14:00-16:00",
        "待定",
        "是",
        "公众",
        "约50人",
        "- {id: a",
        "yaml: {x: 1}",
        "13812345678",
        "长" * 300,
        "[a",
        "{}",
    ]
)
TABLE_ROWS = st.dictionaries(
    st.sampled_from([column for column in columns() if column.key != "title"]), CELLS | TEXTS, max_size=8
)


@QUICK
@given(LINES, TABLE_ROWS, st.booleans(), st.sampled_from([None, 2027]))
def test_the_file_of_any_row_passes_check(
    title: str,
    cells: dict[Column, Cell],
    own: bool,  # noqa: FBT001
    year: int | None,
) -> None:
    named = next(column for column in columns() if column.key == "title")
    found = read_row(TableRow(5, {named: title, **cells}), [named, *cells], CellContext(REGISTRIES, year, own=own))
    if found is None:
        return
    questions = (message.show(str) for message in found.questions)
    document = read_document("x.md", file_text(found.tree, found.body or "", questions).encode())
    assert isinstance(document, Document), document
    event = fields_of(document.tree)
    assert event.draft == bool(found.questions) or own
    # A row that names its file, as one of a table of results, may leave the dates to that file.
    assert event.draft or found.file or dates(event).occurrences
    referred = [one for one in references(event) if one.to in REGISTRIES.by_folder]
    unknown = [one for one in referred if one.name not in REGISTRIES.of(one.to).shown]
    assert [one for one in unknown if not is_text(one, REGISTRIES.of(one.to))] == []


HEADER = ["活动名称", "活动日期", "时段", "开始时间", "活动地点", "主办单位", "报名链接", "备注"]
ROW_TEXTS = st.sampled_from(
    [
        "同上",
        "〃",
        "合计",
        "一、讲座",
        "备注：无",
        "=DISPIMG(1)",
        "#REF!",
        "示例：甲",
        "已取消",
        "下午",
        "√",
        "线上",
        "讲座（已取消）",
    ]
)
PLAIN_CELLS = (
    st.none() | ROW_TEXTS | TEXTS | st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)
)
SHEET_ROWS = st.lists(st.lists(PLAIN_CELLS, min_size=8, max_size=8) | st.just(HEADER), max_size=8)


@cache
def contents() -> SiteContents:
    found = read_contents(SMALL_SITE)
    assert isinstance(found, SiteContents), found
    return found


@QUICK
@given(SHEET_ROWS)
def test_every_row_of_any_table_is_an_event_or_a_problem_or_skipped_with_a_reason(rows: list[list[str | None]]) -> None:
    data = write_csv(HEADER, [tuple(row) for row in rows])
    found = read_file("x.csv", data, contents(), ImportOptions())
    assert isinstance(found, FileEvents), found
    written = sum(any((cell or "").strip() for cell in row) for row in rows)
    assert written == sum(event.row_count for event in found.events) + len(found.problems) + len(found.skipped)
    assert all(row.reason.show(str) for row in found.skipped)
    plan = plan_import(found.events, ImportTask(contents(), "x.csv", datetime(2027, 3, 1), str))
    assert len(found.events) == len(plan.changes) + len(plan.skipped)


CALENDAR_LINES = tuple(CALENDAR.splitlines())
BROKEN_LINES = st.sampled_from(
    [
        "RRULE:FREQ=YEARLY;BYDAY=1MO;COUNT=3",
        "RRULE:FREQ=SECONDLY;COUNT=3",
        "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z",
        "RRULE:FREQ=WEEKLY;COUNT=0",
        "RRULE:",
        "DTSTART:",
        "DTSTART;TZID=Nowhere/X:20270101T090000",
        "DTSTART:19000101",
        "DTSTART:99991231T235959Z",
        "DTSTART:20270231T000000",
        "DTSTART;VALUE=PERIOD:20270101T000000Z/PT1H",
        "DTEND:20270101",
        "DURATION:-PT1H",
        "DURATION:PT1",
        "EXDATE:",
        "EXDATE;VALUE=DATE:20270101",
        "RDATE:20270101",
        "CATEGORIES:无",
        "LOCATION:",
        "URL:javascript:alert(1)",
        "RECURRENCE-ID:20270101",
        "STATUS:",
        "UID:",
        "SUMMARY:\x07",
        "DESCRIPTION:<script>",
        "X-FOO;=;:",
        "BEGIN:VTODO",
        "END:VEVENT",
        "CLASS:PRIVATE",
        "SEQUENCE:3",
        "RDATE;TZID=Asia/Shanghai:20270401T090000",
        'DTSTART;TZID="(UTC-05:00) Eastern Time":20270101T090000',
        "DTEND:20270103T093000Z",
        "GEO:31.77;119.97",
        "ORGANIZER;CN=市科协:mailto:x@example.org",
        "ATTACH:https://example.org/a%20b.pdf",
        'DESCRIPTION:<p>看<a href="https://example.org/x">这里</a></p>',
    ]
)
EDITS = st.lists(
    st.tuples(st.integers(1, len(CALENDAR_LINES) - 1), st.none() | BROKEN_LINES, st.booleans()), min_size=1, max_size=5
)


@QUICK
@given(EDITS)
def test_the_files_of_any_calendar_pass_check(edits: list[tuple[int, str | None, bool]]) -> None:
    lines = list(CALENDAR_LINES)
    for place, line, over in edits:
        lines[place % len(lines) : place % len(lines) + over] = [] if line is None else [line]
    data = "\r\n".join(lines).encode()
    zone = SiteZone(ZoneInfo("Asia/Shanghai"))
    found = read_calendar("x.ics", data, CellContext(REGISTRIES), zone)
    if isinstance(found, CalendarEvents):
        written = read_vevents("x.ics", data)
        told = sum(event.row_count for event in found.events)
        assert isinstance(written, list)
        assert len(written) == told + len(found.problems) + len(found.skipped) + found.private
    for incoming in found.events if isinstance(found, CalendarEvents) else ():
        event = fields_of(dict(incoming.tree))
        assert event.draft == bool(incoming.questions)
        assert event.draft or dates(event).occurrences


@QUICK
@given(EVENTS, EVENTS, BODIES)
def test_editing_a_file_gives_exactly_the_wanted_keys_and_body(
    before: EventFields, after: EventFields, body: str
) -> None:
    old, new = tree_of(before), tree_of(after)
    changes = {key: new.get(key) for key in {*old, *new}}
    document = read_document("x.md", edited_text(file_text(old, body, ["待核实"], ["注"]), changes, None).encode())
    assert isinstance(document, Document), document
    assert (document.tree, document.body) == (new, body)


@QUICK
@given(st.lists(st.tuples(EVENTS, BODIES, IDS), min_size=1, max_size=3), st.sampled_from(["xlsx", "csv"]))
def test_import_reads_back_an_export_unchanged(events: list[tuple[EventFields, str, str]], form: str) -> None:
    records = [Record(f"content/events/{file}.md", file, event, body) for event, body, file in events]
    sheets = read_sheets(f"x.{form}", table_file(records, REGISTRIES, form))
    assert isinstance(sheets, list)
    table = table_of(sheets[0])
    assert table
    context = CellContext(REGISTRIES, own=table.own)
    found = [read_row(row, table.columns, context) for row in table.rows]
    assert [(fields_of(dict(one.tree)), one.body, one.file) for one in found if one] == events
