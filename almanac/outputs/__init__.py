"""The outputs of a site. One file = one output, found by being there; to add one, add a file.

Each module has `pages(catalogue)`, which yields pages, or `chapters(catalogue)`, which yields groups of pages that depend on little, or both; or
`listing(catalogue, pages)`, if its pages come after all of those: because they list them, or give way to them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeAlias

from almanac.addresses import made
from almanac.catalogue import Catalogue
from almanac.config import CONFIG, Config
from almanac.digests import digest_bytes
from almanac.pages import Chapter, Page, PlannedChapter, key_material
from almanac.problems import Location, Problem, did_you_mean, text

NEEDED = ("assets", "colours", "event_files", "event_pages", "home")  # whatever else is made leads to these


@cache
def outputs() -> dict[str, ModuleType]:
    """Every output by its name, in the order of the names."""
    return {module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)}


Known: TypeAlias = Callable[[str, bytes], tuple[Sequence[Page], Sequence[str]] | None]  # the pages and files of a chapter, if it is still that of this digest


def plan(catalogue: Catalogue, known: Known | None = None) -> tuple[list[Page], list[PlannedChapter]]:
    """Every page of the site, of the outputs that the config does not turn off; and the chapters in which many of them stand."""
    chosen = {name: output for name, output in outputs().items() if made(name, catalogue.config)}
    planned: list[Page] = []
    chapters: list[PlannedChapter] = []
    for name, output in chosen.items():
        if hasattr(output, "pages"):
            planned += output.pages(catalogue)
        if hasattr(output, "chapters"):
            found = [_planned(name, chapter, known) for chapter in output.chapters(catalogue)]
            chapters += found
            planned += chain.from_iterable(chapter.pages for chapter in found)
    for output in chosen.values():
        if hasattr(output, "listing"):
            planned += output.listing(catalogue, tuple(planned))
    return planned, chapters


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
    return Problem(Location(CONFIG, key=("outputs", name)), text("The output “{name}” cannot be turned off.", name=name), hint)


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
