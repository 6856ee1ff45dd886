"""From planned pages to files that wait to be published: only what has no key, or another one, in the last manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from almanac.manifest import Published
from almanac.pages import Page, Recipe, file_of
from almanac.parallel import make_all
from almanac.publish import Made, stage
from almanac.render import Settings, dependencies, key_of, prepare, recipe_digest, render
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


def make(work: Work, numbers: Sequence[int]) -> list[Made]:
    """Some pages: their views are made, and those rendered whose keys are others. Each step is done for all of them before the next."""
    wanted = [work.wanted[number] for number in numbers]
    views = [one.page.view.view() if isinstance(one.page.view, Recipe) else one.page.view for one in wanted]
    keys = [key_of(view, work.depends[one.page.renderer]) for one, view in zip(wanted, views, strict=True)]
    changed = [key != one.standing for one, key in zip(wanted, keys, strict=True)]
    prepare([(view, one.page.renderer) for one, view, new in zip(wanted, views, changed, strict=True) if new], work.settings)
    return [_made(work, *page) for page in zip(numbers, wanted, views, keys, changed, strict=True)]


def _made(work: Work, number: int, wanted: Wanted, view: Any, key: str, changed: bool) -> Made:  # noqa: FBT001, PLR0913, PLR0917 - a row of what `make` has found
    renderer = wanted.page.renderer
    staged = changed and stage(render(view, renderer, work.settings), wanted.file, work.output, number)
    kept = keep(view, wanted.file, renderer, work.depends[renderer]) if wanted.page.with_body else b""
    return Made(wanted.file, key, wanted.recipe, staged, number, kept)
