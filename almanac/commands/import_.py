"""`import`: reads events from a table or a calendar into `content/events/`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.contents import contents_of, resolved
from almanac.cli.display import shown
from almanac.cli.help import Verb
from almanac.cli.options import MomentType, clock
from almanac.content.fields import FIRST_YEAR, LAST_YEAR
from almanac.content.private_numbers import without_private_numbers
from almanac.core.problems import Location, Problem, Text, did_you_mean, text
from almanac.core.timing import timed_stage
from almanac.exchange.columns import column_of, known_headers, normalised_header
from almanac.exchange.contents import SiteContents, with_identities
from almanac.exchange.incoming import IncomingEvent, key_label
from almanac.exchange.matching import ImportTask, earlier_source
from almanac.exchange.merge import FileChange, ImportPlan, plan_import
from almanac.exchange.reading import FileEvents, ImportOptions, read_file
from almanac.exchange.writing import write_new, write_over


@click.command(
    cls=Verb,
    help="Reads events from a table (.xlsx, .xls, .ods, .csv, .docx, .html) or a calendar (.ics). "
    "A second import of a file updates its events in content/events/.",
)
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
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
@click.option("--complete", is_flag=True, help="The calendar is complete, although many of its events are gone.")
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
    complete: bool,
    dry_run: bool,
    now: datetime,
) -> None:
    """Imports a file."""
    contents = contents_of(context)
    key = resolved(context, contents, "programmes", programme) if programme is not None else None
    local = now.astimezone(ZoneInfo(contents.config.timezone)) if now.tzinfo else now
    options = ImportOptions(year, with_contacts, key, local.year + 1, _known_columns(context, columns))
    found = _read(context, file, contents, options)
    if found.by_uid:
        contents = with_identities(contents)
    own_name = " ".join((file.name if with_contacts else without_private_numbers(file.name)).split())
    earlier = None if source else earlier_source(own_name, contents)
    name = " ".join(source.split()) if source else earlier or own_name
    local = now.astimezone(ZoneInfo(contents.config.timezone)) if now.tzinfo else now
    task = ImportTask(contents, name, local, context.translate, found.by_uid)
    plan = plan_import(found.events, task)
    problems = [] if dry_run else _write(context.root, plan)
    _show_plan(context, file.name, found, plan)
    _show_gone(context, plan, asks=found.by_uid and plan.shrunk and not complete)
    if earlier:
        context.say(
            text(
                "“{name}” is taken as a newer version of “{source}”. --source NAME imports it as another table.",
                name=own_name,
                source=earlier,
            )
        )
    context.report([*found.problems, *problems])
    _sum_up(context, plan, dry_run=dry_run)
    if found.problems or problems:
        sys.exit(PROBLEMS)


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


def _read(context: Context, file: Path, contents: SiteContents, options: ImportOptions) -> FileEvents:
    try:
        data = file.read_bytes()
    except OSError as error:
        message = text("This file cannot be read ({reason}).", reason=error.strerror or error)
        context.report([Problem(Location(file.name), message)])
        sys.exit(PROBLEMS)
    with shown(context.words) as progress, timed_stage(text("Reading rows")):
        found = read_file(file.name, data, contents, options, progress)
    if isinstance(found, Problem):
        context.report([found])
        sys.exit(PROBLEMS)
    return found


def _write(root: Path, plan: ImportPlan) -> list[Problem]:
    """Writes the changed files, and returns the problems of those that cannot be written."""
    writers = {"new": write_new, "updated": write_over}
    results = [
        writers[change.kind](root, change.path, change.content) for change in plan.changes if change.kind in writers
    ]
    return [problem for problem in results if problem]


def _show_plan(context: Context, name: str, found: FileEvents, plan: ImportPlan) -> None:
    """Prints every new or changed file with its questions and notes, and the events without a file."""
    for change in plan.changes:
        if change.kind == "unchanged" and not change.conflicts:
            continue
        click.echo(context.words(_headline(change, context)))
        questions = change.event.questions if change.kind != "unchanged" else ()
        _show_each(context, dict.fromkeys((*change.conflicts, *questions)))
        _show_each(context, change.event.notes if change.kind == "new" else (), mark="·")
    for skipped in plan.skipped:
        place = _place(name, skipped.event)
        click.echo(context.words(text("Left out: {place}, “{title}”.", place=place, title=skipped.event.title)))
        _show_each(context, (skipped.reason,))
    for row in found.skipped:
        place = f"{name}:{row.number}"
        click.echo(context.words(text("Left out: {place}, “{title}”.", place=place, title=row.shown)))
        _show_each(context, (row.reason,))
    _show_each(context, found.remarks, mark="·")


def _show_gone(context: Context, plan: ImportPlan, *, asks: bool) -> None:
    """Prints the events that the source no longer has. If it `asks`, a person must confirm that the file is complete."""
    if asks:
        question = text(
            "{count} of {known} events of this source are gone: is the file complete?",
            count=len(plan.gone),
            known=plan.known,
        )
        if not sys.stdin.isatty():
            context.say(text("{question} If it is, import it again with --complete.", question=question))
            return
        if not click.confirm(context.words(question), err=True):
            return
    for path in plan.gone:
        message = text(
            "{path}: the source no longer has it. If the event is cancelled, write status: cancelled.", path=path
        )
        click.echo(context.words(message))


def _show_each(context: Context, messages: Iterable[Text], mark: str = "?") -> None:
    for message in messages:
        click.echo(f"    {mark} {context.words(message)}")


def _headline(change: FileChange, context: Context) -> Text:
    match change.kind:
        case "new" if change.event.questions:
            return text("New, a draft: {path} (row {row})", path=change.path, row=change.event.row)
        case "new":
            return text("New: {path} (row {row})", path=change.path, row=change.event.row)
        case "updated" if change.keys:
            keys = "、".join(context.words(key_label(key)) for key in change.keys)
            return text("Updated: {path} (row {row}): {keys}", path=change.path, row=change.event.row, keys=keys)
        case _:
            return text("Kept: {path} (row {row})", path=change.path, row=change.event.row)


def _place(name: str, event: IncomingEvent) -> str:
    return f"{name}（{event.sheet}）:{event.row}" if event.sheet else f"{name}:{event.row}"


def _sum_up(context: Context, plan: ImportPlan, *, dry_run: bool) -> None:
    counts = {kind: sum(change.kind == kind for change in plan.changes) for kind in ("new", "updated", "unchanged")}
    drafts = sum(bool(change.event.questions) for change in plan.changes if change.kind == "new")
    context.say(
        text("{new} new ({drafts} of them drafts), {updated} updated, {unchanged} unchanged.", drafts=drafts, **counts)
    )
    if dry_run:
        context.say(text("Nothing was written: this was a dry run."))
    elif drafts:
        context.say(
            text(
                "To settle a draft, open its file and answer the lines that begin with “#?”. "
                "Then delete those lines and “draft: true”."
            )
        )
    if counts["new"] or counts["updated"]:
        context.say(text("Then check the site: python site.py check"))
