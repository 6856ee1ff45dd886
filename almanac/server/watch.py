"""Watches the files a site is made of, and calls back once for each burst of changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from watchdog.events import FileClosedNoWriteEvent, FileOpenedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

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
    for folder in folders:
        if folder.is_dir():
            observer.schedule(handler, str(folder), recursive=True)
    for parent in {file.parent for file in files}:
        observer.schedule(handler, str(parent), recursive=False)
    observer.start()
    try:
        then.begin()
        while True:
            if changed.wait(0.2):
                _let_settle(changed)
                then.rebuild()
            else:
                then.rest()
    finally:
        observer.stop()
        observer.join()


def _let_settle(changed: Event) -> None:
    while changed.is_set():
        changed.clear()
        changed.wait(QUIET)
