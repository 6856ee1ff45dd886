"""`make audit`: builds the shipped site, serves it compressed on this machine, and runs Lighthouse on it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory

from conftest import chromium_program
from serving import serving
from sites import REPOSITORY

from almanac.build.options import Options
from almanac.build.pipeline import build

PATHS = (  # samples would miss: search engines leave them out
    "/",
    "/calendar/2026/12/",
    "/events/2019-05-20-science-week-opening/",
    "/themes/new-energy/",
    "/archive/2019/",
    "/search/",
)


def free_port() -> int:
    """A free port."""
    with socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def main() -> int:
    """The exit code of Lighthouse."""
    port = free_port()
    # Lighthouse knows no other clock, and a script would correct pages that were built for another day.
    now = datetime.now(UTC)
    chromium = chromium_program()
    with TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        _, problems = build(
            Options(REPOSITORY, output, Path(folder) / "cache", now, base_url=f"http://127.0.0.1:{port}/")
        )
        assert not problems, problems
        with serving(output, port) as address:
            return subprocess.run(
                ["node", "tests/audit.mjs", address, chromium, *PATHS], cwd=REPOSITORY, check=False
            ).returncode


if __name__ == "__main__":
    sys.exit(main())
