"""The store: one SQLite file that holds what a graph must know in the next process. It holds data only, never code."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from errno import EIO
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from almanac.incremental.queries import Id, digest_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS nodes (id INTEGER PRIMARY KEY, key BLOB, height INTEGER, deferred INTEGER, digest BLOB,
    reads BLOB, value BLOB) STRICT;
CREATE TABLE IF NOT EXISTS readers (id INTEGER PRIMARY KEY, packed BLOB) STRICT;
CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, digest BLOB, data BLOB) STRICT;
"""
MOST_VARIABLES = 500  # of one statement; SQLite's own limit was 999 for long

Ids: TypeAlias = "array[int]"


class Damaged(Exception):  # noqa: N818 - named after what is wrong
    """The file is no store, or not one that this version wrote, or a bit of it has changed."""


class Row(msgspec.Struct, frozen=True):
    """A node as it is stored. `reads` are the ids of what its query read; `value` is set where values are kept."""

    id: Id
    key: bytes
    height: int
    deferred: bool
    digest: bytes
    reads: Ids
    value: bytes | None


class Store:
    """Opens the file at `path`, or makes it. `version` names the engine: the nodes of another engine's store are forgotten.

    A damaged file makes way for a new one: at once, or on `close` where the damage shows later. Raises OSError where the
    file cannot be made or read. `empty` tells that it holds no nodes.
    """

    def __init__(self, path: Path, version: str) -> None:
        self.path, self.version, self.damaged = path, version, False
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
        except sqlite3.OperationalError as error:
            raise _unusable(path, error) from error
        except (sqlite3.DatabaseError, Damaged):
            self.damaged = True
            self.close()
            self._open()

    def _open(self) -> None:
        self.damaged = False
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(SCHEMA)
        self.empty = self.connection.execute("SELECT 1 FROM nodes LIMIT 1").fetchone() is None
        if self.document("version") != self.version.encode():
            self.clear()
            self.save_documents({"version": self.version.encode()})

    def clear(self) -> None:
        """Forgets every node. Documents stay: they are for their owner to judge."""
        with self._transaction() as database:
            database.execute("DELETE FROM nodes")
            database.execute("DELETE FROM readers")
        self.empty = True

    def close(self) -> None:
        """Closes the file, and removes it where it is damaged."""
        if connection := getattr(self, "connection", None):
            connection.close()
        for suffix in ("", "-wal", "-shm", "-journal") if self.damaged else ():
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def reopen(self) -> None:
        """Opens the file again: a forked process must not use the connection of the process that it came from."""
        self.connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)

    def node(self, node: Id) -> Row | None:
        """The stored node. Raises Damaged where its value is not what was written."""
        found = (
            None
            if self.empty
            else self._one("SELECT key, height, deferred, digest, reads, value FROM nodes WHERE id = ?", node)
        )
        if found is None:
            return None
        key, height, deferred, digest, reads, value = found
        if value is not None and digest_of(value) != digest:
            raise self._damage()
        return Row(node, key, height, bool(deferred), digest, _unpacked(reads), value)

    def heights(self, nodes: Iterable[Id]) -> Iterator[tuple[Id, int, bool]]:
        """Id, height, and whether the query is deferred, of those nodes that are stored."""
        wanted = [] if self.empty else list(nodes)
        for start in range(0, len(wanted), MOST_VARIABLES):
            some = wanted[start : start + MOST_VARIABLES]
            marks = ",".join("?" * len(some))
            statement = f"SELECT id, height, deferred FROM nodes WHERE id IN ({marks})"  # noqa: S608 - only question marks are put in
            yield from self._all(statement, some)

    def readers(self, node: Id) -> Ids:
        """The ids of the nodes that read this one."""
        found = None if self.empty else self._one("SELECT packed FROM readers WHERE id = ?", node)
        return _unpacked(found[0]) if found else array("q")

    def document(self, name: str) -> bytes | None:
        """Data of the store's owner under a name. Raises Damaged where it is not what was written."""
        found = self._one("SELECT digest, data FROM documents WHERE name = ?", name)
        if found is None:
            return None
        digest, data = found
        if digest_of(data) != digest:
            raise self._damage()
        return bytes(data)

    def save_documents(self, documents: Mapping[str, bytes]) -> None:
        """Writes some documents and nothing else, in one transaction."""
        self.save((), {}, (), documents)

    def save(
        self,
        nodes: Collection[Row],
        readers: Mapping[Id, Collection[Id]],
        removed: Iterable[Id],
        documents: Mapping[str, bytes],
    ) -> None:
        """Writes all of it in one transaction: a process that is killed meanwhile leaves the store as it was."""
        with self._transaction() as database:
            database.executemany("DELETE FROM nodes WHERE id = ?", [(node,) for node in removed])
            database.executemany(
                "DELETE FROM readers WHERE id = ?", [(node,) for node, those in readers.items() if not those]
            )
            database.executemany(
                "INSERT OR REPLACE INTO nodes VALUES (?, ?, ?, ?, ?, ?, ?)",
                sorted(
                    (row.id, row.key, row.height, row.deferred, row.digest, row.reads.tobytes(), row.value)
                    for row in nodes
                ),
            )
            database.executemany(
                "INSERT OR REPLACE INTO readers VALUES (?, ?)",
                sorted((node, array("q", those).tobytes()) for node, those in readers.items() if those),
            )
            known = dict(database.execute("SELECT name, digest FROM documents"))
            changed = [(name, digest_of(data), data) for name, data in documents.items()]
            database.executemany(
                "INSERT OR REPLACE INTO documents VALUES (?, ?, ?)",
                [one for one in changed if one[1] != known.get(one[0])],
            )
        self.empty = self.empty and not nodes

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Commits what is written in the block, or nothing. Raises OSError, as for a full disk."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            with self.connection:
                yield self.connection
        except sqlite3.OperationalError as error:
            raise _unusable(self.path, error) from error
        except sqlite3.DatabaseError as error:
            raise self._damage() from error

    def _one(self, statement: str, *values: Any) -> Any:
        return next(iter(self._all(statement, values)), None)

    def _all(self, statement: str, values: Sequence[Any]) -> list[Any]:
        try:
            return self.connection.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._damage() from error

    def _damage(self) -> Damaged:
        self.damaged = True
        return Damaged(str(self.path))


def _unusable(path: Path, error: sqlite3.OperationalError) -> OSError:
    """The disk is full, the folder may not be written, or another process has locked the file."""
    return OSError(EIO, str(error), str(path))


def _unpacked(packed: bytes) -> Ids:
    ids = array("q")
    ids.frombytes(packed)
    return ids
