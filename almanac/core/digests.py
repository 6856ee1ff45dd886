"""Digests: how pages, files and the engine itself are told apart."""

from __future__ import annotations

import os
import sys
from functools import cache
from hashlib import blake2b
from pathlib import Path

import msgspec

SIZE = 16  # bytes: 128 bits, far beyond any accidental collision


def digest(*parts: bytes) -> str:
    """The digest of some bytes, part by part (MessagePack tells where each ends), in hexadecimal."""
    return digest_bytes(*parts).hex()


def digest_bytes(*parts: bytes) -> bytes:
    """The same as 16 bytes."""
    return blake2b(msgspec.msgpack.encode(parts), digest_size=SIZE).digest()


@cache
def engine_version() -> str:
    """The digest of the engine's own sources and of the libraries that stand beside it: whatever renders, changes it."""
    package = Path(__file__).parent.parent
    sources = (file.read_bytes() for file in sorted(package.rglob("*.p[yo]")))
    return digest(*sources, *_libraries())


def _libraries() -> list[bytes]:
    """The names and versions of all installed libraries, as the folders of their metadata say: to ask for them one by one is slow."""
    folders = [folder for folder in sys.path if folder and os.path.isdir(folder)]  # noqa: PTH112 - the fast way
    return sorted(name.encode() for folder in folders for name in os.listdir(folder) if name.endswith(".dist-info"))  # noqa: PTH208
