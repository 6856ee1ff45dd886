"""Problems are values: what is wrong, where, and how to put it right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

Translate: TypeAlias = Callable[[str], str]
KeyPath: TypeAlias = tuple[str | int, ...]


class Text(msgspec.Struct, frozen=True):
    """A message in English with named holes; it is translated only when it is shown."""

    message: str
    values: Mapping[str, object] = msgspec.field(default_factory=dict)

    def __hash__(self) -> int:
        """By its words: what fills the holes may be anything."""
        return hash(self.message)

    def show(self, translate: Translate) -> str:
        shown = {
            name: value.show(translate) if isinstance(value, Text) else value for name, value in self.values.items()
        }
        return translate(self.message).format(**shown)


def text(message: str, /, **values: object) -> Text:
    """Marks `message` for translation and fills its holes. The messages are extracted by this name."""
    return Text(message, values)


class Location(msgspec.Struct, frozen=True):
    """A file, relative to the site's root with `/` between folders, and a line counted from 1.

    Where only the front-matter key is known, `key` leads to it, and `line` and `columns` (of the value: the first, and the one after
    the last, counted from 1 in characters) are looked up when the problem is shown. `quote` are the words at fault: they are looked
    for in the value of the key, or in the whole file. `at_name` says that the key's name is at fault and not its value.
    """

    path: str
    line: int | None = None
    key: KeyPath = ()
    quote: str = ""
    at_name: bool = False
    columns: tuple[int, int] | None = None


class Problem(msgspec.Struct, frozen=True):
    """One thing to put right. An error stops the publishing; a warning does not.

    Every warning has a `name`, by which a file can silence it, and the path of the `other` file where it takes two to be wrong.
    """

    location: Location
    message: Text
    hint: Text | None = None
    severity: Literal["error", "warning"] = "error"
    name: str | None = None
    other: str | None = None


class Unreadable(ValueError):  # noqa: N818 - it describes a value, not a failure of the program
    """Raised by the parser of a field for a value that it cannot read; becomes a Problem at that field."""

    def __init__(self, message: Text, hint: Text | None = None) -> None:
        super().__init__(message.message)
        self.message = message
        self.hint = hint


def did_you_mean(name: str, known: Iterable[str]) -> Text | None:
    """A hint with the closest known name, or nothing where none is close."""
    from rapidfuzz import fuzz, process  # late: a sound site never needs it

    # Those that share a part are candidates; the one that needs the fewest keys to be typed again wins.
    candidates = [found for found, _, _ in process.extract(name, list(known), score_cutoff=60)]
    return (
        text("Did you mean “{name}”?", name=max(candidates, key=lambda found: fuzz.ratio(name, found)))
        if candidates
        else None
    )
