"""Two toy sites of a few texts, with a driver: it asks the graph for the pages that are new or stale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from almanac.incremental import Asked, Circular, Codec, Damaged, Graph, Input, Missing, Query, Store, page, query, table

text = Input("text")  # (name) -> the text of a file, or None


def text_of(site: Asked, name: str) -> str:
    found = text(site, name)
    if found is None:
        raise Missing(name)
    return str(found)


# A site of articles. The first line of an article is its title; a last line `next: NAME` links another.


@query(str)
def title(site: Asked, name: str) -> str:
    return text_of(site, name).split("\n", 1)[0]


@query()
def names(site: Asked) -> tuple[str, ...]:
    """What the file `index` lists. It is not kept in the store."""
    return tuple((text(site, "index") or "").split())


@table(str)
def titles(site: Asked) -> dict[str, str]:
    return {name: title(site, name) for name in names(site)}


@query()
def heading(site: Asked, name: str) -> str:
    """Made of an entry of a table, and not kept in the store."""
    return f"<h1>{titles.entry(site, name)}</h1>"


@query(str)
def link(site: Asked, name: str) -> str:
    following = text_of(site, name).rsplit("\n", 1)[-1].removeprefix("next: ")
    return f"<a>{titles.get(site, following) or ''}</a>"


@page()
def article(site: Asked, name: str) -> str:
    return f"{heading(site, name)}{text_of(site, name)}{link(site, name)}"


@page()
def front(site: Asked) -> str:
    return ", ".join(titles(site).values())


# A spreadsheet. The text of a cell is a sum, whose terms say what is read; the text of a group lists cells.


@query(int)
def cell(site: Asked, name: str) -> int:
    return sum(term(site, word) for word in text_of(site, name).split())


def term(site: Asked, word: str) -> int:
    """The value of `2`, of a cell `a`, of its last bit `a%`, of `a?b:c`, of a group `g.*` or of one cell of it, `g.a`.

    A term raises Missing where there is no such cell; with `!` behind it, it is 7 then.
    """
    condition, _, choice = word.partition("?")
    group, _, name = word.rpartition(".")
    if word.endswith("!"):
        try:
            return term(site, word[:-1])
        except Missing:
            return 7
    if choice:
        return cell(site, choice.split(":")[0 if bit(site, condition) else 1])
    if group:
        return sum(bits(site, group).values()) if name == "*" else bits.entry(site, name, group)
    if word.endswith("%"):
        return bit(site, word[:-1])
    return int(word) if word.isdigit() else cell(site, word)


@query(Codec(lambda value: b"zero" if value == 0 else None, lambda _: 0))
def bit(site: Asked, name: str) -> int:
    """The last bit of a cell. Only zero is kept in the store."""
    return cell(site, name) % 2


@table(int)
def bits(site: Asked, group: str) -> dict[str, int]:
    return {name: bit(site, name) for name in text_of(site, group).split()}


@page()
def sheet(site: Asked, name: str) -> str:
    return f"{name} is {cell(site, name)}"


QUERIES: dict[str, Query[Any, Any]] = {
    asked.name: asked for asked in (title, names, titles, heading, link, article, front, cell, bit, bits, sheet)
}
Pages = list[tuple[Query[Any, Any], tuple[str, ...]]]


def articles_and_front(site: Asked) -> Pages:
    return [(front, ()), *((article, (name,)) for name in names(site))]


def sheets(site: Asked) -> Pages:
    """The file `pages` lists them."""
    return [(sheet, (name,)) for name in text_of(site, "pages").split()]


class Texts:
    """The source of the input: a mapping, which tests edit."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def digest(self, *args: object) -> bytes:
        found = self.texts.get(str(args[0]))
        return b"" if found is None else b"=" + found.encode()

    def load(self, *args: object) -> str | None:
        return self.texts.get(str(args[0]))


def find(name: str) -> Query[Any, Any] | Input:
    return text if name == text.name else QUERIES[name]  # a KeyError is a LookupError


class Toy:
    """A site as one process sees it: another one made from the same file stands for the next process."""

    def __init__(
        self, texts: dict[str, str], path: Path | None = None, wanted: Callable[[Asked], Pages] = articles_and_front
    ) -> None:
        self.texts, self.wanted = texts, wanted
        self.store = Store(path, "1") if path else None
        self.pages: dict[str, str] = {}  # what was published: a page's text, or what it raised
        self.known: set[str] = set()  # the names of all texts that there have ever been
        self.made: set[str] = set()  # the pages that the last build has asked for
        self._mending(self._begin)

    def _begin(self) -> None:
        self.graph = Graph(self, {text.name: Texts(self.texts)}, find, self.store)
        document = self.store.document("toy") if self.store else None
        if document and self.store and not self.store.empty:
            self.pages, self.known = msgspec.msgpack.decode(document, type=tuple[dict[str, str], set[str]])

    def close(self) -> None:
        """Ends this process's use of the store."""
        if self.store:
            self.store.close()

    def update(self) -> None:
        self.known |= self.texts.keys()
        self.graph.runs.clear()
        self.graph.update((text, (name,)) for name in sorted(self.known))

    def build(self) -> dict[str, str]:
        """Brings the pages up to date."""
        self._mending(self._build)
        return self.pages

    def _mending(self, work: Callable[[], None]) -> None:
        """What every driver does: where the store turns out to be damaged, everything is computed again."""
        try:
            work()
        except Damaged:
            assert self.store
            self.store.close()
            self.store = Store(self.store.path, "1")
            self.pages, self.known = {}, set()
            self._begin()
            if work == self._save:  # what was to be saved has gone with the store
                self._build()
            work()

    def _build(self) -> None:
        self.update()
        wanted = {" ".join((asked.__name__, *args)): (asked, args) for asked, args in self.wanted(self)}
        by_name = {asked.__name__: asked for asked in QUERIES.values()}
        gone = [key.split(" ") for key in self.pages if key not in wanted]
        self.graph.forget(self.graph.id(by_name[name], tuple(args)) for name, *args in gone)
        self.made = {
            key
            for key, (asked, args) in wanted.items()
            if self.graph.id(asked, args) in self.graph.stale or self.pages.get(key, "error").startswith("error")
        }
        self.pages = {
            key: self.outcome(*asked) if key in self.made else self.pages[key] for key, asked in wanted.items()
        }
        self.graph.stale.difference_update([self.graph.id(*wanted[key]) for key in self.made])

    def outcome(self, asked: Query[Any, Any], args: tuple[str, ...]) -> str:
        """The value of a query, or what it raises."""
        try:
            return str(asked(self, *args))
        except (Missing, Circular) as error:
            return f"error {type(error).__name__}"

    def save(self) -> None:
        """Writes the store."""
        self._mending(self._save)

    def _save(self) -> None:
        self.graph.save({"toy": msgspec.msgpack.encode((self.pages, sorted(self.known)))})

    def ran(self) -> dict[str, int]:
        """How often each query has run since the last update began."""
        return {QUERIES[name].__name__: count for name, count in self.graph.runs.items()}


def stored(path: Path, nodes: Iterable[tuple[Query[Any, Any] | Input, tuple[str, ...]]]) -> list[bool]:
    """Whether the file holds each of these nodes."""
    store = Store(path, "1")
    graph = Graph(None, {}, find)
    found = [store.node(graph.id(asked, args)) is not None for asked, args in nodes]
    store.close()
    return found
