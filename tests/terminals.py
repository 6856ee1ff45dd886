"""Runs commands at a terminal of a given size, and shows the screens that a person sees."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import termios
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from signal import SIGINT

import pyte
from sites import REPOSITORY

TERMINAL_VARIABLES = (
    "CI",
    "COLUMNS",
    "FORCE_COLOR",
    "LINES",
    "NO_COLOR",
    "TTY_COMPATIBLE",
    "TTY_INTERACTIVE",
)  # variables that change how a program uses a terminal
REDRAW = re.compile(rb"(?=\r(?!\n))")  # before a line is written over


@dataclass(frozen=True)
class Terminal:
    """The bytes that a command wrote, the columns and lines of its terminal, and its exit code."""

    written: bytes
    columns: int
    lines: int
    code: int

    @property
    def screen(self) -> list[str]:
        """The lines of the last screen, without trailing blanks."""
        return self.screens[-1]

    @cached_property
    def screens(self) -> list[list[str]]:
        """The lines of every screen in turn."""
        return [_lines(screen) for screen in self._watch()]

    @cached_property
    def cursor_is_hidden(self) -> bool:
        *_, last = self._watch()
        return last.cursor.hidden

    def _watch(self) -> Iterator[pyte.Screen]:
        screen = pyte.Screen(self.columns, self.lines)
        stream = pyte.ByteStream(screen)
        for part in REDRAW.split(self.written):
            stream.feed(part)
            yield screen


def _lines(screen: pyte.Screen) -> list[str]:
    return "\n".join(line.rstrip() for line in screen.display).rstrip().splitlines()


def at_a_terminal(
    command: Sequence[str | Path],
    columns: int = 80,
    lines: int = 40,
    environment: Mapping[str, str] | None = None,
    interrupted_at: bytes | None = None,
) -> Terminal:
    """Runs a command at a terminal; interrupts it as soon as it has written `interrupted_at`."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (lines, columns))
    inherited = {name: value for name, value in os.environ.items() if name not in TERMINAL_VARIABLES}
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
    return Terminal(written, columns, lines, running.returncode)


def _parts(terminal: int) -> Iterator[bytes]:
    with suppress(OSError):  # Linux raises it when the last writer has closed the terminal
        while part := os.read(terminal, 65536):
            yield part
