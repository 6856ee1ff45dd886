"""The outputs of a site. One file = one output, found by being there; to add one, add a file.

Each module has `pages(catalogue)`, which yields pages; or `listing(catalogue, pages)`, if its pages come after all of those: because
they list them, or give way to them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from almanac.addresses import made
from almanac.catalogue import Catalogue
from almanac.config import CONFIG, Config
from almanac.pages import Page
from almanac.problems import Location, Problem, did_you_mean, text

NEEDED = ("assets", "colours", "event_files", "event_pages", "home")  # whatever else is made leads to these


@cache
def outputs() -> dict[str, ModuleType]:
    """Every output by its name, in the order of the names."""
    return {module.name: import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)}


def plan(catalogue: Catalogue) -> list[Page]:
    """Every page of the site, of the outputs that the config does not turn off."""
    chosen = [output for name, output in outputs().items() if made(name, catalogue.config)]
    planned: list[Page] = []
    for output in chosen:
        if hasattr(output, "pages"):
            planned += output.pages(catalogue)
    for output in chosen:
        if hasattr(output, "listing"):
            planned += output.listing(catalogue, tuple(planned))
    return planned


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
