"""Uploads a site: what changed, in an order that keeps it whole, and so that a later run goes on where one was cut.

The host keeps a record of what was uploaded. So a run without changes asks one question and uploads nothing, and only
files that were uploaded are deleted. Before the first change a run writes down which files it is about to change. If it
does not end, the next one looks at what is really there.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import TypeVar

import msgspec

from almanac.core.timing import Progress
from almanac.hosting.changes import Changes, changes
from almanac.hosting.host import Host
from almanac.hosting.local import LocalFile, headers, local_files

AT_ONCE = 16  # files that are uploaded at the same time
RECORD, BEGUN = ".almanac/uploaded", ".almanac/begun"
Document = TypeVar("Document")
NO_HEADERS = {"Content-Type": "application/octet-stream", "Cache-Control": "no-store"}
DIGESTS = msgspec.msgpack.Decoder(dict[str, bytes])
NAMES = msgspec.msgpack.Decoder(list[str])
KNOWN = msgspec.msgpack.Decoder(dict[str, LocalFile])


class There(msgspec.Struct, frozen=True):
    """What a host has: the MD5 of each file, which is empty for a file that the last run did not want any more.

    `recorded` were uploaded, and `begun` were to be by a run that was cut.
    """

    files: dict[str, bytes]
    recorded: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()

    @property
    def ours(self) -> frozenset[str]:
        """The names of all files that were uploaded by a run, or may have been."""
        return self.recorded | self.begun


def wanted_files(output: Path, memo: Path) -> dict[str, bytes]:
    """The MD5 of each file of a site. `memo` keeps those of files that have not changed. Raises OSError."""
    try:
        known = KNOWN.decode(memo.read_bytes())
    except (OSError, msgspec.MsgspecError):  # it is a help and nothing more
        known = {}
    found = local_files(output, known)
    if found != known:
        memo.parent.mkdir(parents=True, exist_ok=True)
        memo.write_bytes(msgspec.msgpack.encode(found))
    return {name: one.md5 for name, one in found.items()}


def look(host: Host, *, trusted: bool = True) -> There:
    """What a host has: what the last run recorded if that is `trusted` and did end, else a listing.

    Raises HostFailed.
    """
    recorded, begun = _read(host, RECORD, DIGESTS), _read(host, BEGUN, NAMES)
    if trusted and recorded is not None and begun is None:
        return There(recorded, frozenset(recorded))
    return There(host.listing(), frozenset(recorded or ()), frozenset(begun or ()))


def planned(wanted: dict[str, bytes], there: There) -> Changes:
    """The changes that make a host serve the `wanted` files."""
    return changes(wanted, there.files, there.ours)


def transfer(  # noqa: PLR0913, PLR0917 - what is there, what is wanted, and what leads from one to the other
    host: Host, output: Path, wanted: dict[str, bytes], there: There, found: Changes, progress: Progress
) -> None:
    """Makes the `planned` changes, with the files of the folder `output`. Raises HostFailed and OSError."""
    kept = wanted | dict.fromkeys(found.outlived, b"")
    if not found.count and there.recorded == kept.keys() and not there.begun:
        return
    _write(host, BEGUN, sorted(there.begun.union(found.uploaded) - there.recorded))
    done = chain(
        _in_groups(found.uploads, lambda name: host.write(name, (output / name).read_bytes(), headers(name))),
        _in_groups(found.deletions, host.delete),
    )
    for _ in progress(done, found.count):
        pass
    _write(host, RECORD, kept)
    host.delete(BEGUN)


def _in_groups(groups: Iterable[tuple[str, ...]], work: Callable[[str], None]) -> Iterable[None]:
    """Does the work for each name; a group is done before the next one begins. The first failure ends it."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for group in groups:
            try:
                yield from threads.map(work, group)
            except BaseException:
                threads.shutdown(cancel_futures=True)
                raise


def _read(host: Host, name: str, decoder: msgspec.msgpack.Decoder[Document]) -> Document | None:
    data = host.read(name)
    if data is None:
        return None
    try:
        return decoder.decode(zlib.decompress(data))
    except (zlib.error, msgspec.MsgspecError):
        return None


def _write(host: Host, name: str, document: object) -> None:
    host.write(name, zlib.compress(msgspec.msgpack.encode(document), 1), NO_HEADERS)
