"""Queries, tables and inputs: what a graph can be asked for, and how each is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import PurePath
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeAlias, TypeVar, cast

import msgspec

Argument: TypeAlias = str | int | bool | None
Arguments: TypeAlias = tuple[Argument, ...]
Id: TypeAlias = int  # names a node: 64 bits of the digest of its query's name and its arguments

P = ParamSpec("P")
T = TypeVar("T")
SiteT_contra = TypeVar("SiteT_contra", contravariant=True)


def _text(value: object) -> str:
    """The text of a value that MessagePack cannot encode. Raises TypeError if its text may not tell values apart."""
    if isinstance(value, PurePath | str | Exception):
        return str(value)
    raise TypeError(type(value))


encode = msgspec.msgpack.Encoder(enc_hook=_text).encode
RAW_ENTRIES = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])


class Missing(LookupError):  # noqa: N818 - not every one is an error: a reader that vanishes may meet it
    """An entry of a table that does not exist (any more)."""


class Codec(msgspec.Struct, frozen=True):
    """How the values of a query are written to the store and read from it; None where a value is not to be kept."""

    encode: Callable[[Any], bytes | None]
    decode: Callable[[bytes], Any]


def codec_of(kept: object) -> Codec | None:
    """The codec for values of a type that msgspec reads; a codec is itself; None for values that are not kept."""
    return kept if kept is None or isinstance(kept, Codec) else _typed(kept)


def _typed(kept: Any) -> Codec:
    return Codec(encode, msgspec.msgpack.Decoder(kept).decode)


class Query(Generic[P, T]):
    """A pure function `function(site, *arguments)`. Called with a site, it asks the site's graph.

    Values are compared by the digest of their MessagePack encoding, so they are Structs, dataclasses and built-in
    values: any other raises TypeError. A value with a `codec` is kept in the store.
    A `deferred` query is not run by `Graph.update`: the graph lists it as stale, and its owner asks for it later.
    Only deferred queries may read it: any other raises TypeError.
    """

    def __init__(self, function: Callable[..., T], codec: Codec | None = None, *, deferred: bool = False) -> None:
        self.function = function
        self.codec = codec
        self.deferred = deferred
        self.name = f"{function.__module__}:{function.__qualname__}"
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__

    def encoded(self, value: T) -> bytes | None:
        """The value as the store keeps it; None if it is not kept."""
        return self.codec.encode(value) if self.codec else None

    def decoded(self, data: bytes) -> T:
        """A value that the store has kept."""
        return cast("T", self.codec.decode(data) if self.codec else None)

    def __call__(self, site: Any, *args: P.args, **kwargs: P.kwargs) -> T:
        if kwargs:
            raise TypeError(f"{self.name} takes its arguments by position")
        return cast("T", site.graph.read(self, args))


def entries_of(data: bytes | None) -> dict[str, msgspec.Raw]:
    """The encoded entries of a table that the store has kept."""
    return RAW_ENTRIES.decode(data) if data else {}


class Table(Query[P, Mapping[str, T]]):
    """A query that returns a mapping, of which readers can read single entries: they wake only when these change."""

    def __init__(self, function: Callable[..., Mapping[str, T]], codec: Codec) -> None:
        super().__init__(function, codec)
        self._codec = codec  # of an entry

    def encoded(self, value: Mapping[str, T]) -> bytes:
        return encode({key: msgspec.Raw(self._codec.encode(entry) or b"") for key, entry in value.items()})

    def decoded(self, data: bytes) -> Mapping[str, T]:
        return {key: self.decoded_entry(entry) for key, entry in entries_of(data).items()}

    def decoded_entry(self, data: msgspec.Raw) -> T:
        """An entry that the store has kept."""
        return cast("T", self._codec.decode(bytes(data)))

    def entry(self, site: Any, key: str, *args: Argument) -> T:
        """One entry. Raises Missing where there is none."""
        found = self.get(site, key, *args)
        if found is None:
            raise Missing(self.name, key)
        return found

    def get(self, site: Any, key: str, *args: Argument) -> T | None:
        """One entry, or None."""
        return cast("T | None", site.graph.read_entry(self, args, key))


class Asked(Protocol):
    """A site as queries see it."""

    @property
    def graph(self) -> Any: ...


class Source(Protocol):
    """Where the values of an input come from."""

    def digest(self, *args: Argument) -> bytes:
        """The digest of the present value; empty if there is none."""

    def load(self, *args: Argument) -> Any:
        """The present value; None where there is none."""


class Input:
    """A value from outside, such as the bytes of a file. The graph is given a source for each name."""

    codec = None
    deferred = False

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, site: Any, *args: Argument) -> Any:
        return site.graph.read(self, args)


def query(kept: object = None) -> Callable[[Callable[Concatenate[Any, P], T]], Query[P, T]]:
    """Declares a query: `@query()`, or `@query(Type)` where values of that type are kept in the store."""
    return lambda function: Query(function, codec_of(kept))


def page() -> Callable[[Callable[Concatenate[Any, P], T]], Query[P, T]]:
    """Declares a deferred query, such as one that renders a page."""
    return lambda function: Query(function, deferred=True)


def table(kept: Any) -> Callable[[Callable[Concatenate[Any, P], Mapping[str, T]]], Table[P, T]]:
    """Declares a table whose entries are of the type `kept`, or use that codec."""
    return lambda function: Table(function, kept if isinstance(kept, Codec) else _typed(kept))


def key_of(name: str, args: Arguments) -> bytes:
    """The key of a node: its query's name and its arguments, encoded."""
    return encode((name, *args))


def id_of(key: bytes) -> Id:
    """A signed 64-bit number, as SQLite's row ids are. Two of a million keys share one with a chance of 3e-8."""
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "big", signed=True)


def digest_of(data: bytes) -> bytes:
    """16 bytes that stand for some data (BLAKE2b, RFC 7693)."""
    return blake2b(data, digest_size=16).digest()
