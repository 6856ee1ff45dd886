"""The files of `output/`, with their digests and the headers with which they are served."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from almanac.core.compressed import original_of
from almanac.core.media_types import media_type
from almanac.hosting.digests import Digest

OWN = ".almanac"  # what begins so is no part of the site: files that wait to be published
HASHED = "hashed/"  # the folder of files whose names change with their bytes
AN_HOUR, A_DAY, A_YEAR = 3600, 86400, 31536000  # seconds


class LocalFile(msgspec.Struct, frozen=True, array_like=True):
    """A file: its bytes, the time of its last change in nanoseconds, and its digest."""

    size: int
    changed: int
    digest: bytes


KNOWN = msgspec.msgpack.Decoder(dict[str, LocalFile])


def wanted_files(output: Path, memo: Path, digest: Digest, *, compressed_forms: bool) -> dict[str, bytes]:
    """The digest of each file of a site. `memo` keeps those of files that have not changed. Raises OSError."""
    try:
        known = KNOWN.decode(memo.read_bytes())
    except (OSError, msgspec.MsgspecError, RecursionError):  # it is a help and nothing more
        known = {}
    found = _local_files(output, known, digest, compressed_forms=compressed_forms)
    if found != known:
        memo.parent.mkdir(parents=True, exist_ok=True)
        memo.write_bytes(msgspec.msgpack.encode(found))
    return {name: one.digest for name, one in found.items()}


def _local_files(
    output: Path, known: Mapping[str, LocalFile], digest: Digest, *, compressed_forms: bool
) -> dict[str, LocalFile]:
    """The files of a site by their names. A `known` file that has not changed is not read."""
    found = {}
    states = dict(_walk(str(output), ""))
    for name, state in states.items():
        if not compressed_forms and original_of(name, states):
            continue
        one = known.get(name)
        if one is None or (one.size, one.changed) != (state.st_size, state.st_mtime_ns):
            one = LocalFile(state.st_size, state.st_mtime_ns, digest.of((output / name).read_bytes()))
        found[name] = one
    return found


def _walk(folder: str, name: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(OWN):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{name}{entry.name}/")
            elif entry.is_file():
                yield f"{name}{entry.name}", entry.stat()


def headers(file: str) -> dict[str, str]:
    """The headers of a file. Feeds are asked for by the hour, pages each time, pictures once a day.

    A hashed file never changes: browsers do not ask for it again (RFC 8246).
    """
    kind = media_type(file)
    if file.startswith(HASHED):
        cached = f"public, max-age={A_YEAR}, immutable"
    elif file.startswith("feeds/") or file.endswith(".ics"):
        cached = f"public, max-age={AN_HOUR}"
    elif kind.startswith(("image/", "application/pdf", "font/")):
        cached = f"public, max-age={A_DAY}"
    else:
        cached = "no-cache"
    return {"Content-Type": kind, "Cache-Control": cached}
