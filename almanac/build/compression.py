"""Compressed forms of published files. A form belongs to the page of its file: it is made and goes with that."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from almanac.build.publishing import Published, Staged, altered, stage
from almanac.core.compressed import LEAST, compressed, has_forms, original_of

Files: TypeAlias = Mapping[str, Published]


def forms_of(file: str, forms: Collection[str], pages: Container[str]) -> tuple[str, ...]:
    """The names of the compressed forms of a page's file. One that is the file of another page is left out."""
    names = (f"{file}.{form}" for form in forms) if forms and has_forms(file) else ()
    return tuple(name for name in names if name not in pages)


def page_file(file: str, published: Files) -> str:
    """The file of the page to which a published file belongs: the one of which it is a form, or itself."""
    found = original_of(file, published)
    return found if found and published[found].node == published[file].node else file


def form_stands(form: str, known: Published, published: Files) -> bool:
    """Whether a form of a file that is `known` is published, or none is needed."""
    found = published.get(form)
    return known.size < LEAST or (found is not None and found.node == known.node)


def stage_forms(
    one: Staged, content: bytes, forms: Collection[str], published: Files, output: Path
) -> Iterator[Staged]:
    """Writes the forms of a staged file. What was published with the same bytes is not compressed again."""
    same = published.get(one.file) == one.published
    for name in forms if len(content) >= LEAST else ():
        known = published.get(name)
        if same and known and known.node == one.published.node and not altered({name: known}, output):
            yield Staged(name, known, waits=False)
        else:
            yield stage(one.published.node, compressed(content, name.rpartition(".")[2]), name, output)
