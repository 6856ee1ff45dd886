"""Pages: what a site consists of, as values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from almanac.core.problems import Location, Problem, text
from almanac.model.catalogue import Event


class Recipe(msgspec.Struct, frozen=True):
    """A view that has not been made yet: a pure function of some module, and all that it is given.

    What a function makes of the same things is the same: so the recipe is the key of its page, which needs no view where it stands.
    """

    make: Callable[..., Any]
    given: tuple[Any, ...]

    def view(self) -> Any:
        return self.make(*self.given)


def recipe(make: Callable[..., Any], *given: Any) -> Recipe:
    """The recipe `make(*given)`."""
    return Recipe(make, given)


_of_cards: set[Callable[..., Any]] = set()
MakeT = TypeVar("MakeT", bound=Callable[..., Any])


def shows_cards(make: MakeT) -> MakeT:
    """Says of what makes a view that it shows no more than cards do of the events that it is given in tuples: whatever else changes of them, changes no such page."""
    _of_cards.add(make)
    return make


DIGEST, CARD_DIGEST = attrgetter("digest"), attrgetter("card_digest")


def key_material(made: Recipe) -> list[bytes]:
    """What a recipe is told apart by: its function, and all that this is given, of events their digests."""
    of_many = CARD_DIGEST if made.make in _of_cards else DIGEST
    return [*_named(made.make), *[_given(value, of_many) for value in made.given]]


@cache
def _named(make: Callable[..., object]) -> tuple[bytes, bytes]:
    return make.__module__.encode(), make.__qualname__.encode()


def _given(value: object, of_many: Callable[[Event], bytes]) -> bytes:
    if isinstance(value, Event):
        return value.digest
    if isinstance(value, tuple) and value and isinstance(value[0], Event):
        return b"".join(map(of_many, value))
    return msgspec.msgpack.encode(value)


class Page(msgspec.Struct, frozen=True, array_like=True):
    """An address, the name of what renders it (`html:event.html`), and a frozen view that holds all the renderer may see, or its recipe.

    A page that is known to stand as it should has no view (None): it is not planned again.

    `source` is the file that asked for the page, where there is one; it is for problems, and no part of the key. Where the view is a
    recipe, `updated` says when what it shows last changed, as far as that is known, and `indexed` whether search engines shall have it.
    A page with a `body_digest`, that of `source`, shows the body of `source`, as no other page does: its view has a field of that name.
    """

    address: str
    renderer: str
    view: Any
    source: str = ""
    updated: datetime | None = None
    indexed: bool = False
    body_digest: bytes = b""


class Chapter(msgspec.Struct, frozen=True):
    """Pages that are planned together, under a name that their output gives to no others: a pure function makes them of what it is given.

    As long as that stays the same, so do the pages, and nobody has to plan them again. Those that a site map lists say so by `indexed`.
    """

    name: str
    pages: Recipe


class PlannedChapter(msgspec.Struct, frozen=True):
    """A chapter with its pages. Of one that stands as the last build has left it, the files are known (`standing`), and those pages that a site map lists, without views.

    The digest is that of its recipe.
    """

    name: str
    digest: bytes
    pages: Sequence[Page]
    standing: Sequence[str] = ()

    @property
    def stands(self) -> bool:
        return bool(self.standing)

    @property
    def renderers(self) -> AbstractSet[str]:
        """Those of its pages."""
        return {page.renderer for page in self.pages}


def file_of(address: str) -> str:
    """Where an address stands in `output/`: `/events/a/` is `events/a/index.html`."""
    return f"{address[1:]}index.html" if address.endswith("/") else address[1:]


def clashes(
    pages: Sequence[Page], standing: Iterable[str] = (), sound: AbstractSet[str] = frozenset()
) -> list[Problem]:
    """A problem for each address that two pages claim, and for each file that would have to be a folder as well.

    The files of pages that have no views are known to be those that are `standing`. Of `sound` files it is known that no two of them clash.
    """
    files = [*standing, *[file_of(page.address) for page in pages if page.view is not None]]
    if len(distinct := set(files)) == len(files) and sound >= distinct:
        return []
    claimed = {file.casefold() for file in files}
    folders = _folders(claimed) & claimed
    return _clashes(pages, folders) if folders or len(claimed) < len(files) else []


def _clashes(pages: Iterable[Page], folders: AbstractSet[str]) -> list[Problem]:
    """The problems of pages; `folders` are files that others need as folders."""
    first: dict[str, Page] = {}
    problems = []
    for page in pages:
        file = file_of(page.address).casefold()  # on many machines' disks Ä and ä, or A and a, are one file
        if file in first:
            problems.append(_clash(page, first[file]))
        first.setdefault(file, page)
    for file, page in first.items() if folders else ():
        parents = file.split("/")[:-1]
        other = next((name for end in range(1, len(parents) + 1) if (name := "/".join(parents[:end])) in folders), None)
        if other:
            problems.append(_clash(page, first[other]))
    return problems


def _folders(files: Iterable[str]) -> set[str]:
    """Every folder that the files need."""
    found: set[str] = set()
    for file in files:
        folder = file.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def one_per_file(pages: Iterable[Page]) -> list[Page]:
    """The pages without those whose file another page before them has claimed."""
    claimed: dict[str, Page] = {}
    for page in pages:
        claimed.setdefault(file_of(page.address).casefold(), page)
    return list(claimed.values())


def _clash(page: Page, other: Page) -> Problem:
    if other.source and not page.source:
        page, other = other, page
    claimant = other.source or text("the site itself")
    return Problem(
        Location(page.source or "config.yaml"),
        text("The address {address} is already taken by {other}.", address=page.address, other=claimant),
        text("Rename the file, or change its id or aliases."),
    )
