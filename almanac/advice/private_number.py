"""A mobile or identity-card number in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import chain
from typing import Any

from almanac.advice import ContentFile, published
from almanac.content.private_numbers import PrivateNumber, private_numbers
from almanac.core.problems import KeyPath, Location, Problem, Text, text
from almanac.model.site import Site

MEANING = text("A mobile or identity-card number stands in the file.")
MESSAGES = {
    "mobile": text("A mobile number stands here: {number}.").message,
    "identity": text("The number of an identity card stands here: {number}.").message,
}


def find(site: Site) -> Iterator[Problem]:
    """Mobile numbers and identity-card numbers in the front matter or text of any file, drafts included."""
    for entry in chain[ContentFile](published(site), site.drafts):
        for key, words in _texts(entry):
            yield from (_problem(entry.path, key, number) for number in private_numbers(words))


def _masked(number: str) -> str:
    """The number with its middle hidden: a report of `check` may be public."""
    return f"{number[:3]}****{number[-2:]}"


def _texts(entry: ContentFile) -> Iterator[tuple[KeyPath, str]]:
    yield from _strings(entry.fields, ())
    yield (), entry.body


def _strings(value: Any, key: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, tuple):
        for place, entry in enumerate(value):
            yield from _strings(entry, (*key, place))
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _strings(entry, (*key, str(name)))
    elif is_dataclass(value):
        for declared in fields(value):
            yield from _strings(getattr(value, declared.name), (*key, declared.name))


def _problem(path: str, key: KeyPath, number: PrivateNumber) -> Problem:
    message = Text(MESSAGES[number.kind], {"number": _masked(number.written)})
    hint = text(
        "Write the landline of an office. If it is the mobile of an office: ignore: {{private-number: the reason}}."
    )
    return Problem(Location(path, key=key, quote=number.written), message, hint)
