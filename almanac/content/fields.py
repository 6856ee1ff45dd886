"""The types of front-matter values, and the declaration of a key.

A record is a frozen dataclass; each of its fields is declared once, as `Annotated[<type>, Field(...)]`. Parsing,
checking, the JSON Schema, editor support, `new`, `import` and the reference read that declaration. Pydantic does the
checking: it calls the methods below, which import it, so that declarations can be read without it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import msgspec

from almanac.content.ids import ID, read_alias, read_id
from almanac.content.values import (
    COLOURS,
    read_ages,
    read_asset,
    read_attachment,
    read_bounds,
    read_colour,
    read_coordinates,
    read_day,
    read_line,
    read_list,
    read_outline,
    read_url,
    read_when,
)
from almanac.core.problems import Unreadable, did_you_mean, text

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
    from pydantic_core import CoreSchema


class Field(msgspec.Struct, frozen=True, eq=False):  # hashed by identity: typing requires hashable metadata
    """The meaning of a front-matter key: a label, a sentence of help (both translated when shown) and an example.

    A key that is not `public` changes nothing that a reader of the site sees. `names` are further Chinese names under
    which people know the key, beside its translated label.
    """

    label: str
    help: str
    example: object = None
    public: bool = True
    names: tuple[str, ...] = ()

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        words = {"title": self.label, "description": self.help}
        # A new mapping: keys of one type share the schema that the handler returns.
        return handler(core_schema) | words | ({"examples": [self.example]} if self.example is not None else {})


class Reads(msgspec.Struct, frozen=True, eq=False):  # hashed by identity, as above
    """Reads a value with `parse` before its type is checked; `schema` describes the accepted text as JSON Schema.

    `kind` names the type of value: a form chooses its control by it.
    """

    parse: Callable[[Any], Any]
    schema: dict[str, Any] = msgspec.field(default_factory=dict)
    kind: str = "line"

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self.parse, handler(source))

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.schema or handler(core_schema)


class ReadsOneOrMore(Reads, frozen=True, eq=False):  # hashed by identity, as above
    """Reads a list of which a single entry may be written without brackets. Its schema accepts both."""

    def __get_pydantic_json_schema__(self, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(core_schema)
        return {"anyOf": [made, made["items"]]}


class Words(msgspec.Struct, frozen=True, eq=False):  # hashed by identity, as above
    """Words that people write for the values of a key, each with its value."""

    values: dict[str, str]


class WarningName(msgspec.Struct, frozen=True, eq=False):  # hashed by identity, as above
    """The name of a warning of `check`. The caller of `check` passes the known names as the validation's context."""

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.with_info_before_validator_function(_read_warning_name, handler(source))


def _read_warning_name(value: object, info: ValidationInfo) -> object:
    known = (info.context or {}).get("known_warnings")
    if known is not None and value not in known:
        hint = did_you_mean(str(value), known) or text("Known names: {names}.", names=", ".join(known))
        raise Unreadable(text("There is no warning “{name}”.", name=value), hint)
    return value


class Refers(msgspec.Struct, frozen=True, eq=False):  # hashed by identity, as above
    """The value names a record of the folder `to` (or a key of `districts` or `audiences` in config.yaml).

    `or_text` lets a name that no record has stay as plain text.
    """

    to: str
    or_text: bool = False


class ByShape(msgspec.Struct, frozen=True, eq=False):  # hashed by identity, as above
    """Either text or a mapping: the shape of the value decides the type that it is checked against."""

    text: Any
    mapping: type

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        choices = {"text": handler.generate_schema(self.text), "mapping": handler.generate_schema(self.mapping)}
        return core_schema.tagged_union_schema(
            choices, discriminator=lambda value: "mapping" if isinstance(value, dict) else "text"
        )


def _text_schema(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


Line: TypeAlias = Annotated[str, Reads(read_line)]
When: TypeAlias = Annotated[
    date | datetime, Reads(read_when, _text_schema(r"^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2})?)?$"), "moment")
]
Day: TypeAlias = Annotated[date, Reads(read_day, {"type": "string", "format": "date"}, "day")]
Identifier: TypeAlias = Annotated[str, Reads(read_id, _text_schema(f"^{ID.pattern}$"), "id")]
Url: TypeAlias = Annotated[str, Reads(read_url, {"type": "string", "format": "uri"}, "url")]
Alias: TypeAlias = Annotated[str, Reads(read_alias, kind="alias")]
Ages: TypeAlias = Annotated[str, Reads(read_ages, _text_schema(r"^\d{1,2}(-\d{1,2}|\+)$"), "ages")]
AssetPath: TypeAlias = Annotated[str, Reads(read_asset, kind="asset")]
Attached: TypeAlias = Annotated[str, Reads(read_attachment, kind="attachment")]
Colour: TypeAlias = Annotated[str, Reads(read_colour, {"type": "string", "enum": sorted(COLOURS)})]
Coordinates: TypeAlias = Annotated[tuple[float, float], Reads(read_coordinates, kind="coordinates")]
Outline: TypeAlias = tuple[tuple[float, float], ...]
WrittenOutline: TypeAlias = Annotated[
    Outline, Reads(read_outline, _text_schema(r"^\s*-?[\d.]+\s+-?[\d.]+(\s*,\s*-?[\d.]+\s+-?[\d.]+){2,}\s*$"))
]
Bounds: TypeAlias = Annotated[tuple[float, float, float, float], Reads(read_bounds)]
OneOrMore = ReadsOneOrMore(read_list)  # for tuples: a single value may be written without brackets
Keys: TypeAlias = Annotated[tuple[Line, ...], OneOrMore]
Ignored: TypeAlias = Annotated[
    dict[Annotated[str, WarningName()], Line],
    Field(
        "Ignored warnings",
        "Names of warnings of `check`, each with the reason why it does not matter here.",
        {"venue-clash": "两场分楼层进行"},
        public=False,
    ),
]
