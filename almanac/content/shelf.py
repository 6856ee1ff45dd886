"""The shelf: what was read from every file, by the digest of its bytes, so that a build reads and parses only what has changed.

As in git's index, a file whose size, times and inode are those of the last build is not even opened. A file that had changed just
before it was read is opened again the next time: it could have changed once more without its times telling.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping
from functools import cache
from os import stat_result
from pathlib import Path
from time import time_ns
from typing import Any, TypeAlias, cast

import msgspec
from msgspec.structs import replace

from almanac.build.kept import KeptMap
from almanac.content.metadata import Facts, facts_of
from almanac.content.occurrences import Dates, Impossible, dates
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.core.digests import digest, engine_version

State: TypeAlias = tuple[
    int, int, int, int
]  # size in bytes, times of change in nanoseconds of content and of metadata, inode
UNCERTAIN: State = (-1, 0, 0, 0)
NOTHING = memoryview(b"")
FACTS = msgspec.msgpack.Decoder(Facts)
COARSEST = 2_000_000_000  # nanoseconds between two ticks of the slowest file system's clock


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A file: its state on disk and the digest of its bytes; of a record the digest of its fields, the record itself without its body, pickled, and the body.

    An event's record is pickled with its dates, if they are possible, and its facts stand beside it. Of the shelf of the last build, record and body are
    read where they are asked for.
    """

    state: State
    digest: bytes
    fields: bytes = b""
    facts: bytes = b""
    record: memoryview = NOTHING
    text: memoryview = NOTHING

    def __reduce__(self) -> tuple[Any, ...]:
        """As it travels between processes."""
        return _entry, ((self.state, self.digest, self.fields, self.facts), bytes(self.record), bytes(self.text))

    @property
    def body(self) -> str:
        """The body of the record."""
        return str(self.text, "utf-8")

    def unpack(self) -> Record[Any]:
        """The record."""
        return replace(self.unpack_fields()[0], body=self.body)

    def unpack_fields(self) -> tuple[Record[Any], Dates | None]:
        """The record without its body, and the dates of an event. The cache is this machine's own, like the code that reads it."""
        return cast("tuple[Record[Any], Dates | None]", pickle.loads(self.record))  # noqa: S301 - see above

    def unpack_facts(self) -> Facts:
        """What linking and planning ask of an event."""
        return FACTS.decode(self.facts)


SHELF = msgspec.msgpack.Decoder(tuple[str, dict[str, Entry]])


def _entry(told: tuple[State, bytes, bytes, bytes], record: bytes, body: bytes) -> Entry:
    return Entry(*told, memoryview(record), memoryview(body))


Shelf: TypeAlias = Mapping[str, Entry]


class Clock(msgspec.Struct, frozen=True):
    """When the reading began, in nanoseconds: it decides which states can be trusted, and nothing else."""

    began: int

    def state(self, found: stat_result) -> State:
        """The state of a file, if a later change could not leave it as it is."""
        settled = max(found.st_mtime_ns, found.st_ctime_ns) + COARSEST < self.began
        return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino) if settled else UNCERTAIN


def start_clock() -> Clock:
    """The clock of one reading."""
    return Clock(time_ns())


def pack(record: Record[Any], state: State = UNCERTAIN, file_digest: bytes = b"") -> Entry:
    """The entry of a record."""
    is_event = isinstance(record.fields, EventFields)
    its_dates = _dates(record.fields) if is_event else None
    facts = msgspec.msgpack.encode(facts_of(record, its_dates)) if is_event else b""
    pickled = pickle.dumps((replace(record, body=""), its_dates), pickle.HIGHEST_PROTOCOL)
    return _entry((state, file_digest, record.digest, facts), pickled, record.body.encode())


def _dates(fields: EventFields) -> Dates | None:
    try:
        return dates(fields)
    except Impossible:
        return None  # linking says what is wrong with them


@cache
def shelf_of(folder: Path, root: Path) -> KeptMap[Entry]:
    """The shelf of a site in a cache folder, which other sites may share. Another engine than the one that wrote it, finds it empty."""
    return KeptMap(
        folder / f"shelf-{digest(str(root.resolve()).encode())[:16]}.msgpack",
        f"{engine_version()} {sys.version}",
        SHELF,
    )
