"""What a build leaves to the next one: the files it published, and digests that tell whether anything has changed."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import msgspec

from almanac.build.publishing import JOURNAL, Published, close_journal, is_below, read_names, write_names
from almanac.content.inputs import KNOWN, Known
from almanac.content.open_data import EVENTS_JSON
from almanac.incremental import Damaged, Store
from almanac.model.site import Site
from almanac.site.register import Register, published_register, register

PUBLISHED = msgspec.msgpack.Decoder(dict[str, Published])
DIGEST = msgspec.msgpack.Decoder(bytes)
REGISTER = msgspec.msgpack.Decoder(Register)
OPEN_DATA = EVENTS_JSON[1:]


class LastBuild:
    """What a store and the journal in `output` tell of the last build. `save` makes it that of a new one.

    `published` are the files that stand, `left` those that a killed build may have left; `plan` is the digest of all
    pages, `registered` that of the register, and `files` the state of each source file.
    """

    def __init__(self, store: Store | None, output: Path) -> None:
        self.store, self.output = store, output
        files = _read(store, "files", KNOWN)
        published = _read(store, "published", PUBLISHED)
        self.plan: bytes | None = _read(store, "plan", DIGEST)
        self.registered: bytes | None = _read(store, "registered", DIGEST)
        sound = {file: one for file, one in (published or {}).items() if is_below(file)}
        lost = None in (files, self.plan) or sound != published
        if store and not store.empty and lost:
            store.clear()
        self.published: dict[str, Published] = sound
        self.left = read_names(output / JOURNAL) - self.published.keys()
        if store is None or store.empty:  # of what has been published, only the names still count
            self.left |= self.published.keys() | (read_names(_names_of(store)) if store else set())
            files, self.plan, self.published = {}, None, {}
        self.files: Known = files or {}

    @property
    def standing(self) -> set[str]:
        """Every file of a build that may stand in `output`."""
        return self.left.union(self.published)

    def register(self) -> Register:
        """The register of what was published; without a store, as far as `output` tells; else an empty one."""
        data = self.store.document("register") if self.store else None
        try:
            return REGISTER.decode(data) if data else published_register((self.output / OPEN_DATA).read_bytes())
        except (OSError, ValueError, RecursionError):  # nothing is there, or another version wrote it
            return Register("", {})

    def announce(self, files: AbstractSet[str]) -> None:
        """Writes down which files are about to be published or removed, so that a kill leaves none for ever."""
        self.left |= files
        if self.left:
            write_names(self.output / JOURNAL, self.left)

    def save(self, site: Site, plan: bytes, files: Known) -> None:
        """Saves what the next build must know, and the graph. Raises OSError."""
        if self.store and (plan != self.plan or not _names_of(self.store).exists()):
            write_names(_names_of(self.store), self.published)
        self.plan = plan
        encode = msgspec.msgpack.encode
        documents = {"files": encode(files), "published": encode(self.published), "plan": encode(plan)}
        if (registered := site.graph.digest(register, ())) != self.registered:
            self.registered = registered
            documents |= {"register": encode(register(site)), "registered": encode(registered)}
        site.graph.save(documents)
        self.left = set()
        close_journal(self.output)


def _read(store: Store | None, name: str, decoder: Any) -> Any:
    try:
        data = store.document(name) if store else None
        return decoder.decode(data) if data else None
    except (Damaged, msgspec.MsgspecError, RecursionError):
        if store:
            store.clear()
        return None


def _names_of(store: Store) -> Path:
    """The names of all published files, beside the store: they outlast a damaged one."""
    return store.path.with_suffix(".names")
