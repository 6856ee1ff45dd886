"""`diff`: shows what changed for the public between two commits, or between a commit and the files on disk."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from almanac.cli.app import PROBLEMS, USAGE, Context, in_colour
from almanac.cli.display import shown
from almanac.cli.help import Verb
from almanac.cli.options import now_option
from almanac.cli.reports import translator
from almanac.cli.writing import write_file
from almanac.core.extras import can_take_pictures
from almanac.core.problems import reason_of, text
from almanac.core.timing import timed_stage
from almanac.diff.altered import altered_pages
from almanac.diff.differences import Comparison, compare
from almanac.diff.pictures import NoBrowser, Pictures, take_pictures
from almanac.diff.reports import FORMATS, ComparisonReport
from almanac.diff.revisions import (
    SiteFiles,
    Snapshot,
    UnreadableRevision,
    files_at,
    files_on_disk,
    snapshot,
)
from almanac.render import BrokenPage

MOST_PICTURED = 6  # pages: more make a comment that nobody reads to its end


@click.command(
    cls=Verb, help="Shows what changed for the public since REV (by default the last commit), or between REV and REV2."
)
@click.argument("revision", metavar="REV", default="HEAD")
@click.argument("second", metavar="REV2", required=False)
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", help="text for people, markdown for a review."
)
@click.option("--limit", type=click.IntRange(1), help="Shows at most so many events and counts the others.")
@click.option(
    "--pictures",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Puts pictures of the pages that change into this folder, before and after, as a phone shows them.",
)
@click.option(
    "--most-pictures",
    "most",
    type=click.IntRange(1),
    default=MOST_PICTURED,
    show_default=True,
    help="Takes pictures of at most so many pages and counts the others.",
)
@click.option("--pictures-url", metavar="URL", help="Where the pictures will stand when the report is read.")
@now_option
@click.pass_obj
def command(
    context: Context,
    revision: str,
    second: str | None,
    form: str,
    limit: int | None,
    folder: Path | None,
    most: int,
    pictures_url: str | None,
    now: datetime,
) -> None:
    """Shows the changes. The exit code is 0, also if there are some."""
    if folder and not can_take_pictures():
        context.fail(text("What takes pictures is not installed: install {package}.", package="almanac-kepu[pictures]"))
    before = _snapshot(context, _files(context, revision))
    after = _snapshot(context, _files(context, second) if second else files_on_disk(context.root))
    comparison = compare(before, after)
    report = ComparisonReport(
        comparison, translator(context.language), limit, colour=form == "text" and in_colour(sys.stdout)
    )
    if folder:
        report.pictures = _pictures(context, comparison, (before, after), now, most)
        report.pictures_url = pictures_url or folder.as_posix()
        _write(context, folder, report.pictures)
    click.echo("\n".join(FORMATS[form](report)))


def _pictures(
    context: Context, comparison: Comparison, sides: tuple[Snapshot, Snapshot], now: datetime, most: int
) -> Pictures:
    """The pictures. A failure ends the command."""
    before, after = sides
    try:
        with shown(context.words, long=True), timed_stage(text("Taking pictures")):
            altered = list(altered_pages(comparison, before, after))
            return take_pictures(altered, before.site, after.site, now, most)
    except NoBrowser as error:
        context.fail(error.message, error.hint)
    except BrokenPage as error:
        context.report([error.problem])
        sys.exit(PROBLEMS)


def _write(context: Context, folder: Path, pictures: Pictures) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        context.fail(text("This cannot be written ({reason}).", reason=reason_of(error)))
    for name, data in pictures.files.items():
        write_file(context, folder / name, data)


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
