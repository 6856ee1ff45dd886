"""The values of front matter: how each type is written, what people write instead, and what is wrong with the rest.

Each `read_…` takes a value as YAML gives it and returns it as a record holds it. It raises Unreadable with a message
and a hint, or Misspelt where the meaning is clear. A value of another type than text passes through where the type
checker names it better.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from urllib.parse import urlsplit

from almanac.content.written_dates import rewritten, rewritten_span
from almanac.core.colours import HEX
from almanac.core.problems import Text, Unreadable, text

FIRST_YEAR, LAST_YEAR = 1950, 2100


class Misspelt(Unreadable):
    """A value that people understand; front matter has another form for it, which is `correct`, or several values."""

    def __init__(self, message: Text, correct: str | tuple[str, ...]) -> None:
        super().__init__(message)
        self.correct = correct


# Characters without width, as copying from a web page brings along. Joiners stay between letters that need them: those
# of emoji and of scripts other than Latin and Chinese.
PLAIN = "\\s\\x21-\\u024f\\u3000-\\u9fff\\uff00-\\uffef"
WIDTHLESS = re.compile(f"[\u200b\u2060\ufeff\u180e]|(?:^|(?<=[{PLAIN}]))[\u200c\u200d]+|[\u200c\u200d]+(?=[{PLAIN}]|$)")


def read_line(value: object) -> object:
    """Text in one line, without characters that nobody can see."""
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
        return read_line(value) == value
    except Unreadable:
        return False


FILLERS = "\u115f\u1160\u3164\uffa0\u2800"  # letters and a symbol that show nothing


def _is_visible(character: str) -> bool:
    """Whether a character alone shows something: marks and selectors need another one before them."""
    return unicodedata.category(character)[0] in "LNPS" and character not in FILLERS


WHEN = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
TWO_LINES = text("Write two lines: start: {start} and end: {end}", start="", end="")
WHEN_HINT = text("Write 2026-12-05, or with a time 2026-12-05 14:00 (local time).")


def read_when(value: object) -> date | datetime:
    """`2026-12-05`, or with a time `2026-12-05 14:00`."""
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


def read_day(value: object) -> date:
    """A date without a time."""
    days = [rewritten(part) for part in SEPARATORS.split(value)] if isinstance(value, str) else []
    if len(days) > 1 and all(days):
        raise Misspelt(text("“{value}” are several dates.", value=value), tuple(day for day in days if day))
    when = read_when(value)
    if isinstance(when, datetime):
        raise Unreadable(
            text("“{value}” has a time where only a date belongs.", value=value), text("Write 2026-12-05.")
        )
    return when


SEPARATORS = re.compile(r"[，、；;]")


def read_list(value: object) -> object:
    """A list; a single text or mapping is a list of one."""
    return [value] if isinstance(value, str | dict) else value


SCHEMES = frozenset({"http", "https"})
DOMAIN = re.compile(r"^[\w-]+(\.[\w-]+)+(:\d+)?$")
URL_HINT = text("Write a whole address that begins with https://.")


def read_url(value: object) -> object:
    """A whole address, http or https."""
    line = read_line(value)
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


def read_asset(value: object) -> object:
    """The path of a file below `content/images/` or `content/files/`, from `content/`."""
    if not isinstance(value, str):
        return value
    path = value.strip().removeprefix("./").removeprefix("content/")
    if not path.startswith(("images/", "files/")) or ".." in path.split("/") or "\\" in path:
        raise Unreadable(
            text("“{value}” is not a file below content/images or content/files.", value=value),
            text("Put the file there and write images/name.jpg."),
        )
    return path


def read_attachment(value: object) -> object:
    """An address or an asset."""
    return read_url(value) if isinstance(value, str) and ":" in value else read_asset(value)


AGES = re.compile(r"(\d{1,2})(?:-(\d{1,2})|\+)")
WRITTEN_AGES = re.compile(r"(\d{1,2})(?:周?岁)?(?:[-~–—－～至到]+(\d{1,2})(?:周?岁)?|\+|(?:及)?以上)")
AGES_HINT = text("Write 6-12 in whole years, or 6+ without an upper limit.")


def rewritten_ages(value: str) -> str | None:
    """The span of ages as front matter has it, of words such as 6至12周岁 or 6岁以上; None for other words."""
    found = WRITTEN_AGES.fullmatch("".join(unicodedata.normalize("NFKC", value).split()))
    if not found:
        return None
    return f"{int(found[1])}-{int(found[2])}" if found[2] else f"{int(found[1])}+"


def read_ages(value: object) -> object:
    """`6-12` or `6+`, in whole years."""
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


def read_coordinates(value: object) -> object:
    """Longitude and latitude in degrees."""
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


def read_outline(value: object) -> object:
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


def read_bounds(value: object) -> object:
    """West, south, east and north in degrees."""
    hint = text("Write [west, south, east, north] in degrees, such as [119.0, 31.0, 120.3, 32.1].")
    try:
        west, south, east, north = map(float, value if isinstance(value, list) else ())
    except (TypeError, ValueError):
        raise Unreadable(text("Bounds are four numbers."), hint) from None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):  # noqa: PLR2004 - degrees
        raise Unreadable(text("These bounds hold no place on Earth."), hint)
    return (west, south, east, north)


COLOURS = frozenset(HEX)


def read_colour(value: object) -> object:
    """The name of a colour in CSS, which iCalendar's COLOR allows too (RFC 7986, section 5.9)."""
    if value not in COLOURS:
        raise Unreadable(
            text("“{value}” is not a CSS colour name.", value=value),
            text("Write a name such as seagreen, steelblue or darkorange."),
        )
    return value
