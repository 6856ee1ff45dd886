"""The outputs of a site. One file = one output, found by being there; to add one, add a file.

Each module has `pages(site)`, which yields its pages. Their views are pure functions of the site: what they read is recorded,
so that no page can go stale. Three marks say how an output stands to the others: `LAST`: pages of others keep an address that
both claim; `GIVES_WAY`: as well, and that is no problem; `LISTS_PAGES`: its pages list those of all others.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from itertools import chain
from pkgutil import iter_modules
from types import ModuleType

from almanac.content.config import CONFIG, Config
from almanac.core.problems import Location, Problem, did_you_mean, text
from almanac.incremental import query
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.pages import Page

NEEDED = ("assets", "colours", "event_files", "event_pages", "home", "scripts")  # whatever else is made leads to these


@cache
def output_names() -> tuple[str, ...]:
    """The name of every output, in alphabetical order. No output is loaded for it."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


@cache
def outputs() -> dict[str, ModuleType]:
    """Every output by its name, in the order of the names."""
    return {name: import_module(f"{__name__}.{name}") for name in output_names()}


@query()
def listing(site: Site, name: str) -> tuple[Page, ...]:
    """The pages of one output; none where the config turns it off."""
    return tuple(outputs()[name].pages(site)) if made(name, site.config) else ()


def listed_pages(site: Site) -> Iterator[Page]:
    """Every page but those of outputs that list pages. Two may claim one address: the first keeps it."""
    ordinary = [name for name, module in outputs().items() if not hasattr(module, "LISTS_PAGES")]
    early = [name for name in ordinary if not hasattr(outputs()[name], "LAST")]
    yielding = [name for name in ordinary if hasattr(outputs()[name], "GIVES_WAY")]
    late = [name for name in ordinary if name not in early and name not in yielding]
    yield from chain.from_iterable(listing(site, name) for name in (*early, *late))
    if any(listing(site, name) for name in yielding):
        taken = {one.file for name in (*early, *late) for one in listing(site, name)}
        for name in yielding:
            yield from (one for one in listing(site, name) if one.file not in taken)


def all_pages(site: Site) -> list[Page]:
    """Every page of the site."""
    listing_outputs = [name for name, module in outputs().items() if hasattr(module, "LISTS_PAGES")]
    return [*listed_pages(site), *chain.from_iterable(listing(site, name) for name in listing_outputs)]


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
            did_you_mean(name, output_names()) or text("Known outputs: {names}.", names=", ".join(output_names())),
        )
        for name in config.outputs
        if name not in output_names()
    ]
