"""From planned pages to files that wait to be published: only what has no key, or another one, in the last manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

from almanac.build.manifest import Published
from almanac.build.pages import Page, PlannedChapter, Recipe, file_of
from almanac.build.parallel import beside, in_chunks, make_all, one_by_one, worth_processes
from almanac.build.publish import Made, is_empty, stage
from almanac.model.catalogue import Event
from almanac.render import Settings, dependencies, gather, key_of, prepare, render

if TYPE_CHECKING:
    from almanac.build.ahead import Ahead

PUT_TOGETHER = frozenset({"ics:feed", "search"})  # of parts that are made with the pages of events
GO_THROUGH_ALL = frozenset({"open_data:json", "open_data:csv"})  # and open the events of years
MADE_LAST = PUT_TOGETHER | GO_THROUGH_ALL
ICS_FILE = "ics:file"
WORTH_A_FORK = (
    2_000  # events in pages that are put together: to join the parts of so many takes longer than to start a process
)


class Wanted(msgspec.Struct, frozen=True):
    """A page that is to be made, the file in which it will stand, and its key, if that has been asked for: that of a new page is left to whoever makes it."""

    page: Page
    file: str
    key: str = ""


class Work(msgspec.Struct, frozen=True):
    """What is to be made, and all that making it takes; `gathering` names what puts pages together of parts."""

    wanted: Sequence[Wanted]
    gathering: tuple[str, ...]
    settings: Settings
    depends: Mapping[str, bytes]
    output: Path
    empty: bool  # whether nothing stands there yet


def choose(  # noqa: PLR0913 - all that decides
    pages: Sequence[Page],
    settings: Settings,
    published: Mapping[str, Published],
    output: Path,
    known: Mapping[str, bytes] = MappingProxyType({}),
    *,
    chapters: Iterable[PlannedChapter] = (),
) -> tuple[Work, dict[str, Published]]:
    """The work that is to be done, and the files that stand as they should, those of `chapters` that stand among them; `known` are dependencies that have been looked for."""
    depends = {**dependencies({page.renderer for page in pages} - known.keys(), settings), **known}
    wanted: list[Wanted] = []
    kept = {file: published[file] for chapter in chapters for file in chapter.standing}
    for page in pages:
        if page.view is not None:
            file = file_of(page.address)
            standing = published.get(file)
            key = key_of(page, depends[page.renderer]) if standing else ""
            if standing and standing.key == key:
                kept[file] = standing
            else:
                wanted.append(Wanted(page, file, key))
    gathering = tuple(sorted({one.page.renderer for one in wanted} & PUT_TOGETHER))
    return Work(wanted, gathering, settings, depends, output, is_empty(output)), kept


def make_pages(work: Work, jobs: int, ahead: Ahead | None = None) -> Iterator[Made]:
    """Makes everything that is wanted; what has to be published waits in the staging folder. Raises BrokenPage.

    What is put together may have been made `ahead`: where so much is wanted that several processes make it, that is of no use.
    """
    renderers = [one.page.renderer for one in work.wanted]
    by_date = sorted(range(len(work.wanted)), key=lambda number: _first_date(work.wanted[number].page))
    together = [number for number in by_date if renderers[number] in PUT_TOGETHER]
    through_all = [number for number in by_date if renderers[number] in GO_THROUGH_ALL]
    longest_first = sorted(
        through_all, key=lambda number: _events_given(work.wanted[number].page), reverse=True
    )  # lest one is waited for
    long = sum(_events_given(work.wanted[number].page) for number in together) >= WORTH_A_FORK
    few = not worth_processes(len(work.wanted))
    files = (
        [number for number in by_date if renderers[number] == ICS_FILE] if few and long else []
    )  # only one process loads what writes calendars
    last = [*files, *longest_first, *together]
    made_last = set(last)
    first = [number for number in by_date if number not in made_last]
    if few and long:  # whoever makes the last does not see what comes of the first
        work = msgspec.structs.replace(work, gathering=())
    if ahead and few:
        return _with(ahead, work, first, last)
    if ahead:
        ahead.dismiss()
    return make_all(partial(make, work), first, last, jobs, long=long)


def _with(ahead: Ahead, work: Work, first: Sequence[int], last: Sequence[int]) -> Iterator[Made]:
    """Makes the first, takes what is there of the last, and makes what is missing."""
    missing = dict.fromkeys(last)
    asked = [(number, work.wanted[number].file, work.wanted[number].key) for number in last]
    for one in beside(in_chunks(partial(make, work), first), ahead.process, asked):
        missing.pop(one.number, None)
        yield one
    yield from one_by_one(partial(make, work), missing)


def _first_date(page: Page) -> datetime:
    """When the first event that is given for the page begins: pages with the same events share cards, and are made one after the other."""
    for given in _given(page):
        first = given[0] if isinstance(given, tuple) and given else given
        if isinstance(first, Event):
            return first.begins
    return datetime.min  # noqa: DTZ901 - before every local time of the site


def _own_events(pages: Iterable[Page]) -> list[Event]:
    """The events of which these are the pages, each once."""
    firsts = (given[0] for page in pages if (given := _given(page)))
    return list(dict.fromkeys(first for first in firsts if isinstance(first, Event)))


def _events_given(page: Page) -> int:
    """How many events the page is given in its longest list."""
    return max((len(one) for one in _given(page) if isinstance(one, tuple)), default=0)


def _given(page: Page) -> tuple[Any, ...]:
    return page.view.given if isinstance(page.view, Recipe) else ()


def make(work: Work, numbers: Sequence[int]) -> list[Made]:
    """Some pages. Each step is done for all of them before the next, and alike pages in a row, so that what a step needs stays near the processor."""
    alike = sorted(numbers, key=lambda number: work.wanted[number].page.renderer)
    wanted = [work.wanted[number] for number in alike]
    puts = [
        stage(content, one.file, work.output, empty=work.empty)
        for one, content in zip(wanted, rendered(work, wanted), strict=True)
    ]
    keys = [one.key or key_of(one.page, work.depends[one.page.renderer]) for one in wanted]
    return [Made(one.file, key, put, number) for one, key, put, number in zip(wanted, keys, puts, alike, strict=True)]


def rendered(work: Work, wanted: Sequence[Wanted]) -> list[bytes]:
    """The bytes of some pages."""
    views = [one.page.view.view() if isinstance(one.page.view, Recipe) else one.page.view for one in wanted]
    prepare([(view, one.page.renderer) for one, view in zip(wanted, views, strict=True)], work.settings)
    gather(work.gathering, _own_events(one.page for one in wanted), work.settings)
    return [render(view, one.page.renderer, work.settings) for one, view in zip(wanted, views, strict=True)]
