"""Builds whose work is counted, builders that stay in memory, and comparisons with a clean build."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import invalidate_caches
from pathlib import Path
from tempfile import mkdtemp

from sites import Site, is_misleading

from almanac import outputs
from almanac.build.pipeline import Builder, store_of
from almanac.build.publishing import Report
from almanac.cli.reports import as_text
from almanac.core.problems import Problem
from almanac.render import rendered, view_function

COMPARED = re.compile(
    "would vanish|pages vanish|would go back in time|earlier last change|The host in UIDs would change"
)


@dataclass(frozen=True)
class Built:
    """What a build said, and how many pages it rendered."""

    report: Report | None
    problems: list[Problem]
    rendered: int

    @property
    def changed(self) -> set[str]:
        """The files that were written."""
        assert self.report is not None, self.problems
        return set(self.report.changed)


class Kept:
    """A builder that stays in memory from build to build, as that of `serve`. An exception ends it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.builder: Builder | None = None

    def build(self, changed: Collection[Path] | None = None, *, keep_going: bool = False) -> Built:
        """Builds; `changed` are the only files that may have changed."""
        options = self.site.options(keep_going=keep_going)
        if self.builder is None:
            self.builder = Builder(options, store_of(options))
        before = self._rendered()
        try:
            report, problems = self.builder.build(options, changed)
            assert not any(map(is_misleading, problems)), problems
        except Exception:
            self.close()
            raise
        return Built(report, problems, self._rendered() - before)

    def close(self) -> None:
        """Ends the builder; the next build has a new one."""
        if self.builder:
            self.builder.close()
        self.builder = None

    def _rendered(self) -> int:
        return self.builder.site.graph.runs[rendered.name] if self.builder else 0


def build(site: Site, *, keep_going: bool = False) -> Built:
    """Builds once, with a builder of its own."""
    one = Kept(site)
    try:
        return one.build(keep_going=keep_going)
    finally:
        one.close()


def of_the_content(problems: Collection[Problem]) -> list[Problem]:
    """The problems without those that compare with what was published last, which a clean build does not know."""
    return [one for one in problems if not COMPARED.search(one.message.message)]


def clean_copy(site: Site) -> Site:
    """The same content in another folder, never built."""
    return site.copy(Path(mkdtemp(prefix="clean-", dir=site.root.parent)) / "site")


def differences(site: Site, *, keep_going: bool = False) -> list[str]:
    """The files that a clean build of the same content makes otherwise, makes besides, or does not make."""
    clean = clean_copy(site)
    report, problems = clean.try_build(keep_going=keep_going)
    assert report is not None, as_text(problems, "en", clean.root)
    here, there = site.files(), clean.files()
    return sorted(file for file in here.keys() | there.keys() if here.get(file) != there.get(file))


@contextmanager
def more_outputs(folder: Path, **modules: str) -> Iterator[None]:
    """Adds outputs by their names and sources, as files beside the engine's own would be."""
    folder.mkdir(exist_ok=True)
    for name, source in modules.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    found_in = outputs.__path__
    found_in.append(str(folder))
    _look_for_outputs_again()
    try:
        yield
    finally:
        found_in.remove(str(folder))
        for name in modules:
            sys.modules.pop(f"{outputs.__name__}.{name}", None)
            vars(outputs).pop(name, None)
        _look_for_outputs_again()


def _look_for_outputs_again() -> None:
    invalidate_caches()
    outputs.outputs.cache_clear()
    view_function.cache_clear()
