"""`python -m bench`: measures both generators in turn and writes the tables of docs/performance.md; `--quick` only looks for gross regressions."""

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

from bench.corpus import NOW, ORGANISERS
from bench.measure import Run, ratio, run
from bench.serving import saved_to_shown
from bench.sites import REPOSITORY, Site, edit_body, edit_date, edit_title, make_sites

DOCUMENT = REPOSITORY / "docs/performance.md"
MEMORY = Path("/dev/shm")  # noqa: S108 - a disk in memory, where there is one: it measures programs and not disks
QUICK = 1000
MOST = {  # gross, at 1,000 events: twice to three times what was measured
    "clean build": 3.5, "one body edited": 0.9, "one title edited": 1.0, "one date edited": 1.2, "nothing changed": 0.7
}  # fmt: skip
EDITS: dict[str, Callable[[Path, str], None] | None] = {
    "one body edited": edit_body, "one title edited": edit_title, "one date edited": edit_date, "nothing changed": None
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What was measured of one kind of build: runs of ours and of Hugo's, pair by pair."""

    what: str
    ours: Sequence[Run]
    theirs: Sequence[Run]

    @property
    def time(self) -> float:
        return ratio((one.seconds for one in self.ours), (one.seconds for one in self.theirs))

    @property
    def memory(self) -> float:
        return ratio((one.memory for one in self.ours), (one.memory for one in self.theirs))


def main() -> None:
    """Measures, and writes or judges."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--large",
        type=int,
        nargs="*",
        default=[],
        help="further sizes, of which only the clean build is measured, once",
    )
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK} events, three runs; fails where a ratio is grossly out of bounds"
    )
    parser.add_argument("--write", action="store_true", help="writes docs/performance.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="bench-") as name:
        if given.quick:
            judge(measure(make_sites(Path(name), QUICK), 3))
        else:
            report(Path(name), given)


def report(folder: Path, given: argparse.Namespace) -> None:
    """Everything, as the tables of the document."""
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
    """The clean build, then each kind of edit on the output of the last one."""
    rows = [clean_row(sites, runs)]
    for place, (what, edit) in enumerate(EDITS.items()):
        found: list[list[Run]] = [[], []]
        for number in range(runs):
            for site, of_site in zip(sites, found, strict=True):
                of_site.append(_edited(site, edit, f"edit{place}{number:02}", runs - 1))
        rows.append(_told(Row(what, *found)))
    return rows


def clean_row(sites: tuple[Site, Site], runs: int) -> Row:
    """Builds into new folders."""
    found: list[list[Run]] = [[], []]
    for number in range(runs):
        for site, of_site in zip(sites, found, strict=True):
            of_site.append(run(site.command(number), site.root, site.built / "log"))
    return _told(Row("clean build", *found))


def _edited(site: Site, edit: Callable[[Path, str], None] | None, word: str, number: int) -> Run:
    sources = site.sources()
    source = sources[sum(word.encode()) * 7919 % len(sources)]
    if edit:
        edit(source, word)
    found = run(site.command(number), site.root, site.built / "log")
    if edit in {edit_body, edit_title} and word not in site.page(source, number).read_text(encoding="utf-8"):
        sys.exit(f"{site.name} does not show the edit of {source.name}")
    return found


def _told(row: Row) -> Row:
    sys.stderr.write(f"{row.what}: {row.time:.3f} of Hugo's time, {row.memory:.3f} of its memory\n")
    return row


def shared_changes(site: Site, runs: int) -> list[tuple[str, float, str]]:
    """What a change of something that many pages share costs us: seconds, and what the build says."""
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
    """A table in Markdown: ratios of medians of pairs, then what they were made of."""
    lines = [
        f"### {count:,} events",
        "",
        "| | ours : Hugo, time | seconds, ours / Hugo | ours : Hugo, memory | MB, ours / Hugo |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        seconds = " / ".join(f"{median(one.seconds for one in runs):.2f}" for runs in (row.ours, row.theirs))
        memory = " / ".join(f"{median(one.memory for one in runs):.0f}" for runs in (row.ours, row.theirs))
        lines.append(f"| {row.what} | **{row.time:.3f}** | {seconds} | **{row.memory:.2f}** | {memory} |")
    if served:
        ours, theirs = served
        lines.append(
            f"| saved → shown, server running | **{ratio(ours, theirs):.3f}** | {median(ours):.2f} / {median(theirs):.2f} | | |"
        )
    return "\n".join([*lines, ""])


def shared_table(changes: Sequence[tuple[str, float, str]]) -> str:
    """What shared things cost."""
    lines = ["### A change of something shared", "", "| | seconds | files |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {what} | {seconds:.2f} | {said} |" for what, seconds, said in changes), ""])


def profile(site: Site) -> str:
    """Where the time of a clean build goes, as `build --profile` tells it."""
    command = site.command(10_000)
    done = subprocess.run(
        [*command[:4], "--lang", "en", *command[4:], "--profile"],
        cwd=site.root,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stderr.splitlines()
    told = lines[next(place for place, line in enumerate(lines) if " feeds; " in line) :]
    return "\n".join(["### A clean build by stage", "", "```", *told, "```", ""])


def judge(rows: Sequence[Row]) -> None:
    """Fails where a ratio is out of bounds; the bounds are wide, since other work on the machine weighs on both in turn."""
    slow = [row for row in rows if row.time > MOST.get(row.what, row.time)]
    for row in slow:
        sys.stderr.write(f"{row.what}: {row.time:.2f} of Hugo's time, at most {MOST[row.what]} is fine\n")
    if slow:
        sys.exit(1)


if __name__ == "__main__":
    main()
