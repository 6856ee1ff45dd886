"""`make growth`: what a site takes as its events become many: `python -m bench.growth 700 10000 100000`.

Each site has all outputs that are on by default. The time is that of processors, which other programs on the machine
change little. A part that grows faster than the number of events is marked.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.corpus import NOW, events, write_site
from bench.sites import REPOSITORY

MEMORY = Path("/dev/shm")  # noqa: S108 - as in bench/__main__.py
BUILDS = ("clean build", "nothing changed", "one title changed")
FASTER = 1.3  # times as much for each event as on the smaller site: the part is marked
MB = 1024 * 1024


@dataclass(frozen=True)
class Growth:
    """The figures of a site of `count` events: by row, for each build and for each part of what it leaves."""

    count: int
    figures: dict[str, float]


def measure(count: int) -> Growth:
    """Builds a site of so many events, anew, unchanged and after an edit."""
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        root = Path(name)
        made = list(events(count))
        write_site(root, made)
        figures: dict[str, float] = {}
        for build in BUILDS:
            if build == BUILDS[2]:
                file = root / made[0].path
                file.write_text(file.read_text(encoding="utf-8").replace("title: ", "title: 新", 1), encoding="utf-8")
            seconds, memory = _built(root)
            figures |= {f"{build}, seconds": seconds, f"{build}, MB of memory": memory}
        return Growth(count, {**figures, **_parts(root)})


def _built(root: Path) -> tuple[float, float]:
    """The seconds of processors of a build with its workers, and the most memory that one process of it held."""
    command = ["site.py", "--root", str(root), "build", "--allow-removals", "--now", f"{NOW:%Y-%m-%dT%H:%M}"]
    child = os.posix_spawn(sys.executable, [sys.executable, str(REPOSITORY / command[0]), *command[1:]], os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"the build ended with {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _parts(root: Path) -> dict[str, float]:
    """The MB of each folder of the output, the number of its files, and the MB of the store."""
    sizes, files = Counter[str](), 0
    for file in (root / "output").rglob("*"):
        if file.is_file():
            files += 1
            parts = file.relative_to(root / "output").parts
            folder = parts[0] if len(parts) > 1 else "at the top"
            sizes[f"{folder}/*.ics" if folder == "events" and file.suffix == ".ics" else folder] += file.stat().st_size
    store = sum(file.stat().st_size for file in (root / ".almanac").rglob("*") if file.is_file())
    return {
        "files": files,
        "store, MB": store / MB,
        **{f"{name}, MB": size / MB for name, size in sorted(sizes.items(), key=lambda item: -item[1])},
    }


def table(found: list[Growth]) -> str:
    """The table in Markdown: a figure that grows faster than the number of events is bold."""
    last = found[-1].figures
    head = ["| | " + " | ".join(f"{one.count:,} events" for one in found) + " |", "|---" * (len(found) + 1) + "|"]
    return "\n".join([*head, *(_row(name, found) for name in last), ""])


def _row(name: str, found: list[Growth]) -> str:
    cells: list[str] = []
    before: Growth | None = None
    for one in found:
        figure = one.figures.get(name, 0)
        cell = f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"
        smaller = before.figures.get(name, 0) if before else 0
        grows = before and smaller and figure / smaller > FASTER * one.count / before.count
        cells.append(f"**{cell}**" if grows else cell)
        before = one
    return f"| {name} | " + " | ".join(cells) + " |"


def main() -> None:
    """Prints the table, and each site's figures as soon as they are there."""
    found: list[Growth] = []
    for count in map(int, sys.argv[1:] or ("700", "10000", "100000")):
        found.append(measure(count))
        sys.stdout.write(table(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
