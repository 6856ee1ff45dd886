"""When files last changed, as git knows it: for events that do not say it themselves."""

from __future__ import annotations

import subprocess
from datetime import datetime, tzinfo
from pathlib import Path

COMMIT = "\x00"


def last_changes(root: Path, folder: str, zone: tzinfo) -> dict[str, datetime]:
    """The local time of the last commit to each file below `root/folder`, by its path from `root`.

    Empty outside a git repository, and in a shallow clone, whose history would give every file the date of its newest commit.
    """
    if _git(root, "rev-parse", "--is-shallow-repository").strip() != "false":
        return {}
    log = _git(root, "-c", "core.quotePath=off", "log", "--format=%x00%ct", "--name-only", "--no-renames", "--relative", "--", folder)
    found: dict[str, datetime] = {}
    moment = datetime.fromtimestamp(0, zone)
    for line in log.splitlines():
        if line.startswith(COMMIT):
            moment = datetime.fromtimestamp(int(line[1:]), zone)
        elif line:
            found.setdefault(line, moment.replace(tzinfo=None))
    return found


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=True, text=True, encoding="utf-8")  # noqa: S603, S607 - fixed arguments; git is looked up as everywhere
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
        return ""
    return done.stdout
