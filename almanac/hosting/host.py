"""What a host of files can do. Nothing else is asked of an object storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from almanac.core.problems import Text


class HostFailed(Exception):  # noqa: N818 - the host is what failed
    """The host did not do what was asked. `reason` is in words."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.message)
        self.reason = reason


class Host(Protocol):
    """Files by their names. Every method may raise HostFailed, and may be called by several threads."""

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None if it is not there."""

    def write(self, name: str, data: bytes, headers: Mapping[str, str]) -> None:
        """Writes a file as a whole."""

    def delete(self, name: str) -> None:
        """Deletes a file. It is no error if it is not there."""

    def listing(self) -> dict[str, bytes]:
        """The MD5 of every file; empty where the host knows none."""
