"""What is slow to compile, catalogues of messages, templates and the config, is kept in the cache from build to build, by the digest of all it is made of."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from almanac.build.kept import write_atomically
from almanac.core.digests import SIZE, digest_bytes

_folder: list[Path] = []  # where it is kept, if anywhere


def keep_compiled(folder: Path) -> None:
    """From now on it is kept in `folder`, which is not made for this alone."""
    _folder[:] = [folder]


def read_compiled(key: str) -> bytes | None:
    """What was kept under that key; nothing where the file holds anything else."""
    for file in _files(key):
        with suppress(OSError):
            kept = file.read_bytes()
            if kept[:SIZE] == digest_bytes(kept[SIZE:]):
                return kept[SIZE:]
    return None


def write_compiled(key: str, compiled: bytes) -> None:
    """Keeps it where that is possible: without it the next build compiles once more."""
    for file in _files(key):
        with suppress(OSError):
            write_atomically(file, digest_bytes(compiled) + compiled)


def forget_compiled() -> None:
    """Removes all that is kept."""
    for file in _files("*"):
        for kept in file.parent.glob(file.name):
            kept.unlink(missing_ok=True)


def _files(key: str) -> list[Path]:
    return [folder / f"compiled-{key}" for folder in _folder if folder.is_dir()]
