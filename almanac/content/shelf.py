"""The shelf: what was read from every file, by the digest of its bytes, so that a build reads and parses only what has changed.

As in git's index, a file whose size, times and inode are those of the last build is not even opened. A file that had changed just
before it was read is opened again the next time: it could have changed once more without its times telling.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from os import stat_result
from pathlib import Path
from time import time_ns
from typing import Any, TypeAlias, cast

import msgspec

from almanac.content.facts import Facts, facts_of
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.digests import digest, engine_version
from almanac.occurrences import Dates, Impossible, dates

State: TypeAlias = tuple[int, int, int, int]  # size in bytes, times of change in nanoseconds of content and of metadata, inode
UNCERTAIN: State = (-1, 0, 0, 0)
FACTS = msgspec.msgpack.Decoder(Facts)
COARSEST = 2_000_000_000  # nanoseconds between two ticks of the slowest file system's clock


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """A file: its state on disk and the digest of its bytes; of a record the digest of its fields, and the record itself, pickled.

    An event's record is pickled with its dates, if they are possible, and its facts stand beside it.
    """

    state: State
    digest: bytes
    fields: bytes = b""
    facts: bytes = b""
    record: bytes = b""

    def unpack(self) -> Record[Any]:
        """The record."""
        return self.unpack_with_dates()[0]

    def unpack_with_dates(self) -> tuple[Record[Any], Dates | None]:
        """The record, and the dates of an event. The cache is this machine's own, like the code that reads it."""
        return cast("tuple[Record[Any], Dates | None]", pickle.loads(self.record))  # noqa: S301 - see above

    def unpack_facts(self) -> Facts:
        """What linking and planning ask of an event."""
        return FACTS.decode(self.facts)


Shelf: TypeAlias = Mapping[str, Entry]


@dataclass(frozen=True)
class Clock:
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
    return Entry(state, file_digest, record.digest, facts, pickle.dumps((record, its_dates), pickle.HIGHEST_PROTOCOL))


def _dates(fields: EventFields) -> Dates | None:
    try:
        return dates(fields)
    except Impossible:
        return None  # linking says what is wrong with them


def shelf_file(cache: Path, root: Path) -> Path:
    """Each site has a shelf of its own, even where several share a cache."""
    return cache / f"shelf-{digest(str(root.resolve()).encode())[:16]}.msgpack"


def read_shelf(file: Path) -> Shelf:
    """The shelf of the last build; empty where there was none, or where another engine has made it."""
    try:
        form, entries = msgspec.msgpack.decode(file.read_bytes(), type=tuple[str, dict[str, Entry]])
    except (OSError, msgspec.MsgspecError):
        return {}
    return entries if form == _format() else {}


def encode_shelf(shelf: Shelf) -> bytes:
    """The bytes that `read_shelf` reads."""
    return msgspec.msgpack.encode((_format(), shelf))


def _format() -> str:
    return f"{engine_version()} {sys.version}"
