"""The store: one SQLite file that holds what a graph must know in the next process. It holds data only, never code."""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from errno import EACCES, EBUSY, EIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any
from zlib import crc32

import msgspec

from almanac.incremental.queries import Id, encode, id_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS nodes (name INTEGER PRIMARY KEY, checksum INTEGER, data BLOB) STRICT;
CREATE TABLE IF NOT EXISTS readers (name INTEGER PRIMARY KEY, checksum INTEGER, data BLOB) STRICT;
CREATE TABLE IF NOT EXISTS documents (name TEXT PRIMARY KEY, checksum INTEGER, data BLOB) STRICT;
"""
UNUSABLE = (  # what makes a file unusable that is not damaged; https://www.sqlite.org/rescode.html
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)
IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
ERRORS = (sqlite3.DatabaseError, UnicodeDecodeError)  # the message about a damaged file may hold bytes of it
MOST_VARIABLES = 500  # of one statement; SQLite's own limit was 999 for long
HIGHEST = 1000  # a longer chain of queries would be too deep for Python's stack when it runs for the first time
ID_BYTES = 8
TRIAL = 64 * 1024  # bytes; SQLite needs half of it beside the file


class Damaged(Exception):  # noqa: N818 - named after what is wrong
    """The file is no store, it is not as a graph wrote it, or another process has written to it meanwhile."""


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A node as it is stored. `reads` packs the ids that its query has read; `value` is set where values are kept.

    `entries` packs the ids of a table's entries.
    """

    id: Id
    key: bytes
    height: Annotated[int, msgspec.Meta(ge=0, le=HIGHEST)]
    deferred: bool
    digest: bytes
    reads: bytes
    value: bytes | None
    entries: bytes = b""


ROW = msgspec.msgpack.Decoder(Row)


def packed(ids: Iterable[Id]) -> bytes:
    """Ids, eight bytes each."""
    return array("q", ids).tobytes()


def unpacked(ids: bytes) -> memoryview:
    """The ids that `packed` has packed."""
    return memoryview(ids).cast("q")


class Store:
    """Opens the file at `path`, or makes it. `version` names the engine: nodes that another engine stored are dropped.

    A damaged file is removed: at once, or on `close` if the damage shows later. Raises OSError if the file cannot be
    made or read. `empty` is true if it holds no nodes, `is_new` if nothing was there before it was opened or cleared of
    damage.
    """

    def __init__(self, path: Path, version: str) -> None:
        self.path, self.version, self.damaged = path, version, False
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._open()
        except Damaged:
            self.close()
            self._open()

    def _open(self) -> None:
        self.damaged, self.is_new = False, not self.path.exists()
        try:
            self.connection = sqlite3.connect(self.path, isolation_level=None)
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = FULL")
            self.connection.executescript(SCHEMA)
        except ERRORS as error:
            raise self._error(error) from error
        self.empty = not self._all("SELECT 1 FROM nodes LIMIT 1", ())
        self._seen = self._changes_of_others()
        if self.document("version") != self.version.encode():
            self.clear()
            self.save_documents({"version": self.version.encode()})

    def clear(self) -> None:
        """Forgets every node. Documents stay: they are for their owner to judge. A damaged file begins anew, empty."""
        with suppress(Damaged):
            if not self.damaged:
                with self._transaction() as database:
                    database.execute("DELETE FROM nodes")
                    database.execute("DELETE FROM readers")
        if self.damaged:
            self.close()
            self._open()
        self.empty = True

    def check_alone(self) -> None:
        """Raises Damaged if another process has written to the file, whose nodes may contradict those in memory.

        The store is cleared then, so that whoever opens it next begins anew.
        """
        if self._changes_of_others() != self._seen:
            self.clear()
            raise Damaged(str(self.path))

    def close(self) -> None:
        """Closes the file, and removes it where it is damaged."""
        if connection := getattr(self, "connection", None):
            connection.close()
        for suffix in ("", "-wal", "-shm", "-journal") if self.damaged else ():
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def reopen(self) -> None:
        """Opens the file again in a forked process, which must neither use nor close the connection it inherits."""
        self._inherited = self.connection
        self.connection = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)

    def node(self, node: Id) -> Row | None:
        """The stored node. Raises Damaged if it is not what was written."""
        data = None if self.empty else self._read("nodes", node)
        return None if data is None else self._row(node, data)

    def nodes(self, nodes: Iterable[Id]) -> Iterator[Row]:
        """These nodes, all of which are stored. Raises Damaged."""
        wanted = list(nodes)
        found = 0
        for start in range(0, len(wanted), MOST_VARIABLES):
            some = wanted[start : start + MOST_VARIABLES]
            marks = ",".join("?" * len(some))
            statement = f"SELECT * FROM nodes WHERE name IN ({marks})"  # noqa: S608 - only question marks are put in
            for name, checksum, data in self._all(statement, some):
                found += 1
                yield self._row(name, self._checked("nodes", name, checksum, data))
        if found < len(wanted):
            raise self.reject()

    def readers(self, node: Id) -> Sequence[Id]:
        """The ids of the nodes that read this one, or this entry of a table. Every node and entry has them stored.

        Raises Damaged.
        """
        found = self.readers_if_any(node)
        if found is None:
            raise self.reject()
        return found

    def readers_if_any(self, node: Id) -> Sequence[Id] | None:
        """The same for a node that may be new; None if it is. Raises Damaged."""
        found = None if self.empty else self._read("readers", node)
        if found is not None and len(found) % ID_BYTES:
            raise self.reject()
        return None if found is None else unpacked(found)

    def document(self, name: str) -> bytes | None:
        """Data of the store's owner under a name. Raises Damaged if it is not what was written."""
        return self._read("documents", name)

    def save_documents(self, documents: Mapping[str, bytes]) -> None:
        """Writes some documents and nothing else, in one transaction."""
        self.save({}, {}, documents)

    def save(
        self, nodes: Mapping[Id, Row | None], readers: Mapping[Id, Sequence[Id] | None], documents: Mapping[str, bytes]
    ) -> None:
        """Writes all of it in one transaction: a process that is killed meanwhile leaves the store as it was.

        Nodes and readers that are None are removed. Raises Damaged, as `check_alone` does, and OSError.
        """
        self.check_alone()
        with self._transaction() as database:
            _write(database, "nodes", {node: encode(row) if row else None for node, row in nodes.items()})
            _write(database, "readers", {node: None if ids is None else packed(ids) for node, ids in readers.items()})
            _write(database, "documents", documents)
        self.is_new = self.is_new and not nodes
        self.empty = self.empty and not nodes

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Commits what is written in the block, or nothing. Raises OSError, as for a full disk."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            with self.connection:
                yield self.connection
        except ERRORS as error:
            raise self._error(error) from error

    def _changes_of_others(self) -> Any:
        return self._all("PRAGMA data_version", ())  # https://www.sqlite.org/pragma.html#pragma_data_version

    def _read(self, table: str, name: str | Id) -> bytes | None:
        statement = f"SELECT checksum, data FROM {table} WHERE name = ?"  # noqa: S608 - a table of the schema
        for checksum, data in self._all(statement, (name,)):
            return self._checked(table, name, checksum, data)
        return None

    def _all(self, statement: str, values: Sequence[Any]) -> list[Any]:
        try:
            return self.connection.execute(statement, values).fetchall()
        except ERRORS as error:
            raise self._error(error) from error

    def _checked(self, table: str, name: str | Id, checksum: int, data: Any) -> bytes:
        if not isinstance(data, bytes) or _checksum(table, name, data) != checksum:
            raise self.reject()
        return data

    def _row(self, node: Id, data: bytes) -> Row:
        """The row of a node. A checksum is no signature: a foreign store may hold anything under a true one."""
        try:
            found = ROW.decode(data)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise self.reject() from error
        if found.id != node or id_of(found.key) != node or (len(found.reads) | len(found.entries)) % ID_BYTES:
            raise self.reject()
        return found

    def reject(self) -> Damaged:
        """The error of a file that cannot be used. `close` removes the file."""
        self.damaged = True
        return Damaged(str(self.path))

    def _error(self, error: Exception) -> Exception:
        """OSError if the disk is full, the file may not be written or is locked; Damaged for everything else.

        A file that may be written and that SQLite takes for write-protected is damaged in its header.
        """
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in UNUSABLE and not (code == sqlite3.SQLITE_READONLY and os.access(self.path, os.W_OK)):
            number = EBUSY if code in IN_USE else self._refusal()
            return OSError(number, os.strerror(number), str(self.path))
        return self.reject()

    def _refusal(self) -> int:
        """Why the system refuses to write the file (errno). SQLite does not tell, so another file is tried beside it.

        The other one is written where the largest of the store's files ends: there may be a limit of size.
        """
        try:
            largest = max((file.stat().st_size for file in self.path.parent.glob(f"{self.path.name}*")), default=0)
            with TemporaryFile(dir=self.path.parent) as other:
                other.seek(largest)
                other.write(bytes(TRIAL))
                other.flush()
        except OSError as refused:
            return refused.errno or EIO
        return EIO if os.access(self.path, os.W_OK) else EACCES


def _write(database: sqlite3.Connection, table: str, entries: Mapping[Any, bytes | None]) -> None:
    """Writes the entries of a table, and removes those that are None."""
    gone = [(name,) for name, data in entries.items() if data is None]
    rows = sorted((name, _checksum(table, name, data), data) for name, data in entries.items() if data is not None)
    database.executemany(f"DELETE FROM {table} WHERE name = ?", gone)  # noqa: S608 - a table of the schema
    database.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608 - likewise


def _checksum(table: str, name: str | Id, data: bytes) -> int:
    """Tells an entry from one in which a bit has changed (CRC-32), and from another entry."""
    return crc32(data, crc32(f"{table} {name}".encode()))
