"""The file of an event as the form for staff changes it: its text, its front matter, and the line of each key."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from almanac.content.front_matter_text import FENCE
from almanac.content.frontmatter import Document, Tree, read_document


class EventSource(msgspec.Struct, frozen=True):
    """A file whose keys stand on lines of their own.

    `keys` has for each key in the file its place among the lines of the front matter, counted from 0; `lines` is the
    number of these. The body follows the second fence.
    """

    path: str
    text: str
    tree: Mapping[str, Tree]
    keys: tuple[tuple[int, str], ...]
    lines: int


def event_source(path: str, data: bytes) -> EventSource | None:
    """The file; None if its keys cannot be replaced line by line without touching other bytes.

    That is so of front matter in braces, of line ends other than LF, and of a byte-order mark.
    """
    document = read_document(path, data)
    if not isinstance(document, Document) or not data.startswith(FENCE.encode()) or b"\r" in data:
        return None
    lines = document.head.split("\n")[: document.body_line - len((FENCE, FENCE)) - 1]
    keys = tuple(
        sorted((line - document.head_line, str(key[0])) for key, line in document.lines.items() if len(key) == 1)
    )
    places = [place for place, _ in keys]
    if len(set(places)) < len(places) or not all(lines[place].startswith(key) for place, key in keys):
        return None
    return EventSource(path, data.decode(), document.tree, keys, len(lines))
