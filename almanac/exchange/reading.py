"""From a file to entries, whatever kind of table or calendar it is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from almanac.core.problems import Location, Problem, Text, did_you_mean, text
from almanac.core.stopwatch import Progress, silently
from almanac.exchange.calendar_dates import Zone
from almanac.exchange.calendars import is_calendar, read_calendar
from almanac.exchange.cells import Setting
from almanac.exchange.columns import known_headers
from almanac.exchange.contents import Contents
from almanac.exchange.entries import Entry
from almanac.exchange.rows import read_row
from almanac.exchange.sheets import read_sheets
from almanac.exchange.tables import Table, table_of, year_of


class Wishes(msgspec.Struct, frozen=True):
    """What whoever imports has asked for."""

    year: int | None = None
    contacts: bool = False
    programme: str | None = None


class Read(msgspec.Struct, frozen=True):
    """The entries of a file, what is wrong with some of its rows, and what staff should know of the whole."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Text, ...] = ()
    rows_are_ids: bool = False


def read_file(
    name: str, data: bytes, contents: Contents, wishes: Wishes, progress: Progress = silently
) -> Read | Problem:
    """All that a file tells of events; the Problem says why it tells nothing."""
    setting = Setting(contents.register, wishes.year, wishes.contacts)
    if is_calendar(data):
        return _calendar(name, data, contents, setting, wishes)
    sheets = read_sheets(name, data)
    if isinstance(sheets, Problem):
        return sheets
    tables = [table for sheet in sheets if (table := table_of(sheet))]
    if not tables:
        return _no_table(
            name, [cell for sheet in sheets for row in sheet.rows[:5] for cell in row if isinstance(cell, str)]
        )
    reads = [
        _table(table, f"{name}（{table.name}）" if len(tables) > 1 else name, setting, wishes, progress)
        for table in tables
    ]
    return Read(
        tuple(entry for read in reads for entry in read.entries),
        tuple(problem for read in reads for problem in read.problems),
        tuple(remark for read in reads for remark in read.remarks),
    )


def _calendar(name: str, data: bytes, contents: Contents, setting: Setting, wishes: Wishes) -> Read | Problem:
    host = contents.config.feeds.uid_host or urlsplit(contents.config.base_url).hostname or ""
    found = read_calendar(name, data, setting, Zone(ZoneInfo(contents.config.timezone), host))
    if isinstance(found, Problem):
        return found
    entries, problems = found
    return Read(tuple(_in_programme(entry, wishes) for entry in entries), tuple(problems), rows_are_ids=True)


def _no_table(name: str, texts: list[str]) -> Problem:
    near = next((hint for cell in texts if (hint := did_you_mean(cell, known_headers()))), None)
    hint = near or text("One row must name the columns, such as 活动名称, 活动时间, 活动地点, 主办单位.")
    return Problem(Location(name), text("No table of events is to be found here."), hint)


def _table(table: Table, place: str, setting: Setting, wishes: Wishes, progress: Progress) -> Read:
    """The entries of one table; `place` is where its problems are."""
    setting = replace(setting, year=setting.year or year_of(table, place), own=table.own)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, cells in progress(table.rows, len(table.rows)):
        entry = read_row(number, cells, table.columns, setting)
        if entry:
            entries.append(_in_programme(replace(entry, sheet=table.name), wishes))
        else:
            problems.append(Problem(Location(place, number), text("This row has no title: it was not imported.")))
    return Read(tuple(entries), tuple(problems), tuple(_remarks(table, setting, wishes)))


def _remarks(table: Table, setting: Setting, wishes: Wishes) -> Iterable[Text]:
    if table.ignored:
        yield text(
            "Columns that were not imported: {names}.",
            names="、".join(re.sub(r"\s+", "", name) for name in table.ignored),
        )
    if table.contacts and not setting.contacts and not setting.own:
        names = "、".join(table.contacts)
        yield text(
            "People and mobile numbers were left out ({names}); landlines became signup.phone. --with-contacts keeps them.",
            names=names,
        )
    if setting.year and not wishes.year and not setting.own:
        yield text(
            "Where a date states no year, {year} is taken from the table's title; --year chooses another.",
            year=setting.year,
        )


def _in_programme(entry: Entry, wishes: Wishes) -> Entry:
    if not wishes.programme or "programme" in entry.tree or entry.file:
        return entry
    return replace(entry, tree={**entry.tree, "programme": wishes.programme})
