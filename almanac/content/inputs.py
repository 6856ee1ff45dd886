"""The sources of a site's inputs: files on disk or as bytes, site themes, and values given for each update."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from time import time_ns
from typing import Any, TypeAlias

import msgspec

from almanac.content.config import CONFIG
from almanac.content.queries import ContentTree
from almanac.content.records import kinds
from almanac.content.site_themes import read_site_theme
from almanac.content.sources import ASSETS, UNCERTAIN, Clock, File, FileState, look, read_data, unfit
from almanac.core.digests import digest
from almanac.incremental.queries import Argument, digest_of, encode

Known: TypeAlias = dict[str, tuple[FileState, bytes]]  # of each file its state on disk and the digest of its bytes
KNOWN = msgspec.msgpack.Decoder(Known)


class Given:
    """The source of an input that is given from outside once for each update."""

    def __init__(self, value: object) -> None:
        self.value = value

    def digest(self, *args: Argument) -> bytes:
        del args
        return digest_of(encode(self.value))

    def load(self, *args: Argument) -> Any:
        del args
        return self.value


class Themes:
    """The source of site themes, by name. `known` are the names of those that have been read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.known: set[str] = set()

    def digest(self, *args: Argument) -> bytes:
        return digest_of(encode(self.load(*args)))

    def load(self, *args: Argument) -> Any:
        name = str(args[0])
        self.known.add(name)
        return read_site_theme(self.root, name)


class Files:
    """The source of the files of a site: config.yaml and everything below `content/`.

    A file with the size, times and inode of the last look is not opened again, as in git's index. A file that had
    changed just before it was read is opened again the next time: another change could have the same time.
    """

    def __init__(self, root: Path, known: Known) -> None:
        self.root, self.known = root, known
        self.tree = Given(ContentTree({}))
        self._files: dict[str, File] = {}
        self._read: dict[str, Any] = {}  # bytes of changed files, until they are loaded

    def look(self) -> list[str]:
        """Looks at every file; returns the paths of new, changed and deleted files since the last look."""
        files, problems, unreadable = look(self.root, tuple(kinds()))
        config = self.root / CONFIG
        if config.is_file():
            files.append(File(CONFIG, "", str(config), UNCERTAIN))
        gone = self.known.keys() - {file.path for file in files}
        for path in gone:
            del self.known[path]
        self._files = {file.path: file for file in files}
        by_kind: dict[str, list[str]] = {}
        for file in files:
            by_kind.setdefault(file.kind, []).append(file.path)
        paths = {kind: tuple(found) for kind, found in by_kind.items() if kind}
        self.tree.value = ContentTree(paths, tuple(problems), tuple(unreadable))
        return [*gone, *[file.path for file in files if self._look_at(file)]]

    def look_again(self, changed: Collection[Path]) -> list[str] | None:
        """Looks at these files alone. None if one of them may be new or deleted, or before the first `look`."""
        clock = Clock(time_ns())
        files = {path: self._file(path) for path in changed}
        if not self._files or None in files.values():  # before any is looked at, since `look` would not report it again
            return None
        states = [(file, clock.state(path.stat())) for path, file in files.items() if file]
        return [file.path for file, state in states if self._look_at(msgspec.structs.replace(file, state=state))]

    def _file(self, path: Path) -> File | None:
        """The file at a path, where there is one as there was at the last look, and it may be opened."""
        known = self._files.get(path.relative_to(self.root).as_posix()) if path.is_relative_to(self.root) else None
        if known is None or not path.is_file() or path.is_symlink():
            return None
        return None if unfit(known.path, known.kind, path.stat()) else known

    def _look_at(self, file: File) -> bool:
        """Whether a file has changed since the last look."""
        state, digest = self.known.get(file.path, (UNCERTAIN, b""))
        if digest and state == file.state != UNCERTAIN:
            return False
        data = read_data(file)
        now = digest_of(data if isinstance(data, bytes) else encode(data))
        self.known[file.path] = (file.state, now)
        if now == digest:
            return False
        if file.kind not in ASSETS:
            self._read[file.path] = data
        return True

    def digest(self, *args: Argument) -> bytes:
        (path,) = args
        return self.known.get(str(path), (UNCERTAIN, b""))[1]

    def load(self, *args: Argument) -> Any:
        (path,) = args
        file = self._files.get(str(path))
        if file is None:
            return None
        return self._read.pop(file.path, None) or read_data(file)


class Bytes:
    """The source of files given as bytes, such as the files of a commit."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files

    def digest(self, *args: Argument) -> bytes:
        data = self.load(*args)
        return digest_of(data) if data is not None else b""

    def load(self, *args: Argument) -> bytes | None:
        (path,) = args
        return self.files.get(str(path))


class Copies:
    """The source of the last good copies of other sites' open data, by the addresses of these data."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache

    def digest(self, *args: Argument) -> bytes:
        data = self.load(*args)
        return digest_of(data) if data is not None else b""

    def load(self, *args: Argument) -> bytes | None:
        (url,) = args
        return read_copy(copy_file(self.cache, str(url)))


def copy_file(cache: Path, url: str) -> Path:
    """The file of the copy of an address."""
    return cache / "sources" / f"{digest(url.encode())[:16]}.json"


def sealed(document: bytes) -> bytes:
    """A document as its copy is kept: with its digest in the first line."""
    return digest(document).encode() + b"\n" + document


def read_copy(file: Path) -> bytes | None:
    """The document of a copy; None if there is none, or if it is not what was written."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    document = data.partition(b"\n")[2]
    return document if data == sealed(document) else None
