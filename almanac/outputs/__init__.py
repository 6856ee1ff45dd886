"""The outputs of a site: each module of this folder is one. To add an output, add a file.

Each module has `pages(site)`, which yields its pages. View functions are pure functions of the site whose reads are
recorded, so no page can go stale. A module may define three marks:

- `LAST`: if an address is claimed twice, the page of another output keeps it, and the claim is a problem.
- `GIVES_WAY`: likewise, but the claim is no problem.
- `LISTS_PAGES`: its pages list the pages of all other outputs.
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
from almanac.model.problems import record_problems
from almanac.model.site import Site
from almanac.render import renderer
from almanac.site.address_conflicts import address_conflicts
from almanac.site.addresses import made
from almanac.site.drawings import drawing_problems
from almanac.site.page_tree import page_problems
from almanac.site.pages import Page

NEEDED = ("assets", "event_files", "event_pages", "home", "scripts", "workers")  # all others link to these


def output_names() -> tuple[str, ...]:
    """The name of every output, in alphabetical order. Loads no output."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


@cache  # imported modules do not change
def outputs() -> dict[str, ModuleType]:
    """Every output by its name, in the order of the names."""
    return {name: import_module(f"{__name__}.{name}") for name in output_names()}


@query()
def listing(site: Site, name: str) -> tuple[Page, ...]:
    """The pages of one output; none if the config turns it off."""
    return tuple(outputs()[name].pages(site)) if made(name, site.config) else ()


def listed_pages(site: Site) -> Iterator[Page]:
    """Every page except those of outputs that list pages. Of two pages with one address, the first keeps it."""
    ordinary = {name: module for name, module in outputs().items() if not hasattr(module, "LISTS_PAGES")}
    claiming = [name for name, module in ordinary.items() if not hasattr(module, "GIVES_WAY")]
    claiming.sort(key=lambda name: hasattr(ordinary[name], "LAST"))
    yield from chain.from_iterable(listing(site, name) for name in claiming)
    giving_way = [one for name in ordinary if name not in claiming for one in listing(site, name)]
    taken = {one.file for name in claiming for one in listing(site, name)} if giving_way else set()
    yield from (one for one in giving_way if one.file not in taken)


def all_pages(site: Site) -> list[Page]:
    """Every page of the site."""
    listing_outputs = [name for name, module in outputs().items() if hasattr(module, "LISTS_PAGES")]
    return [*listed_pages(site), *chain.from_iterable(listing(site, name) for name in listing_outputs)]


@query()
def file_problems(site: Site) -> tuple[Problem, ...]:
    """Every problem of the content, of outputs in the config, of addresses and of templates."""
    found = [*record_problems(site), *unfit_outputs(site.config), *page_problems(site)]
    found += address_conflicts(all_pages(site))
    return (*found, *drawing_problems(site), *renderer("html").template_problems(site))


def unfit_outputs(config: Config) -> list[Problem]:
    """A problem for each output in the config that does not exist, and for each one turned off that others need."""
    needed = [name for name in NEEDED if not made(name, config)]
    return [*(_needed(name) for name in needed), *_unknown(config)]


def _needed(name: str) -> Problem:
    hint = text("Pages or feeds lead to what it makes: leave it on.")
    return Problem(
        Location(CONFIG, key=("outputs", name)), text("The output “{name}” cannot be turned off.", name=name), hint
    )


def _unknown(config: Config) -> list[Problem]:
    known = output_names()
    return [
        Problem(
            Location(CONFIG, key=("outputs", name), at_name=True),
            text("There is no output “{name}”.", name=name),
            did_you_mean(name, known) or text("Known outputs: {names}.", names=", ".join(known)),
        )
        for name in config.outputs
        if name not in known
    ]
