"""Reads a file into its front matter, YAML between `---` lines, and its body.

The declaration of a field decides how its text is read: the tree holds strings, lists and mappings only.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec
import yaml
from msgspec.structs import replace

from almanac.content.fences import CutText, Fault, InvalidFrontMatter, Parts, decode_anyway, split, split_anyway
from almanac.content.yaml_repairs import repair
from almanac.content.yaml_tree import KeyLines, Tree, TreeReader
from almanac.core.problems import KeyPath, Location, Problem, text

__all__ = [
    "Document",
    "Examined",
    "KeyLines",
    "Tree",
    "examine",
    "line_of",
    "read_document",
    "read_yaml_file",
    "reread",
]

ODD_LINE_BREAKS = "\x85\u2028\u2029"  # of YAML 1.1 (section 5.4), where no editor shows one
LARGEST = 64 * 1024  # characters of front matter


class Document(msgspec.Struct, frozen=True):
    """A file in parts: the tree of its front matter, the line of every key path, and the Markdown after it.

    `head` is the text of the front matter as it was read, `head_line` its first line, and `original` the same lines as
    they stand in the file: where the text has faults, `head` is the repaired text.
    """

    tree: dict[str, Tree]
    lines: KeyLines
    body: str
    body_line: int
    head: str = ""
    head_line: int = 1
    original: str = ""
    cut: tuple[CutText, ...] = ()


NOTHING = Document({}, {}, "", 1)  # of a file without front matter


class Examined(msgspec.Struct, frozen=True):
    """A document as far as it can be read, and everything that is wrong in the text of its file."""

    document: Document
    faults: tuple[Fault, ...] = ()

    def problems(self, path: str) -> list[Problem]:
        """The faults, in the order of their lines."""
        return [
            Problem(Location(path, fault.line, columns=fault.columns), fault.message, fault.hint)
            for fault in sorted(self.faults, key=lambda fault: fault.line)
        ]


def read_document(path: str, data: bytes) -> Document | Problem:
    """The parts of a Markdown file, or the first problem of its text."""
    return _document_or_problem(examine(data), path)


def read_yaml_file(path: str, data: bytes) -> Document | Problem:
    """The parts of a file that is all YAML, such as config.yaml, or the first problem of its text."""
    return _document_or_problem(examine(data, is_yaml=True), path)


def _document_or_problem(examined: Examined, path: str) -> Document | Problem:
    return examined.problems(path)[0] if examined.faults else examined.document


def examine(data: bytes, keys: Collection[str] = (), *, is_yaml: bool = False) -> Examined:
    """A Markdown file, or a file that is all YAML. `keys` are the keys of its declaration, at any level."""
    content, faults = decode_anyway(data)
    try:
        parts = Parts(content, 1, "", 0) if is_yaml else split(content)
        found = _read(parts, keys, parts.head)
    except (InvalidFrontMatter, yaml.YAMLError):
        return _examine_anyway(content, keys, faults, is_yaml=is_yaml)
    return Examined(found.document, (*faults, *found.faults))


def _examine_anyway(content: str, keys: Collection[str], faults: list[Fault], *, is_yaml: bool) -> Examined:
    """A file whose text has faults, with as much of its front matter as can be read."""
    try:
        parts, misplaced = (Parts(content, 1, "", 0), []) if is_yaml else split_anyway(content)
        head, misspelt = repair(parts.head, parts.head_line, keys)
        faults += [*misplaced, *misspelt]
        found = _read(replace(parts, head=head), keys, parts.head)
    except InvalidFrontMatter as invalid:
        return Examined(NOTHING, (*faults, invalid.fault))
    except yaml.YAMLError:  # lines that can be read one by one and not together
        return Examined(NOTHING, (*faults, Fault(parts.head_line, text("The front matter cannot be read."))))
    return Examined(found.document, (*faults, *found.faults))


def reread(document: Document, head: str) -> Document:
    """The document with other text on the lines of its front matter, which must be readable."""
    parts = Parts(head, document.head_line, document.body, document.body_line)
    return _read(parts, (), document.original).document


def _read(parts: Parts, keys: Collection[str], original: str) -> Examined:
    """The document of readable front matter. Raises InvalidFrontMatter or YAMLError."""
    if len(parts.head) > LARGEST:
        message = text("The front matter is longer than {size} KB.", size=LARGEST // 1024)
        hint = text("Long text belongs after the second --- line.")
        raise InvalidFrontMatter(Fault(parts.head_line, message, hint))
    if odd := next((sign for sign in ODD_LINE_BREAKS if sign in parts.head), None):
        line = parts.head_line + parts.head[: parts.head.index(odd)].count("\n")
        raise InvalidFrontMatter(Fault(line, text("There is a character here that YAML does not allow.")))
    reader = TreeReader(parts.head, parts.head_line, keys)
    tree = reader.document()
    if reader.misread:
        raise InvalidFrontMatter(Fault(reader.misread[0].line, reader.misread[0].message))
    text_parts = (parts.body, parts.body_line, parts.head, parts.head_line, original)
    return Examined(Document(tree, reader.lines, *text_parts, tuple(reader.cut)), tuple(reader.faults))


def line_of(lines: KeyLines, key: KeyPath) -> int | None:
    """The line of a key path, or of its nearest parent that stands in the file."""
    return next((lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in lines), None)
