"""Parts of pages that are slow to make, or stand in many, such as the entry of an event in twenty feeds: made once, kept from build to build.

A part is known by its kind and the digest of all that it is made of, so that it is never out of date. Each kind has a file of its own, which
is read when the first part of that kind is asked for; those that nobody needs any more go when it grows too large, and with `--clean`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import msgspec

LARGEST = 512 * 1024 * 1024  # bytes of a file

Fresh: TypeAlias = Mapping[str, Mapping[str, bytes]]  # parts by kind and key


@dataclass
class Kind:
    """The parts of one kind that are known, those of them that are new, and whether the file has been read."""

    known: dict[str, bytes] = field(default_factory=dict)
    fresh: dict[str, bytes] = field(default_factory=dict)
    read: bool = False


_kinds: dict[str, Kind] = {}
_folder: list[Path] = []  # where parts are kept, if anywhere
_apart: set[str] = set()  # kinds that are not


def keep_parts(folder: Path, *, clean: bool = False, apart: Collection[str] = ()) -> None:
    """From now on parts are read from `folder` and can be written there, but for kinds that are kept `apart`; a clean build knows none."""
    if _folder != [folder]:
        _kinds.clear()
    _folder[:] = [folder]
    _apart.clear()
    _apart.update(apart)
    if clean:
        forget_parts()


def part(kind: str, key: str, make: Callable[[], bytes]) -> bytes:
    """The part of that key, made only where it is not known."""
    of_kind = _kind(kind)
    found = of_kind.known.get(key)
    if found is None:
        found = of_kind.known[key] = of_kind.fresh[key] = make()
    return found


def inherit() -> None:
    """Takes for known what the process has made of which this one is a fork: it is nothing new to anybody."""
    for found in _kinds.values():
        found.fresh.clear()


def take_fresh() -> Fresh:
    """What has been made since the last time this was asked; whoever takes it knows it from now on, and not this process."""
    taken = {kind: dict(found.fresh) for kind, found in _kinds.items() if found.fresh}
    for kind, fresh in taken.items():
        _kinds[kind].fresh.clear()
        for key in fresh:
            del _kinds[kind].known[key]
    return taken


def add_fresh(fresh: Fresh) -> None:
    """What another process has made."""
    for kind, parts in fresh.items():
        of_kind = _kind(kind)
        of_kind.known.update(parts)
        of_kind.fresh.update(parts)


def changed_parts() -> dict[str, bytes]:
    """The new bytes of each file of parts, by its name."""
    changed = {kind: found for kind, found in _kinds.items() if found.fresh and kind not in _apart}
    for found in changed.values():
        found.fresh.clear()
    return {_file(kind): msgspec.msgpack.encode(found.known) for kind, found in changed.items()}


def forget_parts() -> None:
    """Knows nothing any more, whatever the files say."""
    for kind, found in _kinds.items():
        _kinds[kind] = Kind(read=found.read)
    for folder in _folder:
        for file in folder.glob(_file("*")):
            file.unlink(missing_ok=True)


def _kind(name: str) -> Kind:
    found = _kinds.get(name)
    if found is None:
        found = _kinds[name] = Kind()
    if not found.read and _folder and name not in _apart:
        found.known = {**_read(_folder[0] / _file(name)), **found.known}
        found.read = True
    return found


def _read(file: Path) -> dict[str, bytes]:
    """The parts of a file; none where there is no such file, or none that can be read."""
    try:
        return msgspec.msgpack.decode(file.read_bytes(), type=dict[str, bytes]) if file.stat().st_size < LARGEST else {}
    except (OSError, msgspec.MsgspecError):
        return {}


def _file(kind: str) -> str:
    return f"parts-{kind}.msgpack"
