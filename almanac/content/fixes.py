"""Rewrites a file of the content where there is one right form: punctuation, dates, status words, keys, and names.

The corrections are those that the problems of a file state as whole lines. What is guessed, or unclear, stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from difflib import SequenceMatcher

import msgspec

from almanac.content.corrections import WRITE, Correction, corrected_lines, correction_of, references_in, scalar
from almanac.content.fences import CLOSE_AFTER, decode
from almanac.content.frontmatter import Document, read_document
from almanac.content.names import Registry, right_names
from almanac.content.parse import parse
from almanac.content.positions import KeyColumns, key_columns
from almanac.content.records import RecordKind
from almanac.content.references import Reference
from almanac.content.sources import Source
from almanac.content.values import TWO_LINES
from almanac.core.problems import KeyPath, Problem

MOST_ROUNDS = 5  # corrections may bring further ones to light


class ChangedLines(msgspec.Struct, frozen=True):
    """Lines of a file that are replaced: the number of the first one, the lines there, and those instead."""

    number: int
    before: tuple[str, ...]
    after: tuple[str, ...]


def fixed(
    source: Source, kind: RecordKind, registries: Mapping[str, Registry], known_warnings: Collection[str] | None
) -> str:
    """The text of a file with all its certain corrections. Raises InvalidFrontMatter if it is not UTF-8."""
    content = decode(source.data)
    for _ in range(MOST_ROUNDS):
        found = parse(msgspec.structs.replace(source, data=content.encode()), kind, known_warnings)
        before, content = content, _with_corrections(content, found if isinstance(found, list) else [])
        if content == before:
            break
    return _with_keys(content, kind, registries)


def changed_lines(before: str, after: str) -> Iterator[ChangedLines]:
    """The lines in which two texts differ; as many lines in place of others are paired one by one."""
    old, new = before.split("\n"), after.split("\n")
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and end - start == new_end - new_start:
            for place in range(end - start):
                yield ChangedLines(start + place + 1, (old[start + place],), (new[new_start + place],))
        elif kind != "equal":
            yield ChangedLines(start + 1, tuple(old[start:end]), tuple(new[new_start:new_end]))


def _with_corrections(content: str, problems: Collection[Problem]) -> str:
    """The text with the lines that the hints of its problems state."""
    lines = content.split("\n")
    replaced: dict[int, list[str]] = {}
    for problem in problems:
        number, hint = problem.location.line, problem.hint
        if hint is None or number is None:
            continue
        if hint.message == WRITE.message:
            replaced[number] = [str(hint.values["line"])]
        elif hint.message == CLOSE_AFTER.message:
            number = int(str(hint.values["line"]))
            replaced[number] = [*replaced.get(number, [lines[number - 1]]), "---"]
        elif hint.message == TWO_LINES.message and problem.location.key == ("start",) and not _has_end(lines):
            replaced[number] = [f"start: {hint.values['start']}", f"end: {hint.values['end']}"]
    for number in sorted(replaced, reverse=True):
        lines[number - 1 : number] = replaced[number]
    return "\n".join(lines)


def _has_end(lines: list[str]) -> bool:
    return any(line.startswith("end:") for line in lines)


def _with_keys(content: str, kind: RecordKind, registries: Mapping[str, Registry]) -> str:
    """The text with keys in place of the names by which it refers to other records."""
    document = read_document("", content.encode())
    if not isinstance(document, Document):
        return content
    found = list(_right_keys(document, kind, registries))
    if not found:
        return content
    lines = content.split("\n")
    first, count = document.head_line - 1, document.head.count("\n")
    lines[first : first + count] = corrected_lines(document, found)[:count]
    return "\n".join(lines)


def _right_keys(document: Document, kind: RecordKind, registries: Mapping[str, Registry]) -> Iterator[Correction]:
    """The corrections of the names in front matter, each list of names at once."""
    lists: dict[KeyPath, list[tuple[Reference, tuple[str, ...]]]] = defaultdict(list)
    for reference in references_in(document.tree, kind.fields):
        if reference.to in registries:
            *above, last = reference.key
            keys = right_names(reference, registries[reference.to])
            lists[tuple(above) if isinstance(last, int) else reference.key].append((reference, keys))
    wrong = {key: entries for key, entries in lists.items() if any(keys for _, keys in entries)}
    columns = key_columns(document) if wrong else KeyColumns()
    for key, entries in wrong.items():
        if whole := _without_repetition(document, columns, key, entries):
            yield whole
            continue
        for reference, keys in entries:
            if keys and (one := correction_of(document, columns, reference.key, keys)):
                yield one


def _without_repetition(
    document: Document, columns: KeyColumns, key: KeyPath, entries: Collection[tuple[Reference, tuple[str, ...]]]
) -> Correction | None:
    """The correction of a list in brackets of which two names mean the same; None if there is nothing to merge."""
    names = [name for reference, keys in entries for name in keys or (reference.name,)]
    place = columns.values.get(key)
    if place is None or len(set(names)) == len(names):
        return None
    written = document.head.split("\n")[place.line - document.head_line][place.start - 1 : place.end - 1]
    in_brackets = written.startswith("[") and written.endswith("]")
    return Correction(place, f"[{', '.join(map(scalar, dict.fromkeys(names)))}]") if in_brackets else None
