"""`publish`: uploads the built site to where it is served."""

from __future__ import annotations

import sys
from hashlib import blake2b
from pathlib import Path
from time import perf_counter
from typing import NoReturn

import click

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.display import shown
from almanac.cli.help import Verb
from almanac.cli.options import CACHE
from almanac.core.extras import can_upload
from almanac.core.problems import Location, Problem, reason_of, text
from almanac.core.timing import timed_stage
from almanac.hosting.changes import Changes, changes, too_many_deletions
from almanac.hosting.destinations import Kind, host_of, kind_of, shown_address
from almanac.hosting.host import HostFailed, There
from almanac.hosting.local import wanted_files

SHOWN = 20  # names of a dry run
DESTINATIONS = text("Write s3://BUCKET, HOST:FOLDER, rsync://HOST/MODULE, ./FOLDER or git+ADDRESS#BRANCH.")


@click.command(
    cls=Verb,
    help="Uploads output/ to where it is served: what changed, and so that no visitor meets half of it. DESTINATION is "
    "a bucket (s3://BUCKET or s3://BUCKET/PREFIX), what rsync writes to (HOST:FOLDER, rsync://HOST/MODULE or a "
    "folder), or a branch of git (git+ADDRESS#BRANCH, where ADDRESS may be a remote such as origin). The keys of a "
    "bucket are taken from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
)
@click.argument("destination", metavar="DESTINATION")
@click.option("--endpoint", metavar="URL", help="The address of the storage, if it is not Amazon's.")
@click.option("--region", metavar="NAME", help="The region of the bucket.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="The built site (default: output/).")
@click.option("--dry-run", is_flag=True, help="Says what would be uploaded and deleted.")
@click.option("--relist", is_flag=True, help="Lists what is there, and does not trust the record of the last run.")
@click.option("--allow-removals", is_flag=True, help="Goes on although more than a tenth of the files is deleted.")
@click.option("--check-url", metavar="URL", help="Looks at the site there afterwards, as a visitor does.")
@click.pass_obj
def command(
    context: Context,
    destination: str,
    endpoint: str | None,
    region: str | None,
    output: Path | None,
    dry_run: bool,
    relist: bool,
    allow_removals: bool,
    check_url: str | None,
) -> None:
    """Uploads the site."""
    output = output or context.root / "output"
    _must_be_known(context, destination, output)
    started = perf_counter()
    uploads = context.root / CACHE / "uploads"
    try:
        with timed_stage(text("Looking at what changed")):
            host = host_of(destination, endpoint, region, context.root, uploads)
            memo = uploads / f"{blake2b(str(output.resolve()).encode(), digest_size=8).hexdigest()}.{host.digest}"
            wanted = wanted_files(output, memo, host.digest, compressed_forms=host.compressed_forms)
            there = host.look(trusted=not relist)
        found = changes(wanted, there.files, there.ours)
        if dry_run:
            _say_plan(context, found)
            return
        if too_many_deletions(found, len(there.ours)) and not allow_removals:
            _end(context, _refusal(destination, found, there))
        with shown(context.words) as progress, timed_stage(text("Uploading")):
            for _ in progress(host.carry_out(found, output, wanted, there), found.count):
                pass
    except HostFailed as error:
        hint = text("What was uploaded stays and does no harm. Run the command again: it goes on from here.")
        message = text("Not all was uploaded: {reason}", reason=error.reason)
        _end(context, Problem(Location(shown_address(destination)), message, hint))
    except OSError as error:
        _end(context, Problem(Location(str(output)), text("This cannot be read ({reason}).", reason=reason_of(error))))
    seconds = f"{perf_counter() - started:.2f}"
    count, deleted = len(found.uploaded), len(found.deleted)
    context.say(
        text("{count} files uploaded, {deleted} deleted, {seconds} s.", count=count, deleted=deleted, seconds=seconds)
    )
    if check_url:
        from almanac.hosting.serving import serving_problems  # it loads the client of HTTP

        wrong = list(serving_problems(check_url, output))
        context.report(wrong)
        if wrong:
            sys.exit(PROBLEMS)


def _must_be_known(context: Context, destination: str, output: Path) -> None:
    """Ends the command if the destination is of no known kind, or if there is nothing that can go there."""
    kind = kind_of(destination)
    if kind is None:
        context.fail(text("“{destination}” is no destination.", destination=destination), DESTINATIONS)
    if kind is Kind.BUCKET and not can_upload():
        context.fail(text("What uploads is not installed: install {package}.", package="almanac-kepu[publish]"))
    if not (output / "index.html").is_file():
        context.fail(text("There is no built site in {folder}.", folder=output), text("Run build first."))
    if kind is Kind.FOLDER and Path(destination).resolve().is_relative_to(output.resolve()):
        context.fail(text("The destination lies in the folder that is uploaded."))


def _say_plan(context: Context, found: Changes) -> None:
    count, deleted = len(found.uploaded), len(found.deleted)
    context.say(text("{count} files would be uploaded, {deleted} deleted:", count=count, deleted=deleted))
    for sign, names in (("+", found.uploaded), ("-", found.deleted)):
        for name in names[:SHOWN]:
            click.echo(f"  {sign} {name}")
        if len(names) > SHOWN:
            context.say(text("  {sign} {count} more", sign=sign, count=len(names) - SHOWN))


def _refusal(destination: str, found: Changes, there: There) -> Problem:
    counts = {"deleted": len(found.deleted), "count": len(there.ours)}
    message = text("{deleted} of {count} files would be deleted. Nothing was uploaded.", **counts)
    hint = text("Look at them with --dry-run. If they may go, add --allow-removals.")
    return Problem(Location(shown_address(destination)), message, hint)


def _end(context: Context, problem: Problem) -> NoReturn:
    context.report([problem])
    sys.exit(PROBLEMS)
