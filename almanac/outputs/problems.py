"""`/problems/`: what is wrong with the files of the site, for its editors. Made only if the config turns it on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Literal

import msgspec

from almanac.content.located import located_in
from almanac.content.positions import OpenedFile, opened_file
from almanac.content.queries import source
from almanac.core.problems import Problem, Text, text
from almanac.model.site import Site
from almanac.outputs import file_problems
from almanac.site.pages import Page, page
from almanac.site.views import Head


class ShownProblem(msgspec.Struct, frozen=True):
    """A problem of a file. The template translates the message and the hint; `line` is None if unknown."""

    line: int | None
    severity: Literal["error", "warning"]
    message: Text
    hint: Text | None


class ProblemsOfFile(msgspec.Struct, frozen=True):
    """The problems of one file, in the order of lines; `path` is relative to the site's root."""

    path: str
    problems: tuple[ShownProblem, ...]


class ProblemsView(msgspec.Struct, frozen=True):
    """The files that have problems, in the order of their paths."""

    head: Head
    files: tuple[ProblemsOfFile, ...]


def pages(site: Site) -> Iterator[Page]:
    """The page."""
    del site
    yield page("/problems/", "html:problems.html", problems_view)


def problems_view(site: Site) -> ProblemsView:
    """The view of the page."""

    @cache
    def opened(path: str) -> OpenedFile:
        data = source(site, path)
        return opened_file(path, data) if isinstance(data, bytes) else OpenedFile()

    found = groupby(located_in(file_problems(site), opened), key=lambda problem: problem.location.path)
    files = tuple(ProblemsOfFile(path, tuple(map(_shown, problems))) for path, problems in found)
    return ProblemsView(Head("/problems/", text("Problems of the content").message, indexed=False), files)


def _shown(problem: Problem) -> ShownProblem:
    return ShownProblem(problem.location.line, problem.severity, problem.message, problem.hint)
