"""`python -m bench` measures both generators in turn and writes the tables of docs/performance.md.

`--quick` is a smaller run that fails on gross regressions.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.cities import cities_table, measure_cities
from bench.corpus import NOW, ORGANISERS
from bench.measure import Run, ratio, run
from bench.serving import saved_to_shown
from bench.sites import REPOSITORY, Site, edit_body, edit_date, edit_title, make_sites

DOCUMENT = REPOSITORY / "docs/performance.md"
MEMORY = Path("/dev/shm")  # noqa: S108 - a disk in memory, so that the figures do not depend on the disk
QUICK = 1000  # events
LIMITS = {  # ratios at 1,000 events; two to three times what was measured
    "clean build": 3.5, "one body edited": 0.9, "one title edited": 1.0, "one date edited": 1.2, "nothing changed": 0.7
}  # fmt: skip
EDITS: dict[str, Callable[[Path, str], None] | None] = {
    "one body edited": edit_body, "one title edited": edit_title, "one date edited": edit_date, "nothing changed": None
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """The runs of one kind of build, ours and Hugo's, pair by pair."""

    name: str
    ours: Sequence[Run]
    theirs: Sequence[Run]

    @property
    def time(self) -> float:
        return ratio((one.seconds for one in self.ours), (one.seconds for one in self.theirs))

    @property
    def memory(self) -> float:
        return ratio((one.memory for one in self.ours), (one.memory for one in self.theirs))


def main() -> None:
    """Measures, and writes the tables or compares with the limits."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--large",
        type=int,
        nargs="*",
        default=[],
        help="further sizes, of which one clean build is measured",
    )
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK} events, three runs; fails if a ratio is above its limit"
    )
    parser.add_argument("--cities", action="store_true", help="a province's site that gathers thirteen cities, alone")
    parser.add_argument("--write", action="store_true", help="writes docs/performance.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="bench-") as name:
        if given.cities:
            sys.stdout.write(cities_table(given.events, measure_cities(Path(name), given.events)))
        elif given.quick:
            check_limits(measure(make_sites(Path(name), QUICK), 3))
        else:
            report(Path(name), given)


def report(folder: Path, given: argparse.Namespace) -> None:
    """Measures everything, prints the tables, and writes them into the document if asked to."""
    sites = make_sites(folder, given.events)
    rows = measure(sites, given.runs)
    served = [saved_to_shown(site, given.runs) for site in sites]
    shared = shared_changes(sites[0], given.runs)
    parts = [table(given.events, rows, served), shared_table(shared), profile(sites[0])]
    for count in given.large:
        shutil.rmtree(folder)
        folder.mkdir()
        parts.append(table(count, [clean_row(make_sites(folder, count), 1)], None))
    found = "\n".join(parts)
    sys.stdout.write(found)
    if given.write:
        before, mark, rest = DOCUMENT.read_text(encoding="utf-8").partition("<!-- measured -->\n")
        after = rest.partition("<!-- end -->")[2]
        DOCUMENT.write_text(f"{before}{mark}\n{found}\n<!-- end -->{after}", encoding="utf-8")


def measure(sites: tuple[Site, Site], runs: int) -> list[Row]:
    """The rows of the clean build, then of each kind of edit, which follows on the last clean build."""
    rows = [clean_row(sites, runs)]
    for place, (name, edit) in enumerate(EDITS.items()):
        found: list[list[Run]] = [[], []]
        for number in range(runs):
            for site, of_site in zip(sites, found, strict=True):
                of_site.append(_edited(site, edit, f"edit{place}{number:02}", runs - 1))
        rows.append(_reported(Row(name, *found)))
    return rows


def clean_row(sites: tuple[Site, Site], runs: int) -> Row:
    """The row of clean builds, each into new folders."""
    found: list[list[Run]] = [[], []]
    for number in range(runs):
        for site, of_site in zip(sites, found, strict=True):
            of_site.append(run(site.command(number), site.root, site.built / "log"))
    return _reported(Row("clean build", *found))


def _edited(site: Site, edit: Callable[[Path, str], None] | None, word: str, number: int) -> Run:
    sources = site.sources()
    source = sources[sum(word.encode()) * 7919 % len(sources)]
    if edit:
        edit(source, word)
    found = run(site.command(number), site.root, site.built / "log")
    if edit in {edit_body, edit_title} and word not in site.page(source, number).read_text(encoding="utf-8"):
        sys.exit(f"{site.name} does not show the edit of {source.name}")
    return found


def _reported(row: Row) -> Row:
    sys.stderr.write(f"{row.name}: {row.time:.3f} of Hugo's time, {row.memory:.3f} of its memory\n")
    return row


def shared_changes(site: Site, runs: int) -> list[tuple[str, float, str]]:
    """Changes that many pages share: the name, our seconds, and the summary of the build."""
    organiser = site.root / f"content/organisers/{next(iter(ORGANISERS))}.md"
    own = site.root / "themes/default"
    shutil.copytree(REPOSITORY / "themes/default", own)
    config, template, base = site.root / "config.yaml", own / "templates/event.html", own / "templates/base.html"
    number = runs - 1
    _timed(site.command(number), site)
    return [
        ("an organiser's name", *_after(lambda: _change(organiser, "name: ", "name: 新"), site, number)),
        ("the template of event pages", *_after(lambda: _change(template, "<h1>", '<h1 class="new">'), site, number)),
        ("the template of every page", *_after(lambda: _change(base, "<body>", '<body class="new">'), site, number)),
        ("the site's title", *_after(lambda: _change(config, '"title": "', '"title": "新'), site, number)),
        ("the day", *_timed([*site.command(number)[:-1], f"{NOW.replace(day=NOW.day + 1):%Y-%m-%dT%H:%M}"], site)),
    ]


def _after(change: Callable[[], None], site: Site, number: int) -> tuple[float, str]:
    change()
    return _timed(site.command(number), site)


def _change(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def _timed(command: Sequence[str | Path], site: Site) -> tuple[float, str]:
    started = perf_counter()
    done = subprocess.run(
        [*command[:4], "--lang", "en", *command[4:]], cwd=site.root, capture_output=True, text=True, check=True
    )
    seconds = perf_counter() - started
    return seconds, next(line for line in done.stderr.splitlines() if " written, " in line).partition(" in ")[0]


def table(count: int, rows: Sequence[Row], served: Sequence[Sequence[float]] | None) -> str:
    """A table in Markdown: the median ratios of the pairs, and the medians of both sides."""
    lines = [
        f"### {count:,} events",
        "",
        "| | ours : Hugo, time | seconds, ours / Hugo | ours : Hugo, memory | MB, ours / Hugo |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        seconds = " / ".join(f"{median(one.seconds for one in runs):.2f}" for runs in (row.ours, row.theirs))
        memory = " / ".join(f"{median(one.memory for one in runs):.0f}" for runs in (row.ours, row.theirs))
        lines.append(f"| {row.name} | **{row.time:.3f}** | {seconds} | **{row.memory:.2f}** | {memory} |")
    if served:
        ours, theirs = served
        lines.append(
            f"| saved → shown, server running | **{ratio(ours, theirs):.3f}** "
            f"| {median(ours):.2f} / {median(theirs):.2f} | | |"
        )
    return "\n".join([*lines, ""])


def shared_table(changes: Sequence[tuple[str, float, str]]) -> str:
    """The table of shared changes in Markdown."""
    lines = ["### A change of something shared", "", "| | seconds | files |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {seconds:.2f} | {summary} |" for name, seconds, summary in changes), ""])


def profile(site: Site) -> str:
    """The stages of a clean build, as `build --profile` prints them."""
    command = site.command(10_000)
    done = subprocess.run(
        [*command[:4], "--lang", "en", *command[4:], "--profile"],
        cwd=site.root,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stderr.splitlines()
    shown = lines[next(place for place, line in enumerate(lines) if " feeds; " in line) :]
    return "\n".join(["### A clean build by stage", "", "```", *shown, "```", ""])


def check_limits(rows: Sequence[Row]) -> None:
    """Exits with 1 if a ratio is above its limit. Limits are wide, since other work slows both sides in turn."""
    slow = [row for row in rows if row.time > LIMITS.get(row.name, row.time)]
    for row in slow:
        sys.stderr.write(f"{row.name}: {row.time:.2f} of Hugo's time, at most {LIMITS[row.name]} is fine\n")
    if slow:
        sys.exit(1)


if __name__ == "__main__":
    main()
