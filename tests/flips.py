"""Flips one bit of the cache at a time and builds: each flip is noticed or harmless. `make flips`.

After each flip an event comes, one goes and one changes. The build that follows must make what a clean build makes,
without a traceback, and so must a second one that finds nothing to do.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from kills import Story

from almanac.cli.reports import as_text

SYSTEMATIC = 128  # the first bytes of each file, which are its header, are flipped more often than their share


def flip(file: Path, place: int, bit: int) -> None:
    """Flips one bit of a file."""
    data = bytearray(file.read_bytes())
    data[place] ^= 1 << bit
    file.write_bytes(data)


def places(cache: Path, flips: int, seed: int) -> Iterator[tuple[Path, int, int]]:
    """Bits of the files of a cache, by the share of each file in the bytes; every eighth is one of a header."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    files = sorted(file for file in cache.rglob("*") if file.is_file() and file.stat().st_size)
    sizes = [file.stat().st_size for file in files]
    for number in range(flips):
        (file,) = chance.choices(files, sizes if number % 8 else None)
        size = file.stat().st_size
        yield file, chance.randrange(size if number % 8 else min(size, SYSTEMATIC)), chance.randrange(8)


def faults(story: Story) -> Iterator[str]:
    """What is wrong with two builds after an edit."""
    for _ in range(2):
        try:
            report, problems = story.site.try_build()
        except Exception:  # noqa: BLE001 - none may come
            yield traceback.format_exc()
            return
        if report is None:
            yield as_text(problems, "en", story.site.root)
        found = story.site.files()
        yield from (
            f"{file} differs" for file in story.after.keys() | found if story.after.get(file) != found.get(file)
        )


def run(flips: int, seed: int, seconds: float) -> tuple[int, list[str]]:
    """The number of flips that were tried, and each with what was wrong after it."""
    until, found = monotonic() + seconds, list[str]()
    with TemporaryDirectory() as folder:
        story = Story(Path(folder))
        cache = story.site.root / ".almanac"
        story.bring_back(built=True)
        for number, (file, place, bit) in enumerate(list(places(cache, flips, seed))):
            story.bring_back(built=True)
            flip(file, place, bit)
            story.edit()
            if wrong := list(faults(story)):
                found.append(f"bit {bit} of byte {place} of {file.name}:\n    " + "\n    ".join(wrong[:3]))
            if monotonic() > until:
                return number + 1, found
        shutil.rmtree(story.site.root)
    return flips, found


def main() -> None:
    """Prints what is wrong; ends with 1 if anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flips", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=86_400)
    given = parser.parse_args()
    tried, found = run(given.flips, given.seed, given.seconds)
    sys.stdout.write("\n".join([*found, f"{tried} flips, {len(found)} wrong"]) + "\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
