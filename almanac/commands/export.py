"""`export`: events to a table that Excel and WPS open, and that `import` reads back."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.help import Verb
from almanac.cli.progress import shown
from almanac.content.names import FOLDERS
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.core.problems import Location, Problem, text
from almanac.core.stopwatch import lap
from almanac.exchange.contents import Contents, read_contents
from almanac.exchange.exporting import Wanted, table_bytes, wanted_events
from almanac.exchange.writing import replace_file

FORMS = ("xlsx", "csv")


@click.command(cls=Verb, help="Writes events to .xlsx or .csv. import reads back what it wrote.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--year", type=int, help="Events that take place in this year.")
@click.option("--programme", metavar="KEY", help="Events of this programme (key or name).")
@click.option("--organiser", metavar="KEY", help="Events of this organiser or co-organiser (key or name).")
@click.option("--district", metavar="KEY", help="Events in this district (key or name).")
@click.option("--drafts", is_flag=True, help="With events that are still drafts.")
@click.option("--force", is_flag=True, help="Replaces FILE where it exists.")
@click.pass_obj
def command(
    context: Context,
    file: Path,
    year: int | None,
    programme: str | None,
    organiser: str | None,
    district: str | None,
    drafts: bool,
    force: bool,
) -> None:
    """Writes the table."""
    form = file.suffix.lower().removeprefix(".")
    if form not in FORMS:
        context.fail(text("The name of the file must end in .xlsx or .csv."))
    if file.exists() and not force:
        context.fail(
            text("{path} exists already.", path=file), text("Choose another name, or replace it with --force.")
        )
    contents = read_contents(context.root)
    if isinstance(contents, list):
        context.report(contents)
        sys.exit(PROBLEMS)
    key = partial(known_key, context, contents)
    wanted = Wanted(
        year, key("programmes", programme), key("organisers", organiser), key("districts", district), drafts
    )
    _write(context, contents, wanted_events(contents, wanted), file, form)


def known_key(context: Context, contents: Contents, kind: str, name: str | None) -> str | None:
    """The key that an option names; an unknown name ends the command with what may have been meant."""
    if name is None:
        return None
    known = contents.register.of(kind)
    found = known.key_of(name)
    if found is None:
        hint = known.hint(name) or text(
            "Known are: {names}.", names=", ".join(f"{key} ({shown})" for key, shown in known.shown.items())
        )
        context.fail(text("“{name}” is not known among the {folder}.", name=name, folder=FOLDERS[kind]), hint)
    return found


def _write(context: Context, contents: Contents, records: list[Record[EventFields]], file: Path, form: str) -> None:
    try:
        with shown(context.words) as progress, lap(text("Making rows")):
            table = table_bytes(records, contents.register, form, progress)
        replace_file(file, table)
    except OSError as error:
        context.report(
            [Problem(Location(str(file)), text("This cannot be written ({reason}).", reason=error.strerror or error))]
        )
        sys.exit(PROBLEMS)
    context.say(text("{count} events written to {path}.", count=len(records), path=file))
    if contents.unread:
        context.say(text("{count} files have problems and were left out: run check.", count=len(contents.unread)))
        sys.exit(PROBLEMS)
