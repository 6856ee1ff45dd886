"""Writes and edits the files of events: Markdown with YAML front matter.

A tree is front matter as the project's reader returns it: text, lists and mappings. The reader keeps every scalar as
text, so words like `no` and times like `14:00` need no quotes; only YAML's own signs do.
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
from almanac.exchange.declarations import field_help

PLAIN = re.compile(r"[\w（《“【〔][\w .，。、；：？！“”‘’（）《》【】〔〕—…·/+_&=~%;()@:\-]*")
AWKWARD = re.compile(": |_x")  # the end of a key; and the code of a character in workbooks (_x000D_)
QUESTION = "#? "  # the mark of a comment that asks staff something; a later import may replace it
FENCE = "---\n"


def tree_of(record: Any) -> dict[str, Tree]:
    """The front matter of a declared record, without the keys that have their default."""
    named = ((front_matter_key(declared.name), getattr(record, declared.name), declared) for declared in fields(record))
    return {key: _tree(value) for key, value, declared in named if value is not None and value != _default(declared)}


def _default(declared: Field[Any]) -> Any:
    return declared.default_factory() if declared.default_factory is not MISSING else declared.default


def _tree(value: Any) -> Tree:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return moment_text(value)
    if isinstance(value, tuple):
        return [_tree(item) for item in value]
    if isinstance(value, dict):
        return {str(_tree(key)): _tree(item) for key, item in value.items()}
    return tree_of(value) if is_dataclass(value) else value if isinstance(value, str) else repr(value)


def moment_text(moment: date | datetime) -> str:
    """A moment as front matter writes it: 2026-12-05 14:00, with seconds unless they are 0."""
    if not isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d}"
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"


def first_day(tree: Mapping[str, Tree]) -> date | None:
    """The first day of a checked event; None if it has no date."""
    sessions = tree.get("sessions")
    starts = [str(one["start"]) for one in sessions if isinstance(one, dict)] if isinstance(sessions, list) else []
    start = tree.get("start") or min(starts, default=None)
    return date.fromisoformat(str(start)[:10]) if start else None


def scalar(value: str) -> str:
    """Text as a YAML scalar: plain if that is safe, else in double quotes (YAML 1.1, section 9.2.1)."""
    plain = (
        PLAIN.fullmatch(value)
        and value.isprintable()
        and value != "null"
        and not value.endswith((":", " "))
        and not AWKWARD.search(value)
    )
    return value if plain else '"' + "".join(map(_escaped, value)).replace("_x", "\\x5Fx") + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - two digits
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - four digits


def flow(value: Tree) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value or "")


def block(value: Tree, indent: str = "") -> str:
    """A value as YAML, with one line for each mapping in a list or mapping; those lines begin with `indent`."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "".join(f"\n{indent}- {flow(item)}" for item in value)
    if isinstance(value, dict) and any(isinstance(item, dict) for item in value.values()):
        return "".join(f"\n{indent}{scalar(key)}: {flow(item)}" for key, item in value.items())
    return flow(value)


def key_lines(key: str, value: Tree) -> str:
    """A key and its value as lines of front matter."""
    shown = block(value, "  ")
    return f"{scalar(key)}:{shown}\n" if shown.startswith("\n") else f"{scalar(key)}: {shown}\n"


def file_text(tree: Mapping[str, Tree], body: str, questions: Iterable[str] = (), comments: Iterable[str] = ()) -> str:
    """A whole file: the questions as comments on top, the keys, further comments, and the body unchanged."""
    keys = "".join(key_lines(key, value) for key, value in tree.items())
    further = "".join(f"# {line}".rstrip() + "\n" for line in comments)
    return f"{FENCE}{_question_lines(questions)}{keys}{further}{FENCE}{body}"


def _question_lines(questions: Iterable[str]) -> str:
    """The questions as YAML comments. Characters that YAML forbids become �."""
    lines = ("".join(sign if sign.isprintable() else "�" for sign in " ".join(line.split())) for line in questions)
    return "".join(f"{QUESTION}{line}\n" for line in lines)


def commented_key(fields_type: type, key: str, translate: Translate) -> str:
    """A comment for a key that a file does not use: its example and its help."""
    example, meaning = field_help(fields_type, key, translate)
    return f"{key}: {flow(example)}  # {meaning}"


def edited_text(
    content: str, changes: Mapping[str, Tree], questions: Iterable[str] | None, body: str | None = None
) -> str:
    """The file with some keys changed; the other lines and the comments stay, and new keys come last.

    A change to None removes the key. `questions` replace the questions of the file; None keeps them. A front matter
    whose lines cannot be replaced one by one, such as one in braces, is written anew.
    """
    document = parsed(content)
    wanted = {key: value for key, value in {**document.tree, **changes}.items() if value is not None}
    asked = _questions(content) if questions is None else list(questions)
    body = document.body if body is None else body
    text = f"{FENCE}{_question_lines(asked)}{_changed_head(content, document, changes)}{FENCE}{body}"
    result = read_document("", text.encode())
    if isinstance(result, Document) and result.tree == wanted:
        return text
    return file_text(wanted, body, asked)


def _questions(content: str) -> list[str]:
    return [line.removeprefix(QUESTION) for line in content.split("\n") if line.startswith(QUESTION)]


def _changed_head(content: str, document: Document, changes: Mapping[str, Tree]) -> str:
    """The lines of the front matter without its questions, and with new lines for the keys that change."""
    lines = content.split("\n")[1 : document.body_line - 2]
    begins = sorted((line - 2, str(key[0])) for key, line in document.lines.items() if len(key) == 1)
    ends = [*(begin for begin, _ in begins[1:]), len(lines)]
    kept = lines[: begins[0][0]] if begins else lines
    for (begin, key), end in zip(begins, ends, strict=True):
        kept += _changed_lines(lines[begin:end], key, changes)
    kept = [line for line in kept if not line.startswith(QUESTION.rstrip())]
    added = (
        key_lines(key, value) for key, value in changes.items() if value is not None and (key,) not in document.lines
    )
    return "".join(f"{line}\n" for line in kept) + "".join(added)


def _changed_lines(lines: list[str], key: str, changes: Mapping[str, Tree]) -> list[str]:
    """The lines of one key, or their replacement. Comments and blank lines after it stay."""
    if key not in changes:
        return lines
    last = max(place for place, line in enumerate(lines) if place == 0 or (line.strip() and not line.startswith("#")))
    value = changes[key]
    return [*(key_lines(key, value).rstrip("\n").split("\n") if value is not None else []), *lines[last + 1 :]]


def parsed(content: str) -> Document:
    """The document of a file that was read without problems before. Raises TypeError for any other."""
    document = read_document("", content.encode())
    if isinstance(document, Problem):
        raise TypeError(document)
    return document
