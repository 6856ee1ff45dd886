"""The names, colours and order of facets, as lists and cards show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any
from zlib import crc32

import msgspec

from almanac.content.config import names_in
from almanac.content.ids import id_problem
from almanac.content.metadata import Metadata
from almanac.content.names import Registry, registries, registry_of
from almanac.content.queries import config, faulty, history, metadata, record, tree
from almanac.content.records import AnyRecord, kinds
from almanac.content.references import with_keys
from almanac.content.sources import ASSETS, CONTENT, file_key
from almanac.incremental import Asked, query, table

EVENTS = "events"
FACET_KINDS = ("themes", "forms", "organisers", "programmes", "districts", "audiences", "venues")
DEFAULT_COLOUR = "slategray"


class Label(msgspec.Struct, frozen=True):
    """A facet as lists and cards show it. `path` is the path of its file, None if it has none.

    `former` holds earlier names, each with its last day, the oldest first.
    """

    kind: str
    key: str
    name: str
    full_name: str
    colour: str
    order: int
    district: str | None
    path: str | None
    former: tuple[tuple[date, str], ...] = ()

    def name_on(self, day: date) -> str:
        """The name that the facet had on a day."""
        return next((name for until, name in self.former if day <= until), self.name)


@table(Label)
def labels(site: Asked) -> Mapping[str, Label]:
    """Every facet by its kind and each name by which files refer to it (`themes/sky`)."""
    chosen = config(site)
    found = {
        f"{kind}/{file_key(path)}": _label(kind, path, keyed_record(site, path).fields)
        for kind, path in _facet_files(site)
    }
    for kind, listed in (("districts", chosen.districts), ("audiences", chosen.audiences)):
        found |= {f"{kind}/{key}": _bare_label(kind, key, names[0]) for key, names in names_in(listed).items()}
    found |= {stem: found[key] for stem, key in _by_other_names(site) if stem not in found}
    if chosen.registries == "open":
        for to, name in chain.from_iterable(one.names() for _, one in sound_metadata(site)):
            if to in FACET_KINDS and to != "venues":
                found.setdefault(f"{to}/{name}", _bare_label(to, _slug(name), name))
    return found


def _by_other_names(site: Asked) -> Iterator[tuple[str, str]]:
    """Names, full names and aliases that mean exactly one record, with the stem of that."""
    for kind, registry in name_registries(site).items():
        for name in registry.written if kind in FACET_KINDS else ():
            if key := registry.key_of(name):
                yield f"{kind}/{name}", f"{kind}/{key}"


@query()
def name_registries(site: Asked) -> dict[str, Registry]:
    """The names of the records of each kind, of districts and audiences, and of pictures and files."""
    records = [record(site, path) for _, path in _facet_files(site)]
    below = [path.removeprefix(f"{CONTENT}/") for kind in ASSETS for path in tree(site).of(kind)]
    return {**registries(config(site), records), "assets": registry_of({path: (path,) for path in below})}


@query()
def keyed_record(site: Asked, path: str) -> AnyRecord:
    """The record of a file, without its body, with keys in place of the names by which it refers to others."""
    known, found = name_registries(site), record(site, path)
    fields = with_keys(found.fields, lambda kind, name: known[kind].key_of(name) if kind in known else None)
    return msgspec.structs.replace(found, fields=fields)


def _facet_files(site: Asked) -> Iterator[tuple[str, str]]:
    return ((kind, path) for kind in FACET_KINDS if kind in kinds() for path in sound_paths(site, kind))


def _label(kind: str, path: str, fields: Any) -> Label:
    return Label(
        kind=kind,
        key=file_key(path),
        name=fields.name,
        full_name=getattr(fields, "full_name", None) or fields.name,
        colour=getattr(fields, "colour", DEFAULT_COLOUR),
        order=getattr(fields, "order", 0),
        district=getattr(fields, "district", None),
        path=path,
        former=tuple(sorted((one.until, one.name) for one in getattr(fields, "former_names", ()))),
    )


def _bare_label(kind: str, key: str, name: str) -> Label:
    return Label(kind, key, name, name, DEFAULT_COLOUR, 0, None, None)


def _slug(name: str) -> str:
    """A key for addresses, made from any name."""
    lowered = "".join(letter if letter.isalnum() or letter in "._-" else "-" for letter in name.lower())
    lowered = lowered.strip("-.")[:120]
    return lowered if lowered and not id_problem(lowered) else f"n{crc32(name.encode()):x}"


@table(tuple[str, ...])
def facet_order(site: Asked) -> Mapping[str, tuple[str, ...]]:
    """The keys of each kind's facets, in the order in which pages list them."""
    by_kind: dict[str, dict[str, Label]] = {kind: {} for kind in FACET_KINDS}
    for label in labels(site).values():
        by_kind[label.kind].setdefault(label.key, label)
    for kind in FACET_KINDS:
        if kind not in {"districts", "audiences"}:
            ordered = sorted(by_kind[kind].values(), key=lambda label: (label.order, label.key))
            by_kind[kind] = {label.key: label for label in ordered}
    return {kind: tuple(found) for kind, found in by_kind.items()}


@table(Label)
def facet_labels(site: Asked) -> Mapping[str, Label]:
    """Every facet by its kind and key, as in its address."""
    return {f"{label.kind}/{label.key}": label for label in reversed(list(labels(site).values()))}


@table(str)
def former_stems(site: Asked) -> Mapping[str, str]:
    """The stems that facets had (`themes/sky`), with their present ones: former file names in git, and other names.

    Another name counts if it looks like a key, of Latin letters and digits.
    """
    past, found = history(site).identities, facet_labels(site)
    renamed: dict[str, str] = {}
    for kind, path in _facet_files(site):
        known = past.get(path)
        others = (name for name in getattr(record(site, path).fields, "aliases", ()) if name.isascii())
        for name in (*(known.names if known else ()), *others):
            if not id_problem(name) and f"{kind}/{name}" not in found:
                renamed.setdefault(f"{kind}/{name}", f"{kind}/{file_key(path)}")
    return renamed


def sound_paths(site: Asked, kind: str) -> tuple[str, ...]:
    """The paths of a kind's files, except faulty ones."""
    unsound = set(faulty(site))
    return tuple(path for path in tree(site).of(kind) if path not in unsound)


def sound_metadata(site: Asked) -> Iterator[tuple[str, Metadata]]:
    """The path and the metadata of each event whose file is sound, drafts included."""
    for path in tree(site).of(EVENTS):
        if found := metadata(site, path):
            yield path, found
