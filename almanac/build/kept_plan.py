"""The plan of a build as the next one can follow it: the recipe of every page, with its events by number, and what was linked for these events.

From it, single pages can be made again with what the files of their events say now, as long as the facts of these events are the same. Where
they are not, whole chapters may stand all the same: of them the next plan takes what it has to know of each page, and keeps the rest as it is.
"""

from __future__ import annotations

import pickle
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from importlib import import_module
from itertools import chain, count
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec
from msgspec import Raw

from almanac.build.kept import mapped
from almanac.build.manifest import Published, Standing
from almanac.build.pages import Page, PlannedChapter, Recipe, file_of
from almanac.content.config import Config
from almanac.content.history import Identity
from almanac.content.reading import Content
from almanac.content.shelf import Entry
from almanac.core.digests import digest_bytes
from almanac.model.catalogue import Catalogue, Event
from almanac.model.linking import Names, event_file, event_of, registries
from almanac.render import Settings, dependencies

Given = int | list[int] | bytes  # an event, several, or anything else, pickled


class KeptEvent(msgspec.Struct, frozen=True, array_like=True):
    """An event of the plan: its file, and what history told of it. Of a withdrawn one, whose file is gone, all that it said."""

    path: str
    uid: str
    former_ids: tuple[str, ...]
    updated: datetime
    withdrawn: Entry | None = None


class KeptPage(msgspec.Struct, frozen=True, array_like=True):
    """A page with a recipe: its address, its renderer, the function (`module:name`) and what it is given; `source` is the file of its body."""

    address: str
    renderer: str
    make: str
    given: list[Given]
    source: str

    def shows(self, numbers: set[int]) -> bool:
        """Whether it is given one of these events."""
        return any(
            one in numbers if isinstance(one, int) else isinstance(one, list) and not numbers.isdisjoint(one)
            for one in self.given
        )

    def numbers(self) -> Iterator[int]:
        """Those of all events that it is given."""
        for one in self.given:
            yield from (one,) if isinstance(one, int) else one if isinstance(one, list) else ()


class PackedChapter(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """A chapter as it is asked which of its pages show some events: the numbers of all that its pages are given, and these, packed."""

    renderers: Raw
    listed: Raw
    files: Raw
    events: list[int]
    packed: Raw

    @cached_property
    def pages(self) -> list[KeptPage]:
        """These, unpacked when they are asked for."""
        return msgspec.msgpack.decode(self.packed, type=list[KeptPage])


class KeptPlan(msgspec.Struct, frozen=True, dict=True):
    """All of them: events by their numbers, and pages, most in chapters: to unpack all takes longer than to make some."""

    events: Mapping[int, KeptEvent]
    chapters: Sequence[PackedChapter]
    others: Sequence[KeptPage]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each event by its file."""
        return _numbers(self.events)

    def given(self, numbers: set[int]) -> Iterator[KeptPage]:
        """The pages of chapters in which some are given one of these events, and all that are in none."""
        return chain(
            chain.from_iterable(chapter.pages for chapter in self.chapters if not numbers.isdisjoint(chapter.events)),
            self.others,
        )

    def one_with_a_body(self) -> KeptPage | None:
        """Any page that shows the body of a file."""
        return next((page for chapter in self.chapters for page in chapter.pages if page.source), None)


def _numbers(events: Mapping[int, KeptEvent]) -> dict[str, int]:
    return {event.path: number for number, event in events.items() if event.withdrawn is None}


class KeptChapter(msgspec.Struct, frozen=True, array_like=True):
    """The same, of the same five values, as it is asked whether it stands: the renderers of its pages; those of them that a site map lists, without their views; all its files."""

    renderers: list[str]
    listed: list[Page]
    files: list[str]
    events: Raw
    packed: Raw


class KeptChapters(msgspec.Struct, frozen=True):
    """The chapters of the last plan, with the pages and files of each, and the whole of it, packed: its events, its chapters.

    Which of them stand as they were published, is told by fingerprints; `depends` is what their pages depend on.
    """

    events: Raw
    packed: Raw
    chapters: Mapping[str, KeptChapter]
    fingerprints: Mapping[str, bytes]
    published: Mapping[str, Published]
    depends: Mapping[str, bytes]

    def standing(self, name: str, digest: bytes) -> tuple[Sequence[Page], Sequence[str]] | None:
        """The pages of a chapter that a site map lists, without their views, and its files, if it is the same and all of them stand."""
        kept = self.chapters.get(name)
        known = (
            fingerprint(digest, kept.renderers, kept.files, self.depends, self.published)
            if kept and kept.files
            else None
        )
        return (kept.listed, kept.files) if kept and known and known == self.fingerprints.get(name) else None


def fingerprint(
    digest: bytes,
    renderers: Iterable[str],
    files: Iterable[str],
    depends: Mapping[str, bytes],
    published: Mapping[str, Published],
) -> bytes | None:
    """Stands for a chapter and for all that was published of it; nothing where some of that is missing. The digest is that of its recipe."""
    try:
        keys = "".join([published[file].key for file in files])
    except KeyError:
        return None
    return digest_bytes(digest, *[depends[renderer] for renderer in sorted(renderers)], keys.encode())


def encode_plan(
    catalogue: Catalogue, pages: Iterable[Page], chapters: Sequence[PlannedChapter], last: KeptChapters | None
) -> tuple[str, bytes]:
    """A name by which the plan will be known, and the bytes that `read_plan` and `read_chapters` read. What stands of the last one is taken from there."""
    before = msgspec.msgpack.decode(last.events, type=dict[int, KeptEvent]) if last else {}
    standing = msgspec.msgpack.decode(last.packed, type=dict[str, Raw]) if last else {}
    numbers = _numbered((*catalogue.events, *catalogue.withdrawn), catalogue.withdrawn, before)
    pickled: dict[int, bytes] = {}  # by identity: what is the same for many pages is pickled once

    def given(value: Any) -> Given:
        if isinstance(value, Event):
            return numbers[value]
        if isinstance(value, tuple) and value and isinstance(value[0], Event):
            return [numbers[event] for event in value]
        known = pickled.get(id(value))
        if known is None:
            known = pickled[id(value)] = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        return known

    def kept(page: Page, view: Recipe) -> KeptPage:
        make = f"{view.make.__module__}:{view.make.__qualname__}"
        return KeptPage(
            page.address,
            page.renderer,
            make,
            [given(value) for value in view.given],
            page.source if page.body_digest else "",
        )

    def all_kept(found: Iterable[Page]) -> list[KeptPage]:
        return [kept(page, page.view) for page in found if isinstance(page.view, Recipe)]

    def of_chapter(chapter: PlannedChapter) -> Raw | tuple[list[str], list[Page], list[str], list[int], list[KeptPage]]:
        if chapter.stands:
            return standing[chapter.name]
        listed = [
            Page(page.address, page.renderer, None, page.source, page.updated, page.indexed)
            for page in chapter.pages
            if page.indexed
        ]
        pages = all_kept(chapter.pages)
        shown = sorted({number for page in pages for number in page.numbers()})
        return sorted(chapter.renderers), listed, [file_of(page.address) for page in chapter.pages], shown, pages

    gone = set(catalogue.withdrawn)
    events = {
        number: KeptEvent(one.path, one.uid, one.former_ids, one.updated, one.packed if one in gone else None)
        for one, number in numbers.items()
    }
    in_chapters = {id(page) for chapter in chapters if not chapter.stands for page in chapter.pages}
    others = all_kept(page for page in pages if id(page) not in in_chapters)
    name = token_hex(8)
    return name, msgspec.msgpack.encode(
        (name, events, {chapter.name: of_chapter(chapter) for chapter in chapters}, others)
    )


def _numbered(events: Iterable[Event], withdrawn: Collection[Event], last: Mapping[int, KeptEvent]) -> dict[Event, int]:
    """The numbers of events: who had one keeps it, since chapters that stand know their events by that."""
    gone, before = set(withdrawn), _numbers(last)
    found = list(events)
    numbers = {event: before[event.path] for event in found if event not in gone and event.path in before}
    taken = set(numbers.values())
    free = (number for number in count() if number not in taken)
    return {**numbers, **{event: next(free) for event in found if event not in numbers}}


def read_plan(file: Path, name: str) -> KeptPlan | None:
    """The plan of that name; nothing where the file holds another, or none that can be read."""
    form = tuple[str, dict[int, KeptEvent], dict[str, PackedChapter], list[KeptPage]]
    try:
        written, events, chapters, others = msgspec.msgpack.decode(mapped(file), type=form)
    except (OSError, msgspec.MsgspecError):
        return None
    return KeptPlan(events, tuple(chapters.values()), others) if written == name else None


def read_chapters(
    file: Path, standing: Standing, published: Mapping[str, Published], settings: Settings
) -> KeptChapters | None:
    """The chapters of the plan that was followed last, which of its files stand being told; nothing where the file holds another, or none that can be read."""
    try:
        written, events, packed, _ = msgspec.msgpack.decode(mapped(file), type=tuple[str, Raw, Raw, Raw])
        chapters = msgspec.msgpack.decode(packed, type=dict[str, KeptChapter])
    except (OSError, msgspec.MsgspecError):
        return None
    if written != standing.plan:
        return None
    renderers = {renderer for chapter in chapters.values() for renderer in chapter.renderers}
    return KeptChapters(events, packed, chapters, standing.chapters, published, dependencies(renderers, settings))


class Relinked(msgspec.Struct):
    """The events of a kept plan, linked anew one by one, as their files are now."""

    plan: KeptPlan
    config: Config
    names: Names
    content: Content
    _events: dict[int, Event] = msgspec.field(default_factory=dict)

    def page(self, kept: KeptPage) -> Page:
        """A page with its recipe."""
        module, _, name = kept.make.partition(":")
        recipe = Recipe(getattr(import_module(module), name), tuple(map(self._given, kept.given)))
        digest = self.content.shelf[kept.source].digest if kept.source else b""
        return Page(kept.address, kept.renderer, recipe, kept.source, body_digest=digest)

    def _given(self, value: Given) -> Any:
        if isinstance(value, int):
            return self._event(value)
        if isinstance(value, list):
            return tuple([self._event(number) for number in value])
        return pickle.loads(value)  # noqa: S301 - the cache is this machine's own, like the code that reads it

    def _event(self, number: int) -> Event:
        known = self._events.get(number)
        kept = self.plan.events[number]
        packed = kept.withdrawn or self.content.shelf[kept.path]
        if known is None or known.packed is not packed:
            known = self._events[number] = event_of(
                event_file(kept.path, packed), self.names, kept.updated, Identity(kept.uid, kept.former_ids)
            )
        return known


def relinked(plan: KeptPlan, config: Config, content: Content) -> Relinked:
    """Ready to make pages of the plan."""
    return Relinked(plan, config, registries(config, content.records()), content)


def affected(plan: KeptPlan, fields: Iterable[str], bodies: Iterable[str]) -> Iterator[KeptPage]:
    """The pages that show events with other fields or other bodies; both are given by their paths. What is not in the plan, such as a draft, is on no page."""
    numbers, sources = _of(plan, fields), set(bodies)
    return (
        page
        for page in plan.given(numbers | _of(plan, sources))
        if page.source in sources or (numbers and page.shows(numbers))
    )


def _of(plan: KeptPlan, paths: Iterable[str]) -> set[int]:
    return {plan.numbers[path] for path in paths if path in plan.numbers}
