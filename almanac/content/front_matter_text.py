"""Writes front matter and whole files of records: Markdown below YAML.

A tree is front matter as the project's reader returns it: text, lists and mappings. The reader keeps every scalar as
text, so words like `no` and times like `14:00` need no quotes; only YAML's own signs do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from almanac.content.declarations import front_matter_key
from almanac.content.field_words import field_help
from almanac.content.frontmatter import Tree
from almanac.core.problems import Translate


class Quoting(msgspec.Struct, frozen=True):
    """The texts that YAML takes as they stand; all others are quoted (YAML 1.1, section 9.2.1).

    Such a text begins with a letter, a digit, `_` or a sign of `first`, and goes on with these or signs of `further`.
    It is none of `never`, ends with none of `never_at_end` and holds none of `never_within`. The script of the form
    for staff quotes by this table, too.
    """

    first: str
    further: str
    never: tuple[str, ...]
    never_at_end: tuple[str, ...]
    never_within: tuple[str, ...]


QUOTING = Quoting(
    first="（《“【〔",
    further=" .，。、；：？！“”‘’（）《》【】〔〕—…·/+_&=~%;()@:-",
    never=("null",),
    never_at_end=(":", " "),
    never_within=(": ", "_x"),  # the end of a key; and the code of a character in workbooks (_x000D_)
)
PLAIN = re.compile(rf"[\w{re.escape(QUOTING.first)}][\w{re.escape(QUOTING.further)}]*")
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
        and value not in QUOTING.never
        and not value.endswith(QUOTING.never_at_end)
        and not any(sign in value for sign in QUOTING.never_within)
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
    return f"{FENCE}{question_lines(questions)}{keys}{further}{FENCE}{body}"


def question_lines(questions: Iterable[str]) -> str:
    """The questions as YAML comments. Characters that YAML forbids become �."""
    lines = ("".join(sign if sign.isprintable() else "�" for sign in " ".join(line.split())) for line in questions)
    return "".join(f"{QUESTION}{line}\n" for line in lines)


def commented_key(fields_type: type, key: str, translate: Translate) -> str:
    """A comment for a key that a file does not use: its example and its help."""
    example, meaning = field_help(fields_type, key, translate)
    return f"{key}: {flow(example)}  # {meaning}"
