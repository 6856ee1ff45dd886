"""Tries bodies that may take long to become HTML, in a process that can be stopped.

Python-Markdown takes quadratic time, or worse, for texts such as `[a](` written 4,000 times, and it recurses into
lists. A regular expression that runs cannot be interrupted by a thread, nor by a timer on Windows: so another process
turns such a text into HTML first, and is killed if it takes too long. A text with few marks and of moderate length
needs no trial: whatever stands in it, it takes a second at most.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from almanac.core.problems import Location, Problem, text

if TYPE_CHECKING:  # the trial itself needs neither
    from almanac.content.config import Bodies
    from almanac.content.records import Record

MARKS = "[<`*_|&~>\\-+#:=."  # every construct but a paragraph begins with one of these
MOST_MARKS = 500  # of a body that needs no trial
MOST_IN_LINE = 150  # of them: the library nests what stands in a line so many times at most
LONGEST = 32 * 1024  # characters of such a body
# Times the limit that a trial may take by the clock. A busy machine is slow; Windows limits no processor time.
PATIENCE = 5 if sys.platform == "win32" else 30
LARGEST_MEMORY = 300 << 20  # bytes that a trial may take
DEEPEST = 700  # calls in a trial: pages are made at the bottom of some hundred others
TOO_SLOW = text("This text cannot be turned into HTML within {seconds} s: from this line on it takes ever longer.")
TOO_DEEP = text("Lists or quotes are nested too deep from this line on, or this text takes too much memory.")
SIMPLER = text("Look for a sign that is repeated, or never closed, and delete it; or divide the text into paragraphs.")


def problem_of(record: Record[object], limits: Bodies) -> Problem | None:
    """Why the body of a file cannot be turned into HTML within the limits; None if it can."""
    body = record.body
    if len(body.encode()) > limits.kilobytes << 10:
        message = text("The text below the front matter is longer than {size} KB.", size=limits.kilobytes)
        return Problem(Location(record.path, record.body_line), message, text("Put it into several files."))
    return None if is_simple(body) else _tried(record, limits.seconds)


def is_simple(body: str) -> bool:
    """Whether a body is certain to become HTML in a moment."""
    marks = _marks(body)
    if len(body) > LONGEST or marks > MOST_MARKS:
        return False
    return marks <= MOST_IN_LINE or max(map(_marks, body.split("\n"))) <= MOST_IN_LINE


def _marks(words: str) -> int:
    return sum(map(words.count, MARKS))


def _tried(record: Record[object], seconds: int) -> Problem | None:
    folder = str(Path(__file__).parent.parent.parent)
    paths = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(  # noqa: S603 - this module
        [sys.executable, "-m", __name__, str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths},
    ) as process:
        try:
            said, _ = process.communicate(record.body.encode(), timeout=seconds * PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
    if process.returncode == 0:
        return None
    message = TOO_DEEP if process.returncode == 1 else text(TOO_SLOW.message, seconds=seconds)
    return Problem(Location(record.path, record.body_line + _grows_at(record.body, said)), message, SIMPLER)


def _grows_at(body: str, said: bytes) -> int:
    """The index of the line with the most marks among those that the failing part has more than the one before."""
    lines = body.split("\n")
    tried = [int(number) for number in said.split()][-2:]
    first = tried[0] if len(tried) > 1 else 0
    last = tried[-1] if tried else len(lines)
    return max(range(first, last), key=lambda number: _marks(lines[number]))


def main(seconds: int) -> None:
    """Turns ever more lines of standard input into HTML, and prints the number of lines before each attempt.

    Ends with 1 where the library recurses too deep or the memory is used up.
    """
    from almanac.content.markdown import to_html  # the other process only asks whether a trial is needed

    _limit(seconds)
    lines = sys.stdin.buffer.read().decode().split("\n")
    counts = [1 << power for power in range(len(lines).bit_length()) if 1 << power < len(lines)]
    for count in (*counts, len(lines)):
        sys.stdout.write(f"{count}\n")
        sys.stdout.flush()
        to_html(["\n".join(lines[:count])], "/")


def _limit(seconds: int) -> None:
    """Limits calls everywhere, and processor time and memory where the system can."""
    sys.setrecursionlimit(DEEPEST)
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limits; a system may forbid them
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_DATA, (LARGEST_MEMORY, LARGEST_MEMORY))


if __name__ == "__main__":
    main(int(sys.argv[1]))
