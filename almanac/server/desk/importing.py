"""Imports a table or a calendar that is dropped on the desk, once its preview has been seen.

The file comes again with each answer, so nothing is remembered between two requests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated

import msgspec

from almanac.content.names import folded
from almanac.content.queries import source
from almanac.content.values import FIRST_YEAR, LAST_YEAR
from almanac.core.digests import digest
from almanac.core.printing import display
from almanac.core.problems import Problem, Translate
from almanac.exchange.columns import normalised_header
from almanac.exchange.contents import SiteContents, contents_of_site
from almanac.exchange.importing import NamedFile, planned_import, preview_row, questions_of
from almanac.exchange.merge import FileChange, ImportPlan
from almanac.exchange.reading import FileEvents, ImportOptions, read_file, unknown_headers
from almanac.exchange.unknown_names import UnknownName, unknown_names
from almanac.model.site import Site
from almanac.server.desk.answers import Refused, language_of, reason
from almanac.server.desk.files import NO_FILE, digest_of, save
from almanac.server.desk.preview import Preview

TITLE = "活动名称"  # a header of the column of titles that every table may have


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file with the answers to its questions. `agreed` is the digest of the plan that is to be written.

    `year` is that of dates that state none, `programme` the key of the programme of events whose row names none,
    `names` the registered names by those in the table, `title` the header of the column of titles.
    """

    name: str
    data: bytes
    year: Annotated[int, msgspec.Meta(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    programme: str = ""
    contacts: bool = False
    names: Mapping[str, str] = {}
    title: str = ""
    agreed: str = ""


class NameQuestion(msgspec.Struct, frozen=True):
    """A name that is not registered, in a column of some rows, and the registered names that may be meant."""

    header: str
    name: str
    rows: int
    suggestion: str
    known: tuple[str, ...]


class ImportedRow(msgspec.Struct, frozen=True):
    """A file that is written, with the questions and the notes on it."""

    row: int
    title: str
    day: date | None
    place: str
    state: str
    questions: tuple[str, ...]
    notes: tuple[str, ...]


class LeftOut(msgspec.Struct, frozen=True):
    """A row that is not imported, and why."""

    title: str
    reason: str


class ShownImport(msgspec.Struct, frozen=True):
    """What an import would write, or has `written`.

    `fault` says why the file cannot be read at all; `headers` are those of which one may be the title then. `agreed` is
    the digest of the plan. `gone` are the titles of events that the table no longer has.
    """

    fault: str = ""
    headers: tuple[str, ...] = ()
    rows: tuple[ImportedRow, ...] = ()
    unchanged: int = 0
    names: tuple[NameQuestion, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    programmes: tuple[tuple[str, str], ...] = ()
    agreed: str = ""
    written: bool = False


def import_table(preview: Preview, table: Table) -> ShownImport:
    """Plans the import of a table, and writes it if this plan is agreed. Raises Refused if another plan was agreed."""
    site = preview.site
    translate = language_of(site)
    contents = contents_of_site(site)
    found = read_file(table.name, table.data, contents, _options(table, site))
    if isinstance(found, Problem):
        return ShownImport(display(found.message, translate), unknown_headers(table.name, table.data))
    plan = planned_import(NamedFile(table.name, table.contacts), found, contents, site.moment, translate).plan
    shown_import = _shown(found, plan, contents, translate)
    if not table.agreed:
        return shown_import
    if table.agreed != shown_import.agreed:
        raise Refused(HTTPStatus.CONFLICT, shown_import)
    failed = tuple(_write(preview, plan))
    left_out = (*shown_import.left_out, *failed)
    return msgspec.structs.replace(shown_import, left_out=left_out, written=True)


def _options(table: Table, site: Site) -> ImportOptions:
    return ImportOptions(
        year=table.year,
        contacts=table.contacts,
        programme=table.programme or None,
        latest_year=site.moment.year + 1,
        columns={normalised_header(table.title): TITLE} if table.title else {},
        synonyms={folded(written): name for written, name in table.names.items() if name},
    )


def _shown(found: FileEvents, plan: ImportPlan, contents: SiteContents, translate: Translate) -> ShownImport:
    unknown = unknown_names(found.events, contents.registries)
    changes = [change for change in plan.changes if change.kind != "unchanged"]
    titles = {event.record.path: event.record.fields.title for event in contents.events}
    skipped = [(one.event.title, one.reason) for one in plan.skipped] + [
        (row.shown, row.reason) for row in found.skipped
    ]
    skipped += [("", problem.message) for problem in found.problems]
    return ShownImport(
        rows=tuple(_row(change, unknown, contents, translate) for change in changes),
        unchanged=len(plan.changes) - len(changes),
        names=tuple(_question(one, contents) for one in unknown),
        left_out=tuple(LeftOut(title, display(reason, translate)) for title, reason in skipped),
        remarks=tuple(display(remark.message, translate) for remark in found.remarks),
        gone=tuple(titles[path] for path in plan.gone),
        programmes=tuple(contents.registries.of("programmes").shown.items()),
        agreed=digest(
            *(part.encode() for change in plan.changes for part in (change.kind, change.path, change.content))
        ),
    )


def _row(change: FileChange, unknown: list[UnknownName], contents: SiteContents, translate: Translate) -> ImportedRow:
    row = preview_row(contents, change)
    questions = tuple(display(one, translate) for one in questions_of(change, unknown))
    notes = tuple(display(one, translate) for one in change.event.notes) if change.kind == "new" else ()
    return ImportedRow(row.row, row.title, row.day, row.place, row.state.show(translate), questions, notes)


def _question(unknown: UnknownName, contents: SiteContents) -> NameQuestion:
    known = tuple(contents.registries.of(unknown.folder).shown.values())
    return NameQuestion(unknown.header, unknown.name, unknown.rows, unknown.suggestion or "", known)


def _write(preview: Preview, plan: ImportPlan) -> Iterator[LeftOut]:
    """Writes the files of a plan, each onto the version that was read, and builds the preview. Yields what fails."""
    site, written = preview.site, set()
    for change in plan.changes:
        if change.kind == "unchanged":
            continue
        data = source(site, change.path) if change.kind == "updated" else None
        try:
            save(site, change.path, change.content, digest_of(data) if data else NO_FILE)
            written.add(preview.root / change.path)
        except Refused as refused:
            yield LeftOut(change.event.title, reason(site, refused))
    if written:
        preview.rebuild(written)
