"""The plan of a build as the next one can follow it: the recipe of every page, with its events by number, and what was linked for these events.

From it, single pages can be made again with what the files of their events say now, as long as the facts of these events are the same.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from importlib import import_module
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import Any

import msgspec

from almanac.catalogue import Catalogue, Event
from almanac.config import Config
from almanac.content.history import Identity
from almanac.content.reading import Content
from almanac.content.shelf import Entry
from almanac.linking import Names, event_file, event_of, registries
from almanac.pages import Page, Recipe

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
        return any(one in numbers if isinstance(one, int) else isinstance(one, list) and not numbers.isdisjoint(one) for one in self.given)


class KeptPlan(msgspec.Struct, frozen=True, dict=True):
    """All of them."""

    events: Sequence[KeptEvent]
    pages: Sequence[KeptPage]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each event by its file."""
        return {event.path: number for number, event in enumerate(self.events) if event.withdrawn is None}

    @cached_property
    def sources(self) -> dict[str, KeptPage]:
        """The page that shows the body of a file."""
        return {page.source: page for page in self.pages if page.source}


def encode_plan(catalogue: Catalogue, pages: Iterable[Page]) -> tuple[str, bytes]:
    """A name by which the plan will be known, and the bytes that `read_plan` reads."""
    found = (*catalogue.events, *catalogue.withdrawn)
    numbers = {event: number for number, event in enumerate(found)}
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
        return KeptPage(page.address, page.renderer, make, [given(value) for value in view.given], page.source if page.body_digest else "")

    gone = set(catalogue.withdrawn)
    events = [KeptEvent(one.path, one.uid, one.former_ids, one.updated, one.packed if one in gone else None) for one in found]
    name = token_hex(8)
    return name, msgspec.msgpack.encode((name, events, [kept(page, page.view) for page in pages if isinstance(page.view, Recipe)]))


def read_plan(file: Path, name: str) -> KeptPlan | None:
    """The plan of that name; nothing where the file holds another, or none that can be read."""
    try:
        written, events, pages = msgspec.msgpack.decode(file.read_bytes(), type=tuple[str, list[KeptEvent], list[KeptPage]])
    except (OSError, msgspec.MsgspecError):
        return None
    return KeptPlan(events, pages) if written == name else None


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
            known = self._events[number] = event_of(event_file(kept.path, packed), self.names, kept.updated, Identity(kept.uid, kept.former_ids))
        return known


def relinked(plan: KeptPlan, config: Config, content: Content) -> Relinked:
    """Ready to make pages of the plan."""
    return Relinked(plan, config, registries(config, content.records()), content)


def affected(plan: KeptPlan, fields: Iterable[str], bodies: Iterable[str]) -> Iterator[KeptPage]:
    """The pages that show events with other fields or other bodies; both are given by their paths. What is not in the plan, such as a draft, is on no page."""
    numbers = {plan.numbers[path] for path in fields if path in plan.numbers}
    shown = [page for page in plan.pages if page.shows(numbers)] if numbers else []
    known = {page.address for page in shown}
    of_bodies = (plan.sources[path] for path in bodies if path in plan.sources)
    return chain(shown, (page for page in of_bodies if page.address not in known))
