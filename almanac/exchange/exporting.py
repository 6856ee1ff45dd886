"""The table of some events: header, rows and widths, for a workbook or for CSV."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.core.stopwatch import Progress, silently
from almanac.exchange.columns import Column, exported
from almanac.exchange.contents import FOLDER, Contents, Existing
from almanac.exchange.files import tree_of
from almanac.exchange.kinds import YAML
from almanac.exchange.names import Register
from almanac.exchange.rows import show_row
from almanac.exchange.sheets import Row, write_csv
from almanac.exchange.slugs import first_day
from almanac.exchange.workbooks import write_workbook
from almanac.content.occurrences import Impossible, dates


class Wanted(msgspec.Struct, frozen=True):
    """Which events: each filter that is given must fit. Drafts are only there where they are asked for."""

    year: int | None = None
    programme: str | None = None
    organiser: str | None = None
    district: str | None = None
    drafts: bool = False


def wanted_events(contents: Contents, wanted: Wanted) -> list[Record[EventFields]]:
    """The events that fit, by their first day."""
    found = [event for event in contents.events if _fits(event, contents, wanted)]
    return [
        event.record
        for event in sorted(found, key=lambda event: (str(first_day(tree_of(event.record.fields)) or "9"), event.file))
    ]


def _fits(event: Existing, contents: Contents, wanted: Wanted) -> bool:
    fields = event.record.fields
    return (
        (wanted.drafts or not fields.draft)
        and wanted.programme in {None, fields.programme}
        and wanted.organiser in {None, *fields.organiser, *fields.co_organiser}
        and wanted.district in {None, contents.district_of(fields)}
        and (wanted.year is None or wanted.year in _years(fields))
    )


def _years(fields: EventFields) -> set[int]:
    """The years in which an event takes place; none where its dates cannot be."""
    try:
        occurrences = dates(fields).occurrences
    except Impossible:
        return set()
    return {day.year for occurrence in occurrences for day in occurrence.days()}


def table_bytes(
    records: Sequence[Record[EventFields]], register: Register, form: str, progress: Progress = silently
) -> bytes:
    """The events as a file of the form `xlsx` or `csv`; columns of YAML that nobody fills are left out."""
    shown = [
        show_row(tree_of(record.fields), record.body, _file(record), register)
        for record in progress(records, len(records))
    ]
    used = [column for column in exported() if column.kind is not YAML or any(column in cells for cells in shown)]
    return table_of_cells(used, [tuple(cells.get(column) for column in used) for cells in shown], form)


def table_of_cells(columns: list[Column], rows: list[Row], form: str) -> bytes:
    """A table of some columns as a file."""
    header = [column.header for column in columns]
    return (
        write_csv(header, rows)
        if form == "csv"
        else write_workbook("活动", header, rows, [column.width for column in columns])
    )


def _file(record: Record[EventFields]) -> str:
    return record.path.removeprefix(f"{FOLDER}/").removesuffix(".md")
