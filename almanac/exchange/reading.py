"""Reads a file of any supported form into incoming events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from almanac.core.problems import Location, Problem, Text, did_you_mean, text
from almanac.core.timing import Progress, silently
from almanac.exchange.calendar_dates import SiteZone
from almanac.exchange.calendar_files import is_calendar
from almanac.exchange.calendars import read_calendar
from almanac.exchange.cells import CellContext
from almanac.exchange.columns import known_headers
from almanac.exchange.contents import SiteContents
from almanac.exchange.forms import form_of
from almanac.exchange.incoming import IncomingEvent
from almanac.exchange.rows import read_row
from almanac.exchange.sheets import Sheet
from almanac.exchange.table_files import read_sheets
from almanac.exchange.table_rows import SkippedRow
from almanac.exchange.tables import (
    FEWEST,
    StatedYear,
    Table,
    most_like_a_header,
    stated_year,
    table_of,
    with_renamed_headers,
)

UNMARKED = text(
    "Hidden and struck-through rows cannot be told in files of this kind."
    " If the table has some, save it as .xlsx first."
)
TOP_ROWS = 5  # rows in which a hint looks for a misspelt header


class Remark(msgspec.Struct, frozen=True):
    """A remark on a whole file, and the option of `import` that changes what it says, if there is one."""

    message: Text
    option: Text | None = None


class ImportOptions(msgspec.Struct, frozen=True):
    """The options of an import: the year of dates without one, whether contacts stay, and the default programme.

    Without `year`, a year in the name of the file counts only up to `latest_year`. `columns` are known headers by the
    normalised headers of the table, and `synonyms` registered names by the normalised names that the table writes.
    """

    year: int | None = None
    contacts: bool = False
    programme: str | None = None
    latest_year: int | None = None
    columns: Mapping[str, str] = msgspec.field(default_factory=dict)
    synonyms: Mapping[str, str] = msgspec.field(default_factory=dict)


class FileEvents(msgspec.Struct, frozen=True):
    """The events of a file, the problems of rows that are none, and remarks on the whole file.

    `skipped` are rows that are no events, such as sums. `by_uid` is set for calendars, whose events have a UID.
    """

    events: tuple[IncomingEvent, ...]
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Remark, ...] = ()
    skipped: tuple[SkippedRow, ...] = ()
    by_uid: bool = False


def read_file(
    name: str, data: bytes, contents: SiteContents, options: ImportOptions, progress: Progress = silently
) -> FileEvents | Problem:
    """The events of a file; a Problem if the whole file cannot be read."""
    zone = ZoneInfo(contents.config.timezone)
    context = CellContext(contents.registries, options.year, options.contacts, zone=zone, synonyms=options.synonyms)
    if is_calendar(data):
        return _calendar_events(name, data, contents, context, options)
    sheets = read_sheets(name, data)
    if isinstance(sheets, Problem):
        return sheets
    sheets = [with_renamed_headers(sheet, options.columns) for sheet in sheets]
    tables = [table for sheet in sheets if (table := form_of(sheet) or table_of(sheet))]
    if not tables:
        return _no_table(name, sheets)
    found = [
        _table_events(table, f"{name}（{table.name}）" if len(tables) > 1 else name, context, options, progress)
        for table in tables
    ]
    remarks = [remark for one in found for remark in one.remarks]
    if not all(sheet.marked for sheet in sheets):
        remarks.append(Remark(UNMARKED))
    return FileEvents(
        tuple(event for one in found for event in one.events),
        tuple(problem for one in found for problem in one.problems),
        tuple(remarks),
        tuple(row for one in found for row in one.skipped),
    )


def _calendar_events(
    name: str, data: bytes, contents: SiteContents, context: CellContext, options: ImportOptions
) -> FileEvents | Problem:
    host = contents.config.feeds.uid_host or urlsplit(contents.config.base_url).hostname or ""
    found = read_calendar(name, data, context, SiteZone(ZoneInfo(contents.config.timezone), host))
    if isinstance(found, Problem):
        return found
    events = tuple(_in_programme(event, options) for event in found.events)
    private = text("{count} private or confidential events were left out.", count=found.private)
    remarks = (Remark(private),) if found.private else ()
    return FileEvents(events, found.problems, remarks, found.skipped, by_uid=True)


def unknown_headers(name: str, data: bytes) -> tuple[str, ...]:
    """The unknown headers of a table that has known ones but no title; one of them may be the title."""
    sheets = read_sheets(name, data)
    found = None if isinstance(sheets, Problem) else most_like_a_header(sheets)
    return found.unknown if found and len(found.known) >= FEWEST else ()


def _no_table(name: str, sheets: Sequence[Sheet]) -> Problem:
    found = most_like_a_header(sheets)
    if found and found.unknown and len(found.known) >= FEWEST:
        message = text(
            "Known columns: {known}; no column is the title of the event; not known: {unknown}.",
            known="、".join(found.known),
            unknown="、".join(found.unknown),
        )
        return Problem(
            Location(name),
            message,
            text("If “{header}” is the title: --column {header}=活动名称", header=found.unknown[0]),
        )
    top_cells = (cell for sheet in sheets for row in sheet.rows[:TOP_ROWS] for cell in row if isinstance(cell, str))
    similar = next((hint for cell in top_cells if (hint := did_you_mean(cell, known_headers()))), None)
    hint = similar or text("One row must name the columns, such as 活动名称, 活动时间, 活动地点, 主办单位.")
    return Problem(Location(name), text("This file contains no table of events."), hint)


def _table_events(
    table: Table, path: str, context: CellContext, options: ImportOptions, progress: Progress
) -> FileEvents:
    """The events of one table. `path` names the table in problems."""
    stated = None if options.year else stated_year(table, path, options.latest_year)
    year = stated.year if stated and stated.plausible else options.year
    context = replace(context, year=year, own=table.own)
    events: list[IncomingEvent] = []
    problems: list[Problem] = []
    for row in progress(table.rows, len(table.rows)):
        event = read_row(row, table.columns, context)
        if event:
            events.append(_in_programme(replace(event, sheet=table.name), options))
        else:
            problems.append(Problem(Location(path, row.number), text("This row has no title: it was not imported.")))
    remarks = tuple(_remarks(table, context, stated))
    return FileEvents(tuple(events), tuple(problems), remarks, table.skipped)


def _remarks(table: Table, context: CellContext, stated: StatedYear | None) -> Iterable[Remark]:
    if table.ignored:
        names = "、".join(re.sub(r"\s+", "", name) for name in table.ignored)
        yield Remark(text("Columns that were not imported: {names}.", names=names))
    if table.contacts and not context.contacts and not context.own:
        message = text(
            "People and mobile numbers were left out ({names}); landlines became signup.phone.",
            names="、".join(table.contacts),
        )
        yield Remark(message, text("--with-contacts keeps them."))
    if context.own or not stated:
        return
    said = {"year": stated.year, "stated_by": stated.stated_by}
    if stated.plausible:
        message = text("Dates without a year are taken to be in {year}, as “{stated_by}” says.", **said)
        yield Remark(message, text("--year chooses another."))
    else:
        message = text("The year {year} in “{stated_by}” is not used for dates.", **said)
        yield Remark(message, text("--year sets one."))


def _in_programme(event: IncomingEvent, options: ImportOptions) -> IncomingEvent:
    """The event in the programme of the options, unless its row names one or its file exists."""
    if not options.programme or "programme" in event.tree or event.file:
        return event
    return replace(event, tree={**event.tree, "programme": options.programme})
