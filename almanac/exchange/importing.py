"""An import from the file to its plan, as the command and the desk of `serve` show and write it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from almanac.content.front_matter_text import first_day
from almanac.content.private_numbers import without_private_numbers
from almanac.core.printing import printable
from almanac.core.problems import Text, Translate, text
from almanac.exchange.contents import SiteContents, with_identities
from almanac.exchange.matching import ImportTask, earlier_source
from almanac.exchange.merge import FileChange, ImportPlan, plan_import
from almanac.exchange.reading import FileEvents
from almanac.exchange.unknown_names import UnknownName, unknown_name


class NamedFile(msgspec.Struct, frozen=True):
    """The name of an imported file, and the name for its events if that is another. `contacts` in it may stay."""

    name: str
    contacts: bool = False
    source: str | None = None

    @property
    def own(self) -> str:
        """The name that files of events remember: in one line, and without private numbers."""
        shown = printable(self.name)  # it may not be UTF-8
        return " ".join((shown if self.contacts else without_private_numbers(shown)).split())


class PlannedImport(msgspec.Struct, frozen=True):
    """The plan of an import. `earlier` is the source of which the file is taken as a newer version, if it is one."""

    plan: ImportPlan
    earlier: str | None


def planned_import(
    file: NamedFile, found: FileEvents, contents: SiteContents, now: datetime, translate: Translate
) -> PlannedImport:
    """What the import of the events of a file changes. `now` is local time of the site."""
    if found.by_uid:
        contents = with_identities(contents)
    earlier = None if file.source else earlier_source(file.own, contents)
    name = " ".join((file.source or earlier or file.own).split())
    return PlannedImport(plan_import(found.events, ImportTask(contents, name, now, translate, found.by_uid)), earlier)


class PreviewRow(msgspec.Struct, frozen=True):
    """What a preview says of a changed file: the row of the table, the title, the first day, the place, the state."""

    row: int
    title: str
    day: date | None
    place: str
    state: Text


STATES = {"new": text("new"), "updated": text("updated")}


def preview_row(contents: SiteContents, change: FileChange) -> PreviewRow:
    """The row of a new or an updated file."""
    event = change.event
    state = text("draft") if change.kind == "new" and event.questions else STATES[change.kind]
    venue = event.tree.get("venue")
    place = str(venue.get("name", "")) if isinstance(venue, dict) else str(venue or "")
    shown = contents.registries.of("venues").name_of(place)
    return PreviewRow(event.row, event.title, first_day(event.tree), shown, state)


def questions_of(change: FileChange, unknown: list[UnknownName]) -> Iterator[Text]:
    """The conflicts and questions of a change, each once, without those about names that several rows have."""
    asked_once = {(one.header, one.folder, one.name) for one in unknown if one.rows > 1}
    questions = change.event.questions if change.kind != "unchanged" else ()
    single = (question for question in questions if unknown_name(question) not in asked_once)
    yield from dict.fromkeys((*change.conflicts, *single))
