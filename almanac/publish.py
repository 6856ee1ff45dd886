"""Publishing: the only module that writes `output/`.

Everything is written to a folder of its own first, on the same disk, and moved into place when all of it is there: a build that
fails leaves `output/` as it was. A file that is already as it should be is not touched. What the last manifest lists and no page
claims any more is removed; any other file in `output/` is left alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from almanac.manifest import Manifest, Published
from almanac.problems import Location, Problem, text
from almanac.stopwatch import lap

STAGING = ".almanac-staging"


@dataclass(frozen=True)
class Report:
    """How many files were written, found to be as they should be, and removed; which were written, and the size in bytes of each that stands."""

    written: int
    unchanged: int
    removed: int
    changed: tuple[str, ...]
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Made:
    """A page that was made: its file, its key, and whether its bytes wait in the staging folder.

    `kept` is what the next build may need of its view.
    """

    file: str
    key: str
    staged: bool
    number: int
    kept: bytes = b""


def standing(manifest: Manifest, output: Path) -> dict[str, Published]:
    """What the manifest says of every file that still stands in `output/` as it was published."""
    folder = f"{output}/"
    return {file: published for file, published in manifest.files.items() if _stat(folder + file) == (published.size, published.changed)}


def stage(content: bytes, file: str, output: Path, number: int) -> bool:
    """Writes what differs from `output/` to the staging folder, under the page's number. Whoever renders calls this, in any process."""
    if _holds(f"{output}/{file}", content):
        return False
    with open(f"{output}/{STAGING}/{number}", "wb") as waiting:  # noqa: PTH123 - the fast way: this runs for every page
        waiting.write(content)
    return True


class InTheWay(Exception):  # noqa: N818 - a Problem on its way up
    """A file or folder that no build has made stands where a page belongs; found before anything is moved."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        hint = text("Move it away: no build has made it, so none removes it.")
        self.problem = Problem(Location(str(path)), text("Something stands where a page belongs."), hint)


def publish(made: Iterable[Made], kept: Mapping[str, Published], manifest: Manifest, output: Path) -> tuple[Report, Mapping[str, Published]]:
    """Makes `output/` hold the pages that `made` puts into the staging folder and the kept files: what was done, and all that stands there.

    `made` is consumed once, page by page; if it raises, nothing has changed. `kept` are files that stand as they should.
    Raises InTheWay.
    """
    output.mkdir(parents=True, exist_ok=True)
    staging = output / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        with lap(text("Making pages")):
            found = sorted(made, key=lambda page: page.number)  # whatever the order in which the processes have made them
        with lap(text("Publishing")):
            return _put_in_place(found, kept, manifest, output)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put_in_place(found: Sequence[Made], kept: Mapping[str, Published], manifest: Manifest, output: Path) -> tuple[Report, Mapping[str, Published]]:
    obsolete = manifest.files.keys() - kept.keys() - {page.file for page in found}
    staged = {page.file: f"{output}/{STAGING}/{page.number}" for page in found if page.staged}
    removed = _move(staged, obsolete, output) + _prune(obsolete, output)
    files = {**kept, **{page.file: _published(page, output) for page in found}}
    sizes = {file: published.size for file, published in files.items()}
    return Report(len(staged), len(files) - len(staged), removed, tuple(staged), sizes), files


def _holds(file: str, content: bytes) -> bool:
    try:
        if os.stat(file).st_size != len(content):  # noqa: PTH116 - the fast way, as below
            return False
        with open(file, "rb") as opened:  # noqa: PTH123
            return opened.read() == content
    except OSError:
        return False


def _move(staged: Mapping[str, str], obsolete: set[str], output: Path) -> int:
    """Moves the staged files into place; how many obsolete ones had to make way for them."""
    blocked = _blocked(staged, output)
    removed = _prune(obsolete, output) if blocked else 0  # an earlier build's files and folders make way, others do not
    for target in _blocked(staged, output) if blocked else ():
        raise InTheWay(target)
    for folder in {file.rpartition("/")[0] for file in staged}:
        os.makedirs(f"{output}/{folder}", exist_ok=True)  # noqa: PTH103 - the fast way, as below
    for file, waiting in staged.items():
        os.replace(waiting, f"{output}/{file}")  # noqa: PTH105
    return removed


def _blocked(files: Iterable[str], output: Path) -> list[Path]:
    """Where files shall stand but a folder does, or a file in place of one of their folders."""
    folders = {folder: _lies_below_a_file(output / folder / "any", output) for folder in {file.rpartition("/")[0] for file in files}}
    return [output / file for file in files if folders[file.rpartition("/")[0]] or os.path.isdir(f"{output}/{file}")]  # noqa: PTH112


def _lies_below_a_file(target: Path, output: Path) -> bool:
    folder = target.parent
    while folder != output and not folder.is_dir():
        if folder.exists():
            return True
        folder = folder.parent
    return False


def _published(page: Made, output: Path) -> Published:
    state = os.stat(f"{output}/{page.file}")  # noqa: PTH116 - the fast way
    return Published(page.key, state.st_size, state.st_mtime_ns)


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


def write_atomically(file: Path, content: bytes) -> None:
    """Writes a file of the cache: whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_name(f"{file.name}.{os.getpid()}.tmp")  # a server and a build may share a cache
    waiting.write_bytes(content)
    waiting.replace(file)
