"""Kinds of `make fuzz`: caches that bit rot, a bug or a hostile archive could leave.

- `damaged_caches`: bytes of its files are changed, so checksums are wrong. Two builds must make what a clean one makes.
- `forged_caches`: its rows and copies say something else under true checksums. Nobody can tell these from true ones,
  so text of the output may be wrong. What is expected: no traceback, no program of theirs runs, nothing outside of the
  output and the cache is touched, and `build --clean` makes what a clean build makes.
- `decoded_rows`: likewise for the decoders alone, some hundred times faster.
"""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, NamedTuple
from zlib import crc32

import msgspec
from flips import faults
from fuzz_kind import Act, Kind
from hypothesis import strategies as st
from kills import FOREIGN, Story, is_change
from sites import Site, small_site

from almanac.advice import advise
from almanac.build.checking import checked
from almanac.build.pipeline import find_query
from almanac.build.publishing import write_names
from almanac.content.inputs import copy_file, sealed
from almanac.hosting.digests import Digest
from almanac.hosting.local import wanted_files
from almanac.incremental.queries import Query, id_of
from almanac.incremental.store import ROW

MOST_MEMORY = 300 << 10  # KB that one example may take beyond what all before it took
CITY = "city.json"  # the open data of another site, whose copy lies in the cache
MEMO = "uploads/memo"  # the digests that `publish` keeps
LOADED = "payload"  # a module of the site's folder that nothing may load
GONE = object()
OWN = b"own"  # stands for a value of another row of the same place
COMMIT = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org"]
TABLES = ("nodes", "readers", "documents")

LEAVES: list[Any] = [
    None, True, False, 0, -1, 2**31, 2**63 - 1, -(2**63), 2**64 - 1, 1e308, float("nan"), float("inf"),
    "", "\0", "a\0b", ".", "..", "../../outside.txt", "/etc/passwd", f"../{LOADED}.py", "events/../../config.yaml",
    "a" * 300, "a" * 70_000, "a/" * 3000, "\u202e\u2028\ud7ff", "{{ 7*7 }}", "</script><script>alert(1)</script>",
    f"{LOADED}:run", f"{LOADED}.x:run", "this:d", "os:system", "builtins:print", "almanac.__main__:main",
    "almanac.core.git:ask", "almanac.:x", "almanac..core:x", "almanac.\0:x", "almanac:", ":", "almanac.render:rendered",
    "source", "tree", "html:event.html", "html:../../../../etc/passwd", "html:\0", "typst:x", "static:", "nothing:x",
    "content/events/added.md", "content/", "sources/events/city/x", "static/../../config.yaml",
    "2026-02-31", "2027-03-10", "0001-01-01", "0001-01-01T00:00:00", "9999-12-31T23:59:59", "2027-03-10T14:00:00+08:00",
    "9999-12-31T23:59:59.999999-23:59", "FREQ=DAILY", "FREQ=SECONDLY;COUNT=9999999",
    datetime(2027, 3, 1, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC),
    b"", b"\xc1", b"\xdd\xff\xff\xff\xff", bytes(8), bytes(16), bytes(70_000), [], {}, [[]], {"": []}, [None] * 9,
    msgspec.msgpack.Ext(5, b"x"), OWN, GONE,
]  # fmt: skip


def nested(depth: int) -> msgspec.Raw:
    """A list in a list, and so on, encoded: as a value it could not even be shown."""
    return msgspec.Raw(b"\x91" * depth + b"\xc0")


class Change(NamedTuple):
    """One change of one row: which table, query and row, the way down into it, and what is put there.

    Numbers count round and round, so that every number leads somewhere. With `follows` a node whose key has changed
    gets the id of the new key.
    """

    table: int
    group: int
    row: int
    way: tuple[int, ...]
    new: Any
    follows: bool = True


VALUES = (
    st.sampled_from(LEAVES)
    | st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=8) | st.binary(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
        max_leaves=6,
    )
    | st.sampled_from([100, 900, 5000]).map(nested)
)
NUMBERS = st.integers(0, 999)
VALUE = 6  # where a row of a node has the value of its query
WAY = st.tuples(st.sampled_from(((), (VALUE,), (VALUE,))), st.lists(NUMBERS, max_size=7).map(tuple)).map(
    lambda found: (*found[0], *found[1])
)
CHANGE = st.builds(Change, st.sampled_from((0, 0, 0, 1, 2, 3)), NUMBERS, NUMBERS, WAY, VALUES, st.booleans())
PIECE = st.tuples(st.integers(0, 2**20), st.binary(max_size=40), st.sampled_from((0, 1, 8, 512, 4096, 10**6)))
DAMAGE = st.tuples(NUMBERS, st.lists(PIECE, min_size=1, max_size=3))
FORGERIES = st.lists(CHANGE, min_size=1, max_size=6)


def packed(value: Any) -> bytes:
    """MessagePack; nothing of what it cannot hold."""
    try:
        return msgspec.msgpack.encode(value)
    except (ValueError, OverflowError, TypeError):
        return b""


def unpacked(data: bytes) -> Any:
    """What some bytes hold, or the bytes."""
    try:
        found = msgspec.msgpack.decode(data) if data else data
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return data
    return found if isinstance(found, list | dict) else data


def changed(value: Any, way: tuple[int, ...], new: Any, other: Any) -> Any:
    """The value with something else in one place. `other` is a similar value, which `OWN` takes the place from."""
    if isinstance(value, bytes) and not isinstance(whole := unpacked(value), bytes):
        found = changed(whole, way, new, unpacked(other) if isinstance(other, bytes) else other)
        return found if found is GONE else packed(found)
    if not way or not isinstance(value, list | dict) or not value:
        return other if new == OWN else new
    at, way = way[0], way[1:]
    if isinstance(value, list):
        at %= len(value)
        beside = other[at % len(other)] if isinstance(other, list) and other else other
        inner = changed(value[at], way, new, beside)
        return [*value[:at], *(() if inner is GONE else (inner,)), *value[at + 1 :]]
    name = list(value)[at // 2 % len(value)]
    left = {key: held for key, held in value.items() if key != name}
    if at % 2 and not way and isinstance(new, str | int):
        return {**left, new: value[name]}
    beside = list(other.values())[at % len(other)] if isinstance(other, dict) and other else other
    inner = changed(value[name], way, new, beside)
    return left if inner is GONE else {**left, name: inner}


class Rows:
    """The rows of a store, by table and query."""

    def __init__(self, store: Path) -> None:
        with sqlite3.connect(store) as database:
            read = {table: dict(database.execute(f"SELECT name, data FROM {table}")) for table in TABLES}  # noqa: S608
        database.close()
        self.groups: dict[str, list[list[tuple[Any, bytes]]]] = {}
        for table, rows in read.items():
            groups: dict[Any, list[tuple[Any, bytes]]] = {}
            for name, data in sorted(rows.items()):
                query = msgspec.msgpack.decode(ROW.decode(data).key)[0] if table == "nodes" else name
                groups.setdefault(query, []).append((name, data))
            self.groups[table] = [groups[query] for query in sorted(groups, key=str)]

    def forged(self, change: Change) -> tuple[str, Any, Any, bytes | None]:
        """The table and the row that is changed, and the name and the bytes of the new row, None if it goes."""
        table = TABLES[change.table]
        groups = self.groups[table]
        group = groups[change.group % len(groups)]
        name, data = group[change.row % len(group)]
        other = group[(change.row + 1) % len(group)][1] if len(group) > 1 else groups[change.row % len(groups)][0][1]
        new = changed(data, change.way, change.new, other)
        if not isinstance(new, bytes):
            new = None if new is GONE else packed(new)
        found = unpacked(new) if new else None
        if table == "nodes" and change.follows and isinstance(found, list) and len(found) > 1 and found[1] != b"":
            key = found[1] if isinstance(found[1], bytes) else packed(found[1])
            return table, name, id_of(key), packed([id_of(key), key, *found[2:]])
        return table, name, name, new

    def decoded(self, change: Change) -> None:
        """Decodes one row, and what it keeps of its query's value."""
        data = self.forged(change._replace(table=0))[-1]
        with suppress(msgspec.MsgspecError, RecursionError):
            row = ROW.decode(data or b"")
            name, *_ = msgspec.msgpack.decode(row.key, type=tuple[Any, ...]) or ("",)
            with suppress(Exception):  # whatever a codec raises, the graph takes the store for damaged
                query = find_query(name)
                if isinstance(query, Query) and row.value is not None:
                    query.decoded(row.value)


class Caches:
    """A small site with a history and another site's events, and the cache that its build has left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.story = Story(folder, prepare=prepare)
        self.root = self.story.site.root
        self.cache = self.root / ".almanac"
        (folder / "outside.txt").write_text("mine")
        self.store = next(self.cache.glob("*.sqlite")).name
        self.rows = Rows(self.cache / self.store)
        self.copy = copy_file(self.cache, CITY).relative_to(self.cache)

    def damaged(self, example: tuple[int, list[tuple[int, bytes, int]]]) -> None:
        """Builds twice after some pieces of a file were overwritten, moved up or cut off.

        Only one file is damaged: with both the store and the names beside it, all knowledge of what stands is lost.
        """
        self.bring_back()
        number, pieces = example
        files = sorted(file for file in self.cache.rglob("*") if file.is_file())
        file = files[number % len(files)]
        for place, piece, gone in pieces:
            data = file.read_bytes()
            start = place % (len(data) + 1)
            file.write_bytes(data[:start] + piece + data[start + gone :])
        self.story.edit()
        wrong = list(faults(self.story))
        assert not wrong, wrong

    def forged(self, example: list[Change]) -> None:
        """Builds after rows were changed, checks, and builds anew."""
        self.bring_back()
        with sqlite3.connect(self.cache / self.store) as database:
            for change in example:
                if change.table < len(TABLES):
                    forge(database, *self.rows.forged(change))
                else:
                    self.forge_file(change)
        database.close()
        kept = self.others()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        site = self.story.site
        for page in site.output.glob("events/*/index.html"):
            page.unlink()  # pages that are gone are made again by what the store says of them
        with watched(self.root):
            checked(site.options(), lambda found, _: len(advise(found)) if found else 0)
            site.try_build()
        assert self.others() == kept
        self.story.edit()
        with watched(self.root):
            site.try_build()
            assert site.try_build(clean=True)[0] is not None
        taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert taken < MOST_MEMORY, f"{taken} KB"
        found, left = site.files(), {FOREIGN}
        wrong = {
            file for file in found.keys() | self.story.after.keys() if found.get(file) != self.story.after.get(file)
        }
        assert not wrong - left - self.story.before.keys(), wrong

    def bring_back(self) -> None:
        """What the build has left, and what it was made of. The history has not changed."""
        for name in ("content", "output", ".almanac"):
            shutil.rmtree(self.root / name)
        left_out = shutil.ignore_patterns(".git")
        shutil.copytree(self.story.kept, self.root, ignore=left_out, dirs_exist_ok=True, symlinks=True)

    def forge_file(self, change: Change) -> None:
        """Writes other names, another copy or another memo, each with its true digest."""
        kind = change.group % 3
        if kind == 0:
            names = [*self.story.before, str(change.new)]
            write_names((self.cache / self.store).with_suffix(".names"), names)
        elif kind == 1:
            document = msgspec.json.decode((self.root / CITY).read_bytes())
            with suppress(TypeError, ValueError, RecursionError, msgspec.MsgspecError):
                new = changed(document, change.way, change.new, document)
                (self.cache / self.copy).write_bytes(sealed(msgspec.json.encode(new)))
        else:
            memo = self.cache / MEMO
            memo.parent.mkdir(exist_ok=True)
            wanted_files(self.story.site.output, memo, Digest.MD5, compressed_forms=True)
            new = changed(memo.read_bytes(), change.way, change.new, b"")
            memo.write_bytes(new if isinstance(new, bytes) else packed(None if new is GONE else new))
            wanted_files(self.story.site.output, memo, Digest.MD5, compressed_forms=True)

    def others(self) -> dict[str, bytes]:
        """Every file that no build may touch, and the names in the cache."""
        own = {self.story.site.output, self.story.kept, self.cache, self.root / ".git"}
        return {
            str(path): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file() and not own.intersection(path.parents)
        }


def prepare(site: Site) -> None:
    """Gives the site a history, and another site's open data."""
    city = small_site(site.root.parent / "city")
    city.edit("config.yaml", "https://example.org/kepu/", "https://city.example/")
    city.build()
    site.write(CITY, city.file("/data/events.json"))
    shutil.rmtree(city.root)
    site.edit("config.yaml", "title:", f"sources: {{city: {{name: 邻市, url: {CITY}}}}}\ntitle:")
    site.write(f"{LOADED}.py", "raise SystemExit('a payload ran')\n")
    site.write(".gitignore", "output\n.almanac\n")
    for command in (["init", "--quiet", "--template="], ["add", "."], ["commit", "--quiet", "-m", "All"]):
        subprocess.run([*COMMIT, "-C", site.root, *command], check=True)
    site.event("retitled", title="旧的题目", start="2027-03-11 14:00")
    subprocess.run([*COMMIT, "-C", site.root, "commit", "--quiet", "-a", "-m", "More"], check=True)


def forge(database: sqlite3.Connection, table: str, old: Any, name: Any, data: bytes | None) -> None:
    """Writes a row in place of another, with its true checksum."""
    database.execute(f"DELETE FROM {table} WHERE name = ?", (old,))  # noqa: S608 - a table of the schema
    if data is not None:
        checksum = crc32(data, crc32(f"{table} {name}".encode()))
        database.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", (name, checksum, data))  # noqa: S608


class Watch:
    """What Python's audit events say while it is on: the hook of a process cannot be taken away again."""

    def __init__(self) -> None:
        self.allowed: tuple[str, ...] = ()
        self.found: list[str] = []

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        if not self.allowed:
            return
        if event == "subprocess.Popen" and Path(os.fsdecode(given[0])).name != "git":
            self.found.append(f"runs {given[:2]}")
        if event in {"os.system", "os.exec", "os.posix_spawn"}:
            self.found.append(f"{event} {given}")
        if is_change(event, given):
            for place in given[: 2 if event == "os.rename" else 1]:
                self._look(event, place)

    def _look(self, event: str, place: Any) -> None:
        if isinstance(place, int) or not Path(os.fsdecode(place)).is_absolute():  # within a folder that is open
            return
        path = str(Path(os.fsdecode(place)).resolve())
        if not path.startswith(self.allowed) and "/__pycache__/" not in path:
            self.found.append(f"{event} {path}")


@contextmanager
def watched(root: Path) -> Iterator[None]:
    """Fails if anything is written outside of the output and the cache, or if a program or a payload runs."""
    WATCH.allowed = tuple(str(root / name) for name in ("output", ".almanac"))
    WATCH.allowed += (str(Path(gettempdir(), "almanac-")), os.devnull)
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))
        WATCH.allowed = ()
        found, WATCH.found = WATCH.found, []
    assert not found, found
    assert LOADED not in sys.modules


WATCH = Watch()
sys.addaudithook(WATCH)


@contextmanager
def caches() -> Iterator[Caches]:
    """The site and its cache, in a folder that goes afterwards."""
    with TemporaryDirectory(prefix="fuzzed-") as folder:
        yield Caches(Path(folder))


def tried(name: str) -> Callable[[], AbstractContextManager[Act]]:
    """Opens a method of Caches."""

    @contextmanager
    def opened() -> Iterator[Act]:
        with caches() as found:
            yield getattr(found, name)

    return opened


def decoding() -> AbstractContextManager[Act]:
    """Decodes rows of a store that is there no more: a search that coverage guides has no end at which it could go."""
    with caches() as found:
        return nullcontext(found.rows.decoded)


CACHES = (
    Kind("damaged_caches", DAMAGE, tried("damaged"), guided=False),
    Kind("forged_caches", FORGERIES, tried("forged"), guided=False),
    Kind("decoded_rows", CHANGE, decoding),
)
