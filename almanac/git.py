"""Asks git, the program: for what a repository knows of its files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path


def ask(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What `git` with these arguments answers in a folder, or nothing where it refuses or is not there; `given` goes to its input."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=True, input=given)  # noqa: S603, S607 - fixed arguments; git is looked up as everywhere
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout


def blobs(folder: Path, names: Sequence[str]) -> Iterator[bytes | None]:
    """The bytes of each object, or nothing where there is none, in one call of git (`git help cat-file`, section “Batch output”)."""
    answer = (ask(folder, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode()) or b"") if names else b""
    place = 0
    for _ in names:
        head_end = answer.find(b"\n", place)
        size = answer[place : max(head_end, place)].rpartition(b" ")[2]
        place = head_end + 1
        if size.isdigit():
            yield answer[place : place + int(size)]
            place += int(size) + 1
        else:
            yield None
