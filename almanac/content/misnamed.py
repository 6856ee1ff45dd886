"""Files that were meant as records, but whose names do not end in .md."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from almanac.core.problems import Location, Problem, text

MEANT = re.compile(r"(?P<stem>.+?)\.(?:md|markdown)(?:\.(?:txt|md|markdown))*|(?P<wide>.+)[．。]md", re.IGNORECASE)


def misnamed(path: str) -> Problem | None:
    """The problem of a file in a folder of records, such as name.md.txt or name.MD; None for a name that is right.

    Windows hides the ending .txt, so that such a file looks like name.md.
    """
    name = PurePosixPath(path).name
    found = MEANT.fullmatch(name)
    if not found or name.endswith(".md"):
        return None
    right = f"{found['stem'] or found['wide']}.md"
    return Problem(
        Location(path),
        text("The name of this file does not end in .md, so it is not read."),
        text("Rename it: {name}", name=right),
    )
