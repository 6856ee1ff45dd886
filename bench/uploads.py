"""Measures `publish`: a first upload, one without changes, and one after an edit, to each kind of host: `make uploads`.

All hosts are on this machine. `--endpoint` names a storage that speaks S3 and holds the empty bucket `city`; else it is
moto's server, which answers one request at a time.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from storages import KEYS, storage_server

from bench.sites import REPOSITORY, Site, edit_body, edit_title, make_sites

COUNTS = re.compile(r"(\d+) files uploaded, (\d+) deleted")


def run(command: list[str | Path]) -> tuple[float, str]:
    """The seconds that a command took, with the start of Python, and what it said."""
    started = perf_counter()
    done = subprocess.run(command, env={**os.environ, **KEYS}, capture_output=True, text=True, check=False)
    seconds = perf_counter() - started
    if done.returncode:
        sys.exit(done.stderr)
    return seconds, done.stderr


def upload(site: Site, destination: str, options: list[str]) -> str:
    """A row's cell: the seconds, and the files that went and were deleted."""
    start: list[str | Path] = [sys.executable, REPOSITORY / "site.py", "--root", site.root, "--lang", "en", "publish"]
    seconds, said = run([*start, destination, "--output", site.output(1), *options])
    found = COUNTS.search(said)
    return f"{seconds:.1f} s ({found[1]} + {found[2]})" if found else said


@contextmanager
def destinations(folder: Path, endpoint: str | None) -> Iterator[dict[str, tuple[str, list[str]]]]:
    """Each kind of host, its destination and the options for it."""
    subprocess.run(["git", "init", "--quiet", "--bare", folder / "pages.git"], check=True)  # noqa: S607
    others: dict[str, tuple[str, list[str]]] = {
        "rsync, a folder": (f"{folder}/www", []),
        "a branch of git": (f"git+{folder}/pages.git", []),
    }
    region = ["--region", "us-east-1"]
    if endpoint:
        yield {"a bucket": ("s3://city", ["--endpoint", endpoint, *region]), **others}
        return
    with storage_server() as storage:
        yield {"a bucket": ("s3://city", ["--endpoint", storage.address, *region]), **others}


def main() -> None:
    """Prints a row for each kind of host."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--endpoint")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="uploads-") as name:
        site, _ = make_sites(Path(name), given.events)
        run(site.command(1))
        with destinations(Path(name), given.endpoint) as hosts:
            rows = {kind: [upload(site, *host), upload(site, *host)] for kind, host in hosts.items()}
            for edit in (edit_body, edit_title):
                edit(site.sources()[-1], "改过01")
                run(site.command(1))
                for kind, host in hosts.items():
                    rows[kind].append(upload(site, *host))
    table = {"": ["first", "nothing changed", "a body changed", "a title changed"], "---": ["---"] * 4, **rows}
    sys.stdout.write("".join(f"| {kind} | {' | '.join(cells)} |\n" for kind, cells in table.items()))


if __name__ == "__main__":
    main()
