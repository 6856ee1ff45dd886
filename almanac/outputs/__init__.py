"""The outputs of a site. One file = one output, found by being there; to add one, add a file.

Each module has `pages(catalogue)`, which yields pages, or `chapters(catalogue)`, which yields groups of pages that depend on little, or both; or
`listing(catalogue, pages)`, if its pages come after all of those: because they list them, or give way to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, TypeAlias

import msgspec

from almanac.build.pages import Chapter, Page, PlannedChapter, key_material
from almanac.content.config import CONFIG, Config
from almanac.core.digests import digest_bytes
from almanac.core.problems import Location, Problem, did_you_mean, text
from almanac.model.catalogue import Catalogue
from almanac.site.addresses import made

NEEDED = ("assets", "colours", "event_files", "event_pages", "home", "scripts")  # whatever else is made leads to these


@cache
def outputs() -> dict[str, ModuleType]:
    """Every output by its name, in the order of the names."""
    return {module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)}


# Of a chapter, by its name and its digest, if it is still that: those of its pages that a site map lists, and its files.
Known: TypeAlias = Callable[[str, bytes], tuple[Sequence[Page], Sequence[str]] | None]


class Draft(msgspec.Struct, frozen=True):
    """What an output makes of a catalogue: pages, and chapters of which nobody has asked yet whether they stand."""

    name: str
    pages: Sequence[Page]
    chapters: Sequence[Chapter]


def drafts(catalogue: Catalogue) -> list[Draft]:
    """The draft of every output that the config does not turn off. Pages that list those of others are none of it."""
    chosen = ((name, output) for name, output in outputs().items() if made(name, catalogue.config))
    return [
        Draft(name, [*_asked(output, "pages", catalogue)], [*_asked(output, "chapters", catalogue)])
        for name, output in chosen
    ]


def plan(
    catalogue: Catalogue, drafted: Iterable[Draft], known: Known | None = None
) -> tuple[list[Page], list[PlannedChapter]]:
    """Every page of the site, and the chapters in which many of them stand."""
    planned: list[Page] = []
    chapters: list[PlannedChapter] = []
    for draft in drafted:
        found = [_planned(draft.name, chapter, known) for chapter in draft.chapters]
        chapters += found
        planned += chain(draft.pages, chain.from_iterable(chapter.pages for chapter in found))
    for name, output in outputs().items():
        if made(name, catalogue.config):
            planned += _asked(output, "listing", catalogue, tuple(planned))
    return planned, chapters


def _asked(output: ModuleType, name: str, *given: Any) -> Iterable[Any]:
    """What an output answers, if it has a function of this name."""
    return getattr(output, name)(*given) if hasattr(output, name) else ()


def _planned(output: str, chapter: Chapter, known: Known | None) -> PlannedChapter:
    name, digest = f"{output}/{chapter.name}", digest_bytes(*key_material(chapter.pages))
    found = known(name, digest) if known else None
    return PlannedChapter(name, digest, *found) if found else PlannedChapter(name, digest, tuple(chapter.pages.view()))


def unfit_outputs(config: Config) -> list[Problem]:
    """A problem for each output that the config names and nobody makes, and for each that it turns off though others lead to it."""
    needed = [name for name in NEEDED if not made(name, config)]
    return [*(_needed(name) for name in needed), *_unknown(config)]


def _needed(name: str) -> Problem:
    hint = text("Pages or feeds lead to what it makes: leave it on.")
    return Problem(
        Location(CONFIG, key=("outputs", name)), text("The output “{name}” cannot be turned off.", name=name), hint
    )


def _unknown(config: Config) -> list[Problem]:
    return [
        Problem(
            Location(CONFIG, key=("outputs", name), at_name=True),
            text("There is no output “{name}”.", name=name),
            did_you_mean(name, outputs()) or text("Known outputs: {names}.", names=", ".join(outputs())),
        )
        for name in config.outputs
        if name not in outputs()
    ]
