"""`build`: makes `output/`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from time import perf_counter

import click

from almanac.cli.app import PARTLY, PROBLEMS, Context
from almanac.cli.display import shown
from almanac.cli.help import Verb
from almanac.cli.options import CACHE, available_cores, now_option
from almanac.core.problems import error_count, text

OUTPUT = "output"


@click.command(cls=Verb, help="Builds the site into output/.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the site goes (default: output/ in the root).",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"What speeds up the next build (default: {CACHE}/ in the root).",
)
@now_option
@click.option("--base-url", metavar="URL", help="The address of a preview; UIDs in feeds keep the config's.")
@click.option("--clean", is_flag=True, help="Renders every page, whatever the last build did.")
@click.option("--jobs", type=click.IntRange(1), default=available_cores, help="Processes for a large build.")
@click.option(
    "--keep-going", is_flag=True, help="Leaves out files with errors, publishes the others, and ends with status 3."
)
@click.option(
    "--allow-removals",
    is_flag=True,
    help="Goes on although published entries, feeds or many pages vanish, or entries go back in time; names them.",
)
@click.option("--no-wait", is_flag=True, help="Ends at once while another build writes to the same folder.")
@click.option("--profile", is_flag=True, help="Shows where the time and the bytes go.")
@click.pass_obj
def command(
    context: Context,
    output: Path | None,
    cache: Path | None,
    now: datetime,
    base_url: str | None,
    clean: bool,
    jobs: int,
    keep_going: bool,
    allow_removals: bool,
    no_wait: bool,
    profile: bool,
) -> None:
    """Builds the site, or shows all that keeps it from being built."""
    cache = cache or context.root / CACHE
    from almanac.build.options import Options
    from almanac.build.pipeline import build
    from almanac.build.publishing import is_unfinished
    from almanac.cli.summaries import say_profile, say_what_was_done

    options = Options(
        root=context.root,
        output=output or context.root / OUTPUT,
        cache=cache,
        now=now,
        base_url=base_url,
        clean=clean,
        jobs=jobs,
        keep_going=keep_going,
        allow_removals=allow_removals,
        wait=not no_wait,
    )
    started = perf_counter()
    with shown(context.words, long=options.clean) as progress:
        report, problems = build(options, progress, context.say)
    seconds = perf_counter() - started
    context.report(problems)
    if report is None:
        count = error_count(problems)
        context.say(
            text("A part is published, and the next build settles it: {count} to put right first.", count=count)
            if is_unfinished(options.output)
            else text("Nothing was published: {count} to put right first.", count=count)
        )
        sys.exit(PROBLEMS)
    say_what_was_done(context, report, options.output, seconds)
    if profile:
        say_profile(context, report, seconds)
    if errors := error_count(problems):
        context.say(text("What has errors was not published: {count} to put right.", count=errors))
        sys.exit(PARTLY)
