"""What the desk knows of the preview that `serve` shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from almanac.core.problems import Problem
from almanac.model.site import Site


class NoSite(Exception):  # noqa: N818 - named after what is wrong
    """The config or the site theme cannot be read, so that there is no site; `report` says why."""

    def __init__(self, report: str) -> None:
        super().__init__(report)
        self.report = report


class Preview(Protocol):
    """The preview: its site after the last build, and what is wrong with it. Only the main thread may use it."""

    @property
    def root(self) -> Path: ...
    @property
    def site(self) -> Site:
        """The site. Raises NoSite."""

    @property
    def errors(self) -> Sequence[Problem]:
        """The errors that the last build has found, with their places."""

    @property
    def warnings(self) -> Sequence[Problem]:
        """The advice on the last build, as far as it is known; not every warning has its line."""

    def rebuild(self, changed: Collection[Path]) -> None:
        """Builds the site again after these files have changed."""
