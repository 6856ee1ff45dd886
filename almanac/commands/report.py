"""`report`: the figures of a year as a workbook, for the plan and for the national statistics."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from almanac.build.checking import checked
from almanac.build.options import Options
from almanac.cli.app import PROBLEMS, Context
from almanac.cli.contents import resolved
from almanac.cli.display import shown
from almanac.cli.help import Verb
from almanac.cli.options import CACHE, now_option
from almanac.cli.writing import write_file
from almanac.content.names import Registry
from almanac.content.values import FIRST_YEAR, LAST_YEAR
from almanac.core.problems import Problem, error_count, text
from almanac.core.timing import timed_stage
from almanac.exchange.report_workbooks import report_workbook
from almanac.model.labels import name_registries
from almanac.model.site import Site
from almanac.site.report_tables import report_tables


@click.command(
    cls=Verb,
    help="Writes the figures of a year as a workbook: targets, events by form with times and participants, organisers, "
    "coverage, and the events without a result, which import reads back once they are filled in. "
    "Drafts count as planned.",
)
@click.argument("year", type=click.IntRange(FIRST_YEAR, LAST_YEAR))
@click.option("--organiser", metavar="KEY", help="Only events that this organiser holds (key or name).")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write, .xlsx (default: report-YEAR.xlsx, or with the organiser's key).",
)
@click.option("--force", is_flag=True, help="Replaces FILE if it exists.")
@now_option
@click.pass_obj
def command(
    context: Context, year: int, organiser: str | None, output: Path | None, force: bool, now: datetime
) -> None:
    """Writes the workbook."""
    if output and output.suffix.lower() != ".xlsx":
        context.fail(text("A report is a workbook: its name must end in .xlsx."))

    def workbook(site: Site | None, problems: list[Problem]) -> tuple[Path, bytes, int]:
        """The file, its content, and the number of errors. Ends the command if there is nothing to write."""
        if site is None:
            context.report(problems)
            sys.exit(PROBLEMS)
        known = name_registries(site).get("organisers", Registry())
        key = resolved(context, known, "organisers", organiser) if organiser else None
        file = output or Path(f"report-{year}-{key}.xlsx" if key else f"report-{year}.xlsx")
        if file.exists() and not force:
            hint = text("Choose another name, or replace it with --force.")
            context.fail(text("{path} exists already.", path=file), hint)
        with shown(context.words), timed_stage(text("Counting")):
            data = report_workbook(report_tables(site, year, key, drafts=True), context.translate)
        return file, data, error_count(problems)

    options = Options(context.root, context.root / "output", context.root / CACHE, now)
    file, data, count = checked(options, workbook)
    write_file(context, file, data)
    context.say(text("{path} is written.", path=file))
    if count:
        context.say(text("{count} problems: what they concern is not counted. Run check.", count=count))
        sys.exit(PROBLEMS)
