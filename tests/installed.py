"""The engine as people install it: a source distribution, the wheel made of it, and the wheel's files in a folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sites import REPOSITORY

MOMENT = "1796000000"  # seconds since 1970


@dataclass(frozen=True)
class Installed:
    """The engine installed from a wheel. It runs with the libraries of this Python, and without the clone."""

    distributions: Path
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def program(self) -> Path:
        """The command `almanac`."""
        return self.folder / "bin" / "almanac"

    @property
    def wheel(self) -> Path:
        (found,) = self.distributions.glob("*.whl")
        return found

    def run(
        self, *arguments: str | Path, root: Path, check: bool = True, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs `almanac` in the folder of a site, in English."""
        return subprocess.run(
            [self.program, *arguments],
            cwd=root,
            env={**self.environment, "ALMANAC_LANG": "en", **(environment or {})},
            capture_output=True,
            encoding="utf-8",
            check=check,
        )


def install(folder: Path, source: Path = REPOSITORY) -> Installed:
    """Builds the distributions below `folder` and installs the wheel there, without asking any index.

    `source` is the folder of the project.
    """
    distributions, target = folder / "dist", folder / "installed"
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "ALMANAC_LANG"}}

    def run(module: str, *arguments: str | Path) -> None:
        subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env={**environment, "SOURCE_DATE_EPOCH": MOMENT},
            check=True,
            capture_output=True,
        )

    run("build", "--no-isolation", "--outdir", distributions, source)
    offline = ("--no-index", "--find-links", distributions)
    run("pip", "install", *offline, "--no-deps", "--no-compile", "--target", target, "almanac-kepu")
    return Installed(distributions, target, {**environment, "PYTHONPATH": str(target)})
