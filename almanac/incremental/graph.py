"""The graph: what queries have read, and which of them must run again."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, TypeAlias

import msgspec

from almanac.incremental.queries import (
    Arguments,
    Codec,
    Id,
    Input,
    Query,
    Source,
    Table,
    digest_of,
    encode,
    id_of,
    key_of,
)
from almanac.incremental.staleness import Stale, TooEarly, run_stale
from almanac.incremental.store import Ids, Row, Store

Named: TypeAlias = Query[Any, Any] | Input
UNSET = msgspec.UNSET
RAW_ENTRIES = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])
NO_IDS: Ids = array("q")
HIGHEST = 1000  # a longer chain of queries would be too deep for Python's stack when it runs for the first time


class Circular(Exception):  # noqa: N818 - named after what is wrong
    """A query has read itself, directly or through others. A circle that an edit closes may settle unnoticed."""


class Node:
    """One query with its arguments. `row` is what is known of its last run; a node without a row has never run."""

    __slots__ = ("args", "entries", "entry_ids", "height", "id", "key", "query", "row", "value")

    def __init__(self, query: Named, args: Arguments, key: bytes, node: Id) -> None:
        self.query, self.args, self.key, self.id = query, args, key, node
        self.row: Row | None = None
        self.height = 0
        self.value: Any = UNSET
        self.entries: dict[str, Any] | None = None  # of a table from the store: each is decoded when it is asked for
        self.entry_ids: dict[str, Id] = {}  # of a table: the nodes of its entries

    def ran(self, row: Row | None) -> None:
        """Takes over what is known of the last run."""
        self.row, self.height = row, row.height if row else 0


class Graph:
    """Answers queries for `site` and records their reads.

    `sources` has a source for the name of each input; `find` gives the query or the input of a name that the store
    holds. Without a store the graph forgets everything with its process.
    """

    def __init__(
        self, site: Any, sources: Mapping[str, Source], find: Callable[[str], Named], store: Store | None = None
    ) -> None:
        self.site, self.sources, self.find, self.store = site, sources, find, store
        self.stale: set[Id] = set()  # deferred nodes that must run again, until their owner removes them
        self.log: list[Row] | None = None  # rows of nodes that ran, where another process wants them
        self._memo: dict[tuple[Named, Arguments], Node] = {}
        self._nodes: dict[Id, Node] = {}
        self._unsaved: dict[Id, Row] = {}
        self._readers: dict[Id, list[Id]] = {}  # where they differ from the store's; in the order of reading
        self._released: set[Id] = set()  # nodes that have lost a reader
        self._removed: set[Id] = set()  # nodes that the store shall not hold any more
        self.runs: Counter[str] = Counter()  # of the function of each query in this process
        self._reads: dict[Id, int] | None = None  # of the query that runs: nodes with their heights
        self._running: dict[Id, Query[Any, Any]] = {}  # the innermost last
        self._waiting = Stale()
        self._updating = False

    def read(self, query: Named, args: Arguments) -> Any:
        """The value of a query for some arguments. The running query is recorded as its reader."""
        node = self._memo.get((query, args)) or self._node(query, args)
        if self._updating:
            self._check_settled(node)
        value = node.value
        if value is UNSET:
            value = self._bring(node)
        if self._reads is not None:
            self._reads[node.id] = node.height
        return value

    def read_entry(self, asked: Table[Any, Any], args: Arguments, key: str) -> Any:
        """One entry of a table, None where there is none. The entry is recorded as read, not the whole table."""
        node = self._memo.get((asked, args)) or self._node(asked, args)
        if self._updating:
            self._check_settled(node)
        if node.row is None:
            self._bring(node)
        if self._reads is not None:
            self._reads[node.entry_ids.get(key) or _entry_id(node, key)] = node.height
        found = node.value.get(key) if node.value is not UNSET else _decoded_entry(node, asked, key)
        if found is None and self._reads is not None:
            self._reads[_no_entry_id(node)] = node.height
        return found

    def id(self, query: Named, args: Arguments) -> Id:
        """The name of a node, whether or not it has ever run."""
        node = self._memo.get((query, args))
        return node.id if node else id_of(key_of(query.name, args))

    def digest(self, query: Query[Any, Any], args: Arguments) -> bytes:
        """The digest of a query's value. The query runs only if it has never run."""
        node = self._memo.get((query, args)) or self._node(query, args)
        if node.row is None:
            self._bring(node)
        return node.row.digest if node.row else b""

    def knows(self, query: Named, args: Arguments) -> bool:
        """Whether the query has ever run, or the input been read, for these arguments."""
        return self._row(self.id(query, args)) is not None

    def arguments(self, node: Id) -> Arguments:
        """The arguments of a node that has run."""
        row = self._row(node)
        return tuple(msgspec.msgpack.decode(row.key)[1:]) if row else ()

    def update(self, candidates: Iterable[tuple[Input, Arguments]]) -> None:
        """Looks at these inputs again, and runs the readers of changed ones; deferred nodes go to `stale` instead.

        Raises Damaged, as all methods do that read the store.
        """
        if self.store:
            self.store.check_alone()
        woken: list[Id] = []
        for asked, args in candidates:
            node = self._memo.get((asked, args)) or self._node(asked, args)
            digest = self.sources[asked.name].digest(*args)
            if node.row and node.row.digest != digest:
                node.value = UNSET
                self._record(node, msgspec.structs.replace(node.row, digest=digest))
                woken += self._readers_of(node.id)
        self._waiting, self._updating = Stale(self._woken(woken)), True
        try:
            run_stale(self._waiting, self._run_again)
        finally:
            self._updating = False

    def forget(self, nodes: Iterable[Id]) -> None:
        """Drops deferred nodes, unless others read them, and whatever only they have read."""
        for node in nodes:
            if (row := self._row(node)) and not self._readers_of(node):
                self._forget(node, row)

    def absorb(self, rows: Iterable[Row]) -> None:
        """Takes over what another process has run; a node that has run here too keeps its row."""
        for row in rows:
            known = self._row(row.id)
            if known is None or row.id in self.stale:
                self._removed.discard(row.id)
                self._unsaved[row.id] = row
                self._link(row.id, known.reads if known else NO_IDS, row.reads)
                if node := self._nodes.get(row.id):
                    node.ran(row)

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
        for node in list(self.stale):
            if row := self._row(node):
                self._forget(node, row)
        self._collect()
        if self.store:
            self.store.save(self._unsaved.values(), self._readers, self._removed, documents)
            self._unsaved, self._readers, self._removed = {}, {}, set()

    def _collect(self) -> None:
        while self._released:
            node = self._released.pop()
            row = self._row(node)
            if row and not row.deferred and not self._readers_of(node) and not self._is_table(node, row):
                self._forget(node, row)

    def _is_table(self, node: Id, row: Row) -> bool:
        """Whether a node is a table: its entries have readers of their own, so it stays."""
        return isinstance((self._nodes.get(node) or self._restored(row)).query, Table)

    def _forget(self, node: Id, row: Row) -> None:
        self._link(node, row.reads, NO_IDS)
        self._unsaved.pop(node, None)
        self._removed.add(node)
        self.stale.discard(node)
        if known := self._nodes.get(node):
            known.ran(None)
            known.value, known.entries = UNSET, None

    def _node(self, query: Named, args: Arguments) -> Node:
        key = key_of(query.name, args)
        node = self._nodes.get(id_of(key)) or Node(query, args, key, id_of(key))
        node.ran(self._row(node.id))
        self._memo[query, args] = self._nodes[node.id] = node
        return node

    def _row(self, node: Id) -> Row | None:
        if node in self._removed:
            return None
        return self._unsaved.get(node) or (self.store.node(node) if self.store else None)

    def _check_settled(self, node: Node) -> None:
        if not self._waiting.settled(node.id, node.height):
            raise TooEarly(_above(self._waiting.heights.get(node.id, node.height), node))

    def _bring(self, node: Node) -> Any:
        """The value of a node: from its source, from its row, or by running its query."""
        query, row = node.query, node.row
        if isinstance(query, Input):
            source = self.sources[query.name]
            node.value = source.load(*node.args)
            if row is None:
                self._record(node, Row(node.id, node.key, 0, False, source.digest(*node.args), NO_IDS, None))
            return node.value
        if row and row.value is not None and query.codec and node.id not in self.stale:
            value = _decoded(query, query.codec, row.value)
            if not query.deferred:
                node.value = value
            return value
        if query.deferred and self._running and not next(reversed(self._running.values())).deferred:
            raise TypeError(query.name)  # it has its turn after all queries that are not deferred
        value, fresh = self._run(node, query)
        if row is None or node.id in self.stale:
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
        if node.id in reads:
            raise Circular(node.key)
        self.runs[query.name] += 1
        kept = _kept(query, value)
        digest = b"" if query.deferred else digest_of(kept if kept is not None else encode(value))
        height = _above(max(reads.values(), default=0), node)
        return value, Row(node.id, node.key, height, query.deferred, digest, array("q", reads), kept)

    def _run_again(self, wanted: Id) -> list[tuple[Id, int]]:
        """Runs a stale node; returns the readers that its new value wakes."""
        row = self._row(wanted)
        if row is None:
            return []  # nothing reads it any more
        node = self._nodes.get(wanted) or self._restored(row)
        query = node.query
        if isinstance(query, Input):
            raise TypeError(query.name)
        before, readers = row.value, list(self._readers_of(wanted))
        after = b""
        try:
            value, fresh = self._run(node, query)
        except TooEarly:
            raise
        except Exception:  # noqa: BLE001 - perhaps nobody needs the value any more; a reader that does meets the error
            self._forget(wanted, row)
            readers += self._readers_of(_no_entry_id(node))
        else:
            node.value, node.entries = value, None
            self._record(node, fresh)
            if fresh.digest == row.digest:
                return []
            after = fresh.value or b""
        if isinstance(query, Table):
            readers += self._readers_of_entries(node, before or b"", after)
        return self._woken(readers)

    def _readers_of_entries(self, node: Node, before: bytes, after: bytes) -> Iterator[Id]:
        """The readers of those entries of a table that have changed, come or gone."""
        old, new = (RAW_ENTRIES.decode(data) if data else {} for data in (before, after))
        for key in dict.fromkeys((*old, *new)):
            if old.get(key) != new.get(key):
                yield from self._readers_of(_entry_id(node, key))

    def _woken(self, readers: Iterable[Id]) -> list[tuple[Id, int]]:
        """These nodes with their heights. Deferred ones only become stale; their own readers are woken in any case."""
        found: dict[Id, tuple[int, bool]] = {}
        stored: list[Id] = []
        for node in dict.fromkeys(readers):
            if row := self._unsaved.get(node):
                found[node] = row.height, row.deferred
            else:
                stored.append(node)
        if self.store:
            found |= {row.id: (row.height, row.deferred) for row in self.store.nodes(stored)}
        woken = [(node, height) for node, (height, deferred) in found.items() if not deferred]
        if put_off := {node for node, (_, deferred) in found.items() if deferred} - self.stale:
            self.stale |= put_off
            woken += self._woken(chain.from_iterable(map(self._readers_of, put_off)))
        return woken

    def _restored(self, row: Row) -> Node:
        name, *args = msgspec.msgpack.decode(row.key)
        return self._node(self.find(name), tuple(args))

    def _record(self, node: Node, row: Row) -> None:
        """Takes over what a run gave, and keeps the lists of readers true."""
        before = node.row.reads if node.row else NO_IDS
        node.ran(row)
        self._unsaved[node.id] = row
        self._removed.discard(node.id)
        self._link(node.id, before, row.reads)
        if self.log is not None:
            self.log.append(row)

    def _link(self, reader: Id, before: Ids, after: Ids) -> None:
        if before == after:
            return
        known = set(before)
        for gone in known.difference(after):
            readers = self._changed_readers(gone)
            if reader in readers:  # a node that has failed is still listed, without reads of its own
                readers.remove(reader)
            self._released.add(gone)
        for come in after:
            if come not in known:
                (self._readers.get(come) or self._changed_readers(come)).append(reader)

    def _changed_readers(self, node: Id) -> list[Id]:
        found = self._readers.get(node)
        if found is None:
            found = self._readers[node] = list(self.store.readers(node)) if self.store else []
        return found

    def _readers_of(self, node: Id) -> Iterable[Id]:
        found = self._readers.get(node)
        return list(found) if found is not None else self.store.readers(node) if self.store else ()


def _above(height: int, node: Node) -> int:
    """The next height. Raises Circular if it is too high: the node's value depends on itself."""
    if height >= HIGHEST:
        raise Circular(node.key)
    return height + 1


def _entry_id(node: Node, key: str) -> Id:
    found = node.entry_ids[key] = id_of(encode((node.query.name, *node.args, "entry", key)))
    return found


def _no_entry_id(node: Node) -> Id:
    """The id that lists the readers of entries that a table did not have. They wake if the table fails."""
    return ~node.id


def _decoded_entry(node: Node, asked: Table[Any, Any], key: str) -> Any:
    if node.entries is None:
        node.entries = RAW_ENTRIES.decode(node.row.value) if node.row and node.row.value else {}
    found = node.entries.get(key)
    if isinstance(found, msgspec.Raw) and asked.codec:
        found = node.entries[key] = asked.codec.decode(bytes(found))
    return found


def _kept(query: Query[Any, Any], value: Any) -> bytes | None:
    """The value of a query as the store keeps it, if it does."""
    codec = query.codec
    if codec is None:
        return None
    if isinstance(query, Table):
        return encode({key: msgspec.Raw(codec.encode(entry) or b"") for key, entry in value.items()})
    return codec.encode(value)


def _decoded(query: Query[Any, Any], codec: Codec, data: bytes) -> Any:
    if isinstance(query, Table):
        return {key: codec.decode(bytes(entry)) for key, entry in RAW_ENTRIES.decode(data).items()}
    return codec.decode(data)
