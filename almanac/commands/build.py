"""`build`: makes `output/`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter

import click

from almanac.build import Options, build, silently
from almanac.cli import PROBLEMS, Context
from almanac.cli_help import Verb
from almanac.cli_options import CACHE, available_cores, now_option
from almanac.outputs.feeds import feed_sizes
from almanac.problems import text
from almanac.publish import Made, Report

OUTPUT = "output"


@click.command(cls=Verb, help="Builds the site into output/.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="Where the site goes (default: output/ in the root).")
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), help=f"What speeds up the next build (default: {CACHE}/ in the root).")
@now_option
@click.option("--base-url", metavar="URL", help="The address of a preview; UIDs in feeds keep the config's.")
@click.option("--clean", is_flag=True, help="Renders every page, whatever the last build did.")
@click.option("--jobs", type=click.IntRange(1), default=available_cores, help="Processes for a large build.")
@click.option("--keep-going", is_flag=True, help="Publishes the sound events although others have problems.")
@click.option("--profile", is_flag=True, help="Shows where the time goes.")
@click.pass_obj
def command(
    context: Context, output: Path | None, cache: Path | None, now: datetime, base_url: str | None, clean: bool, jobs: int, keep_going: bool, profile: bool
) -> None:
    """Builds the site, or shows all that keeps it from being built."""
    options = Options(
        root=context.root,
        output=output or context.root / OUTPUT,
        cache=cache or context.root / CACHE,
        now=now,
        base_url=base_url,
        clean=clean,
        jobs=jobs,
        keep_going=keep_going,
    )
    if profile:
        _profiled(context, options)
    else:
        _build(context, options)


def _build(context: Context, options: Options) -> None:
    started = perf_counter()
    report, problems = build(options, _bar if sys.stderr.isatty() else silently)
    context.report(problems)
    if report is None:
        context.say(text("Nothing was published: {count} to put right first.", count=len(problems)))
    else:
        seconds = perf_counter() - started
        context.say(
            text(
                "{written} written, {unchanged} unchanged, {removed} removed in {seconds:.2f} s: {output}",
                seconds=seconds,
                output=options.output,
                **vars(report),
            )
        )
        _say_sizes(context, report)
    if report is None or any(problem.severity == "error" for problem in problems):
        sys.exit(PROBLEMS)


def _say_sizes(context: Context, report: Report) -> None:
    feeds = feed_sizes(report.sizes)
    for file, size in list(feeds.items())[:1]:
        context.say(text("{count} feeds; the largest is {file} with {size:.0f} KB.", count=len(feeds), file=file, size=size / 1000))


def _bar(made: Iterable[Made], total: int) -> Iterator[Made]:
    with click.progressbar(made, length=total, file=sys.stderr) as bar:
        yield from bar


def _profiled(context: Context, options: Options) -> None:
    from cProfile import Profile
    from pstats import Stats

    with Profile() as profile:
        try:
            _build(context, options)
        finally:
            profile.disable()
            Stats(profile, stream=sys.stderr).sort_stats("cumulative").print_stats(40)
