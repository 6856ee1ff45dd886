"""Documents made from the declarations: translated JSON Schemas, snippets for VS Code, and a reference in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any, TypeAlias

from almanac.content.declarations import as_yaml
from almanac.core.problems import Text, Translate, text

Schema: TypeAlias = dict[str, Any]
MANY = 20  # choices do not fit into a table cell; only colours have so many
FIRST_KEYS = 10  # keys in the snippet for a new file; declarations begin with the important keys


def translated(schema: Schema, translate: Translate) -> Schema:
    """The schema with the labels and help of its keys in another language, and without the names of Python classes."""
    defs = schema.get("$defs", {})
    shown = _with_labels(schema, defs, translate)
    return (
        shown | {"$defs": {name: _with_labels(inner, defs, translate) for name, inner in defs.items()}}
        if defs
        else shown
    )


def _with_labels(declared: Schema, defs: Schema, translate: Translate) -> Schema:
    properties = {}
    for name, prop in declared["properties"].items():
        # Pydantic leaves out a title or description that equals that of the referenced mapping.
        referenced = defs[prop["$ref"].rpartition("/")[2]] if "$ref" in prop else {}
        words = {key: referenced[key] for key in ("title", "description") if key in referenced and key not in prop}
        properties[name] = _translated(prop | words, translate)
    return {name: value for name, value in declared.items() if name not in {"title", "description"}} | {
        "properties": properties
    }


def _translated(prop: Any, translate: Translate) -> Any:
    if isinstance(prop, list):
        return [_translated(entry, translate) for entry in prop]
    if not isinstance(prop, dict):
        return prop
    words = {name: translate(prop[name]) for name in ("title", "description") if isinstance(prop.get(name), str)}
    kept = {
        name: value if name in {"examples", "default", "enum"} else _translated(value, translate)
        for name, value in prop.items()
    }
    return kept | words


def snippets(schema: Schema, kind: str, translate: Translate) -> Schema:
    """Snippets for VS Code from a translated schema: one for a new file of the kind, and one for each key."""
    properties = schema["properties"]
    required = schema.get("required", ())
    first = [name for name in properties if name in required] + [
        name for name in list(properties)[:FIRST_KEYS] if name not in required
    ]
    numbers = count(1)
    keys = [line for name in first for line in _lines(name, properties[name], schema, numbers)]
    new_file = text("A new file of content/{kind}/", kind=kind)
    found = {f"{kind}/": _snippet([kind, f"content/{kind}"], ["---", *keys, "---", "$0"], new_file.show(translate))}
    for name, prop in properties.items():
        description = f"content/{kind} · {_meaning(prop, translate)}"
        found[f"{kind}/{name}"] = _snippet(
            [name, prop["title"]], list(_lines(name, prop, schema, count(1))), description
        )
    return found


def _meaning(prop: Schema, translate: Translate) -> str:
    return text("{label}: {help}", label=prop["title"], help=prop["description"]).show(translate)


def _snippet(prefix: list[str], body: list[str], description: str) -> Schema:
    return {"scope": "markdown", "prefix": prefix, "body": body, "description": description}


def _lines(name: str, prop: Schema, schema: Schema, numbers: Iterator[int]) -> Iterator[str]:
    """The lines of a key: the keys of a mapping stand below it, other values on the same line."""
    inner, is_list = _mapping(prop, schema)
    if inner is None:
        yield f"{name}: {_placeholder(prop, numbers)}"
        return
    yield f"{name}:"
    first = "- " if is_list else "  "
    for place, (key, entry) in enumerate(inner["properties"].items()):
        yield f"{'  ' if is_list else ''}{first if place == 0 else '  '}{key}: {_placeholder(entry, numbers)}"


def _placeholder(prop: Schema, numbers: Iterator[int]) -> str:
    choices = _choices(prop)
    if choices:
        return f"${{{next(numbers)}|{','.join(choices)}|}}"
    example = as_yaml(prop["examples"][0]) if prop.get("examples") else ""
    return f"${{{next(numbers)}:{_escaped(example)}}}"


def _escaped(words: str) -> str:
    return re.sub(r"([\\$}])", r"\\\1", words)


def _choices(prop: Schema) -> list[str]:
    """The values that a key may have; empty where any value of its type is allowed."""
    for one in (prop, *prop.get("anyOf", ())):
        if one.get("type") == "boolean":
            return ["true", "false"]
        if "enum" in one:
            return list(map(str, one["enum"]))
    return []


def _mapping(prop: Schema, schema: Schema) -> tuple[Schema | None, bool]:
    """The schema of the mapping that a key holds, or None, and whether the key holds a list of such mappings."""
    for one in (prop, *prop.get("anyOf", ())):
        if "$ref" in one:
            return schema["$defs"][one["$ref"].rpartition("/")[2]], False
        if "$ref" in one.get("items", {}):
            return schema["$defs"][one["items"]["$ref"].rpartition("/")[2]], True
    return None, False


class ReferencePage:
    """Writes a translated schema as a page of Markdown: a table of all keys, and a table for each nested mapping."""

    def __init__(self, schema: Schema, heading: str, translate: Translate) -> None:
        self.schema, self.heading, self.translate = schema, heading, translate

    def lines(self) -> Iterator[str]:
        yield f"# {self.heading}"
        yield from self.table(self.schema)
        for name, prop in self.schema["properties"].items():
            inner = self.below(prop)
            if inner:
                yield f"\n## {name} – {prop['title']}"
                yield from self.table(inner)

    def below(self, prop: Schema) -> Schema | None:
        """The nested mapping of a key, or None: its value, the entries of its value, or the alternative to text."""
        inner = _mapping(prop, self.schema)[0]
        others = [
            one
            for one in (prop.get("additionalProperties"), *prop.get("oneOf", ()))
            if isinstance(one, dict) and "$ref" in one
        ]
        return inner or (self.schema["$defs"][others[0]["$ref"].rpartition("/")[2]] if others else None)

    def table(self, declared: Schema) -> Iterator[str]:
        heads = (text("Key"), text("Meaning"), text("How to write it"), text("Example"))
        yield f"\n| {' | '.join(self.word(head) for head in heads)} |"
        yield "|---|---|---|---|"
        for name, prop in declared["properties"].items():
            required = self.word(text(" (required)")) if name in declared.get("required", ()) else ""
            example = f"`{as_yaml(prop['examples'][0])}`" if prop.get("examples") else ""
            cells = (f"`{name}`{required}", _meaning(prop, self.translate), self.word(self.form(prop)), example)
            yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"

    def form(self, prop: Schema) -> Text:
        """The form in which the value of a key is written."""
        inner, is_list = _mapping(prop, self.schema)
        if inner is not None:
            return text("list of mappings, see below") if is_list else text("mapping, see below")
        if "oneOf" in prop:
            return text("text or mapping, see below")
        if choices := _choices(prop):
            return (
                text("one of {choices}", choices=", ".join(choices))
                if len(choices) < MANY
                else text("a CSS colour name")
            )
        return FORMS.get(_type(prop), text("text"))

    def word(self, message: Text) -> str:
        return message.show(self.translate)


FORMS = {
    "array": text("one, or a list"),
    "tuple": text("numbers in brackets"),
    "object": text("mapping"),
    "integer": text("number"),
    "number": text("number"),
    "date": text("date"),
    "uri": text("web address"),
    "moment": text("date, with or without a time"),
}


def _type(prop: Schema) -> str:
    for one in (prop, *prop.get("anyOf", ())):
        if "format" in one:
            return str(one["format"])
        if "prefixItems" in one:
            return "tuple"
        if "[T ]" in one.get("pattern", ""):
            return "moment"
        if one.get("type") in FORMS:
            return str(one["type"])
    return "string"
