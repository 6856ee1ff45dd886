"""The types of front-matter values, and the declaration of a key.

A record is a frozen dataclass; each of its fields is declared once, as `Annotated[<type>, Field(...)]`. Parsing,
checking, the JSON Schema, editor support, `new`, `import` and the reference read that declaration. Pydantic does the
checking: it calls the methods below, which import it, so that declarations can be read without it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias
from urllib.parse import urlsplit

import msgspec

from almanac.content.written_dates import rewritten, rewritten_span
from almanac.core.colours import HEX
from almanac.core.problems import Text, Unreadable, did_you_mean, text

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
    from pydantic_core import CoreSchema

FIRST_YEAR, LAST_YEAR = 1950, 2100


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


class Misspelt(Unreadable):
    """A value that people understand; front matter has another form for it, which is `correct`, or several values."""

    def __init__(self, message: Text, correct: str | tuple[str, ...]) -> None:
        super().__init__(message)
        self.correct = correct


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


# Characters without width, as copying from a web page brings along. Joiners stay between letters that need them: those
# of emoji and of scripts other than Latin and Chinese.
PLAIN = "\\s\\x21-\\u024f\\u3000-\\u9fff\\uff00-\\uffef"
WIDTHLESS = re.compile(f"[\u200b\u2060\ufeff\u180e]|(?:^|(?<=[{PLAIN}]))[\u200c\u200d]+|[\u200c\u200d]+(?=[{PLAIN}]|$)")


def _read_line(value: object) -> object:
    if not isinstance(value, str):
        return value
    value = value if value.isprintable() else WIDTHLESS.sub("", value)
    for character in () if value.isprintable() else value:
        if (
            unicodedata.category(character) in {"Cc", "Cs", "Co"} and not character.isspace()
        ) or character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068":
            raise Unreadable(
                text("The invisible character U+{code:04X} stands here.", code=ord(character)),
                text("Delete the line and type it again."),
            )
    line = " ".join(value.split())
    if not any(map(_is_visible, line)):
        raise Unreadable(text("There is nothing between the quotes."), text("Write something, or delete the key."))
    return line


def is_line(value: str) -> bool:
    """Whether front matter may hold these words as one line."""
    try:
        return _read_line(value) == value
    except Unreadable:
        return False


FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters and a symbol that show nothing


def _is_visible(character: str) -> bool:
    """Whether a character alone shows something: marks and selectors need another one before them."""
    return unicodedata.category(character)[0] in "LNPS" and character not in FILLERS


WHEN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
TWO_LINES = text("Write two lines: start: {start} and end: {end}", start="", end="")
WHEN_HINT = text("Write 2026-12-05, or with a time 2026-12-05 14:00 (local time).")


def _read_when(value: object) -> date | datetime:
    found = WHEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        if correct := rewritten(str(value)):
            raise Misspelt(text("“{value}” is a date in another form.", value=value), correct)
        if span := rewritten_span(str(value)):
            hint = text(TWO_LINES.message, start=span[0], end=span[1])
            raise Unreadable(text("“{value}” is a start and an end.", value=value), hint)
        raise Unreadable(text("“{value}” is not a date.", value=value), WHEN_HINT)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(
            text("The year {year} is out of range.", year=year),
            text("Years go from {first} to {last}.", first=FIRST_YEAR, last=LAST_YEAR),
        )
    try:
        day_alone = date(year, month, day)
        return datetime.combine(day_alone, time(hour, minute, second)) if found[4] else day_alone
    except ValueError:
        raise Unreadable(text("There is no such day or time as “{value}”.", value=value), WHEN_HINT) from None


def _read_day(value: object) -> date:
    days = [rewritten(part) for part in SEPARATORS.split(value)] if isinstance(value, str) else []
    if len(days) > 1 and all(days):
        raise Misspelt(text("“{value}” are several dates.", value=value), tuple(day for day in days if day))
    when = _read_when(value)
    if isinstance(when, datetime):
        raise Unreadable(
            text("“{value}” has a time where only a date belongs.", value=value), text("Write 2026-12-05.")
        )
    return when


SEPARATORS = re.compile(r"[，、；;]")


def _read_list(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


SCHEMES = frozenset({"http", "https"})
DOMAIN = re.compile(r"^[\w-]+(\.[\w-]+)+(:\d+)?$")
URL_HINT = text("Write a whole address that begins with https://.")


def _read_url(value: object) -> object:
    line = _read_line(value)
    if isinstance(line, str) and not _is_url(line):
        message = text("“{value}” is not a web address.", value=line)
        plain = unicodedata.normalize("NFKC", line)
        for correct in (plain, f"https://{plain}"):
            if _is_url(correct) and DOMAIN.search(urlsplit(correct).netloc):
                raise Misspelt(message, correct)
        raise Unreadable(message, URL_HINT)
    return line


def _is_url(line: str) -> bool:
    try:
        parts = urlsplit(line)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.netloc) and " " not in line


ID_LETTERS = r"a-z0-9\u4e00-\u9fff"
ID = re.compile(rf"[{ID_LETTERS}][{ID_LETTERS}._-]*")
LONGEST_ID = 120  # characters
ID_HINT = text("Use lower-case letters, digits and hyphens, such as 2026-12-05-meeting-ai.")


def id_problem(value: str) -> Text | None:
    """Why `value` cannot be part of an address, or nothing where it can. At most 120 characters, no `..`, no slash."""
    if ID.fullmatch(value) and ".." not in value and not value.endswith(".") and len(value) <= LONGEST_ID:
        return None
    return text("“{value}” cannot be part of an address.", value=value[:LONGEST_ID])


def suggested_id(value: str) -> str:
    """The id nearest to a name: lower case, with a hyphen for whatever has no place in an address; "" if nothing fits.

    `2026-12-05 科普（一）` becomes `2026-12-05-科普-一`.
    """
    words = (word.strip("._-") for word in re.split(rf"[^{ID_LETTERS}._-]+|\.{{2,}}", value.lower()))
    suggested = "-".join(filter(None, words))[:LONGEST_ID].strip("._-")
    return "" if id_problem(suggested) else suggested


def _read_id(value: object) -> object:
    if isinstance(value, str) and (problem := id_problem(value)):
        raise Unreadable(problem, ID_HINT)
    return value


def _read_alias(value: object) -> object:
    segments = value.strip("/").split("/") if isinstance(value, str) else []
    if not segments or any(id_problem(segment) for segment in segments):
        raise Unreadable(
            text("“{value}” is not an old address of this site.", value=value),
            text("Write the path alone, such as /events/old-name/."),
        )
    return f"/{'/'.join(segments)}/"


def _read_asset(value: object) -> object:
    if not isinstance(value, str):
        return value
    path = value.strip().removeprefix("./").removeprefix("content/")
    if not path.startswith(("images/", "files/")) or ".." in path.split("/") or "\\" in path:
        raise Unreadable(
            text("“{value}” is not a file below content/images or content/files.", value=value),
            text("Put the file there and write images/name.jpg."),
        )
    return path


def _read_attachment(value: object) -> object:
    return _read_url(value) if isinstance(value, str) and ":" in value else _read_asset(value)


AGES = re.compile(r"(\d{1,2})(?:-(\d{1,2})|\+)")
WRITTEN_AGES = re.compile(r"(\d{1,2})(?:周?岁)?(?:[-~–—－～至到]+(\d{1,2})(?:周?岁)?|\+|(?:及)?以上)")
AGES_HINT = text("Write 6-12 in whole years, or 6+ without an upper limit.")


def rewritten_ages(value: str) -> str | None:
    """The span of ages as front matter has it, of words such as 6至12周岁 or 6岁以上; None for other words."""
    found = WRITTEN_AGES.fullmatch("".join(unicodedata.normalize("NFKC", value).split()))
    if not found:
        return None
    return f"{int(found[1])}-{int(found[2])}" if found[2] else f"{int(found[1])}+"


def _read_ages(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = AGES.fullmatch(value)
    if not found:
        message = text("“{value}” is no span of ages.", value=value)
        if correct := rewritten_ages(value):
            raise Misspelt(message, correct)
        raise Unreadable(message, AGES_HINT)
    if found[2] and int(found[1]) > int(found[2]):
        raise Unreadable(text("“{value}” ends before it begins.", value=value), AGES_HINT)
    return value


NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _read_coordinates(value: object) -> object:
    hint = text("Write [longitude, latitude], such as [119.97, 31.79].")
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    try:
        longitude, latitude = map(float, parts)
    except (TypeError, ValueError):
        message = text("Coordinates are two numbers.")
        numbers = NUMBER.findall(unicodedata.normalize("NFKC", ",".join(map(str, parts))))
        if len(numbers) == 2:  # noqa: PLR2004 - longitude and latitude
            raise Misspelt(message, f"[{', '.join(numbers)}]") from None
        raise Unreadable(message, hint) from None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):  # noqa: PLR2004 - degrees
        raise Unreadable(
            text("{longitude}, {latitude} is no place on Earth.", longitude=longitude, latitude=latitude), hint
        )
    return (longitude, latitude)


FEWEST_CORNERS = 3


def _read_outline(value: object) -> object:
    """Corners written as `119.97 31.79, 120.01 31.80, …`."""
    parts = [corner.split() for corner in value.split(",")] if isinstance(value, str) else []
    hint = text("Write its corners as longitude and latitude: 119.97 31.79, 120.01 31.80, 119.99 31.75")
    try:
        corners = tuple((float(longitude), float(latitude)) for longitude, latitude in parts)
    except ValueError:
        corners = ()
    if len(corners) < FEWEST_CORNERS:
        raise Unreadable(text("This is no outline of a district."), hint)
    return corners


def _read_bounds(value: object) -> object:
    hint = text("Write [west, south, east, north] in degrees, such as [119.0, 31.0, 120.3, 32.1].")
    try:
        west, south, east, north = map(float, value if isinstance(value, list) else ())
    except (TypeError, ValueError):
        raise Unreadable(text("Bounds are four numbers."), hint) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        raise Unreadable(text("These bounds hold no place on Earth."), hint)
    return (west, south, east, north)


COLOURS = frozenset(HEX)  # iCalendar's COLOR (RFC 7986, section 5.9) allows these names and no others


def _read_colour(value: object) -> object:
    if value not in COLOURS:
        raise Unreadable(
            text("“{value}” is not a CSS colour name.", value=value),
            text("Write a name such as seagreen, steelblue or darkorange."),
        )
    return value


def _text_schema(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": pattern}


Line: TypeAlias = Annotated[str, Reads(_read_line)]
When: TypeAlias = Annotated[
    date | datetime, Reads(_read_when, _text_schema(r"^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2})?)?$"), "moment")
]
Day: TypeAlias = Annotated[date, Reads(_read_day, {"type": "string", "format": "date"}, "day")]
Identifier: TypeAlias = Annotated[str, Reads(_read_id, _text_schema(f"^{ID.pattern}$"), "id")]
Url: TypeAlias = Annotated[str, Reads(_read_url, {"type": "string", "format": "uri"}, "url")]
Alias: TypeAlias = Annotated[str, Reads(_read_alias, kind="alias")]
Ages: TypeAlias = Annotated[str, Reads(_read_ages, _text_schema(r"^\d{1,2}(-\d{1,2}|\+)$"), "ages")]
AssetPath: TypeAlias = Annotated[str, Reads(_read_asset, kind="asset")]
Attached: TypeAlias = Annotated[str, Reads(_read_attachment, kind="attachment")]
Colour: TypeAlias = Annotated[str, Reads(_read_colour, {"type": "string", "enum": sorted(COLOURS)})]
Coordinates: TypeAlias = Annotated[tuple[float, float], Reads(_read_coordinates, kind="coordinates")]
Outline: TypeAlias = tuple[tuple[float, float], ...]
WrittenOutline: TypeAlias = Annotated[
    Outline, Reads(_read_outline, _text_schema(r"^\s*-?[\d.]+\s+-?[\d.]+(\s*,\s*-?[\d.]+\s+-?[\d.]+){2,}\s*$"))
]
Bounds: TypeAlias = Annotated[tuple[float, float, float, float], Reads(_read_bounds)]
OneOrMore = ReadsOneOrMore(_read_list)  # for tuples: a single value may be written without brackets
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
