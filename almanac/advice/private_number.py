"""Numbers that belong to a person and not on a public site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import chain
from typing import Any

from almanac.advice import Written, published
from almanac.catalogue import Catalogue
from almanac.problems import KeyPath, Location, Problem, Text, text

MEANING = text("A mobile or identity-card number stands in the file.")
# Not within a longer number, a word or an address of the web. Landlines begin with 0 or have fewer digits.
MOBILE = re.compile(r"(?<![0-9A-Za-z/=._-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])")
IDENTITY = re.compile(r"(?<![0-9A-Za-z/=._-])[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![0-9A-Za-z])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
FULL_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)}


def find(catalogue: Catalogue) -> Iterator[Problem]:
    """Mobile numbers and identity-card numbers in the front matter or text of any file, drafts included."""
    for entry in chain[Written](published(catalogue), catalogue.drafts):
        for key, words in _texts(entry):
            yield from (_problem(entry.path, key, number, message) for number, message in private_numbers(words))


def private_numbers(words: str) -> Iterator[tuple[str, Text]]:
    """Each such number as it is written, with what it is."""
    plain = words.translate(FULL_WIDTH)
    for found in MOBILE.finditer(plain):
        yield words[slice(*found.span())], text("A mobile number stands here: {number}.", number=_masked(found[0]))
    for found in IDENTITY.finditer(plain):
        if is_identity(found[0]):
            yield words[slice(*found.span())], text("The number of an identity card stands here: {number}.", number=_masked(found[0]))


def is_identity(number: str) -> bool:
    """Whether the last character of 18 is the check digit (GB 11643-1999, which is ISO 7064 MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number[:17], strict=True))
    return CHECK_DIGITS[total % 11] == number[17].upper()


def _masked(number: str) -> str:
    """A report may be public too."""
    return f"{number[:3]}****{number[-2:]}"


def _texts(entry: Written) -> Iterator[tuple[KeyPath, str]]:
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


def _problem(path: str, key: KeyPath, number: str, message: Text) -> Problem:
    hint = text("Write an office's landline, or “phone the organiser”. If it is an office's own mobile: ignore: {{private-number: the reason}}.")
    return Problem(Location(path, key=key, quote=number), message, hint)
