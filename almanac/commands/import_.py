"""`import`: reads events from a table or a calendar into `content/events/`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from msgspec.structs import replace

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.contents import contents_of, resolved
from almanac.cli.display import shown
from almanac.cli.help import Verb
from almanac.cli.imports import ask_names, confirmed, show_gone, show_plan, show_unknown_names, sum_up
from almanac.cli.options import MomentType, clock
from almanac.content.names import folded
from almanac.content.values import FIRST_YEAR, LAST_YEAR
from almanac.core.printing import printable
from almanac.core.problems import Location, Problem, did_you_mean, reason_of, text
from almanac.core.timing import timed_stage
from almanac.exchange.columns import column_of, known_headers, normalised_header
from almanac.exchange.contents import SiteContents
from almanac.exchange.importing import NamedFile, planned_import
from almanac.exchange.merge import ImportPlan
from almanac.exchange.reading import FileEvents, ImportOptions, read_file
from almanac.exchange.unknown_names import UnknownName, unknown_names
from almanac.exchange.writing import write_new, write_over


@click.command(
    cls=Verb,
    help="Reads events from a table (.xlsx, .xls, .ods, .csv, .docx, .html) or a calendar (.ics). "
    "A second import of a file updates its events in content/events/.",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--year",
    type=click.IntRange(FIRST_YEAR, LAST_YEAR),
    help="The year of dates that state none (default: that of the table's title).",
)
@click.option("--programme", metavar="KEY", help="The programme of events whose row names none (key or name).")
@click.option("--with-contacts", is_flag=True, help="Keeps people and mobile numbers, which are left out otherwise.")
@click.option(
    "--source", metavar="NAME", help="The name by which a later import recognises these events (default: the file's)."
)
@click.option(
    "--column", "columns", metavar="HEADER=NAME", multiple=True, help="A header, and the known one that it means."
)
@click.option(
    "--name",
    "names",
    metavar="WRITTEN=NAME",
    multiple=True,
    help="A name in the table, and the registered one that it means.",
)
@click.option("--complete", is_flag=True, help="The calendar is complete, although many of its events are gone.")
@click.option("--yes", is_flag=True, help="Writes without a preview.")
@click.option("--dry-run", is_flag=True, help="Writes nothing and shows what it would write.")
@click.option(
    "--now", type=MomentType(), default=clock, help="The moment that changed files state as updated (default: now)."
)
@click.pass_obj
def command(
    context: Context,
    file: Path,
    year: int | None,
    programme: str | None,
    with_contacts: bool,
    source: str | None,
    columns: tuple[str, ...],
    names: tuple[str, ...],
    complete: bool,
    yes: bool,
    dry_run: bool,
    now: datetime,
) -> None:
    """Imports a file."""
    contents = contents_of(context)
    local = now.astimezone(ZoneInfo(contents.config.timezone)) if now.tzinfo else now
    programmes = contents.registries.of("programmes")
    options = ImportOptions(
        year,
        with_contacts,
        None if programme is None else resolved(context, programmes, "programmes", programme),
        local.year + 1,
        _known_columns(context, columns),
        _synonyms(context, contents, names),
    )
    found, unknown = _read_and_ask(context, file, contents, options)
    named = NamedFile(file.name, with_contacts, source)
    planned = planned_import(named, found, contents, local, context.translate)
    plan = planned.plan
    if not (dry_run or yes or confirmed(context, contents, plan)):
        context.say(text("Nothing was written."))
        return
    problems = [] if dry_run else _write(context, plan)
    show_plan(context, file.name, found, plan, unknown)
    show_unknown_names(context, unknown)
    show_gone(context, plan, asks=found.by_uid and plan.shrunk and not complete)
    if planned.earlier:
        message = text(
            "“{name}” is taken as a newer version of “{source}”. --source NAME imports it as another table.",
            name=named.own,
            source=planned.earlier,
        )
        context.say(message)
    context.report([*found.problems, *problems])
    sum_up(context, plan, dry_run=dry_run)
    if found.problems or problems:
        sys.exit(PROBLEMS)


def _read_and_ask(
    context: Context, file: Path, contents: SiteContents, options: ImportOptions
) -> tuple[FileEvents, list[UnknownName]]:
    """The events of the file, and the unknown names that remain after a person at the terminal has been asked."""
    found = _read(context, file, contents, options)
    unknown = unknown_names(found.events, contents.registries)
    if unknown and sys.stdin.isatty():
        answers = ask_names(context, contents, unknown)
        found = _read(context, file, contents, replace(options, synonyms={**options.synonyms, **answers}))
        unknown = unknown_names(found.events, contents.registries)
    return found, unknown


def _known_columns(context: Context, columns: tuple[str, ...]) -> dict[str, str]:
    """The known headers by the normalised headers that options give. An unknown one ends the command."""
    found = {}
    for option in columns:
        header, _, name = option.rpartition("=")
        if not header or column_of(name) is None:
            hint = did_you_mean(name, known_headers()) or text("Write --column 大标题=活动名称.")
            context.fail(text("“{name}” is not the name of a column.", name=name), hint)
        found[normalised_header(header)] = name
    return found


def _synonyms(context: Context, contents: SiteContents, names: tuple[str, ...]) -> dict[str, str]:
    """The registered names by the normalised names that options give. An unknown one ends the command."""
    found = {}
    for option in names:
        written, _, name = option.rpartition("=")
        if not written or not any(registry.key_of(name) for registry in contents.registries.by_folder.values()):
            context.fail(text("“{name}” is not a registered name: write --name 中小学生=青少年.", name=name))
        found[folded(written)] = name
    return found


def _read(context: Context, file: Path, contents: SiteContents, options: ImportOptions) -> FileEvents:
    try:
        if file.exists() and not (file.is_file() or file.is_dir()):
            context.report([Problem(Location(file.name), text("This is no file but a pipe, a socket or a device."))])
            sys.exit(PROBLEMS)
        data = file.read_bytes()
    except FileNotFoundError:
        context.fail(text("There is no file {path}.", path=printable(str(file))))
    except OSError as error:
        message = text("This file cannot be read ({reason}).", reason=reason_of(error))
        context.report([Problem(Location(file.name), message)])
        sys.exit(PROBLEMS)
    with shown(context.words) as progress, timed_stage(text("Reading rows")):
        found = read_file(file.name, data, contents, options, progress)
    if isinstance(found, Problem):
        context.report([found])
        sys.exit(PROBLEMS)
    return found


def _write(context: Context, plan: ImportPlan) -> list[Problem]:
    """Writes the changed files, and returns the problems of files that cannot be written."""
    writers = {"new": write_new, "updated": write_over}
    changes = [change for change in plan.changes if change.kind in writers]
    with shown(context.words) as progress, timed_stage(text("Writing files")):
        results = [
            writers[change.kind](context.root, change.path, change.content)
            for change in progress(changes, len(changes))
        ]
    return [problem for problem in results if problem]
