"""`export`: writes events to a table that Excel and WPS open and that `import` reads back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.contents import contents_of, resolved
from almanac.cli.display import shown
from almanac.cli.help import Verb
from almanac.cli.writing import write_file
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.core.problems import text
from almanac.core.timing import timed_stage
from almanac.exchange.contents import SiteContents
from almanac.exchange.exporting import ExportFilter, filtered_events, table_file
from almanac.exchange.template import template

FORMS = ("xlsx", "csv")


@click.command(cls=Verb, help="Writes events to .xlsx or .csv. import reads back what it wrote.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--year", type=int, help="Events that take place in this year.")
@click.option("--programme", metavar="KEY", help="Events of this programme (key or name).")
@click.option("--organiser", metavar="KEY", help="Events of this organiser or co-organiser (key or name).")
@click.option("--district", metavar="KEY", help="Events in this district (key or name).")
@click.option("--drafts", is_flag=True, help="With events that are still drafts.")
@click.option("--template", "blank", is_flag=True, help="A blank table to fill in, with drop-downs and an example.")
@click.option("--force", is_flag=True, help="Replaces FILE if it exists.")
@click.pass_obj
def command(
    context: Context,
    file: Path,
    year: int | None,
    programme: str | None,
    organiser: str | None,
    district: str | None,
    drafts: bool,
    blank: bool,
    force: bool,
) -> None:
    """Writes the table."""
    form = file.suffix.lower().removeprefix(".")
    if form not in FORMS:
        context.fail(text("The name of the file must end in .xlsx or .csv."))
    if file.exists() and not force:
        hint = text("Choose another name, or replace it with --force.")
        context.fail(text("{path} exists already.", path=file), hint)
    contents = contents_of(context)
    if blank:
        if form != "xlsx":
            context.fail(text("A template is a workbook: its name must end in .xlsx."))
        write_file(context, file, template(contents, context.translate))
        context.say(text("{path} is ready to be filled in.", path=file))
        return

    def key(folder: str, name: str | None) -> str | None:
        return None if name is None else resolved(context, contents.registries.of(folder), folder, name)

    wanted = ExportFilter(
        year, key("programmes", programme), key("organisers", organiser), key("districts", district), drafts
    )
    _write(context, contents, filtered_events(contents, wanted), file, form)


def _write(context: Context, contents: SiteContents, records: list[Record[EventFields]], file: Path, form: str) -> None:
    with shown(context.words) as progress, timed_stage(text("Making rows")):
        table = table_file(records, contents.registries, form, progress)
    write_file(context, file, table)
    context.say(text("{count} events written to {path}.", count=len(records), path=file))
    if contents.unread:
        context.say(text("{count} files have problems and were left out: run check.", count=len(contents.unread)))
        sys.exit(PROBLEMS)
