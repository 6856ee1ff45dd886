"""The views of pages with bodies, kept from build to build, in a database of SQLite: a large site has thousands, of which an edit changes a dozen.

They are those of the build that wrote last, which gave them a number; a manifest that means another number knows that they are not its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from secrets import randbits

BITS = 31  # of SQLite's user_version, which holds the number
MANY = 200  # views that are written at once


class Writer:
    """Keeps new views as they come; all of them count from `finish` on, and none before. Of those that are there, the ones of the build `last` stay.

    Where no build has kept any, `last` is 0. What goes wrong with the file is an OSError, as with any other.
    """

    def __init__(self, file: Path, last: int) -> None:
        self.file = file
        self.last = last
        self._database: sqlite3.Connection | None = None
        self._waiting: list[tuple[str, bytes]] = []

    def add(self, path: str, kept: bytes) -> None:
        """Keeps the view of the page of a record."""
        self._waiting.append((path, kept))
        if len(self._waiting) >= MANY:
            self._write()

    def finish(self, present: Collection[str]) -> int:
        """Leaves out what is not `present` any more: the number of all that is kept from now on. If there was nothing new, it is the last one."""
        if not self._waiting and self._database is None and self.last:
            return self.last
        database = self._write()
        gone = {path for (path,) in database.execute("SELECT path FROM views")}.difference(present)
        number = randbits(BITS) or 1
        with _as_os_error():
            database.executemany("DELETE FROM views WHERE path = ?", [(path,) for path in gone])
            database.execute(f"PRAGMA user_version = {number}")
            database.commit()
        return number

    def close(self) -> None:
        """Ends the writing; what has not been finished has never been there."""
        if self._database:
            self._database.close()

    def _write(self) -> sqlite3.Connection:
        self._database = database = self._database or _begun(self.file, self.last)
        with _as_os_error():
            database.executemany("INSERT OR REPLACE INTO views VALUES (?, ?)", self._waiting)
        self._waiting.clear()
        return database


def _begun(file: Path, last: int) -> sqlite3.Connection:
    """A database with the views of the build `last`; one that is broken is made anew."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _connected(file, last)
    except sqlite3.DatabaseError:
        file.unlink(missing_ok=True)
    with _as_os_error():
        return _connected(file, last)


def _connected(file: Path, last: int) -> sqlite3.Connection:
    database = sqlite3.connect(file)
    database.execute("PRAGMA synchronous = OFF")  # a cache: after a power cut it is made anew
    database.execute("CREATE TABLE IF NOT EXISTS views (path TEXT PRIMARY KEY, kept BLOB NOT NULL)")
    if _number(database) != last:
        database.execute("DELETE FROM views")
    return database


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise OSError(str(error)) from error


def read_kept(file: Path, number: int, paths: Iterable[str]) -> dict[str, bytes]:
    """The views of these paths, if those that are kept have that number."""
    return dict(chain.from_iterable(_read(file, number, "SELECT path, kept FROM views WHERE path = ?", (path,)) for path in paths))


def any_kept(file: Path, number: int) -> dict[str, bytes]:
    """One of them, by its path."""
    return dict(_read(file, number, "SELECT path, kept FROM views LIMIT 1"))


def _read(file: Path, number: int, query: str, values: tuple[str, ...] = ()) -> list[tuple[str, bytes]]:
    if not file.is_file():
        return []
    try:
        with closing(sqlite3.connect(file)) as database:
            return database.execute(query, values).fetchall() if _number(database) == number else []
    except sqlite3.DatabaseError:
        return []


def _number(database: sqlite3.Connection) -> int:
    found: int = database.execute("PRAGMA user_version").fetchone()[0]
    return found
