"""Files that a command writes where it is told to."""

from __future__ import annotations

import sys
from pathlib import Path

from almanac.cli.app import PROBLEMS, Context
from almanac.core.problems import Location, Problem, reason_of, text
from almanac.exchange.writing import replace_file


def write_file(context: Context, file: Path, data: bytes) -> None:
    """Writes the file. A failure ends the command."""
    try:
        replace_file(file, data)
    except OSError as error:
        message = text("This cannot be written ({reason}).", reason=reason_of(error))
        context.report([Problem(Location(str(file)), message)])
        sys.exit(PROBLEMS)
