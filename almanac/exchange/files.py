"""The file of an event: from values to Markdown with YAML front matter, which the project's own reader reads back as the same values.

A tree is front matter as that reader sees it: text, lists and mappings. It reads text as it is written, so only YAML's own
signs need quotes, never words like `no` or times like `14:00`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from almanac.content.declarations import front_matter_key
from almanac.content.frontmatter import Document, Tree, read_document
from almanac.core.problems import Problem, Translate
from almanac.exchange.texts import field_help

PLAIN = re.compile(r"[\w（《“【〔][\w .，。、；：？！“”‘’（）《》【】〔〕—…·/+_&=~%;()@:\-]*")
AWKWARD = re.compile(": |_x")  # a key's end; and what workbooks take for the code of a character (_x000D_)
TO_SETTLE = "#? "  # begins every comment that an import may replace
FENCE = "---\n"


def tree_of(record: Any) -> dict[str, Tree]:
    """The front matter that says what a declared record holds; what is as by default is left out."""
    named = ((front_matter_key(declared.name), getattr(record, declared.name), declared) for declared in fields(record))
    return {key: _tree(value) for key, value, declared in named if value is not None and value != _default(declared)}


def _default(declared: Field[Any]) -> Any:
    return declared.default_factory() if declared.default_factory is not MISSING else declared.default


def _tree(value: Any) -> Tree:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return written(value)
    if isinstance(value, tuple):
        return [_tree(entry) for entry in value]
    if isinstance(value, dict):
        return {str(_tree(key)): _tree(entry) for key, entry in value.items()}
    return tree_of(value) if is_dataclass(value) else value if isinstance(value, str) else repr(value)


def written(moment: date | datetime) -> str:
    """A moment as authors write it, with seconds only where there are some."""
    if not isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"


def scalar(value: str) -> str:
    """Text as YAML: plain where that is safe, else in double quotes (YAML 1.1, section 9.2.1)."""
    plain = (
        PLAIN.fullmatch(value)
        and value.isprintable()
        and value != "null"
        and not value.endswith((":", " "))
        and not AWKWARD.search(value)
    )
    return value if plain else '"' + "".join(_escaped(character) for character in value).replace("_x", "\\x5Fx") + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - bytes of a code


def flow(value: Tree) -> str:
    """A value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(entry) for entry in value) + "]"
    return scalar(value or "")


def block(value: Tree, indent: str = "") -> str:
    """A value that may take several lines, one for each record of a list; those lines begin with `indent`."""
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        return "".join(f"\n{indent}- {flow(entry)}" for entry in value)
    if isinstance(value, dict) and any(isinstance(entry, dict) for entry in value.values()):
        return "".join(f"\n{indent}{scalar(key)}: {flow(entry)}" for key, entry in value.items())
    return flow(value)


def key_lines(key: str, value: Tree) -> str:
    """A key and its value as lines of front matter."""
    shown = block(value, "  ")
    return f"{scalar(key)}:{shown}\n" if shown.startswith("\n") else f"{scalar(key)}: {shown}\n"


def markdown(tree: Mapping[str, Tree], body: str, to_settle: Iterable[str] = (), comments: Iterable[str] = ()) -> str:
    """A whole file: what is to settle as comments on top, the keys, further comments, and the body as it is."""
    keys = "".join(key_lines(key, value) for key, value in tree.items())
    further = "".join(f"# {line}".rstrip() + "\n" for line in comments)
    return f"{FENCE}{_comments(to_settle)}{keys}{further}{FENCE}{body}"


def _comments(to_settle: Iterable[str]) -> str:
    """Lines that YAML passes over; what it allows nowhere is shown as �."""
    lines = ("".join(sign if sign.isprintable() else "�" for sign in " ".join(line.split())) for line in to_settle)
    return "".join(f"{TO_SETTLE}{line}\n" for line in lines)


def explained(fields_type: type, key: str, translate: Translate) -> str:
    """A comment for a key that a new file does not use yet: its example and what it means."""
    example, meaning = field_help(fields_type, key, translate)
    return f"{key}: {flow(example)}  # {meaning}"


def edited(content: str, changes: Mapping[str, Tree], to_settle: Iterable[str] | None, body: str | None = None) -> str:
    """A file with some keys changed (None: taken away) and the rest, comments too, as it was; new keys come last.

    `to_settle` replaces what was to settle (None: it stays). Where lines cannot be exchanged one by one (a front matter that is one bracket), all of it is written anew.
    """
    document = parsed(content)
    wanted = {key: value for key, value in {**document.tree, **changes}.items() if value is not None}
    to_settle = _to_settle(content) if to_settle is None else list(to_settle)
    head = _exchanged(content, document, changes)
    text = f"{FENCE}{_comments(to_settle)}{head}{FENCE}{document.body if body is None else body}"
    result = read_document("", text.encode())
    if isinstance(result, Document) and result.tree == wanted:
        return text
    return markdown(wanted, document.body if body is None else body, to_settle)


def _to_settle(content: str) -> list[str]:
    return [line.removeprefix(TO_SETTLE) for line in content.split("\n") if line.startswith(TO_SETTLE)]


def _exchanged(content: str, document: Document, changes: Mapping[str, Tree]) -> str:
    """The lines of the front matter without what was to settle, and with new lines for the keys that change."""
    lines = content.split("\n")[1 : document.body_line - 2]
    begins = sorted((line - 2, str(key[0])) for key, line in document.lines.items() if len(key) == 1)
    ends = [*(begin for begin, _ in begins[1:]), len(lines)]
    kept = lines[: begins[0][0]] if begins else lines
    for (begin, key), end in zip(begins, ends, strict=True):
        kept += _block_of(lines[begin:end], key, changes)
    kept = [line for line in kept if not line.startswith(TO_SETTLE.rstrip())]
    added = (
        key_lines(key, value) for key, value in changes.items() if value is not None and (key,) not in document.lines
    )
    return "".join(f"{line}\n" for line in kept) + "".join(added)


def _block_of(lines: list[str], key: str, changes: Mapping[str, Tree]) -> list[str]:
    """The lines of one key, or what replaces them; comments and blank lines after it stay."""
    if key not in changes:
        return lines
    last = max(place for place, line in enumerate(lines) if place == 0 or (line.strip() and not line.startswith("#")))
    value = changes[key]
    return [*(key_lines(key, value).rstrip("\n").split("\n") if value is not None else []), *lines[last + 1 :]]


def parsed(content: str) -> Document:
    """The document of a file that is known to be one."""
    document = read_document("", content.encode())
    if isinstance(document, Problem):
        raise TypeError(document)
    return document
