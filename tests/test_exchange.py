"""Events to tables and back, and to files and back: what goes in comes out."""

from __future__ import annotations

from event_values import BODIES, EVENTS, IDS, REGISTER, fields_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from almanac.content.frontmatter import Document, read_document
from almanac.content.parse import check
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.exchange.cells import Setting
from almanac.exchange.exporting import table_bytes
from almanac.exchange.files import markdown, tree_of
from almanac.exchange.rows import read_row
from almanac.exchange.sheets import read_sheets
from almanac.exchange.tables import table_of

QUICK = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(EVENTS, BODIES)
def test_a_file_that_is_written_is_read_back_as_the_same_event(event: EventFields, body: str) -> None:
    document = read_document("x.md", markdown(tree_of(event), body).encode())
    assert isinstance(document, Document), document
    assert check(EventFields, document, "x.md") == event
    assert document.body == body


@QUICK
@given(st.lists(st.tuples(EVENTS, BODIES, IDS), min_size=1, max_size=3), st.sampled_from(["xlsx", "csv"]))
def test_import_reads_what_export_wrote(events: list[tuple[EventFields, str, str]], form: str) -> None:
    records = [Record(f"content/events/{file}.md", file, event, body) for event, body, file in events]
    sheets = read_sheets(f"x.{form}", table_bytes(records, REGISTER, form, tuple))
    assert isinstance(sheets, list)
    table = table_of(sheets[0])
    assert table
    entries = [read_row(number, cells, table.columns, Setting(REGISTER, own=table.own)) for number, cells in table.rows]
    assert [(fields_of(dict(entry.tree)), entry.body, entry.file) for entry in entries if entry] == events
