"""What the command line asks of a build."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec


class Options(msgspec.Struct, frozen=True):
    """What the command line asks for. `now` has a zone, or is local time of the site.

    `allow_removals` lets published entries and feeds vanish with a warning, and so does `keep_going` where it leaves
    out files that have errors. `wait` lets it wait while another build writes to `output`. Pages of a `preview` name
    static files by the addresses that stay, so that a changed style sheet changes none of them, and have no compressed
    forms.
    """

    root: Path
    output: Path
    cache: Path
    now: datetime
    base_url: str | None = None
    clean: bool = False
    keep_going: bool = False
    allow_removals: bool = False
    jobs: int = 1
    wait: bool = True
    preview: bool = False
