"""A terminal of a given size: what a command writes to it, and what one sees on its screen."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT

import pyte
from sites import REPOSITORY

LINES = 100
SILENT = (
    "CI",
    "COLUMNS",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "TTY_COMPATIBLE",
    "TTY_INTERACTIVE",
)  # variables that would have a say in this
DRAWN_AGAIN = re.compile(rb"(?=\r(?!\n))")  # before a line that is there already is written over


@dataclass(frozen=True)
class Terminal:
    """What was written, and how the program ended."""

    written: bytes
    columns: int
    code: int

    @property
    def screen(self) -> list[str]:
        """What stands on the screen in the end, without the blanks behind it."""
        return self.screens()[-1]

    def screens(self) -> list[list[str]]:
        """What stood there, one thing after the other."""
        return [_lines(screen) for screen in self._watch()]

    @property
    def cursor_is_hidden(self) -> bool:
        *_, last = self._watch()
        return last.cursor.hidden

    def _watch(self) -> Iterator[pyte.Screen]:
        screen = pyte.Screen(self.columns, LINES)
        stream = pyte.ByteStream(screen)
        for part in DRAWN_AGAIN.split(self.written):
            stream.feed(part)
            yield screen


def _lines(screen: pyte.Screen) -> list[str]:
    return "\n".join(line.rstrip() for line in screen.display).rstrip().splitlines()


def at_a_terminal(
    command: Sequence[str | Path],
    columns: int = 80,
    environment: Mapping[str, str] | None = None,
    interrupted_at: bytes | None = None,
) -> Terminal:
    """Runs a command at a terminal; interrupts it when it writes some words."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (LINES, columns))
    inherited = {name: value for name, value in os.environ.items() if name not in SILENT}
    surroundings = {**inherited, "TERM": "xterm-256color", **(environment or {})}
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=REPOSITORY, env=surroundings
    ) as running:
        os.close(theirs)
        written = b""
        for part in _parts(ours):
            written += part
            if interrupted_at and interrupted_at in written:
                running.send_signal(SIGINT)
                interrupted_at = None
    os.close(ours)
    return Terminal(written, columns, running.returncode)


def _parts(terminal: int) -> Iterator[bytes]:
    with suppress(OSError):  # Linux says so where nobody writes to the terminal any more
        while part := os.read(terminal, 65536):
            yield part
