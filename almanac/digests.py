"""Digests: how pages, files and the engine itself are told apart."""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

SIZE = 16  # bytes: 128 bits, far beyond any accidental collision
LIBRARIES = ("icalendar", "jinja2", "markdown", "nh3")


def digest(*parts: bytes) -> str:
    """The digest of some bytes, each part delimited by its length, in hexadecimal."""
    return digest_bytes(*parts).hex()


def digest_bytes(*parts: bytes) -> bytes:
    """The same as 16 bytes."""
    hashed = blake2b(digest_size=SIZE)
    for part in parts:
        hashed.update(len(part).to_bytes(8, "big"))
        hashed.update(part)
    return hashed.digest()


@cache
def engine_version() -> str:
    """The digest of the engine's own sources and of the libraries that write output: whatever renders, changes it."""
    package = Path(__file__).parent
    sources = (file.read_bytes() for file in sorted(package.rglob("*.p[yo]")))
    return digest(*sources, *(version(library).encode() for library in LIBRARIES))
