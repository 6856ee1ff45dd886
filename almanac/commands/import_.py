"""`import`: events from a table (.xlsx, .csv) or a calendar (.ics) into `content/events/`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.help import Verb
from almanac.cli.options import CACHE, Moment, clock
from almanac.cli.progress import shown
from almanac.commands.export import known_key
from almanac.content.fields import FIRST_YEAR, LAST_YEAR
from almanac.content.private_numbers import without_private_numbers
from almanac.core.problems import Location, Problem, Text, text
from almanac.core.stopwatch import lap
from almanac.exchange.contents import Contents, read_contents, with_identities
from almanac.exchange.entries import Entry, key_label
from almanac.exchange.matching import Import
from almanac.exchange.merge import Change, Plan, plan_import
from almanac.exchange.reading import Read, Wishes, read_file
from almanac.exchange.writing import write_new, write_over


@click.command(
    cls=Verb, help="Reads events from .xlsx, .csv or .ics. A second time it updates what it wrote in content/events/."
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
    "--source", metavar="NAME", help="The name by which a later import finds these events again (default: the file's)."
)
@click.option("--dry-run", is_flag=True, help="Writes nothing, and says what it would write.")
@click.option(
    "--now", type=Moment(), default=clock, help="The moment that changed files state as updated (default: this one)."
)
@click.pass_obj
def command(
    context: Context,
    file: Path,
    year: int | None,
    programme: str | None,
    with_contacts: bool,
    source: str | None,
    dry_run: bool,
    now: datetime,
) -> None:
    """Imports a file."""
    contents = read_contents(context.root)
    if isinstance(contents, list):
        context.report(contents)
        sys.exit(PROBLEMS)
    wishes = Wishes(year, with_contacts, known_key(context, contents, "programmes", programme))
    found = _read(context, file, contents, wishes)
    local = now.astimezone(ZoneInfo(contents.config.timezone)) if now.tzinfo else now
    name = file.name if with_contacts else without_private_numbers(file.name)
    known = with_identities(contents, context.root, context.root / CACHE) if found.rows_are_ids else contents
    task = Import(known, " ".join((source or name).split()), local, context.translate, found.rows_are_ids)
    plan = plan_import(found.entries, task)
    problems = [] if dry_run else _written(context.root, plan)
    _tell(context, file.name, found, plan)
    context.report([*found.problems, *problems])
    _sum_up(context, plan, dry_run=dry_run)
    if found.problems or problems:
        sys.exit(PROBLEMS)


def _read(context: Context, file: Path, contents: Contents, wishes: Wishes) -> Read:
    try:
        data = file.read_bytes()
    except OSError as error:
        context.report(
            [Problem(Location(file.name), text("This file cannot be read ({reason}).", reason=error.strerror or error))]
        )
        sys.exit(PROBLEMS)
    with shown(context.words) as progress, lap(text("Reading rows")):
        found = read_file(file.name, data, contents, wishes, progress)
    if isinstance(found, Problem):
        context.report([found])
        sys.exit(PROBLEMS)
    return found


def _written(root: Path, plan: Plan) -> list[Problem]:
    """Writes what changes; what cannot be written is a problem, and the rest is written all the same."""
    writers = {"new": write_new, "updated": write_over}
    done = [
        writers[change.kind](root, change.path, change.content) for change in plan.changes if change.kind in writers
    ]
    return [problem for problem in done if problem]


def _tell(context: Context, name: str, found: Read, plan: Plan) -> None:
    """Every file that is new or changed, and below it what staff should look at."""
    for change in plan.changes:
        if change.kind != "unchanged" or change.conflicts:
            click.echo(context.words(_headline(change, context)))
            unsettled = change.entry.unsettled if change.kind != "unchanged" else ()
            _tell_each(
                context, (*change.conflicts, *(message for message in unsettled if message not in change.conflicts))
            )
            _tell_each(context, change.entry.notes if change.kind == "new" else (), mark="·")
    for entry, reason in plan.skipped:
        click.echo(context.words(text("Left out: {place}, “{title}”.", place=_place(name, entry), title=entry.title)))
        _tell_each(context, (reason,))
    for path in plan.gone:
        click.echo(
            context.words(
                text(
                    "{path}: the source does not have it any more. If it is called off, write status: cancelled.",
                    path=path,
                )
            )
        )
    _tell_each(context, found.remarks, mark="·")


def _tell_each(context: Context, messages: tuple[Text, ...], mark: str = "?") -> None:
    for message in messages:
        click.echo(f"    {mark} {context.words(message)}")


def _headline(change: Change, context: Context) -> Text:
    match change.kind:
        case "new" if change.entry.unsettled:
            return text("New, a draft: {path} (row {row})", path=change.path, row=change.entry.place)
        case "new":
            return text("New: {path} (row {row})", path=change.path, row=change.entry.place)
        case "updated" if change.keys:
            keys = "、".join(context.words(key_label(key)) for key in change.keys)
            return text("Updated: {path} (row {row}): {keys}", path=change.path, row=change.entry.place, keys=keys)
        case _:
            return text("Kept: {path} (row {row})", path=change.path, row=change.entry.place)


def _place(name: str, entry: Entry) -> str:
    return f"{name}（{entry.sheet}）:{entry.place}" if entry.sheet else f"{name}:{entry.place}"


def _sum_up(context: Context, plan: Plan, *, dry_run: bool) -> None:
    counted = {kind: sum(change.kind == kind for change in plan.changes) for kind in ("new", "updated", "unchanged")}
    drafts = sum(bool(change.entry.unsettled) for change in plan.changes if change.kind == "new")
    context.say(
        text("{new} new ({drafts} of them drafts), {updated} updated, {unchanged} unchanged.", drafts=drafts, **counted)
    )
    if dry_run:
        context.say(text("Nothing was written: this was a dry run."))
    elif drafts:
        context.say(
            text(
                "To settle a draft, open its file: the lines that begin with “#?” say what is open. Put it right, and delete those lines and “draft: true”."
            )
        )
    if counted["new"] or counted["updated"]:
        context.say(text("Then look at all of it: python site.py check"))
