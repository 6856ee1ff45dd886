"""Large maps in the cache, such as the shelf: a build that adds a little to them reads little, and writes little.

A map stands in two files, which any build may find in any state, since what they hold is known by its digest. The large one is mapped into memory:
what nobody asks for is not even read. The small one beside it holds what is newer, until it is worth to write all of it anew.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
from msgspec import MsgspecError
from msgspec.msgpack import Decoder, encode

WORTH_WRITING = 8  # the small file holds at most that part of what the large one does

V = TypeVar("V")


class KeptMap(msgspec.Struct, Generic[V]):
    """The map of a file. `form` names whoever can read it by `decoder`; a `memoryview` among its values is not copied.

    `base` is what the large file is known to hold, object by object: whatever else is written, is newer.
    """

    file: Path
    form: str
    decoder: Decoder[tuple[str, dict[str, V]]]
    base: Mapping[str, V] = msgspec.field(default_factory=dict)

    def read(self, most: float = float("inf")) -> dict[str, V]:
        """What both files hold; nothing where there are none of this form, or where they have grown to more than `most` bytes."""
        self.base = self._read(self.file, most)
        return {**self.base, **self._read(self.newer, most)}

    def write(self, values: Mapping[str, V]) -> None:
        """Writes what is newer, or everything. What is gone from the values may stay in the files."""
        newer = {key: value for key, value in values.items() if self.base.get(key) is not value}
        if len(newer) * WORTH_WRITING <= len(self.base):
            self._write(self.newer, newer)
            return
        self._write(self.file, values)
        self.base = dict(values)
        self.newer.unlink(missing_ok=True)

    @property
    def newer(self) -> Path:
        """The small file."""
        return self.file.with_suffix(f".newer{self.file.suffix}")

    def _read(self, file: Path, most: float) -> dict[str, V]:
        with suppress(OSError, MsgspecError):
            if file.stat().st_size <= most:
                form, values = self.decoder.decode(mapped(file))
                return values if form == self.form else {}
        return {}

    def _write(self, file: Path, values: Mapping[str, V]) -> None:
        write_atomically(file, encode((self.form, dict(values))))


def mapped(file: Path) -> memoryview:
    """The bytes of a file, which is never written but replaced. Raises OSError."""
    with file.open("rb") as opened:
        size = os.fstat(opened.fileno()).st_size
        if size == 0 or sys.platform == "win32":  # where a file that is mapped cannot be replaced
            return memoryview(opened.read())
        return memoryview(mmap(opened.fileno(), 0, access=ACCESS_READ))


def write_atomically(file: Path, content: bytes) -> None:
    """Writes a file of the cache: whole, or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_name(f"{file.name}.{os.getpid()}.tmp")  # a server and a build may share a cache
    waiting.write_bytes(content)
    waiting.replace(file)
