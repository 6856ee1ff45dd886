"""Renders many pages: one after the other where there are few, in several processes where there are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain

from almanac.pages import Page
from almanac.render import RenderedPage, Settings, render

WORTH_A_PROCESS = 400  # pages: below this, starting processes costs more than they save
CHUNK = 50


def render_all(pages: Sequence[tuple[Page, str]], settings: Settings, jobs: int) -> Iterator[RenderedPage]:
    """Every page with its key, rendered, in their order."""
    if jobs < 2 or len(pages) < WORTH_A_PROCESS:  # noqa: PLR2004 - one job is this process
        yield from _render_some(settings, pages)
        return
    chunks = [pages[start : start + CHUNK] for start in range(0, len(pages), CHUNK)]
    with ProcessPoolExecutor(jobs) as processes:
        yield from chain.from_iterable(processes.map(partial(_render_some, settings), chunks))


def _render_some(settings: Settings, pages: Sequence[tuple[Page, str]]) -> list[RenderedPage]:
    return [RenderedPage(page.address, key, render(page, settings)) for page, key in pages]
