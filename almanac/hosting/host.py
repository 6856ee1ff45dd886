"""What a host of files can do. Nothing else is asked of an object storage, a web server or a repository."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from almanac.core.problems import Text, text
from almanac.hosting.changes import Changes
from almanac.hosting.digests import Digest


class HostFailed(Exception):  # noqa: N818 - the host is what failed
    """The host did not do what was asked. `reason` is in words."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.message)
        self.reason = reason


class NotAlone(HostFailed):
    """Another run changes the same files."""

    def __init__(self) -> None:
        super().__init__(text("another run publishes to the same place at this moment"))


class There(msgspec.Struct, frozen=True):
    """What a host has: the digest of each file, which is empty for a file that the last run did not want any more.

    `recorded` were uploaded, and `begun` were to be by a run that did not end. Without such a run all is `settled`.
    `run` is a mark of the last run that began.
    """

    files: dict[str, bytes]
    recorded: frozenset[str]
    begun: frozenset[str]
    run: str
    settled: bool

    @property
    def ours(self) -> frozenset[str]:
        """The names of all files that were uploaded by a run, or may have been."""
        return self.recorded | self.begun


class Host(Protocol):
    """A place that serves the files of a site. Every method may raise HostFailed."""

    digest: Digest
    compressed_forms: bool  # whether it sends page.html.gz in place of page.html, to browsers that understand it

    def look(self, *, trusted: bool = True) -> There:
        """What it has; if its own record is not `trusted`, it looks at the files."""

    def carry_out(self, found: Changes, output: Path, wanted: Mapping[str, bytes], there: There) -> Iterator[None]:
        """Makes the changes that lead from what is `there` to what is `wanted`, one at each step. May raise OSError."""
