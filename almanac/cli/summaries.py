"""The summary of a build, and its profile."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path, PurePath

from msgspec import structs

from almanac.build.feed_sizes import feed_sizes
from almanac.build.publishing import Report
from almanac.cli.app import Context
from almanac.cli.display import FigureTable, show_tables, watched
from almanac.core.printing import printable
from almanac.core.problems import Text, text

LARGEST = 5  # feeds in a profile


def say_what_was_done(context: Context, report: Report, output: Path, seconds: float) -> None:
    """Prints one line about the files, and one about the feeds."""
    context.say(
        text(
            "{written} written, {unchanged} unchanged, {removed} removed in {seconds:.2f} s: {output}",
            seconds=seconds,
            output=output,
            **structs.asdict(report),
        )
    )
    feeds = feed_sizes(report.sizes)
    if feeds:
        file, size = next(iter(feeds.items()))
        context.say(
            text(
                "{count} feeds; the largest is {file} with {size:.0f} KB.",
                count=len(feeds),
                file=file,
                size=size / 1000,
            )
        )


def say_profile(context: Context, report: Report, seconds: float) -> None:
    """Prints the time of each stage, the size of each kind of file, and the five largest feeds.

    A person at a terminal gets tables; any other reader gets plain lines.
    """
    if watched(sys.stderr):
        _show_profile(context, report, seconds)
    else:
        _say_lines(context, report)


def _say_lines(context: Context, report: Report) -> None:
    for stage, seconds in context.times.seconds.items():
        context.say(text("{seconds:8.2f} s  {stage}", seconds=seconds, stage=Text(stage)))
    for name, (count, size) in _by_output(report.sizes).items():
        context.say(text("{size:8.2f} MB  {count:6}  {name}", size=size / 1_000_000, count=count, name=name))
    for file, size in list(feed_sizes(report.sizes).items())[:LARGEST]:
        context.say(text("{size:8.0f} KB  {file}", size=size / 1000, file=file))


def _show_profile(context: Context, report: Report, seconds: float) -> None:
    times = context.times.seconds
    stages = {
        **{context.translate(stage): time for stage, time in times.items()},
        context.words(text("Everything else")): seconds - sum(times.values()),
    }
    shares = [(stage, f"{time:.2f}", f"{time / seconds:.0%}") for stage, time in stages.items()]
    sizes = [(name, f"{size / 1_000_000:.2f}", str(count)) for name, (count, size) in _by_output(report.sizes).items()]
    feeds = [(file, f"{size / 1000:.0f}") for file, size in list(feed_sizes(report.sizes).items())[:LARGEST]]
    tables = (
        FigureTable(text("Time by stage"), (text("Stage"), text("Seconds"), text("Share of all")), shares),
        FigureTable(text("Size by output"), (text("Output"), text("MB"), text("Files")), sizes),
        FigureTable(text("The largest feeds"), (text("Feed"), text("KB")), feeds),
    )
    show_tables(context.words, tables)


def _by_output(sizes: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """The number of files and their bytes, by top folder and suffix; the largest first. The names are printable."""
    found: dict[str, tuple[int, int]] = {}
    for file, size in sizes.items():
        folder, _, name = file.partition("/") if "/" in file else ("", "", file)
        key = printable(f"{folder}/*{PurePath(name).suffix}")
        count, total = found.get(key, (0, 0))
        found[key] = (count + 1, total + size)
    return dict(sorted(found.items(), key=lambda entry: (-entry[1][1], entry[0])))
