"""Digests by which a host tells whether it has a file."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from hashlib import md5, sha1


def _md5(data: bytes) -> bytes:
    return md5(data, usedforsecurity=False).digest()


def _blob(data: bytes) -> bytes:
    return sha1(b"blob %d\0%b" % (len(data), data), usedforsecurity=False).digest()


class Digest(StrEnum):
    """A kind of digest: that of object storages and rsync, and the name of a file's bytes in git."""

    MD5 = "md5"
    BLOB = "blob"

    def of(self, data: bytes) -> bytes:
        """The digest of these bytes."""
        return _FUNCTIONS[self](data)


_FUNCTIONS: dict[Digest, Callable[[bytes], bytes]] = {Digest.MD5: _md5, Digest.BLOB: _blob}
