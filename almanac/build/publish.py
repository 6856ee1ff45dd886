"""Publishing: the only module that writes `output/`.

Everything is written to a folder of its own first, on the same disk, and moved into place when all of it is there: a build that
fails leaves `output/` as it was. A file that is already as it should be is not touched. What the last manifest lists and no page
claims any more is removed; any other file in `output/` is left alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import msgspec

from almanac.build.manifest import Manifest, Published
from almanac.core.problems import Location, Problem, text
from almanac.core.timing import timed_stage as lap

STAGING = ".almanac-staging"


class Report(msgspec.Struct, frozen=True, dict=True):
    """How many files were written, found to be as they should be, and removed; which were written, and all that stand. `sizes` are in bytes."""

    written: int
    unchanged: int
    removed: int
    changed: tuple[str, ...]
    files: Mapping[str, Published]

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        return {file: published.size for file, published in self.files.items()}


class Put(NamedTuple):
    """Where the bytes of a page are: waiting in the staging folder, or in `output/` already; their number, and when they were written, in nanoseconds."""

    staged: bool
    size: int
    changed: int


class Made(msgspec.Struct, frozen=True):
    """A page that was made: its file, its key, where its bytes are, and its number among those that were to be made."""

    file: str
    key: str
    put: Put
    number: int


def altered(manifest: Manifest, output: Path) -> list[str]:
    """The files that do not stand in `output/` any more as they were published."""
    folder = f"{output}/"
    return [
        file
        for file, published in manifest.files.items()
        if _stat(folder + file) != (published.size, published.changed)
    ]


def is_empty(output: Path) -> bool:
    """Whether nothing stands there: then nobody need look for what is the same already."""
    try:
        return not any(output.iterdir())
    except FileNotFoundError:
        return True


def stage(content: bytes, file: str, output: Path, *, empty: bool = False) -> Put:
    """Writes what differs from `output/`, which may be known to be empty, to the staging folder. Whoever renders calls this, in any process."""
    if not empty and (held := _held(f"{output}/{file}", content)):
        return Put(False, *held)
    waiting = f"{output}/{STAGING}/{file}"
    try:
        return _write(waiting, content)
    except FileNotFoundError:
        _make_folder(waiting.rpartition("/")[0])
        return _write(waiting, content)


def _make_folder(folder: str) -> None:
    """Most pages have a folder of their own, in one that is there: only where it is not, others are looked for."""
    try:
        os.mkdir(folder)  # noqa: PTH102 - the fast way: this runs for nearly every page
    except OSError:  # there is none above it, or another process has just made it
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as above


def _write(file: str, content: bytes) -> Put:
    left = memoryview(content)
    with open(file, "wb", buffering=0) as waiting:  # noqa: PTH123 - the fast way, as above: all of it is there at once
        while left:
            left = left[waiting.write(left) :]
        state = os.fstat(waiting.fileno())
    return Put(True, state.st_size, state.st_mtime_ns)


class InTheWay(Exception):  # noqa: N818 - a Problem on its way up
    """A file or folder that no build has made stands where a page belongs; found before anything is moved."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        hint = text("Move it away: no build has made it, so none removes it.")
        self.problem = Problem(Location(str(path)), text("Something stands where a page belongs."), hint)


def publish(
    made: Iterable[Made], kept: MutableMapping[str, Published], before: AbstractSet[str], output: Path
) -> Report:
    """Makes `output/` hold the pages that `made` puts into the staging folder and the kept files, and none else of those that stood there `before`.

    `made` is consumed once, page by page; if it raises, nothing has changed. `kept` are files that stand as they should; those that were made are
    added to them, since to copy thousands takes longer than to write a few. Raises InTheWay.
    """
    output.mkdir(parents=True, exist_ok=True)
    staging = output / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        with lap(text("Making pages")):
            found = sorted(
                made, key=lambda page: page.number
            )  # whatever the order in which the processes have made them
        with lap(text("Publishing")):
            return _put_in_place(found, kept, before, output)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put_in_place(
    found: Sequence[Made], files: MutableMapping[str, Published], before: AbstractSet[str], output: Path
) -> Report:
    obsolete = before - files.keys() - {page.file for page in found}
    staged = tuple(page.file for page in found if page.put.staged)
    removed = _move(output, obsolete) + _prune(obsolete, output)
    files.update((page.file, Published(page.key, page.put.size, page.put.changed)) for page in found)
    return Report(len(staged), len(files) - len(staged), removed, staged, files)


def _held(file: str, content: bytes) -> tuple[int, int] | None:
    """The size and time of change of a file that has this content."""
    state = _stat(file)
    if state is None or state[0] != len(content):
        return None
    try:
        with open(file, "rb") as opened:  # noqa: PTH123 - the fast way, as above
            return state if opened.read() == content else None
    except OSError:
        return None


def _move(output: Path, obsolete: AbstractSet[str]) -> int:
    """Moves all that is staged into place; how many obsolete files had to make way for it."""
    staging, target = str(output / STAGING), str(output)
    blocked = any(_blocked(staging, target))
    removed = _prune(obsolete, output) if blocked else 0  # an earlier build's files and folders make way, others do not
    for obstacle in _blocked(staging, target) if blocked else ():
        raise InTheWay(Path(obstacle))
    _merge(staging, target)
    return removed


def _blocked(waiting: str, target: str) -> Iterator[str]:
    """Where files shall stand but a folder does, or a file in place of a folder."""
    for name, is_folder in _listed(waiting):
        place = f"{target}/{name}"
        if is_folder and os.path.isdir(place):  # noqa: PTH112 - the fast way, as below
            yield from _blocked(f"{waiting}/{name}", place)
        elif os.path.lexists(place) if is_folder else os.path.isdir(place):  # noqa: PTH112
            yield place


def _merge(waiting: str, target: str) -> None:
    """Moves files, and folders as a whole where there is none yet."""
    for name, is_folder in _listed(waiting):
        place = f"{target}/{name}"
        if is_folder and os.path.isdir(place):  # noqa: PTH112
            _merge(f"{waiting}/{name}", place)
        else:
            os.replace(f"{waiting}/{name}", place)  # noqa: PTH105


def _listed(folder: str) -> list[tuple[str, bool]]:
    """What a folder holds: names, and whether each is a folder itself."""
    with os.scandir(folder) as entries:
        return [(entry.name, entry.is_dir()) for entry in entries]


def _prune(files: Iterable[str], output: Path) -> int:
    """Removes files, and the folders that are empty without them."""
    removed = 0
    for file in sorted(files, reverse=True):
        target = output / file
        try:
            target.unlink()
            removed += 1
        except OSError:
            continue  # somebody has removed it already
        _remove_empty(target.parent, output)
    return removed


def _remove_empty(folder: Path, output: Path) -> None:
    while folder != output and folder.is_relative_to(output):
        try:
            folder.rmdir()
        except OSError:
            return  # something stands in it
        folder = folder.parent


def _stat(file: str) -> tuple[int, int] | None:
    try:
        state = os.stat(file)  # noqa: PTH116 - the fast way: this runs for every file of every build
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns
