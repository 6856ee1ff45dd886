"""What the declaration of a front-matter key says to people: its label, its help and its example."""

from __future__ import annotations

from typing import get_type_hints

from almanac.content.declarations import field_name
from almanac.content.fields import Field
from almanac.content.frontmatter import Tree
from almanac.core.problems import Translate


def declaration(fields_type: type, key: str) -> Field | None:
    """The declaration of a key; None if there is none."""
    hint = get_type_hints(fields_type, include_extras=True).get(field_name(key))
    return next((entry for entry in getattr(hint, "__metadata__", ()) if isinstance(entry, Field)), None)


def field_help(fields_type: type, key: str, translate: Translate) -> tuple[Tree, str]:
    """The example of a key as front matter, and its translated help."""
    declared = declaration(fields_type, key)
    return (_tree(declared.example), translate(declared.help)) if declared else ("", "")


def label(fields_type: type, key: str, translate: Translate) -> str:
    """The translated label of a key; the key itself if it is not declared."""
    declared = declaration(fields_type, key)
    return translate(declared.label) if declared else key


def _tree(example: object) -> Tree:
    if isinstance(example, bool):
        return "true" if example else "false"
    if isinstance(example, dict):
        return {str(key): _tree(value) for key, value in example.items()}
    return [_tree(value) for value in example] if isinstance(example, list) else str(example)
