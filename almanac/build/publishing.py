"""Publishing: the only module that writes `output/`.

Everything is written to a folder of its own first, on the same disk, and moved into place when all of it is there: a
build that fails leaves `output/` as it was. A file that is as it should be is not touched. Only files that a build
has published are removed.

Before anything is moved or removed, a journal beside the waiting files names it. The journal goes when the store knows
what stands: a build that is killed or fails in between is settled by the next one (docs/decisions/0021).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from errno import EACCES
from pathlib import Path

import msgspec

from almanac.core.digests import digest_bytes
from almanac.core.problems import Location, Problem, reason_of, text
from almanac.incremental.queries import Id

STAGING = ".almanac-staging"
WAITING = f"{STAGING}/files"
JOURNAL = f"{STAGING}/journal"
NAMES = msgspec.msgpack.Decoder(tuple[bytes, list[str]])
MANY = 100  # files from which on bringing the whole disk up to date is faster than one file after the other


class Published(msgspec.Struct, frozen=True, array_like=True):
    """A published file: the node of its page, its bytes, and the time of its last change in nanoseconds."""

    node: Id
    size: int
    changed: int


class Report(msgspec.Struct, frozen=True):
    """The numbers of files written, unchanged and removed; the written files; the bytes of each published file."""

    written: int
    unchanged: int
    removed: int
    changed: tuple[str, ...]
    sizes: Mapping[str, int]


class Staged(msgspec.Struct, frozen=True):
    """A rendered file. It `waits` in the staging folder, or stands in `output/` already."""

    file: str
    published: Published
    waits: bool


class Unsaved(OSError):  # noqa: N818 - named after what is wrong
    """All files stand in `output/`, but what the next build must know of them could not be saved."""


class PathConflict(Exception):  # noqa: N818 - named after what is wrong
    """A file or folder that no build has made stands in the place of a page; nothing has been moved yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        hint = text("Move it away: no build has made it, so none removes it.")
        self.problem = Problem(Location(str(path)), text("Something stands where a page belongs."), hint)


def is_below(file: str) -> bool:
    """Whether a file stands below `output/`: a store that comes with a foreign cache may name any."""
    is_name = file.strip("./") and not file.startswith("/") and "\0" not in file
    return bool(is_name) and (".." not in file or ".." not in file.split("/"))


def altered(published: Mapping[str, Published], output: Path) -> set[str]:
    """The files that do not stand in `output/` any more as they were published."""
    folder = f"{output}/"
    return {file for file, one in published.items() if _stat(folder + file) != (one.size, one.changed)}


def stage(node: Id, content: bytes, file: str, output: Path) -> Staged:
    """Writes a file to the staging folder, unless `output/` has the same bytes already. Runs in any process."""
    place = f"{output}/{file}"
    state = _stat(place)
    if state and state[0] == len(content) and Path(place).read_bytes() == content:
        return Staged(file, Published(node, *state), waits=False)
    waiting = f"{output}/{WAITING}/{file}"
    try:
        changed = _write(waiting, content)
    except FileNotFoundError:
        os.makedirs(waiting.rpartition("/")[0], exist_ok=True)  # noqa: PTH103 - pathlib is slower, and pages are many
        changed = _write(waiting, content)
    return Staged(file, Published(node, len(content), changed), waits=True)


def _write(file: str, content: bytes) -> int:
    """Writes a file. Returns the time of its last change in nanoseconds."""
    with open(file, "wb") as opened:  # noqa: PTH123 - likewise
        opened.write(content)
        opened.flush()
        return os.fstat(opened.fileno()).st_mtime_ns


def clear_staging(output: Path) -> None:
    """Makes an empty folder for waiting files. Raises OSError."""
    shutil.rmtree(output / WAITING, ignore_errors=True)
    (output / WAITING).mkdir(parents=True)


def remove_staging(output: Path) -> None:
    """Removes what waits, and the staging folder unless a journal stands in it."""
    shutil.rmtree(output / WAITING, ignore_errors=True)
    with suppress(OSError):
        _unfinished(output / JOURNAL).unlink(missing_ok=True)
        (output / STAGING).rmdir()


def is_unfinished(output: Path) -> bool:
    """Whether a build has begun to publish and neither it nor a later one has ended."""
    return (output / JOURNAL).exists()


def unwritable(error: OSError, output: Path, cache: Path) -> Problem:
    """The problem of a cache or an output that cannot be written."""
    place = str(error.filename or output)
    hint = text(
        "Check that the disk has room for more (df -h, df -i), and that you may write to {output} and {cache}.",
        output=output,
        cache=cache,
    )
    if isinstance(error, Unsaved):
        message = text(
            "All is published, but could not be noted for the next build ({reason}).", reason=reason_of(error)
        )
        return Problem(Location(place), message, hint)
    if is_unfinished(output):
        message = text("Publishing stopped half way ({reason}).", reason=reason_of(error))
        return Problem(Location(place), message, hint)
    return Problem(Location(place), text("This cannot be written ({reason}).", reason=reason_of(error)), hint)


def close_journal(output: Path) -> None:
    """Removes the journal: the store knows now what stands in `output/`."""
    (output / JOURNAL).unlink(missing_ok=True)


def write_names(file: Path, names: Iterable[str]) -> None:
    """Writes names of files with their digest, whole or not at all, and brings them to the disk. Raises OSError."""
    new = _unfinished(file)
    every = sorted(names)
    new.write_bytes(msgspec.msgpack.encode((_digest(every), every)))
    _flush([new])
    new.replace(file)
    _flush([file.parent])


def _unfinished(file: Path) -> Path:
    return file.with_name(f"{file.name}.new")


def read_names(file: Path) -> set[str]:
    """The names in a file that `write_names` has written; none if there is no such file, or a damaged one."""
    try:
        found, names = NAMES.decode(file.read_bytes())
    except (OSError, msgspec.MsgspecError, RecursionError):
        return set()
    return set(filter(is_below, names)) if found == _digest(names) else set()


def _digest(names: Iterable[str]) -> bytes:
    return digest_bytes(*(name.encode("utf-8", "surrogatepass") for name in names))


def publish(
    staged: Iterable[Staged],
    published: dict[str, Published],
    obsolete: AbstractSet[str],
    output: Path,
    announce: Callable[[AbstractSet[str]], None],
) -> Report:
    """Moves staged files into place, and removes obsolete ones; `published` becomes what stands there then.

    `announce` is told of the files that are new or will go, before any file is touched. What has been written is on
    the disk when this returns. Raises PathConflict, and then nothing has changed, and OSError.
    """
    found = sorted(staged, key=lambda one: one.file)
    waiting = tuple(one.file for one in found if one.waits)
    obstacles = list(_obstacles(str(output / WAITING), str(output)))
    for place in obstacles:
        if not _makes_way(place, obsolete, output):
            raise PathConflict(place)
    announce({one.file for one in found if one.file not in published} | obsolete)
    removed = _remove(obsolete, output) if obstacles else 0
    _merge(str(output / WAITING), str(output))
    removed += _remove(obsolete, output)
    _flush_all([output / file for file in waiting], [output / file for file in obsolete])
    for file in obsolete:
        published.pop(file, None)
    published.update((one.file, one.published) for one in found)
    sizes = {file: one.size for file, one in published.items()}
    return Report(len(waiting), len(published) - len(waiting), removed, waiting, sizes)


def _obstacles(waiting: str, target: str) -> Iterator[Path]:
    """The places of files where a folder stands, and of folders where a file stands. Raises OSError.

    A folder that may not be written is an error here, before anything has been moved.
    """
    if not os.access(target, os.W_OK | os.X_OK):
        raise PermissionError(EACCES, os.strerror(EACCES), target)
    for name, is_folder in _listed(waiting):
        place = Path(target, name)
        if is_folder and place.is_dir():
            yield from _obstacles(f"{waiting}/{name}", str(place))
        elif os.path.lexists(place) if is_folder else place.is_dir():
            yield place


def _makes_way(place: Path, obsolete: AbstractSet[str], output: Path) -> bool:
    """Whether a file, or all files of a folder, will go: files of earlier builds make way, others do not."""
    files = [one for one in place.rglob("*") if not one.is_dir()] if place.is_dir() else [place]
    return bool(files) and all(one.relative_to(output).as_posix() in obsolete for one in files)


def _merge(waiting: str, target: str) -> None:
    """Moves files, and folders as a whole where there is none yet."""
    for name, is_folder in _listed(waiting):
        place = Path(target, name)
        if is_folder and place.is_dir():
            _merge(f"{waiting}/{name}", str(place))
        else:
            Path(waiting, name).replace(place)


def _listed(folder: str) -> list[tuple[str, bool]]:
    """The names in a folder, and whether each is a folder itself."""
    with os.scandir(folder) as entries:
        return [(entry.name, entry.is_dir()) for entry in entries]


def _remove(files: Iterable[str], output: Path) -> int:
    """Removes files, and the folders that are empty without them. Returns how many were there. Raises OSError."""
    removed = 0
    for file in sorted(filter(is_below, files), reverse=True):
        target = output / file
        if not target.parent.resolve().is_relative_to(output.resolve()):
            continue  # a link in its path leads elsewhere
        try:
            target.unlink()
            removed += 1
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            continue  # it is gone already; what stands there now is not ours
        for folder in target.relative_to(output).parents:
            try:
                if folder.name:
                    (output / folder).rmdir()
            except OSError:
                break  # something stands in it
    return removed


def _flush_all(written: Sequence[Path], removed: Sequence[Path]) -> None:
    """Brings files and the folders of these and of removed files to the disk: a power cut must not take them back."""
    if len(written) + len(removed) > MANY and hasattr(os, "sync"):
        os.sync()
        return
    folders = {folder for file in (*written, *removed) for folder in (file.parent, file.parent.parent)}
    _flush([*written, *(folder for folder in sorted(folders) if folder.is_dir())])


def _flush(places: Iterable[Path]) -> None:
    for place in places:
        if place.is_dir() and sys.platform == "win32":
            continue  # Windows opens no folders
        opened = os.open(place, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _stat(file: str) -> tuple[int, int] | None:
    try:
        state = os.stat(file)  # noqa: PTH116 - twice as fast as pathlib, for every file of every build
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns
