"""Asks git, the program: for what a repository knows of its files."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path


def ask(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What `git` with these arguments answers in a folder, or nothing where it refuses or is not there; `given` goes to its input."""
    return begin_asking(folder, *arguments, given=given)()


def begin_asking(folder: Path, *arguments: str, given: bytes = b"") -> Callable[[], bytes | None]:
    """Asks the same, and gives what waits for the answer: meanwhile there may be something else to do."""
    pipe = subprocess.PIPE
    try:
        asked = subprocess.Popen(  # noqa: S603
            ["git", "-C", str(folder), *arguments],  # noqa: S607
            stdin=pipe if given else subprocess.DEVNULL,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return lambda: None

    def answer() -> bytes | None:
        said, _ = asked.communicate(given or None)
        return None if asked.returncode else said

    return answer


def blobs(folder: Path, names: Sequence[str]) -> Iterator[bytes | None]:
    """The bytes of each object, or nothing where there is none, in one call of git (`git help cat-file`, section “Batch output”)."""
    answer = (
        (ask(folder, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode()) or b"")
        if names
        else b""
    )
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
