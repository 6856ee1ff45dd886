"""Publishing: the only module that writes `output/`.

Everything is written to a folder of its own first, on the same disk, and moved into place when all of it is there: a build that
fails leaves `output/` as it was. A file that is already as it should be is not touched. What the last manifest lists and no page
claims any more is removed; any other file in `output/` is left alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from almanac.manifest import Manifest, Published, encode_manifest
from almanac.pages import file_of
from almanac.problems import Location, Problem, text
from almanac.render import RenderedPage

STAGING = ".almanac-staging"


@dataclass(frozen=True)
class Report:
    """How many files were written, found to be as they should be, and removed; which were written, and the size in bytes of each that stands."""

    written: int
    unchanged: int
    removed: int
    changed: tuple[str, ...]
    sizes: Mapping[str, int]


def standing(manifest: Manifest, output: Path) -> dict[str, str]:
    """The key of every file of the manifest that still stands in `output/` as it was published."""
    return {file: published.key for file, published in manifest.files.items() if _stat(output / file) == (published.size, published.changed)}


class InTheWay(Exception):  # noqa: N818 - a Problem on its way up
    """A file or folder that no build has made stands where a page belongs; found before anything is moved."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        hint = text("Move it away: no build has made it, so none removes it.")
        self.problem = Problem(Location(str(path)), text("Something stands where a page belongs."), hint)


def publish(rendered: Iterable[RenderedPage], kept: Iterable[str], manifest: Manifest, output: Path, manifest_path: Path) -> Report:
    """Makes `output/` hold the rendered pages and the kept files, and records it.

    `rendered` is consumed once, page by page; if it raises, nothing has changed. `kept` are files that stand as they should.
    Raises InTheWay.
    """
    output.mkdir(parents=True, exist_ok=True)
    staging = output / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    unchanged = list(kept)
    try:
        keys, staged = _stage(rendered, output, staging)
        obsolete = set(manifest.files) - set(unchanged) - set(keys)
        removed = _move(staged, obsolete, output)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    removed += _prune(obsolete, output)
    files = {file: manifest.files[file] for file in unchanged} | {file: _published(key, output / file) for file, key in keys.items()}
    _write_atomically(manifest_path, encode_manifest(Manifest(files)))
    sizes = {file: published.size for file, published in files.items()}
    return Report(len(staged), len(unchanged) + len(keys) - len(staged), removed, tuple(staged), sizes)


def _stage(rendered: Iterable[RenderedPage], output: Path, staging: Path) -> tuple[dict[str, str], dict[str, Path]]:
    """Writes what differs from `output/` to the staging folder: the key of every file, and the staged files to move."""
    keys: dict[str, str] = {}
    staged: dict[str, Path] = {}
    for number, page in enumerate(rendered):
        file = file_of(page.address)
        keys[file] = page.key
        if not _holds(output / file, page.content):
            staged[file] = staging / str(number)
            staged[file].write_bytes(page.content)
    return keys, staged


def _holds(file: Path, content: bytes) -> bool:
    try:
        return file.stat().st_size == len(content) and file.read_bytes() == content
    except OSError:
        return False


def _move(staged: dict[str, Path], obsolete: set[str], output: Path) -> int:
    """Moves the staged files into place; how many obsolete ones had to make way for them."""
    blocked = [target for file in staged if (target := output / file).is_dir() or _lies_below_a_file(target, output)]
    removed = _prune(obsolete, output) if blocked else 0  # an earlier build's files and folders make way, others do not
    for target in blocked:
        if target.is_dir() or _lies_below_a_file(target, output):
            raise InTheWay(target)
    for file, waiting in staged.items():
        target = output / file
        target.parent.mkdir(parents=True, exist_ok=True)
        waiting.replace(target)
    return removed


def _lies_below_a_file(target: Path, output: Path) -> bool:
    folder = target.parent
    while folder != output and not folder.is_dir():
        if folder.exists():
            return True
        folder = folder.parent
    return False


def _published(key: str, file: Path) -> Published:
    state = file.stat()
    return Published(key, state.st_size, state.st_mtime_ns)


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


def _stat(file: Path) -> tuple[int, int] | None:
    try:
        state = os.stat(file)  # noqa: PTH116 - the fast way: this runs for every file of every build
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns


def _write_atomically(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_suffix(".tmp")
    waiting.write_bytes(content)
    waiting.replace(file)
