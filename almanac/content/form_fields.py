"""The declaration of a record as fields of a form: their labels, help, examples, kinds and choices."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from almanac.content.declarations import as_yaml, front_matter_key
from almanac.content.fields import ByShape, Field, Reads, Refers, Words
from almanac.core.problems import Translate

FLAGS = ("true", "false")


class FormField(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field of a form.

    - `kind` is that of one value: the `kind` of `Reads`, or number, flag, choice or mapping.
    - `several` fields hold a list, `keyed` ones a mapping whose keys have this kind.
    - `to` is the folder whose records the value names; with `or_text` it may be any other text.
    - `choices` are all values, each with its word; `default` is the value that a file leaves out.
    - `pattern` is that of the JSON Schema.
    - `fields` are those of a mapping. A `line` with fields is a name or a mapping.
    """

    key: str
    label: str
    help: str
    example: str
    kind: str
    required: bool = False
    several: bool = False
    keyed: str = ""
    to: str = ""
    or_text: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""
    pattern: str = ""
    fields: tuple[FormField, ...] = ()


def form_fields(declared: type, translate: Translate) -> tuple[FormField, ...]:
    """The fields of a declaration, in its order; labels, help and words of choices are translated."""
    hints = get_type_hints(declared, include_extras=True)
    return tuple(_field(one.name, hints[one.name], _default(one), translate) for one in fields(declared))


def _default(declared: Any) -> str | None:
    """The default of a key as front matter has it; empty if it is no value, None if the key is required."""
    if declared.default is MISSING and declared.default_factory is MISSING:
        return None
    return as_yaml(declared.default) if isinstance(declared.default, bool | str) else ""


def _field(name: str, hint: Any, default: str | None, translate: Translate) -> FormField:
    value_type, notes = _parts(hint)
    about = _note(notes, Field)
    keyed = ""
    several = get_origin(value_type) is tuple and _note(notes, Reads) is not None and get_args(value_type)[1:] == (...,)
    if several:
        value_type, inner = _parts(get_args(value_type)[0])
        notes = (*(one for one in notes if not isinstance(one, Reads)), *inner)
    elif get_origin(value_type) is dict:
        key_type, entry = get_args(value_type)
        keyed = _kind(*_parts(key_type))
        value_type, inner = _parts(entry)
        notes = (*notes, *inner)
    refers, reads = _note(notes, Refers), _note(notes, Reads)
    return FormField(
        key=front_matter_key(name),
        label=translate(about.label) if about else name,
        help=translate(about.help) if about else "",
        example=as_yaml(about.example) if about else "",
        kind=_kind(value_type, notes),
        required=default is None,
        several=several,
        keyed=keyed,
        to=refers.to if refers else "",
        or_text=bool(refers and refers.or_text),
        choices=_choices(value_type, _note(notes, Words)),
        default=default or "",
        pattern=reads.schema.get("pattern", "") if reads else "",
        fields=form_fields(mapping, translate) if (mapping := _mapping(value_type, notes)) else (),
    )


def _parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without None, and all that is annotated around it."""
    notes: tuple[Any, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, *around = get_args(hint)
            notes = (*notes, *around)
        elif NoneType in get_args(hint):
            named = [one for one in get_args(hint) if one is not NoneType]
            if len(named) > 1:
                return hint, notes
            hint = named[0]
        else:
            return hint, notes


def _note(notes: tuple[Any, ...], kind: type) -> Any:
    return next((one for one in notes if isinstance(one, kind)), None)


def _kind(value_type: Any, notes: tuple[Any, ...]) -> str:
    if is_dataclass(value_type):
        return "mapping"
    if get_origin(value_type) is Literal:
        return "choice"
    if value_type in {bool, int}:
        return "flag" if value_type is bool else "number"
    reads = _note(notes, Reads)
    return reads.kind if reads else "line"


def _mapping(value_type: Any, notes: tuple[Any, ...]) -> type | None:
    by_shape: ByShape | None = _note(notes, ByShape)
    if by_shape:
        return by_shape.mapping
    return value_type if is_dataclass(value_type) and isinstance(value_type, type) else None


def _choices(value_type: Any, words: Words | None) -> tuple[tuple[str, str], ...]:
    """The values of a choice, each with the first word that people write for it."""
    if get_origin(value_type) is not Literal:
        return ()
    named = {value: word for word, value in reversed(words.values.items())} if words else {}
    return tuple((value, named.get(value, value)) for value in get_args(value_type))
