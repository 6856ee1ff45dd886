"""Publishing: the only module that writes `output/`.

Everything is written to a folder of its own first, on the same disk, and moved into place when all of it is there: a
build that fails leaves `output/` as it was. A file that is as it should be is not touched. Only files that a build
has published are removed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath

import msgspec

from almanac.core.problems import Location, Problem, text
from almanac.incremental.queries import Id

STAGING = ".almanac-staging"


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


class PathConflict(Exception):  # noqa: N818 - named after what is wrong
    """A file or folder that no build has made stands in the place of a page; nothing has been moved yet."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        hint = text("Move it away: no build has made it, so none removes it.")
        self.problem = Problem(Location(str(path)), text("Something stands where a page belongs."), hint)


def is_below(file: str) -> bool:
    """Whether a file stands below `output/`: a store that comes with a foreign cache may name any."""
    path = PurePosixPath(file)
    return not path.is_absolute() and ".." not in path.parts


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
    waiting = f"{output}/{STAGING}/{file}"
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
    """Makes an empty staging folder. Raises OSError."""
    shutil.rmtree(output / STAGING, ignore_errors=True)
    (output / STAGING).mkdir(parents=True)


def remove_staging(output: Path) -> None:
    """Removes the staging folder, and what waits in it."""
    shutil.rmtree(output / STAGING, ignore_errors=True)


def publish(
    staged: Iterable[Staged],
    published: dict[str, Published],
    obsolete: AbstractSet[str],
    output: Path,
    announce: Callable[[list[str]], None],
) -> Report:
    """Moves staged files into place, and removes obsolete ones; `published` becomes what stands there then.

    `announce` is told of the files that no build has published before, just before they are moved: a build that is
    killed afterwards leaves none of them unknown. Raises PathConflict, and then nothing has changed.
    """
    found = sorted(staged, key=lambda one: one.file)
    waiting = tuple(one.file for one in found if one.waits)
    blocked = list(_blocked(str(output / STAGING), str(output)))
    removed = _remove(obsolete, output) if blocked else 0  # files of earlier builds make way, others do not
    for obstacle in _blocked(str(output / STAGING), str(output)) if blocked else ():
        raise PathConflict(Path(obstacle))
    announce([file for file in waiting if file not in published])
    _merge(str(output / STAGING), str(output))
    removed += _remove(obsolete, output)
    for file in obsolete:
        published.pop(file, None)
    published.update((one.file, one.published) for one in found)
    sizes = {file: one.size for file, one in published.items()}
    return Report(len(waiting), len(published) - len(waiting), removed, waiting, sizes)


def _blocked(waiting: str, target: str) -> Iterator[str]:
    """The places of files where a folder stands, and of folders where a file stands."""
    for name, is_folder in _listed(waiting):
        place = Path(target, name)
        if is_folder and place.is_dir():
            yield from _blocked(f"{waiting}/{name}", str(place))
        elif os.path.lexists(place) if is_folder else place.is_dir():
            yield str(place)


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


def _stat(file: str) -> tuple[int, int] | None:
    try:
        state = os.stat(file)  # noqa: PTH116 - twice as fast as pathlib, for every file of every build
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns
