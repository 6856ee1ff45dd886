"""What a build has done, for whoever has asked for it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path, PurePath

from msgspec import structs

from almanac.build.publish import Report
from almanac.cli.app import Context
from almanac.cli.progress import watched
from almanac.core.printing import printable
from almanac.core.problems import Text, text
from almanac.core.stopwatch import laps
from almanac.outputs.feeds import feed_sizes

LARGEST = 5  # feeds that a profile names


def say_what_was_done(context: Context, report: Report, output: Path, seconds: float) -> None:
    """A line for the files, and one for the feeds."""
    context.say(
        text(
            "{written} written, {unchanged} unchanged, {removed} removed in {seconds:.2f} s: {output}",
            seconds=seconds,
            output=output,
            **structs.asdict(report),
        )
    )
    _say_feeds(context, report, 1)


def _say_feeds(context: Context, report: Report, most: int) -> None:
    feeds = feed_sizes(report.files)
    for file, size in list(feeds.items())[:most]:
        context.say(
            text(
                "{count} feeds; the largest is {file} with {size:.0f} KB.",
                count=len(feeds),
                file=file,
                size=size / 1000,
            )
        )


def say_profile(context: Context, report: Report, seconds: float) -> None:
    """Time by stage, size by folder and kind of file, and the five largest feeds: as tables for a person, else as lines."""
    if watched(sys.stderr):
        _show_profile(context, report, seconds)
    else:
        _say_lines(context, report)


def _say_lines(context: Context, report: Report) -> None:
    for stage, seconds in laps.items():
        context.say(text("{seconds:8.2f} s  {stage}", seconds=seconds, stage=Text(stage)))
    for name, (count, size) in _by_output(report.sizes).items():
        context.say(text("{size:8.2f} MB  {count:6}  {name}", size=size / 1_000_000, count=count, name=name))
    for file, size in list(feed_sizes(report.files).items())[:LARGEST]:
        context.say(text("{size:8.0f} KB  {file}", size=size / 1000, file=file))


def _show_profile(context: Context, report: Report, seconds: float) -> None:
    """The same as tables, with the share that each stage has of all the time."""
    from almanac.cli.terminal import Figures, show_figures  # late: it loads Rich

    stages = {
        **{context.translate(stage): time for stage, time in laps.items()},
        context.words(text("Everything else")): seconds - sum(laps.values()),
    }
    times = [(stage, f"{time:.2f}", f"{time / seconds:.0%}") for stage, time in stages.items()]
    sizes = [(name, f"{size / 1_000_000:.2f}", str(count)) for name, (count, size) in _by_output(report.sizes).items()]
    feeds = [(file, f"{size / 1000:.0f}") for file, size in list(feed_sizes(report.files).items())[:LARGEST]]
    tables = (
        Figures(text("Time by stage"), (text("Stage"), text("Seconds"), text("Share")), times),
        Figures(text("Size by output"), (text("Output"), text("MB"), text("Files")), sizes),
        Figures(text("The largest feeds"), (text("Feed"), text("KB")), feeds),
    )
    show_figures(context.words, tables)


def _by_output(sizes: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """How many files of a kind a folder holds, and their bytes together; the largest first. What a file is called steers no terminal."""
    found: dict[str, tuple[int, int]] = {}
    for file, size in sizes.items():
        folder, _, name = file.partition("/") if "/" in file else ("", "", file)
        key = printable(f"{folder}/*{PurePath(name).suffix}")
        count, total = found.get(key, (0, 0))
        found[key] = (count + 1, total + size)
    return dict(sorted(found.items(), key=lambda entry: (-entry[1][1], entry[0])))
