"""Parts of pages that are slow to make and stand in many, such as the entry of an event in twenty feeds: made once, kept from build to build.

A part is known by the digest of all that it is made of, so that it is never out of date; those that nobody needs any more go when
the file grows too large, and with `--clean`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

LARGEST = 256 * 1024 * 1024  # bytes
_known: dict[str, bytes] = {}
_fresh: dict[str, bytes] = {}


def part(key: str, make: Callable[[], bytes]) -> bytes:
    """The part of that key, made only where it is not known."""
    found = _known.get(key)
    if found is None:
        found = _known[key] = _fresh[key] = make()
    return found


def take_fresh() -> dict[str, bytes]:
    """What has been made since the last time this was asked; whoever takes it knows it from now on, and not this process."""
    taken = dict(_fresh)
    _fresh.clear()
    for key in taken:
        del _known[key]
    return taken


def add_fresh(parts: dict[str, bytes]) -> None:
    """What another process has made."""
    _known.update(parts)
    _fresh.update(parts)


def read_parts(file: Path) -> None:
    """Knows what the last build has made; nothing where there is no such file, or none that can be read."""
    if _known:
        return  # a server knows them already
    try:
        known = msgspec.msgpack.decode(file.read_bytes(), type=dict[str, bytes]) if file.stat().st_size < LARGEST else {}
    except (OSError, msgspec.MsgspecError):
        known = {}
    _known.update(known)


def encode_parts() -> bytes | None:
    """The bytes that `read_parts` reads; nothing where no part is new."""
    return msgspec.msgpack.encode(_known) if _fresh else None


def forget_parts() -> None:
    """Knows nothing any more."""
    _known.clear()
    _fresh.clear()
