"""Advice: what is no error but deserves a second look. One file = one kind, found by being there; to add one, add a file.

Each module has `MEANING`, one line for people, and `find(catalogue)`, which yields problems. Their severity and their name are given
here: the name is the module's, with hyphens. A file silences advice by its name and a reason, `ignore: {venue-clash: 分楼层进行}`;
where it takes two files, either may. Only `check` and `serve` ask for advice: a build does not wait for it.
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

from almanac.core.problems import Location, Problem, Text, text
from almanac.model.catalogue import Catalogue, Event, all_open
from almanac.model.linking import UNDATED

NEEDLESS = "needless-ignore"


class Written(Protocol):
    """What a file says: an event of the catalogue, or a record."""

    @property
    def path(self) -> str: ...
    @property
    def fields(self) -> Any: ...
    @property
    def body(self) -> str: ...


@cache
def names() -> tuple[str, ...]:
    """The name of every kind of advice, in alphabetical order."""
    return tuple(module.name.replace("_", "-") for module in iter_modules(__path__))


@cache
def advisers() -> dict[str, ModuleType]:
    """Every kind of advice by its name, in the order of the names."""
    return {name: import_module(f"{__name__}.{name.replace('-', '_')}") for name in names()}


def meanings() -> Mapping[str, Text]:
    """What each kind of advice warns of, by its name."""
    return {name: module.MEANING for name, module in advisers().items()}


class Interrupted(Exception):  # noqa: N818 - nothing is wrong
    """Whoever asked for advice has something better to do."""


def advise(
    catalogue: Catalogue, *, whole: bool = True, interrupted: Callable[[], bool] = lambda: False
) -> list[Problem]:
    """Every warning that no file silences; and, if the catalogue is `whole`, one for each silence that has nothing to silence.

    Raises Interrupted where that is asked for between two kinds.
    """
    with all_open():
        found = [
            problem for name, module in advisers().items() for problem in _of_kind(catalogue, name, module, interrupted)
        ]
        return _heard(catalogue, found, whole=whole)


def _of_kind(catalogue: Catalogue, name: str, module: ModuleType, interrupted: Callable[[], bool]) -> Iterator[Problem]:
    if interrupted():
        raise Interrupted
    return (replace(problem, severity="warning", name=name) for problem in module.find(catalogue))


def _heard(catalogue: Catalogue, found: list[Problem], *, whole: bool) -> list[Problem]:
    silences = _silences(chain[Written](published(catalogue), catalogue.drafts))
    needed = {silence for problem in found for silence in _silences_for(problem) if silence in silences}
    heard = [problem for problem in found if not any(silence in silences for silence in _silences_for(problem))]
    return [*heard, *_needless(_silences(published(catalogue)) - needed)] if whole else heard


def _silences(entries: Iterable[Written]) -> set[tuple[str, str]]:
    """What files silence: by file and name. A draft's may be meant for the day on which it is published."""
    return {(entry.path, name) for entry in entries for name in entry.fields.ignore}


def _silences_for(problem: Problem) -> Iterator[tuple[str, str]]:
    """The silences that would hide a warning: by file and name."""
    for path in (problem.location.path, problem.other):
        if path is not None:
            yield path, str(problem.name)


def _needless(silences: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    for path, name in sorted(silences):
        message = text("There is no warning “{name}” here that could be ignored.", name=name)
        location = Location(path, key=("ignore", name), at_name=True)
        yield Problem(location, message, text("Delete this line of ignore."), "warning", NEEDLESS)


def published(catalogue: Catalogue) -> Iterator[Written]:
    """Everything that has a file and is not a draft."""
    facets = (facet.record for facet in chain.from_iterable(catalogue.facets.values()) if facet.record)
    return chain[Written](catalogue.events, facets, catalogue.plans, catalogue.pages, catalogue.holidays)


def of_two(first: Event, second: Event) -> tuple[Event, Event]:
    """Of two events that do not go together, the one that is newer, which is told, and the other."""
    told, other = sorted((first, second), key=lambda event: (_is_new(event), event.updated, event.path), reverse=True)
    return told, other


def _is_new(event: Event) -> bool:
    """Whether neither the file nor git knows when it changed: it has just been written."""
    return event.fields.updated is None and event.updated == event.begins - UNDATED
