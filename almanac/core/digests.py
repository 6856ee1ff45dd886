"""Digests that identify pages, files and the version of the engine."""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import blake2b
from itertools import chain
from pathlib import Path

import msgspec

SIZE = 16  # bytes; 128 bits rule out accidental collisions


def digest(*parts: bytes) -> str:
    """The digest of the parts in hexadecimal. MessagePack marks the boundaries, so (ab, c) and (a, bc) differ."""
    return digest_bytes(*parts).hex()


def digest_bytes(*parts: bytes) -> bytes:
    """The same digest as 16 bytes."""
    return blake2b(msgspec.msgpack.encode(parts), digest_size=SIZE).digest()


@cache
def engine_version(*own: Path) -> str:
    """The digest of all code that can change the output.

    It is the engine's sources, the installed libraries, and a site's modules in the folders `own`.
    """
    package = Path(__file__).parent.parent
    files = (*sorted(package.rglob("*.p[yo]")), *(file for folder in own for file in sorted(folder.rglob("*.py"))))
    return digest(*(file.read_bytes() for file in files), *_libraries())


def _libraries() -> list[bytes]:
    """The names and versions of all installed libraries.

    They are read from the names of the `.dist-info` folders; `importlib.metadata` takes a hundred times as long.
    """
    folders = [folder for folder in sys.path if folder and os.path.isdir(folder)]  # noqa: PTH112 - Path is slower
    names = chain.from_iterable(os.listdir(folder) for folder in folders)  # noqa: PTH208 - likewise
    return sorted(name.encode() for name in names if name.endswith(".dist-info"))
