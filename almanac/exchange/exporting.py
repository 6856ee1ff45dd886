"""Exports events as a table: a workbook or CSV."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from almanac.content.front_matter_text import first_day, tree_of
from almanac.content.occurrences import Impossible, dates
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.core.timing import Progress, silently
from almanac.exchange.cell_types import YAML
from almanac.exchange.columns import exported_columns
from almanac.exchange.contents import FOLDER, ExistingEvent, SiteContents
from almanac.exchange.csv_tables import write_csv
from almanac.exchange.registries import Registries
from almanac.exchange.rows import cells_of_event
from almanac.exchange.workbooks import write_workbook


class ExportFilter(msgspec.Struct, frozen=True):
    """Which events to export: all given values must fit. Drafts are left out unless `drafts` is set."""

    year: int | None = None
    programme: str | None = None
    organiser: str | None = None
    district: str | None = None
    drafts: bool = False


def filtered_events(contents: SiteContents, wanted: ExportFilter) -> list[Record[EventFields]]:
    """The events that pass the filter, in the order of their first days; events without a date come last."""
    found = [event for event in contents.events if _passes(event, contents, wanted)]
    found.sort(key=lambda event: (str(first_day(tree_of(event.record.fields)) or "9"), event.file))
    return [event.record for event in found]


def _passes(event: ExistingEvent, contents: SiteContents, wanted: ExportFilter) -> bool:
    fields = event.record.fields
    return (
        (wanted.drafts or not fields.draft)
        and wanted.programme in {None, fields.programme}
        and wanted.organiser in {None, *fields.organiser, *fields.co_organiser}
        and wanted.district in {None, contents.district_of(fields)}
        and (wanted.year is None or wanted.year in _years(fields))
    )


def _years(fields: EventFields) -> set[int]:
    """The years in which an event takes place; empty if its dates are impossible."""
    try:
        occurrences = dates(fields).occurrences
    except Impossible:
        return set()
    return {day.year for occurrence in occurrences for day in occurrence.days()}


def table_file(
    records: Sequence[Record[EventFields]], registries: Registries, form: str, progress: Progress = silently
) -> bytes:
    """The bytes of a table of the events in the form `xlsx` or `csv`, without empty columns of YAML."""
    rows = [
        cells_of_event(tree_of(record.fields), record.body, _file(record), registries)
        for record in progress(records, len(records))
    ]
    columns = [column for column in exported_columns() if column.type is not YAML or any(column in row for row in rows)]
    header = [column.header for column in columns]
    table = [tuple(row.get(column) for column in columns) for row in rows]
    if form == "csv":
        return write_csv(header, table)
    return write_workbook("活动", header, table, [column.width for column in columns])


def _file(record: Record[EventFields]) -> str:
    return record.path.removeprefix(f"{FOLDER}/").removesuffix(".md")
