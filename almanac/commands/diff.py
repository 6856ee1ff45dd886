"""`diff`: shows what changed for the public between two commits, or between a commit and the files on disk."""

from __future__ import annotations

import sys

import click

from almanac.cli.app import PROBLEMS, USAGE, Context, in_colour
from almanac.cli.help import Verb
from almanac.cli.reports import translator
from almanac.diff.differences import compare
from almanac.diff.reports import FORMATS, ComparisonReport
from almanac.diff.revisions import (
    SiteFiles,
    Snapshot,
    UnreadableRevision,
    files_at,
    files_on_disk,
    snapshot,
)


@click.command(
    cls=Verb, help="Shows what changed for the public since REV (by default the last commit), or between REV and REV2."
)
@click.argument("revision", metavar="REV", default="HEAD")
@click.argument("second", metavar="REV2", required=False)
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", help="text for people, markdown for a review."
)
@click.option("--limit", type=click.IntRange(1), help="Shows at most so many events and counts the others.")
@click.pass_obj
def command(context: Context, revision: str, second: str | None, form: str, limit: int | None) -> None:
    """Shows the changes. The exit code is 0, also if there are some."""
    before = _files(context, revision)
    after = _files(context, second) if second else files_on_disk(context.root)
    comparison = compare(_snapshot(context, before), _snapshot(context, after))
    report = ComparisonReport(
        comparison, translator(context.language), limit, colour=form == "text" and in_colour(sys.stdout)
    )
    click.echo("\n".join(FORMATS[form](report)))


def _files(context: Context, revision: str) -> SiteFiles:
    found = files_at(context.root, revision)
    if isinstance(found, UnreadableRevision):
        context.say(found.message)
        context.say(found.hint)
        sys.exit(USAGE)
    return found


def _snapshot(context: Context, files: SiteFiles) -> Snapshot:
    found = snapshot(files)
    if isinstance(found, list):
        context.report(found)
        sys.exit(PROBLEMS)
    return found
