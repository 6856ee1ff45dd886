"""Builds the shipped site with two Pythons and compares every byte: `make same-bytes PYTHONS="python3.11 python3.13"`.

Each build is that of another machine: a clone and libraries of its own, installed from the pinned hashes, another time
zone, language, umask, seed of hashes and number of workers, and files that were made in another order. It makes
everything, cards and paper too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sites import REPOSITORY

NOW = "2026-11-24T09:00:00+08:00"
MOST_SHOWN = 20


class Machine(NamedTuple):
    """What differs between machines."""

    environment: dict[str, str]
    umask: int
    jobs: int
    backwards: bool  # whether the files of the content were made in the reverse order of their names


MACHINES = (
    Machine({"PYTHONHASHSEED": "1", "TZ": "America/St_Johns", "LC_ALL": "POSIX"}, 0o077, 1, False),
    Machine({"PYTHONHASHSEED": "2", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"}, 0o002, 2, True),
)


def clone(folder: Path, *, backwards: bool) -> None:
    """A clone of this repository's last commit."""
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", REPOSITORY, folder], check=True)
    listed = subprocess.run(
        ["git", "-C", folder, "ls-tree", "-rz", "--name-only", "HEAD"], check=True, capture_output=True
    )
    names = sorted(listed.stdout.decode().rstrip("\0").split("\0"), reverse=backwards)
    for some in (names[place : place + 500] for place in range(0, len(names), 500)):
        subprocess.run(["git", "-C", folder, "checkout", "--quiet", "HEAD", "--", *some], check=True)


def build(python: str, folder: Path, machine: Machine) -> Path:
    """The output of a build on such a machine."""
    program = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "venv", folder / "venv"], check=True)
    pins = [f"--requirement={REPOSITORY / 'requirements' / name}" for name in ("site.txt", "cards.txt")]
    install = ["pip", "--disable-pip-version-check", "--quiet", "install", "--require-hashes", *pins]
    subprocess.run([program, "-m", *install], check=True)
    site = folder / "clone"
    clone(site, backwards=machine.backwards)
    own = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "ALMANAC_LANG", "LANG"}}
    environment = {**own, **machine.environment}
    for command in (
        ["-m", "scripts.compile_messages"],
        ["site.py", "build", "--now", NOW, "--jobs", str(machine.jobs)],
    ):
        subprocess.run([program, *command], cwd=site, env=environment, umask=machine.umask, check=True)
    return site / "output"


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def main(pythons: list[str]) -> int:
    """1 if a file differs, and 2 if there are no two Pythons."""
    found = [path for one in pythons if (path := shutil.which(one))]
    versions = [
        subprocess.run([one, "--version"], check=True, capture_output=True, text=True).stdout.strip() for one in found
    ]
    if len({*versions}) < len(MACHINES):
        sys.stderr.write(f"Two versions of Python are needed, and these were found: {', '.join(versions)}.\n")
        return 2
    with TemporaryDirectory() as root:
        one, other = (
            files(build(python, Path(root) / str(number), machine))
            for number, (python, machine) in enumerate(zip(found, MACHINES, strict=False))
        )
    unlike = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    sys.stdout.write(f"{' and '.join(versions[:2])}: {len(one)} files, {len(unlike)} differ.\n")
    sys.stdout.writelines(f"  {name}\n" for name in unlike[:MOST_SHOWN])
    return 1 if unlike else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
