"""Problems as values: the place, the message and a hint."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec
from rapidfuzz import fuzz, process

Translate: TypeAlias = Callable[[str], str]
KeyPath: TypeAlias = tuple[str | int, ...]
LIKE = 60  # per cent of likeness from which on a known name is offered


class Text(msgspec.Struct, frozen=True):
    """A message in English with named placeholders. It is translated when it is shown."""

    message: str
    values: Mapping[str, object] = msgspec.field(default_factory=dict)

    def __hash__(self) -> int:
        """The hash of the message alone: the values may be unhashable."""
        return hash(self.message)

    def show(self, translate: Translate) -> str:
        shown = {
            name: value.show(translate) if isinstance(value, Text) else value for name, value in self.values.items()
        }
        return translate(self.message).format(**shown)


def text(message: str, /, **values: object) -> Text:
    """A message and the values of its placeholders. Messages are extracted for translation by this function's name."""
    return Text(message, values)


class Location(msgspec.Struct, frozen=True):
    """A file, relative to the site's root with `/` between folders, and a line counted from 1.

    If only the front-matter key is known, `key` is its path; `line` and `columns` are looked up when the problem is
    shown. `columns` are those of the value: the first column, and the one after the last, counted from 1 in characters.
    `quote` is the faulty text; it is searched for in the value of the key, or in the whole file if there is no key.
    `at_name` means that the key's name is faulty, not its value.
    """

    path: str
    line: int | None = None
    key: KeyPath = ()
    quote: str = ""
    at_name: bool = False
    columns: tuple[int, int] | None = None


class Problem(msgspec.Struct, frozen=True):
    """One fault in the content. An error prevents publishing; a warning does not.

    A warning has a `name`, by which a file can silence it. `other` is the path of the second file if two files
    contradict each other. `correct` are the words that belong at the location, one for each value: certainly, or
    probably if it is `guessed`. `located` makes the corrected line of them.
    """

    location: Location
    message: Text
    hint: Text | None = None
    severity: Literal["error", "warning"] = "error"
    name: str | None = None
    other: str | None = None
    correct: tuple[str, ...] = ()
    guessed: bool = False


def error_count(found: Iterable[Problem]) -> int:
    """The number of errors among problems; each of them keeps a site from being published."""
    return sum(problem.severity == "error" for problem in found)


class Unreadable(ValueError):  # noqa: N818 - it describes a value, not a failure of the program
    """Raised by the parser of a field for a value that it cannot read. The caller turns it into a Problem."""

    def __init__(self, message: Text, hint: Text | None = None) -> None:
        super().__init__(message.message)
        self.message = message
        self.hint = hint


def did_you_mean(name: str, known: Iterable[str]) -> Text | None:
    """A hint that offers the closest known name; None if no name is close."""
    # A name that contains a part of the other is a candidate. Among the candidates, the fewest edits win.
    candidates = [found for found, _, _ in process.extract(name, list(known), score_cutoff=LIKE)]
    if not candidates:
        return None
    return text("Did you mean “{name}”?", name=max(candidates, key=lambda found: fuzz.ratio(name, found)))


REASONS = {
    errno.EACCES: text("permission is missing"),
    errno.EPERM: text("permission is missing"),
    errno.ENOENT: text("it does not exist"),
    errno.EEXIST: text("it exists already"),
    errno.EISDIR: text("it is a folder"),
    errno.ENOTDIR: text("a part of its path is a file and no folder"),
    errno.ENOSPC: text("the disk is full"),
    errno.EDQUOT: text("the disk is full"),
    errno.EFBIG: text("files may not become that large"),
    errno.EROFS: text("the disk is write-protected"),
    errno.ENAMETOOLONG: text("its name is too long"),
    errno.ELOOP: text("it is a link that leads back to itself"),
    errno.EBUSY: text("another program uses it"),
    errno.EIO: text("the disk has a fault"),
}


def reason_of(error: OSError) -> Text | str:
    """Why the system refuses something, as a part of a message; for rare reasons the system's own words."""
    return REASONS.get(error.errno or 0) or error.strerror or str(error)
