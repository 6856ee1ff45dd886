"""Where a build writes: which folders it refuses, the lock of an output folder, and caches that are not used."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from almanac.content.site_themes import FOLDERS
from almanac.content.sources import ADVICE, CONTENT, OUTPUTS
from almanac.core.digests import digest
from almanac.core.git import ask
from almanac.core.problems import Location, Problem, Text, text

LONGEST = 200  # characters of an error that are shown
OWN_FOLDERS = (CONTENT, "themes", *FOLDERS, OUTPUTS, ADVICE, ".git")


class Busy(Exception):  # noqa: N818 - named after what is wrong
    """Another build writes to the same output folder."""

    def __init__(self, output: Path) -> None:
        super().__init__(str(output))
        self.problem = Problem(Location(str(output)), being_built(output), text("Build again when it has ended."))


def being_built(output: Path) -> Text:
    """What is said while another build holds the lock."""
    return text("Another build is writing to {output}.", output=output)


def misplaced(root: Path, output: Path, cache: Path) -> Iterator[Problem]:
    """A problem for each folder to be written that holds files of the site, and for a cache that would be published."""
    own = [(root / name).resolve() for name in OWN_FOLDERS]
    for folder in (output, cache):
        place = folder.resolve()
        if root.resolve().is_relative_to(place) or any(place.is_relative_to(one) for one in own):
            message = text("This folder is for files of the site: nothing is built into it.")
            yield Problem(Location(str(folder)), message, text("Choose another one for --output or --cache."))
    if cache.resolve().is_relative_to(output.resolve()):
        message = text("The cache lies in the output folder and would be published.")
        yield Problem(Location(str(cache)), message, text("Choose another one for --output or --cache."))


@contextmanager
def locked(output: Path, wait: Callable[[], None] | None) -> Iterator[None]:
    """Holds the lock of an output folder, so that one build at a time writes to it.

    If another build holds it, `wait` is called and this waits for its end. Raises Busy if `wait` is None, and OSError.
    The lock is the kernel's, on the folder itself (flock(2)): it leaves no file, and ends with the last process of a
    build, however that ends; workers have it too. Some network file systems have no such lock.
    """
    if sys.platform == "win32":
        with _windows_lock(output, wait):
            yield
        return
    while (folder := _locked_folder(output, wait)) is None:  # it was removed meanwhile
        pass
    try:
        yield
    finally:
        with suppress(OSError):
            output.rmdir()  # where nothing was published, no empty folder is left
        os.close(folder)


@contextmanager
def _windows_lock(output: Path, wait: Callable[[], None] | None) -> Iterator[None]:
    """The lock on Windows, which locks no folders: on an empty file among the user's temporary ones, which stays."""
    if sys.platform == "win32":
        from msvcrt import LK_LOCK, LK_NBLCK, locking

        name = digest(os.path.normcase(output.resolve()).encode())[:16]
        with Path(gettempdir(), f"almanac-{name}.lock").open("wb") as file:
            try:
                locking(file.fileno(), LK_NBLCK, 1)
            except OSError:
                if wait is None:
                    raise Busy(output) from None
                wait()
                while not _has_lock(partial(locking, file.fileno(), LK_LOCK, 1)):
                    pass
            yield
    else:
        yield  # other systems lock the folder itself


def _has_lock(lock: Callable[[], None]) -> bool:
    """Waits for a lock; Windows gives up after ten seconds."""
    try:
        lock()
    except OSError:
        return False
    return True


def _locked_folder(output: Path, wait: Callable[[], None] | None) -> int | None:
    """The file descriptor of a locked folder; None if there is another folder in its place now."""
    from fcntl import LOCK_EX, LOCK_NB, flock

    output.mkdir(parents=True, exist_ok=True)
    folder = os.open(output, os.O_RDONLY)
    try:
        flock(folder, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        if wait is None:
            os.close(folder)
            raise Busy(output) from None
        wait()
        flock(folder, LOCK_EX)
    except OSError:  # this file system locks no folders
        return folder
    if output.is_dir() and os.path.samestat(output.stat(), os.fstat(folder)):
        return folder
    os.close(folder)
    return None


@contextmanager
def trusted_cache(root: Path, cache: Path) -> Iterator[tuple[Path, list[Problem]]]:
    """The cache; if others may have written it, an empty one that goes with this process, and a warning.

    All that a cache holds is data and is checked. Yet one that somebody else has made could say that a page is up to
    date which is not.
    """
    reason = _distrust(cache)
    if reason is None:
        yield cache, []
        return
    place = cache.relative_to(root).as_posix() if cache.is_relative_to(root) else str(cache)
    hint = text(
        "Without it this takes longer, and pages of deleted files stay in output/. Remove {cache}.", cache=cache
    )
    with TemporaryDirectory(prefix="almanac-") as folder:
        yield Path(folder), [Problem(Location(place), reason, hint, "warning")]


def misleading(error: Exception, cache: Path) -> Problem:
    """The warning of a cache whose data are whole but made the engine fail, so that everything was made anew.

    Checksums are no signatures, and types do not say all: no data of a cache may end in a traceback.
    """
    shown = f"{type(error).__name__}: {error}"[:LONGEST]
    message = text("What the cache holds made this fail ({error}), so everything was made anew.", error=shown)
    hint = text(
        "Only a cache that others have changed or a mistake in Almanac does this. If it comes again, report it."
    )
    return Problem(Location(str(cache)), message, hint, "warning")


def _distrust(cache: Path) -> Text | None:
    """Why a cache is not used."""
    if not os.path.lexists(cache):
        return None
    if hasattr(os, "geteuid"):
        places = [cache, *(cache.glob("graph-*") if cache.is_dir() else ())]
        if any(place.stat().st_uid != os.geteuid() for place in places):
            return text("This cache belongs to another user and is not used.")
    if ask(cache.parent, "--literal-pathspecs", "ls-files", "-z", "--", cache.name):
        return text("This cache is tracked by git and is not used: it may come from somebody else.")
    return None
