"""The graph: what queries have read, and which of them must run again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias, TypeVar

import msgspec

from almanac.incremental.queries import (
    Arguments,
    Id,
    Input,
    Query,
    Source,
    Table,
    digest_of,
    encode,
    entries_of,
    id_of,
    key_of,
)
from almanac.incremental.staleness import run_stale
from almanac.incremental.store import HIGHEST, Damaged, Row, Store, packed, unpacked

Named: TypeAlias = Query[Any, Any] | Input
T = TypeVar("T")
UNSET = msgspec.UNSET
KEY = msgspec.msgpack.Decoder(tuple[str | int | bool | None, ...])


class Circular(Exception):  # noqa: N818 - named after what is wrong
    """A query has read itself, directly or through others. A circle that an edit closes may settle unnoticed."""


class Node:
    """One query with its arguments. `row` is what is known of its last run; a node without a row has never run."""

    __slots__ = ("args", "entries", "entry_ids", "id", "key", "query", "row", "value")

    def __init__(self, query: Named, args: Arguments, key: bytes, row: Row | None) -> None:
        self.query, self.args, self.key, self.id, self.row = query, args, key, id_of(key), row
        self.value: Any = UNSET
        self.entries: dict[str, Any] | None = None  # of a table from the store: each is decoded when it is asked for
        self.entry_ids: dict[str, Id] = {}  # of a table: the nodes of its entries

    def entry_id(self, key: str) -> Id:
        """The node of a table's entry."""
        found = self.entry_ids[key] = id_of(encode((self.key, key)))
        return found


def _entry_ids(node: Node, value: Mapping[str, Any]) -> bytes:
    """The packed ids of a table's entries. Those of its last run are taken over: computing one takes a microsecond."""
    known = dict(zip(entries_of(node.row.value), unpacked(node.row.entries), strict=False)) if node.row else {}
    return packed(known.get(key) or node.entry_id(key) for key in value)


class Graph:
    """Answers queries for `site` and records their reads.

    `sources` has a source for the name of each input; `find` gives the query or the input of a name that the store
    holds, or raises LookupError. Without a store the graph forgets everything with its process.
    """

    def __init__(
        self, site: Any, sources: Mapping[str, Source], find: Callable[[str], Named], store: Store | None = None
    ) -> None:
        self.site, self.sources, self.find, self.store = site, sources, find, store
        self.stale: set[Id] = set()  # deferred nodes that must run again, until their owner removes them
        self.log: list[Row] | None = None  # rows of nodes that ran, where another process wants them
        self.runs: Counter[str] = Counter()  # of the function of each query in this process
        self._nodes: dict[tuple[Named, Arguments], Node] = {}
        self._by_id: dict[Id, Node] = {}
        self._unsaved: dict[Id, Row | None] = {}  # what differs from the store; None where a node is gone
        self._readers: dict[Id, list[Id]] = {}  # where they differ from the store's; in the order of reading
        self._released: set[Id] = set()  # nodes that have lost a reader
        self._reads: dict[Id, Node] | None = None  # of the query that runs; for an entry, its table
        self._running: dict[Id, Query[Any, Any]] = {}  # the innermost last

    def read(self, query: Named, args: Arguments) -> Any:
        """The value of a query for some arguments. The running query is recorded as its reader."""
        node = self._nodes.get((query, args)) or self._node(query, args)
        value = node.value
        if value is UNSET:
            value = self._bring(node)
        if self._reads is not None:
            self._reads[node.id] = node
        return value

    def read_entry(self, asked: Table[Any, Any], args: Arguments, key: str) -> Any:
        """One entry of a table, None where there is none. Recorded is the entry, or the table where it has none."""
        node = self._nodes.get((asked, args)) or self._node(asked, args)
        if node.row is None:
            self._bring(node)
        found = node.value.get(key) if node.value is not UNSET else self._stored_entry(node, asked, key)
        if self._reads is not None:
            # A reader of an absent entry must wake when the entry comes, and when the table fails.
            name = node.id if found is None else node.entry_ids.get(key) or node.entry_id(key)
            self._reads[name] = node
        return found

    def id(self, query: Named, args: Arguments) -> Id:
        """The name of a node, whether or not it has ever run."""
        node = self._nodes.get((query, args))
        return node.id if node else id_of(key_of(query.name, args))

    def digest(self, query: Query[Any, Any], args: Arguments) -> bytes:
        """The digest of a query's value. The query runs only if it has never run."""
        node = self._nodes.get((query, args)) or self._node(query, args)
        if node.row is None:
            self._bring(node)
        return node.row.digest if node.row else b""

    def knows(self, query: Named, args: Arguments) -> bool:
        """Whether the query has ever run, or the input been read, for these arguments."""
        return self._row(self.id(query, args)) is not None

    def arguments(self, query: Named, node: Id) -> Arguments:
        """The arguments of a node of a query that has run; empty if it has not. Raises Damaged for another query's."""
        row = self._row(node)
        if row is None:
            return ()
        name, args = self._parts(row)
        if name != query.name:
            raise self._rejected()
        return args

    def update(self, candidates: Iterable[tuple[Input, Arguments]]) -> None:
        """Looks at these inputs again, and runs the readers of changed ones; deferred nodes go to `stale` instead.

        Raises Damaged, as all methods do that read the store.
        """
        if self.store:
            self.store.check_alone()
        woken: list[Id] = []
        for asked, args in candidates:
            node = self._nodes.get((asked, args)) or self._node(asked, args)
            digest = self.sources[asked.name].digest(*args)
            if node.row and node.row.digest != digest:
                node.value = UNSET
                self._record(node, msgspec.structs.replace(node.row, digest=digest))
                woken += self._readers_of(node.id)
        run_stale(self._woken(woken), self._run_again)

    def forget(self, nodes: Iterable[Id]) -> None:
        """Drops deferred nodes, unless others read them, and whatever only they have read."""
        for node in nodes:
            if (row := self._row(node)) and not self._readers_of(node):
                self._forget(row)

    def absorb(self, rows: Iterable[Row]) -> None:
        """Takes over what another process has run; a node that has run here too keeps its row."""
        for row in rows:
            known = self._row(row.id)
            if known is None or row.id in self.stale:
                self._replace(known, row)
                if node := self._by_id.get(row.id):
                    node.row = row

    def enter_fork(self) -> None:
        """Makes the graph fit for a forked process: it opens the store anew and logs the nodes that it runs."""
        self.log = []
        if self.store:
            self.store.reopen()

    def take_log(self) -> list[Row]:
        """The rows of the nodes that ran since this was asked last."""
        taken, self.log = self.log or [], []
        return taken

    def save(self, documents: Mapping[str, bytes]) -> None:
        """Writes what has changed, with documents of the store's owner.

        Left out are nodes that nothing reads any more, and stale ones, which their owner had no use for.
        """
        for row in [row for node in self.stale if (row := self._row(node))]:
            self._forget(row)
        while self._released:  # what a node has read may itself have no other reader
            node = self._released.pop()
            row = self._row(node)
            if row and not row.deferred and not self._readers_of(node) and not self._is_table(row):
                self._forget(row)
        if self.store:
            gone = {node: None for node, row in self._unsaved.items() if row is None and not self._readers_of(node)}
            self.store.save(self._unsaved, {**self._readers, **gone}, documents)
            self._unsaved, self._readers = {}, {}

    def _is_table(self, row: Row) -> bool:
        """Whether a node is a table: its entries have readers of their own, so it stays."""
        return isinstance(self._restored(row).query, Table)

    def _forget(self, row: Row) -> None:
        self._link(row.id, row.reads, b"")
        self._unsaved[row.id] = None
        self.stale.discard(row.id)
        if node := self._by_id.get(row.id):
            node.row, node.value, node.entries = None, UNSET, None

    def _node(self, query: Named, args: Arguments) -> Node:
        key = key_of(query.name, args)
        node = Node(query, args, key, self._row(id_of(key)))
        if node.row is None and self.store and node.id not in self._unsaved and self.store.readers_if_any(node.id):
            raise self._rejected()  # its row is gone, and what reads it would not hear of a change
        self._nodes[query, args] = self._by_id[node.id] = node
        return node

    def _restored(self, row: Row) -> Node:
        if found := self._by_id.get(row.id):
            return found
        name, args = self._parts(row)
        try:
            return self._node(self.find(name), args)
        except LookupError as error:
            raise self._rejected() from error

    def _row(self, node: Id) -> Row | None:
        if node in self._unsaved:
            return self._unsaved[node]
        return self.store.node(node) if self.store else None

    def _bring(self, node: Node) -> Any:
        """The value of a node: from its source, from its row, or by running its query."""
        query, row = node.query, node.row
        if isinstance(query, Input):
            source = self.sources[query.name]
            node.value = source.load(*node.args)
            if row is None:
                self._record(node, Row(node.id, node.key, 0, False, source.digest(*node.args), b"", None))
            return node.value
        usable = row is not None and node.id not in self.stale
        if row and row.value is not None and query.codec and usable:
            value = self._decoded(query.decoded, row.value)
        else:
            if query.deferred and self._running and not next(reversed(self._running.values())).deferred:
                raise TypeError(query.name)  # it has its turn after all queries that are not deferred
            value, fresh = self._run(node, query)
            if not usable:
                self._record(node, fresh)
        if not query.deferred:
            node.value = value
        return value

    def _run(self, node: Node, query: Query[Any, Any]) -> tuple[Any, Row]:
        if node.id in self._running:
            raise Circular(node.key)
        outer, self._reads = self._reads, {}
        self._running[node.id] = query
        try:
            value = query.function(self.site, *node.args)
            reads = self._reads
        except Exception:
            if outer is not None:
                outer |= self._reads  # a query that handles the error depends on what has led to it
            raise
        finally:
            self._reads = outer
            del self._running[node.id]
        height = 1 + max([read.row.height for read in reads.values() if read.row], default=0)
        if node.id in reads or height > HIGHEST:
            raise Circular(node.key)
        self.runs[query.name] += 1
        kept = query.encoded(value)
        digest = b"" if query.deferred else digest_of(kept if kept is not None else encode(value))
        entries = _entry_ids(node, value) if isinstance(query, Table) else b""
        return value, Row(node.id, node.key, height, query.deferred, digest, packed(reads), kept, entries)

    def _run_again(self, wanted: Id) -> list[tuple[Id, int]]:
        """Runs a stale node; returns the readers that its new value wakes."""
        row = self._row(wanted)
        if row is None:
            return []  # nothing reads it any more
        node = self._restored(row)
        query = node.query
        if isinstance(query, Input):
            raise self._rejected()  # inputs read nothing
        readers, after = list(self._readers_of(wanted)), None
        try:
            value, fresh = self._run(node, query)
        except Damaged:
            raise
        except Exception:  # noqa: BLE001 - perhaps nobody needs the value any more; a reader that does meets the error
            self._forget(row)
        else:
            node.value, node.entries = value, None
            self._record(node, fresh)
            if fresh.digest == row.digest:
                return []
            after = fresh.value
        if isinstance(query, Table):
            before = self._decoded(entries_of, row.value)
            readers += self._readers_of_entries(node, before, entries_of(after))
        return self._woken(readers)

    def _readers_of_entries(self, node: Node, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Id]:
        """The readers of those entries of a table that have changed or gone; a new entry has none yet."""
        for key, entry in old.items():
            if entry != new.get(key):
                yield from self._readers_of(node.entry_id(key))

    def _woken(self, readers: Iterable[Id]) -> list[tuple[Id, int]]:
        """These nodes with their heights. Deferred ones only become stale; their own readers are woken in any case."""
        found: dict[Id, tuple[int, bool]] = {}
        stored: list[Id] = []
        for node in dict.fromkeys(readers):
            if node not in self._unsaved:
                stored.append(node)
            elif row := self._unsaved[node]:
                found[node] = row.height, row.deferred
        if self.store:
            found |= {row.id: (row.height, row.deferred) for row in self.store.nodes(stored)}
        woken = [(node, height) for node, (height, deferred) in found.items() if not deferred]
        if put_off := {node for node, (_, deferred) in found.items() if deferred} - self.stale:
            self.stale |= put_off
            woken += self._woken(chain.from_iterable(map(self._readers_of, put_off)))
        return woken

    def _record(self, node: Node, row: Row) -> None:
        """Takes over what a run gave, and keeps the lists of readers true."""
        before, node.row = node.row, row
        self._replace(before, row)
        if self.log is not None:
            self.log.append(row)

    def _replace(self, before: Row | None, row: Row) -> None:
        """Notes a row in place of another. A new node and new entries of a table have lists of readers from now on."""
        self._unsaved[row.id] = row
        old, new = (before.entries, row.entries) if before else (b"", row.entries)
        if before is None:
            self._begin_readers(row.id)
        if old != new:
            known = set(unpacked(old))
            for one in unpacked(new):
                if one not in known:
                    self._begin_readers(one)
        self._link(row.id, before.reads if before else b"", row.reads)

    def _link(self, reader: Id, before: bytes, after: bytes) -> None:
        """Keeps the lists of readers true where a node has read something else than before."""
        if before == after:
            return
        old, new = unpacked(before), unpacked(after)
        kept = set(old).intersection(new) if before else ()
        for node in old:
            if node not in kept:
                readers = self._changed_readers(node)
                if reader not in readers:
                    raise self._rejected()
                readers.remove(reader)
                self._released.add(node)
        for node in new:
            if node not in kept:
                (self._readers.get(node) or self._changed_readers(node)).append(reader)

    def _begin_readers(self, node: Id) -> None:
        """Readers that a node had before it failed, or an entry before it went, have not run again yet."""
        if node not in self._readers:
            self._readers[node] = list((self.store and self.store.readers_if_any(node)) or ())

    def _changed_readers(self, node: Id) -> list[Id]:
        found = self._readers.get(node)
        if found is None:
            found = self._readers[node] = list(self.store.readers(node)) if self.store else []
        return found

    def _readers_of(self, node: Id) -> Sequence[Id]:
        found = self._readers.get(node)
        return found if found is not None else self.store.readers(node) if self.store else ()

    def _stored_entry(self, node: Node, asked: Table[Any, Any], key: str) -> Any:
        if node.entries is None:
            node.entries = dict(self._decoded(entries_of, node.row.value if node.row else None))
        found = node.entries.get(key)
        if isinstance(found, msgspec.Raw):
            found = node.entries[key] = self._decoded(asked.decoded_entry, found)
        return found

    def _decoded(self, decode: Callable[[Any], T], data: Any) -> T:
        """What the store has kept, decoded. Raises Damaged."""
        try:
            return decode(data)
        except Exception as error:  # whatever a codec raises, it has not written these bytes
            raise self._rejected() from error

    def _parts(self, row: Row) -> tuple[str, Arguments]:
        """The name of a node's query and its arguments. Raises Damaged."""
        name, *args = self._decoded(KEY.decode, row.key) or (None,)
        if not isinstance(name, str):
            raise self._rejected()
        return name, tuple(args)

    def _rejected(self) -> Damaged:
        """The error of a store that holds what no graph has written, although its checksums are true."""
        return self.store.reject() if self.store else Damaged()
