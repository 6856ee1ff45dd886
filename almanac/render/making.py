"""From planned pages to files that wait to be published: only what has no key, or another one, in the last manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from almanac.manifest import Published
from almanac.pages import Page, Recipe, file_of
from almanac.parallel import make_all
from almanac.publish import Made, stage
from almanac.render import Settings, dependencies, key_of, recipe_digest, render
from almanac.standing import keep

BRING_PARTS = frozenset({"ics:file"})  # what these serialise
PUT_TOGETHER = frozenset({"ics:feed"})  # these join


@dataclass(frozen=True)
class Wanted:
    """A page that is to be looked at anew, with the digest of its recipe, and the key under which its file stands in `output/`, if it does."""

    page: Page
    file: str
    recipe: str
    standing: str


@dataclass(frozen=True)
class Work:
    """What is to be made, and all that making it takes."""

    wanted: Sequence[Wanted]
    settings: Settings
    depends: Mapping[str, bytes]
    output: Path


def choose(pages: Sequence[Page], settings: Settings, published: Mapping[str, Published], output: Path) -> tuple[Work, dict[str, Published]]:
    """The work that is to be done, and the files that stand as they should."""
    depends = dependencies(pages, settings)
    wanted: list[Wanted] = []
    kept: dict[str, Published] = {}
    for page in pages:
        file = file_of(page.address)
        standing = published.get(file)
        recipe = recipe_digest(page.view, depends[page.renderer]) if isinstance(page.view, Recipe) else ""
        if standing and (standing.recipe == recipe if recipe else standing.key == key_of(page.view, depends[page.renderer])):
            kept[file] = standing
        else:
            wanted.append(Wanted(page, file, recipe, standing.key if standing else ""))
    return Work(wanted, settings, depends, output), kept


def make_pages(work: Work, jobs: int) -> Iterator[Made]:
    """Makes everything that is wanted; what has to be published waits in the staging folder. Raises BrokenPage."""
    first = [number for number, wanted in enumerate(work.wanted) if wanted.page.renderer in BRING_PARTS]
    together = [number for number, wanted in enumerate(work.wanted) if wanted.page.renderer in PUT_TOGETHER]
    others = [number for number, wanted in enumerate(work.wanted) if wanted.page.renderer not in BRING_PARTS | PUT_TOGETHER]
    return make_all(partial(make, work), first, together, others, jobs)


def make(work: Work, number: int) -> Made:
    """One page: its view is made, and rendered if its key is another."""
    wanted = work.wanted[number]
    view = wanted.page.view.view() if isinstance(wanted.page.view, Recipe) else wanted.page.view
    key = key_of(view, work.depends[wanted.page.renderer])
    staged = key != wanted.standing and stage(render(view, wanted.page.renderer, work.settings), wanted.file, work.output, number)
    kept = keep(view, wanted.file, wanted.page.renderer, work.depends[wanted.page.renderer]) if wanted.page.with_body else b""
    return Made(wanted.file, key, wanted.recipe, staged, number, kept)
