"""Finds the files of a site and reads them: the only module that reads `content/`."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time_ns
from typing import TypeAlias

import msgspec

from almanac.content.misnamed import misnamed
from almanac.core.problems import Location, Problem, reason_of, text

CONTENT = "content"
OUTPUTS, ADVICE = "outputs", "advice"  # folders beside the config that hold Python modules of the site
# Bytes, nanoseconds of the last change of the content and of the metadata, inode.
FileState: TypeAlias = tuple[int, int, int, int]
UNCERTAIN: FileState = (-1, 0, 0, 0)
COARSEST = 2_000_000_000  # nanoseconds between two ticks of the slowest file system's clock
ASSETS = ("images", "files")
LARGEST_RECORD = 1 << 20  # bytes of a record's file
LARGEST_ASSET = 40 << 20  # bytes of a picture or another file, which is read whole


class Source(msgspec.Struct, frozen=True):
    """A file of the content tree: its kind is the first folder below `content/`, its key the file's stem."""

    path: str
    kind: str
    key: str
    data: bytes


class File(msgspec.Struct, frozen=True):
    """A file of the content tree that has not been read: its kind is the first folder below `content/`."""

    path: str
    kind: str
    file: str
    state: FileState

    @property
    def key(self) -> str:
        return file_key(self.path)


class Clock(msgspec.Struct, frozen=True):
    """The moment at which reading began, in nanoseconds. It only decides which states can be trusted."""

    began: int

    def state(self, found: os.stat_result) -> FileState:
        """The state of a file; UNCERTAIN if a later change could leave the same state."""
        settled = max(found.st_mtime_ns, found.st_ctime_ns) + COARSEST < self.began
        return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino) if settled else UNCERTAIN


def file_key(path: str) -> str:
    """The key of a record's file: its name without the ending."""
    return path.rpartition("/")[2].removesuffix(".md")


def look(root: Path, kinds: tuple[str, ...]) -> tuple[list[File], list[Problem], list[Problem]]:
    """Every record and asset below `root/content` with its state, by path, and the problems of other files.

    The third list has a problem for each folder that cannot be read.
    """
    clock = Clock(time_ns())
    content = root / CONTENT
    start = len(f"{root}/")
    files: list[File] = []
    problems: list[Problem] = []
    unreadable: list[OSError] = []
    for entry in _entries(str(content), unreadable.append):
        path = entry.path[start:].replace(os.sep, "/")
        kind, _, below = path.removeprefix(f"{CONTENT}/").partition("/")
        try:
            if not path.isascii() and (readable := path.encode(errors="replace").decode()) != path:
                problems.append(_unnamed(readable))
            elif entry.is_symlink() and _leads_outside(Path(entry.path), content):
                problems.append(_outside(path))
            elif kind in ASSETS or (path.endswith(".md") and below and kind in kinds):
                found = entry.stat()
                if problem := unfit(path, kind, found):
                    problems.append(problem)
                else:
                    files.append(File(path, kind, entry.path, clock.state(found)))
            elif path.endswith(".md"):
                problems.append(_unknown_kind(path, kinds))
            elif kind in kinds and (problem := misnamed(path)):
                problems.append(problem)
        except OSError as error:
            problems.append(_unreadable(path, error))
    folders = [(str(error.filename)[start:].replace(os.sep, "/"), error) for error in unreadable]
    return files, problems, [_unreadable_folder(path, error) for path, error in folders]


def read_data(file: File) -> bytes | Problem:
    """The bytes of a file."""
    try:
        with open(file.file, "rb", buffering=0) as opened:  # noqa: PTH123 - the fast way: this runs for every file
            return opened.read()
    except OSError as error:
        return _unreadable(file.path, error)


def files_below(folder: Path) -> Iterator[Path]:
    """Files below `folder` without hidden ones and editors' leftovers, sorted, so that every machine sees one order.

    None if there is no such folder. Raises OSError if it, or one below it, cannot be read.
    """
    if not folder.is_dir():
        return iter(())
    return (path for entry in _entries(str(folder), _raise) if (path := Path(entry.path)).is_file())


def _raise(error: OSError) -> None:
    raise error


def _entries(folder: str, failed: Callable[[OSError], None]) -> Iterator[os.DirEntry[str]]:
    """The files of a folder, then its links to folders, which are reported and not entered, then the files below it.

    `failed` is told of each folder that cannot be read: it must not look as if it were empty.
    """
    try:
        with os.scandir(folder) as opened:
            found = sorted(opened, key=lambda entry: entry.name)
    except OSError as error:
        failed(error)
        return
    inside = [entry for entry in found if _is_folder(entry)]
    folders = [entry for entry in inside if not entry.name.startswith(".")]
    names = {entry.name for entry in inside}
    yield from (entry for entry in found if entry.name not in names and not left_out(entry.name))
    yield from (entry for entry in folders if entry.is_symlink())
    for inner in folders:
        if not inner.is_symlink():
            yield from _entries(inner.path, failed)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a folder or a link to one. A link to itself is none."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def left_out(name: str) -> bool:
    """Whether a file of this name is hidden or an editor's leftover."""
    return name.startswith((".", "#")) or name.endswith(("~", ".swp", ".tmp"))


def _leads_outside(file: Path, content: Path) -> bool:
    return file.is_dir() or not file.exists() or not file.resolve().is_relative_to(content.resolve())


def unfit(path: str, kind: str, found: os.stat_result) -> Problem | None:
    """Why a file is not opened: it is none, and reading it may never end, or it is too large."""
    if not stat.S_ISREG(found.st_mode):
        message = text("This is no file but a pipe, a socket or a device.")
        return Problem(Location(path), message, text("Delete it, or put a file in its place."))
    largest = LARGEST_ASSET if kind in ASSETS else LARGEST_RECORD
    if found.st_size > largest:
        message = text("This file is larger than {size} MB.", size=largest >> 20)
        hint = text("Make it smaller: save the picture in fewer pixels, or put the text into several files.")
        return Problem(Location(path), message, hint)
    return None


def _outside(path: str) -> Problem:
    return Problem(
        Location(path),
        text("This is a link to a folder, to nothing, or out of the content folder."),
        text("Put a copy of the file here instead of the link."),
    )


def _unnamed(path: str) -> Problem:
    return Problem(
        Location(path),
        text("The name of this file or of its folder is not UTF-8 text."),
        text("Rename it. A program that unpacks archives may have mistaken the encoding of their names."),
    )


def _unreadable(path: str, error: OSError) -> Problem:
    hint = text("Check that the file is still there and that you may read it.")
    return Problem(Location(path), text("This file cannot be read ({reason}).", reason=reason_of(error)), hint)


def _unreadable_folder(path: str, error: OSError) -> Problem:
    hint = text("Check that it is there and that you may read it: its files would count as deleted.")
    return Problem(Location(path), text("This folder cannot be read ({reason}).", reason=reason_of(error)), hint)


def _unknown_kind(path: str, kinds: tuple[str, ...]) -> Problem:
    return Problem(
        Location(path),
        text("No kind of record lives in this folder."),
        text("Move it to one of these folders of content/: {kinds}.", kinds=", ".join(kinds)),
    )
