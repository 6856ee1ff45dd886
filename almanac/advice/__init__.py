"""Advice: warnings about content that has no errors. Each module of this folder is one kind; to add one, add a module.

A module has `MEANING`, one line for people, and `find(site)`, which yields problems. This package sets their
severity and their name: the name of the module with hyphens. A file ignores a warning by its name and a reason, as in
`ignore: {venue-clash: 分楼层进行}`; if a warning concerns two files, either may ignore it. Only `check` and `serve`
look for advice: a build does not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, Protocol

from msgspec.structs import replace

from almanac.content.fences import CutText
from almanac.content.records import kinds as record_kinds
from almanac.core.problems import Location, Problem, Text, text
from almanac.model.events import Event
from almanac.model.labels import FACET_KINDS
from almanac.model.site import Site

NEEDLESS = "needless-ignore"


class ContentFile(Protocol):
    """A file of the content: an event of the site, or a record."""

    @property
    def path(self) -> str: ...
    @property
    def fields(self) -> Any: ...
    @property
    def body(self) -> str: ...
    @property
    def cut(self) -> tuple[CutText, ...]: ...


@cache
def names() -> tuple[str, ...]:
    """The name of every kind of advice, in alphabetical order."""
    return tuple(module.name.replace("_", "-") for module in iter_modules(__path__))


@cache
def advisers() -> dict[str, ModuleType]:
    """Every kind of advice by its name, in the order of the names."""
    return {name: import_module(f"{__name__}.{name.replace('-', '_')}") for name in names()}


def meanings() -> Mapping[str, Text]:
    """The meaning of every kind of advice, by its name."""
    return {name: module.MEANING for name, module in advisers().items()}


class Interrupted(Exception):  # noqa: N818 - not an error
    """The caller of `advise` no longer wants its answer."""


def advise(site: Site, *, whole: bool = True, interrupted: Callable[[], bool] = lambda: False) -> list[Problem]:
    """Every warning that no file ignores, and a warning for each needless `ignore`.

    Pass `whole=False` for a site that lacks files with errors: then no `ignore` is called needless.
    Raises Interrupted if `interrupted` returns true; it is called before each kind of advice.
    """
    found = [problem for name, module in advisers().items() for problem in _of_kind(site, name, module, interrupted)]
    return _not_ignored(site, found, whole=whole)


def _of_kind(site: Site, name: str, module: ModuleType, interrupted: Callable[[], bool]) -> Iterator[Problem]:
    if interrupted():
        raise Interrupted
    return (replace(problem, severity="warning", name=name) for problem in module.find(site))


def _not_ignored(site: Site, found: list[Problem], *, whole: bool) -> list[Problem]:
    ignored = _ignored(chain[ContentFile](published(site), site.drafts))
    shown = [problem for problem in found if ignored.isdisjoint(_ignored_by(problem))]
    if not whole:
        return shown
    # A draft may ignore a warning of the day on which it will be published, so only published files are needless.
    needed = {pair for problem in found for pair in _ignored_by(problem)}
    return [*shown, *_needless(_ignored(published(site)) - needed)]


def _ignored(files: Iterable[ContentFile]) -> set[tuple[str, str]]:
    """The path of a file and the name of a warning, for everything that these files ignore."""
    return {(file.path, name) for file in files for name in file.fields.ignore}


def _ignored_by(problem: Problem) -> Iterator[tuple[str, str]]:
    """The pairs of path and name that hide a warning."""
    for path in (problem.location.path, problem.other):
        if path is not None:
            yield path, str(problem.name)


def _needless(ignored: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    for path, name in sorted(ignored):
        message = text("There is no warning “{name}” here that could be ignored.", name=name)
        location = Location(path, key=("ignore", name), at_name=True)
        yield Problem(location, message, text("Delete this line of ignore."), "warning", NEEDLESS)


def published(site: Site) -> Iterator[ContentFile]:
    """Every file that is not a draft."""
    kinds = (*FACET_KINDS, "plans", "pages", "holidays")
    others = chain.from_iterable(site.whole_records(kind) for kind in kinds if kind in record_kinds())
    return chain[ContentFile](site.events, others)


def of_two(first: Event, second: Event) -> tuple[Event, Event]:
    """Two events that conflict, the newer one first: the warning stands in its file."""
    newer, older = sorted((first, second), key=lambda event: (_is_new(event), event.updated, event.path), reverse=True)
    return newer, older


def _is_new(event: Event) -> bool:
    """Whether neither the file nor git has a date of its last change, as for a file that was just written."""
    return event.changed is None
