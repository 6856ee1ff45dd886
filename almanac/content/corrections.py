"""Corrections of front matter: words that have one right form, and keys that people call by other names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from almanac.content.declarations import annotation, declared_keys, key_called, nested_in
from almanac.content.fields import Refers
from almanac.content.frontmatter import Document, Tree
from almanac.content.positions import Columns, KeyColumns, key_columns
from almanac.content.references import Reference
from almanac.content.yaml_spelling import quoted
from almanac.core.problems import KeyPath, Text, text

WRITE = text("Write: {line}", line="")
LIST_ITEM = re.compile(r"\s*(?:- +)+")  # before the entry of a list that has a line of its own
PLAIN = re.compile(r"\w[\w./·（）-]*")  # a name that is safe without quotes


class Correction(msgspec.Struct, frozen=True):
    """A place in the front matter of a document, and the words that belong there."""

    columns: Columns
    words: str


def corrected_lines(document: Document, corrections: Iterable[Correction]) -> list[str]:
    """The lines of the front matter with these corrections, of which no two may overlap."""
    lines = document.head.split("\n")
    for correction in sorted(corrections, key=lambda one: one.columns.start, reverse=True):
        place = correction.columns.line - document.head_line
        lines[place] = correction.columns.with_text(lines[place], correction.words)
    return lines


def correction_of(document: Document, columns: KeyColumns, key: KeyPath, words: Sequence[str]) -> Correction | None:
    """The correction of a value; None if it has no place. Several values become entries of its list, or a list."""
    place = columns.value_of(key)
    if place is None:
        return None
    if len(words) == 1:
        return Correction(place, scalar(words[0]))
    before = document.head.split("\n")[place.line - document.head_line][: place.start - 1]
    if not isinstance(key[-1], int) or key not in columns.values:
        return Correction(place, f"[{', '.join(map(scalar, words))}]")
    is_line = LIST_ITEM.fullmatch(before)
    return Correction(place, (f"\n{before}" if is_line else ", ").join(map(scalar, words)))


def scalar(words: str) -> str:
    """A name as a YAML scalar, in quotes if it needs them."""
    return words if PLAIN.fullmatch(words) else quoted(words)


def write(line: str) -> Text:
    """A hint with the corrected line."""
    return text("Write: {line}", line=line.rstrip())


def renamed_keys(document: Document, fields_type: type) -> dict[KeyPath, Correction]:
    """The keys that people call otherwise, such as 标题 for `title`, with their declared names."""
    columns = key_columns(document).names
    found = _renamings(document.tree, fields_type, ())
    return {key: Correction(columns[key], name) for key, name in found if key in columns}


def references_in(tree: Mapping[str, Tree], declared: type, path: KeyPath = ()) -> Iterator[Reference]:
    """The names by which front matter refers to other records, for files whose values cannot all be read."""
    for key, value in tree.items():
        refers, nested = annotation(declared, key, Refers), nested_in(declared, key)
        for place, one in enumerate(value if isinstance(value, list) else [value]) if refers else ():
            if refers and isinstance(one, str):
                yield Reference((*path, key, place), refers.to, one, refers.or_text)
        for inner, mapping in _mappings(value, (*path, key), nested) if nested else ():
            yield from references_in(mapping, nested or declared, inner)


def _renamings(tree: Mapping[str, Tree], declared: type, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Each key with its declared name; a key that is given twice keeps its name."""
    known, given = declared_keys(declared), set(tree)
    for name, value in tree.items():
        meant = name if name in known else key_called(declared, name)
        if meant is None or (meant != name and meant in given):
            continue
        if meant != name:
            given.add(meant)
            yield (*path, name), meant
        if nested := nested_in(declared, meant):
            for inner, mapping in _mappings(value, (*path, name), nested):
                yield from _renamings(mapping, nested, inner)


def _mappings(value: Tree, path: KeyPath, nested: type) -> Iterator[tuple[KeyPath, dict[str, Tree]]]:
    """The mappings that a value holds: itself, its entries, or its values, such as those of `overrides` by date."""
    if isinstance(value, list):
        yield from (((*path, place), entry) for place, entry in enumerate(value) if isinstance(entry, dict))
    elif isinstance(value, dict) and any(key_called(nested, key) for key in value):
        yield path, value
    elif isinstance(value, dict):
        yield from (((*path, key), entry) for key, entry in value.items() if isinstance(entry, dict))
