"""`check`: everything that is wrong with the content, without building anything."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from almanac.build import Options, has_errors, plan_site
from almanac.cli import PROBLEMS, Context
from almanac.cli_options import CACHE, now_option
from almanac.problems import text
from almanac.reports import REPORTS


@click.command(help="Shows every problem of the content; builds nothing.")
@now_option
@click.option("--format", "form", type=click.Choice(sorted(REPORTS)), default="text", help="text for people, json for programs, github for annotations.")
@click.pass_obj
def command(context: Context, now: datetime, form: str) -> None:
    """Shows every problem."""
    planned, problems = plan_site(Options(context.root, context.root / "output", Path(CACHE), now))
    click.echo(REPORTS[form](problems, context.language), nl=False)
    if planned:
        context.say(
            text("{events} events, {pages} pages, {count} problems.", events=len(planned.catalogue.events), pages=len(planned.pages), count=len(problems))
        )
    if has_errors(problems):
        sys.exit(PROBLEMS)
