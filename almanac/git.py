"""Asks git, the program: for what a repository knows of its files."""

from __future__ import annotations

import subprocess
from pathlib import Path


def ask(folder: Path, *arguments: str, given: bytes = b"") -> bytes | None:
    """What `git` with these arguments answers in a folder, or nothing where it refuses or is not there; `given` goes to its input."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=True, input=given)  # noqa: S603, S607 - fixed arguments; git is looked up as everywhere
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout
