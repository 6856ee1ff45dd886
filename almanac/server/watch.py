"""Watches the files a site is made of, and calls back once for each burst of changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from watchdog.events import FileClosedNoWriteEvent, FileOpenedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

QUIET = 0.05  # seconds: editors write a file in several steps
LEFTOVERS = ("~", ".swp", ".tmp", ".swx")


class _Changes(FileSystemEventHandler):
    def __init__(self, changed: Event, ignored: tuple[Path, ...]) -> None:
        self.changed, self.ignored = changed, ignored

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Notes that something has changed, unless it is only being read or is none of the site's."""
        path = Path(str(event.src_path))
        if isinstance(event, FileOpenedEvent | FileClosedNoWriteEvent) or path.name.endswith(LEFTOVERS):
            return
        if not any(path.is_relative_to(folder) for folder in self.ignored):
            self.changed.set()


@dataclass(frozen=True)
class Then:
    """What is called when: at the beginning, after a burst of changes, and while nothing changes (time for what can wait)."""

    begin: Callable[[], None]
    rebuild: Callable[[], None]
    rest: Callable[[], None]


def watch(folders: Iterable[Path], files: Iterable[Path], ignored: Iterable[Path], then: Then) -> None:
    """Calls `then.begin` once nothing can be missed any more, then `then.rebuild` after every burst of changes, until it is interrupted."""
    changed = Event()
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
                _let_settle(changed)
                whole.renew()
                then.rebuild()
            else:
                then.rest()
    finally:
        observer.stop()
        observer.join()


class _Whole:
    """Folders watched with all that is below them. One that is deleted or renamed takes its watch along: what has its name then gets a new one."""

    def __init__(self, observer: BaseObserver, handler: FileSystemEventHandler, folders: tuple[Path, ...]) -> None:
        self.observer, self.handler, self.folders = observer, handler, folders
        self.watched: dict[Path, tuple[int, ObservedWatch]] = {}

    def renew(self) -> None:
        for folder in self.folders:
            inode = _inode(folder)
            known, watch = self.watched.get(folder, (None, None))
            if inode == known:
                continue
            if watch:
                self.observer.unschedule(watch)
                del self.watched[folder]
            if inode:
                self.watched[folder] = inode, self.observer.schedule(self.handler, str(folder), recursive=True)


def _inode(folder: Path) -> int | None:
    try:
        return folder.stat().st_ino if folder.is_dir() else None
    except OSError:  # gone in between
        return None


def _let_settle(changed: Event) -> None:
    while changed.is_set():
        changed.clear()
        changed.wait(QUIET)
