"""Watches the files of a site, and calls back once for each burst of changes, and for work that others bring."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from threading import Event

import msgspec
from watchdog.events import (
    DirModifiedEvent,
    FileClosedEvent,
    FileClosedNoWriteEvent,
    FileModifiedEvent,
    FileOpenedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

QUIET = 0.05  # seconds without a change that end a burst: editors write a file in several steps
CLOSED = 0.01  # the same, if the system has reported that all written files are closed
LEFTOVERS = ("~", ".swp", ".tmp", ".swx")


class _Changes(FileSystemEventHandler):
    def __init__(self, changed: Event, ignored: tuple[Path, ...]) -> None:
        self.changed, self.ignored = changed, ignored
        self.paths: set[Path] = set()
        self.open: set[Path] = set()  # files being written, as far as the system reports it

    def take(self) -> set[Path]:
        """The paths that have changed since the last call."""
        taken, self.paths = self.paths, set()
        return taken

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Notes the changed paths of the site: two for a renamed file, none for a file that is only read."""
        if isinstance(event, FileOpenedEvent | FileClosedNoWriteEvent | DirModifiedEvent):
            return  # a folder is modified by each of its files, which have events of their own
        found = {path for name in (event.src_path, event.dest_path) if name and self._concerns(path := Path(str(name)))}
        self.paths |= found
        if isinstance(event, FileModifiedEvent):
            self.open |= found
        elif isinstance(event, FileClosedEvent):
            self.open -= found
        if found:
            self.changed.set()

    def _concerns(self, path: Path) -> bool:
        return not path.name.endswith(LEFTOVERS) and not any(path.is_relative_to(folder) for folder in self.ignored)


class Then(msgspec.Struct, frozen=True):
    """The callbacks of `watch`.

    `begin` is called once. `rebuild` is called after each burst, with its paths; None means that any file may have
    changed. `rest` is called while nothing changes; its argument tells whether the next burst has begun. `work` is
    called after each burst, and soon after somebody else sets the event that `watch` is given.
    """

    begin: Callable[[], None]
    rebuild: Callable[[Collection[Path] | None], None]
    rest: Callable[[Callable[[], bool]], None]
    work: Callable[[], None] = lambda: None


def watch(
    folders: Iterable[Path], files: Iterable[Path], ignored: Iterable[Path], then: Then, changed: Event | None = None
) -> None:
    """Calls `then.begin` when all watches are set, then `then.rebuild` after every burst, until it is interrupted.

    `changed` is set by every change, and by anybody who wants `then.work` to be called.
    """
    changed = changed or Event()
    observer = Observer()
    handler = _Changes(changed, tuple(ignored))
    whole = _Whole(observer, handler, tuple(folders))
    for parent in {file.parent for file in files}:
        observer.schedule(handler, str(parent), recursive=False)
    whole.renew()
    observer.start()
    try:
        then.begin()
        while True:
            if changed.wait(0.2):
                _let_settle(handler)
                found, renewed = handler.take(), whole.renew()
                if found or renewed:
                    then.rebuild(None if renewed else found)
                then.work()
            else:
                then.rest(changed.is_set)
    finally:
        observer.stop()
        observer.join()


class _Whole:
    """Watches folders with everything below them. A deleted folder loses its watch; `renew` sets it again."""

    def __init__(self, observer: BaseObserver, handler: FileSystemEventHandler, folders: tuple[Path, ...]) -> None:
        self.observer, self.handler, self.folders = observer, handler, folders
        self.watched: dict[Path, tuple[int, ObservedWatch]] = {}

    def renew(self) -> bool:
        """Watches folders that are new under their names. Returns whether there are any: all their files may be new."""
        renewed = False
        for folder in self.folders:
            inode = _inode(folder)
            known, watch = self.watched.get(folder, (None, None))
            if inode == known:
                continue
            renewed = True
            if watch:
                self.observer.unschedule(watch)
                del self.watched[folder]
            if inode:
                self.watched[folder] = inode, self.observer.schedule(self.handler, str(folder), recursive=True)
        return renewed


def _inode(folder: Path) -> int | None:
    try:
        return folder.stat().st_ino if folder.is_dir() else None
    except OSError:  # gone in between
        return None


def _let_settle(handler: _Changes) -> None:
    while handler.changed.is_set():
        handler.changed.clear()
        handler.changed.wait(QUIET if handler.open else CLOSED)
    handler.open.clear()
