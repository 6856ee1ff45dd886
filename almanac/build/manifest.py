"""What the last build published: for every file its page's key, and how it stood on disk. It lives in the cache, not in `output/`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from almanac.core.digests import digest

FORMAT = "7"


class Published(msgspec.Struct, frozen=True, array_like=True):
    """A file of the last build: the key of its page, its size in bytes, and its time of change in nanoseconds."""

    key: str
    size: int
    changed: int


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """The plan of the last build, and what it holds for: `inputs` is the digest of all that it was made of, of events their facts alone.

    `engine` is the digest of the engine that made it. `seen` has the digests of every event's file, and of its fields, by path, as they were
    published last; `history` is what git said of the commit. From the local moment `since` until `until` the plan is the same. `config` and
    `settings` are pickled; `plan` is the name under which the plan itself is kept, and `chapters` has the fingerprint of each of its chapters, by
    name, as the plan was published.
    """

    engine: str
    inputs: str
    seen: dict[str, tuple[bytes, bytes]]
    history: list[str]
    site_theme: str
    timezone: str
    since: datetime
    until: datetime
    config: bytes
    settings: bytes
    plan: str
    chapters: dict[str, bytes]


class Manifest(msgspec.Struct, frozen=True):
    """The files of the last build by their path below `output/`, and its plan, where that can be told to hold still."""

    files: Mapping[str, Published]
    standing: Standing | None = None


def manifest_file(cache: Path, output: Path) -> Path:
    """Each output folder has a manifest of its own, even where several share a cache."""
    return cache / f"manifest-{digest(str(output.resolve()).encode())[:16]}.msgpack"


def read_manifest(file: Path) -> Manifest:
    """The manifest of the last build; empty where there was none, or none that this version can read."""
    try:
        form, files, standing = msgspec.msgpack.decode(
            file.read_bytes(), type=tuple[str, dict[str, Published], Standing | None]
        )
    except (OSError, msgspec.MsgspecError):
        return Manifest({})
    return Manifest(files, standing) if form == FORMAT else Manifest({})


def encode_manifest(manifest: Manifest) -> bytes:
    """The bytes that `read_manifest` reads."""
    return msgspec.msgpack.encode((FORMAT, dict(manifest.files), manifest.standing))
