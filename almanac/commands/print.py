"""`print`: makes a PDF of an event, a month or a year."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path

import click
import msgspec

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.contents import resolved
from almanac.cli.help import Verb
from almanac.cli.options import CACHE, now_option
from almanac.cli.writing import write_file
from almanac.content.names import Registry
from almanac.core.extras import can_typeset
from almanac.core.problems import Problem, did_you_mean, error_count, text
from almanac.incremental.queries import Arguments
from almanac.model.labels import name_registries
from almanac.model.links import own_events
from almanac.model.site import Site
from almanac.render import BrokenPage, rendered

MONTH, YEAR = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"), re.compile(r"\d{4}")


class Printed(msgspec.Struct, frozen=True):
    """What to print: the name of the file, and the arguments of `rendered`."""

    file: str
    args: Arguments


@click.command(
    cls=Verb,
    help="Makes a PDF: the poster of an event (A4), the sheet of a month (A3), or the chart of a year (A2). "
    "EVENT is an id, MONTH is like 2026-12, YEAR is like 2026.",
)
@click.argument("what", metavar="EVENT|MONTH|YEAR")
@click.option("--district", metavar="KEY", help="Only the events of a district (key or name); for a month.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="The file (default: in this folder).")
@now_option
@click.pass_obj
def command(context: Context, what: str, district: str | None, output: Path | None, now: datetime) -> None:
    """Writes the PDF."""
    if not can_typeset():
        context.fail(text("What typesets is not installed: install {package}.", package="almanac-kepu[cards]"))
    from almanac.build.checking import checked
    from almanac.build.options import Options

    def printed(site: Site | None, problems: list[Problem]) -> tuple[str, bytes]:
        """The name of the file and the PDF. Ends the command if there is none."""
        if site is None or error_count(problems):
            context.report(problems)
            sys.exit(PROBLEMS)
        sheet = _sheet(context, site, what, district)
        try:
            return sheet.file, site.graph.read(rendered, sheet.args)
        except BrokenPage as error:
            context.report([error.problem])
            sys.exit(PROBLEMS)

    options = Options(context.root, context.root / "output", context.root / CACHE, now)
    name, data = checked(options, printed)
    file = output or Path(name)
    write_file(context, file, data)
    context.say(text("{file} is made.", file=file))


def _sheet(context: Context, site: Site, what: str, district: str | None) -> Printed:
    """The sheet that is asked for. Ends the command if there is none."""
    if MONTH.fullmatch(what):
        districts = name_registries(site).get("districts", Registry())
        key = resolved(context, districts, "districts", district) if district else ""
        args = ("typst:month.pdf", "almanac.site.month_sheets:month_sheet", what, key)
        return Printed(f"{what}-{key}.pdf" if key else f"{what}.pdf", args)
    if district:
        context.fail(text("--district is for a month, such as 2026-12."))
    if YEAR.fullmatch(what):
        return Printed(f"{what}.pdf", ("typst:chart.pdf", "almanac.site.year_charts:year_chart", int(what)))
    known = {event.id for event in own_events(site)}
    if what not in known:
        context.fail(text("There is no event “{id}”.", id=what), did_you_mean(what, known))
    return Printed(f"{what}.pdf", ("typst:poster-a4.pdf", "almanac.site.event_sheets:event_sheet", what))
