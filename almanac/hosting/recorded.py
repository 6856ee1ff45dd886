"""A host that keeps single files: a bucket, or a folder on another machine. It says what it has by a record of its own.

The record holds what was uploaded. So a run without changes asks two questions and uploads nothing, and only files that
were uploaded are deleted.

Before its first change a run writes down which files it is about to change, under a number of its own, and at its end
the record under the same number. Two numbers that differ mean a run that was cut: the next one looks at what is really
there, after it has begun. A run that finds another number than its own is not alone: it records nothing, and leaves a
number by which the other run notices it too. Only a run that does all its work between two requests of another one goes
unnoticed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Protocol, TypeVar

import msgspec

from almanac.hosting.changes import Changes, changes
from almanac.hosting.digests import Digest
from almanac.hosting.host import NotAlone, There

FOLDER = ".almanac"
RECORD, BEGUN = f"{FOLDER}/uploaded", f"{FOLDER}/begun"


class Record(msgspec.Struct, frozen=True, array_like=True):
    """What a run has uploaded, by its MD5."""

    run: str
    files: dict[str, bytes]


class Begun(msgspec.Struct, frozen=True, array_like=True):
    """The files that a run is about to upload and that no record names yet."""

    run: str
    files: list[str]


Document = TypeVar("Document", Record, Begun)


class Files(Protocol):
    """Single files by their names. Every method may raise HostFailed."""

    compressed_forms: bool

    def read(self, names: Iterable[str]) -> dict[str, bytes]:
        """The bytes of those files that are there."""

    def write(self, name: str, data: bytes) -> None:
        """Writes a file that is no part of the site, as a whole."""

    def listing(self) -> dict[str, bytes]:
        """The MD5 of every file; empty where it is not known."""

    def upload(self, output: Path, names: Sequence[str]) -> Iterator[None]:
        """Uploads files of a folder, each as a whole, in any order. May raise OSError."""

    def delete(self, names: Sequence[str]) -> Iterator[None]:
        """Deletes files in any order. It is no error if one is not there."""


class Recorded:
    """A host of single files with a record of what was uploaded."""

    digest = Digest.MD5

    def __init__(self, files: Files) -> None:
        self.files = files
        self.compressed_forms = files.compressed_forms

    def look(self, *, trusted: bool = True) -> There:
        """What the last run recorded if that is `trusted` and did end, else a listing."""
        found = self.files.read((RECORD, BEGUN))
        record = _decoded(found.get(RECORD), Record) or Record("", {})
        begun = _decoded(found.get(BEGUN), Begun) or Begun("", [])
        settled = record.run == begun.run != ""
        there = record.files if settled and trusted else self.files.listing()
        names = frozenset(() if settled else begun.files)
        return There(there, frozenset(record.files), names, begun.run, settled)

    def carry_out(self, found: Changes, output: Path, wanted: Mapping[str, bytes], there: There) -> Iterator[None]:
        """Writes down what it begins, makes the changes group by group, and records what is there then."""
        if not found.count and there.recorded == wanted.keys() | {*found.outlived} and there.settled:
            return
        if self._begun().run != there.run:
            raise NotAlone
        mine = Begun(token_hex(8), sorted((there.begun | wanted.keys()) - there.recorded))
        self._write(BEGUN, mine)
        if not there.settled:  # a run that has not noticed yet that it is not alone may have gone on until now
            found = changes(wanted, self.files.listing(), there.ours)
        for names in found.uploads:
            yield from self.files.upload(output, names)
        if found.deletions:
            self._must_be_alone(mine)
        for names in found.deletions:
            yield from self.files.delete(names)
        self._must_be_alone(mine)
        self._write(RECORD, Record(mine.run, dict(wanted) | dict.fromkeys(found.outlived, b"")))

    def _must_be_alone(self, mine: Begun) -> None:
        """Raises HostFailed if another run has begun meanwhile, and lets it know."""
        other = self._begun()
        if other.run != mine.run:
            self._write(BEGUN, Begun(token_hex(8), sorted({*mine.files, *other.files})))
            raise NotAlone

    def _begun(self) -> Begun:
        return _decoded(self.files.read((BEGUN,)).get(BEGUN), Begun) or Begun("", [])

    def _write(self, name: str, document: Record | Begun) -> None:
        self.files.write(name, zlib.compress(msgspec.msgpack.encode(document), 1))


def _decoded(data: bytes | None, kind: type[Document]) -> Document | None:
    """A document; None if there is none, or if it is damaged."""
    if data is None:
        return None
    try:
        return msgspec.msgpack.decode(zlib.decompress(data), type=kind)
    except (zlib.error, msgspec.MsgspecError):
        return None
