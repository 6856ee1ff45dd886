"""Parts of pages that are slow to make, or stand in many, such as the entry of an event in twenty feeds: made once, kept from build to build.

A part is known by its kind and the digest of all that it is made of, so that it is never out of date. Each kind has files of its own, which
are looked into when the first part of that kind is asked for; those that nobody needs any more go when they grow too large, and with `--clean`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

import msgspec
from msgspec.msgpack import Decoder

from almanac.build.kept import KeptMap

LARGEST = 512 * 1024 * 1024  # bytes of a file

T = TypeVar("T")
Bytes: TypeAlias = bytes | memoryview
PARTS = cast("Decoder[tuple[str, dict[str, Bytes]]]", Decoder(tuple[str, dict[str, memoryview]]))

Fresh: TypeAlias = Mapping[str, Mapping[str, bytes]]  # parts by kind and key


class Kind(msgspec.Struct):
    """The parts of one kind that are known, those of them that are new, and the files that hold all others, once they have been read."""

    known: dict[str, Bytes] = msgspec.field(default_factory=dict)
    fresh: dict[str, bytes] = msgspec.field(default_factory=dict)
    kept: KeptMap[Bytes] | None = None


_kinds: dict[str, Kind] = {}
_folder: list[Path] = []  # where parts are kept, if anywhere


def keep_parts(folder: Path, *, clean: bool = False) -> None:
    """From now on parts are read from `folder` and can be written there; a clean build knows none."""
    if _folder != [folder]:
        _kinds.clear()
    _folder[:] = [folder]
    if clean:
        forget_parts()


def part(kind: str, key: str, make: Callable[[], bytes]) -> bytes:
    """The part of that key, made only where it is not known."""
    of_kind = _kind(kind)
    found = of_kind.known.get(key)
    if found is None:
        found = of_kind.known[key] = of_kind.fresh[key] = make()
    return bytes(found)


def make_parts(kind: str, wanted: Mapping[str, T], make: Callable[[Sequence[T]], Iterable[bytes]]) -> list[Bytes]:
    """These parts in their order; `wanted` says by their keys what each is made of. Those that are not known are made, one after the other."""
    of_kind = _kind(kind)
    known = of_kind.known
    unknown = [key for key in wanted if key not in known]
    made = make([wanted[key] for key in unknown]) if unknown else ()
    for key, found in zip(unknown, made, strict=True):
        known[key] = of_kind.fresh[key] = found
    return [known[key] for key in wanted]


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


def write_parts() -> None:
    """Writes what is new."""
    for found in _kinds.values():
        if found.fresh and found.kept:
            found.kept.write(found.known)
            found.fresh.clear()


def forget_parts() -> None:
    """Knows nothing any more, whatever the files say."""
    for folder in _folder:
        for file in folder.glob("parts-*"):
            file.unlink(missing_ok=True)
    _kinds.clear()


def _kind(name: str) -> Kind:
    found = _kinds.setdefault(name, Kind())
    if found.kept is None and _folder:
        found.kept = KeptMap(_folder[0] / f"parts-{name}.msgpack", "parts", PARTS)
        found.known = {**found.kept.read(LARGEST), **found.known}
    return found
