"""Finds the files of a site and reads them: the only module that reads `content/`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from almanac.digests import digest
from almanac.problems import Location, Problem, text

CONTENT = "content"
ASSETS = ("images", "files")


@dataclass(frozen=True)
class Source:
    """A file of the content tree: its kind is the first folder below `content/`, its key the file's stem."""

    path: str
    kind: str
    key: str
    data: bytes


@dataclass(frozen=True)
class Asset:
    """A file that is published as it is: where it stands (`path` from the root, for people; `file` on this machine)."""

    path: str
    file: str
    address: str
    digest: str


def scan(root: Path, kinds: tuple[str, ...]) -> tuple[list[Source], list[Asset], list[Problem]]:
    """Every source and asset below `root/content`, in the order of their paths."""
    sources: list[Source] = []
    assets: list[Asset] = []
    problems: list[Problem] = []
    content = root / CONTENT
    for file in files_below(content):
        path = file.relative_to(root).as_posix()
        kind, _, below = path.removeprefix(f"{CONTENT}/").partition("/")
        try:
            if _leads_outside(file, content):
                problems.append(_outside(path))
            elif kind in ASSETS:
                assets.append(read_asset(file, path, f"/{kind}/{below}"))
            elif file.suffix == ".md" and below and kind in kinds:
                sources.append(Source(path, kind, file.stem, file.read_bytes()))
            elif file.suffix == ".md":
                problems.append(_unknown_kind(path, kinds))
        except OSError as error:
            problems.append(_unreadable(path, error))
    return sources, assets, problems


def read_asset(file: Path, path: str, address: str) -> Asset:
    """An asset with the digest of its bytes, so that its page's key is exact."""
    return Asset(path, str(file.absolute()), address, digest(file.read_bytes()))


def files_below(folder: Path) -> Iterator[Path]:
    """Files below `folder` without hidden ones and editors' leftovers, sorted, so that every machine sees one order."""
    for parent, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not left_out(name):
                yield Path(parent, name)
        # os.walk lists a linked folder among the folders but does not enter it: it is reported like a linked file.
        yield from (Path(parent, name) for name in folders if Path(parent, name).is_symlink())


def left_out(name: str) -> bool:
    """Whether a file of this name is hidden or an editor's leftover."""
    return name.startswith((".", "#")) or name.endswith(("~", ".swp", ".tmp"))


def _leads_outside(file: Path, content: Path) -> bool:
    if not file.is_symlink():
        return False
    return file.is_dir() or not file.exists() or not file.resolve().is_relative_to(content.resolve())


def _outside(path: str) -> Problem:
    return Problem(
        Location(path),
        text("This is a link to a folder, to nothing, or out of the content folder."),
        text("Put a copy of the file here instead of the link."),
    )


def _unreadable(path: str, error: OSError) -> Problem:
    hint = text("Check that the file is still there and that you may read it.")
    return Problem(Location(path), text("This file cannot be read ({reason}).", reason=error.strerror or error), hint)


def _unknown_kind(path: str, kinds: tuple[str, ...]) -> Problem:
    return Problem(
        Location(path),
        text("No kind of record lives in this folder."),
        text("Move it to one of these folders of content/: {kinds}.", kinds=", ".join(kinds)),
    )
