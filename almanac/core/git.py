"""Runs the program `git` and reads its answers."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from almanac.core.problems import Location, Problem, Text, text

# Hooks and scripts may name another repository than that of the folder; `git rev-parse --local-env-vars` lists these.
OF_A_REPOSITORY = frozenset(
    (
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    )
)


class GitFailed(Exception):  # noqa: N818 - named after what is wrong
    """Git has failed although it can read the repository: nothing may be concluded from an answer that is empty."""

    def __init__(self, reason: Text | str) -> None:
        super().__init__(str(reason))
        hint = text("Nothing is known of renamed and deleted events now. Look what is wrong: git fsck")
        self.problem = Problem(
            Location(".git"), text("git cannot read the history of the content ({reason}).", reason=reason), hint
        )


def demand(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    """The same as `ask` for a command that can only fail if something is wrong. Raises GitFailed."""
    process = _started(folder, arguments, given, subprocess.PIPE)
    if process is None:
        raise GitFailed(text("git is not installed"))
    output, said = process.communicate(given or None)
    if process.returncode:
        words = said.decode("utf-8", "replace").strip().splitlines()
        raise GitFailed(words[-1] if words else text("it ended with {code}", code=process.returncode))
    return output


def ask(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """The standard output of `git` in a folder; None if git fails or is not installed. `given` becomes its input."""
    return begin_asking(folder, *arguments, given=given)()


def begin_asking(folder: Path, *arguments: str, given: bytes = b"") -> Callable[[], bytes | None]:
    """Starts the same command and returns a function that waits for its output. The caller can work meanwhile."""
    process = _started(folder, arguments, given, subprocess.DEVNULL)
    if process is None:
        return lambda: None

    def answer() -> bytes | None:
        output, _ = process.communicate(given or None)
        return None if process.returncode else output

    return answer


def _started(folder: Path, arguments: Sequence[str], given: bytes, errors: int) -> subprocess.Popen[bytes] | None:
    """Git with these arguments, which asks the repository that holds the folder; None if git is not installed."""
    try:
        return subprocess.Popen(  # noqa: S603
            ["git", "-C", str(folder), *arguments],  # noqa: S607
            stdin=subprocess.PIPE if given else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment(),
        )
    except OSError:
        return None


def environment() -> dict[str, str]:
    """The environment for git: it leads to no other repository than the one that is asked."""
    return {name: value for name, value in os.environ.items() if name not in OF_A_REPOSITORY}


def blobs(folder: Path, names: Sequence[str]) -> Iterator[bytes | None]:
    """The bytes of each object in turn; None for an object that does not exist.

    All objects are read by one call of git (`git help cat-file`, section “Batch output”). Raises GitFailed.
    """
    if not names:
        return
    answer = demand(folder, "cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
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
