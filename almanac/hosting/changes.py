"""What must be uploaded and deleted, and in which order: pure functions over names and digests.

At whatever moment an upload is cut, no page shows a file that is not there. So what pages show comes before the pages,
and deletions come last, in the opposite order.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from itertools import groupby

import msgspec

from almanac.core.compressed import FORMS
from almanac.hosting.local import HASHED

FEW = 10  # deletions that are never too many
MOST = 10  # one file in so many may be deleted without being asked for


class Changes(msgspec.Struct, frozen=True):
    """The names of files in groups: a group is done before the next one begins, and its order does not matter.

    `outlived` are files of earlier builds that the next run deletes: browsers may hold a page that loads them.
    """

    uploads: tuple[tuple[str, ...], ...]
    deletions: tuple[tuple[str, ...], ...]
    outlived: tuple[str, ...] = ()

    @property
    def uploaded(self) -> tuple[str, ...]:
        """All files to upload."""
        return tuple(name for group in self.uploads for name in group)

    @property
    def deleted(self) -> tuple[str, ...]:
        """All files to delete."""
        return tuple(name for group in self.deletions for name in group)

    @property
    def count(self) -> int:
        """The number of changes."""
        return len(self.uploaded) + len(self.deleted)


def changes(wanted: Mapping[str, bytes], there: Mapping[str, bytes], ours: Iterable[str]) -> Changes:
    """What makes a host serve the `wanted` files, by their digests. `there` is what it has.

    Only files that were uploaded earlier, `ours`, are deleted. A hashed file is deleted by the run after the first that
    does not want it, when its digest is not known any more.
    """
    uploads = [name for name, digest in wanted.items() if there.get(name) != digest]
    gone = [name for name in ours if name in there and name not in wanted]
    outlived = tuple(sorted(name for name in gone if name.startswith(HASHED) and there[name]))
    deletions = _groups(name for name in gone if name not in outlived)
    return Changes(_groups(uploads, there), tuple(reversed(deletions)), outlived)


def too_many_deletions(found: Changes, ours: int) -> bool:
    """Whether so many files would be deleted that something is wrong. Hashed files come and go with each version."""
    count = sum(not name.startswith(HASHED) for name in found.deleted)
    return count > FEW and count * MOST > ours


def _groups(names: Iterable[str], there: Container[str] = ()) -> tuple[tuple[str, ...], ...]:
    """The names by their phase; what is new comes before what has changed, which may lead to it."""
    found = sorted((_phase(name), name in there, name) for name in names)
    return tuple(tuple(name for *_, name in group) for _, group in groupby(found, key=lambda one: one[:2]))


def _phase(name: str) -> int:
    """0 for what pages show, 1 for pages, 2 for feeds, 3 for the worker that keeps a site for use without a network.

    A compressed form belongs to its file.
    """
    stem, _, ending = name.rpartition(".")
    file = stem if ending in FORMS else name
    if file.endswith(".html"):
        return 1
    if file.startswith(("feeds/", "sitemap")) or file.endswith((".ics", ".atom")):
        return 2
    return 3 if file.endswith("sw.js") else 0
