"""The views of pages with bodies, kept from build to build, in a database of SQLite: a large site has thousands, of which an edit changes a dozen.

They are those of the build that wrote last, which gave them a number; a manifest that means another number knows that they are not its own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from itertools import chain
from pathlib import Path
from secrets import randbits

BITS = 31  # of SQLite's user_version, which holds the number


def write_kept(file: Path, new: Mapping[str, bytes], present: Collection[str], last: int) -> int:
    """Keeps new views and, of those that are there under the number `last`, all whose paths are `present`: the number of them all from now on.

    Where no build has kept any, `last` is 0. Raises OSError.
    """
    try:
        return _write(file, new, present, last)
    except sqlite3.DatabaseError:  # no database, or a broken one: it is begun anew
        file.unlink(missing_ok=True)
    try:
        return _write(file, new, present, last)
    except sqlite3.DatabaseError as error:
        raise OSError(str(error)) from error


def _write(file: Path, new: Mapping[str, bytes], present: Collection[str], last: int) -> int:
    number = randbits(BITS) or 1
    file.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("PRAGMA synchronous = OFF")  # a cache: after a power cut it is made anew
        database.execute("CREATE TABLE IF NOT EXISTS views (path TEXT PRIMARY KEY, kept BLOB NOT NULL)")
        if _number(database) != last:
            database.execute("DELETE FROM views")
        gone = {path for (path,) in database.execute("SELECT path FROM views")}.difference(present)
        database.executemany("DELETE FROM views WHERE path = ?", [(path,) for path in gone])
        database.executemany("INSERT OR REPLACE INTO views VALUES (?, ?)", new.items())
        database.execute(f"PRAGMA user_version = {number}")
    return number


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
