"""Writes files of events atomically, and never over a file that the caller does not know."""

from __future__ import annotations

from pathlib import Path

from almanac.core.problems import Location, Problem, reason_of, text

PART = ".almanac-part"


def write_new(root: Path, path: str, content: str) -> Problem | None:
    """Writes a new file. Returns a Problem if the file exists or cannot be written."""
    file = root / path
    if _leads_out(root, file):
        return _outside(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(content)
    except FileExistsError:
        return Problem(Location(path), text("A file stands here already; it was not touched."))
    except OSError as error:
        return _unwritable(path, error)
    return None


def write_over(root: Path, path: str, content: str) -> Problem | None:
    """Replaces an existing file and keeps its kind of line ends. Returns a Problem if that fails."""
    file = root / path
    if _leads_out(root, file):
        return _outside(path)
    try:
        crlf = b"\r\n" in file.read_bytes()
        data = content.replace("\n", "\r\n" if crlf else "\n").encode()
        replace_file(file, data)
    except OSError as error:
        return _unwritable(path, error)
    return None


def replace_file(file: Path, data: bytes) -> None:
    """Writes a file or replaces it atomically: a reader sees the old bytes or the new ones. Raises OSError."""
    part = file.with_name(f".{file.name}{PART}")
    try:
        part.unlink(missing_ok=True)  # what a killed run has left, or a link of that name
        with part.open("xb") as opened:
            opened.write(data)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _leads_out(root: Path, file: Path) -> bool:
    """Whether a link among the folders leads out of the site."""
    try:
        return not file.parent.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a link to itself
        return True


def _outside(path: str) -> Problem:
    return Problem(Location(path), text("A link leads from this folder out of the site; nothing was written there."))


def _unwritable(path: str, error: OSError) -> Problem:
    return Problem(Location(path), text("This cannot be written ({reason}).", reason=reason_of(error)))
