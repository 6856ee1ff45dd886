"""Runs the program `git` and reads its answers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path


def ask(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """The standard output of `git` in a folder; None if git fails or is not installed. `given` becomes its input."""
    return begin_asking(folder, *arguments, given=given)()


def begin_asking(folder: Path, *arguments: str, given: bytes = b"") -> Callable[[], bytes | None]:
    """Starts the same command and returns a function that waits for its output. The caller can work meanwhile."""
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(  # noqa: S603
            ["git", "-C", str(folder), *arguments],  # noqa: S607
            stdin=pipe if given else subprocess.DEVNULL,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return lambda: None

    def answer() -> bytes | None:
        output, _ = process.communicate(given or None)
        return None if process.returncode else output

    return answer


def blobs(folder: Path, names: Sequence[str]) -> Iterator[bytes | None]:
    """The bytes of each object in turn; None for an object that does not exist.

    All objects are read by one call of git (`git help cat-file`, section “Batch output”).
    """
    if not names:
        return
    answer = ask(folder, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode()) or b""
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
