"""Finds mobile and identity-card numbers in text: `check` warns of them, and imports leave them out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

# Full-width signs and dashes as ASCII. One sign stays one sign, so that positions hold in the original text.
PLAIN = {wide: wide - 0xFEE0 for wide in range(ord("！"), ord("～") + 1)} | {ord(dash): "-" for dash in "‐‑‒–—"}
# A bracket, a comma or a Chinese sign ends an address.
WEB_ADDRESS = re.compile(r"https?://[\w.~:/?#@!$&'*+=%-]+", re.ASCII | re.IGNORECASE)
# Landlines do not match: they begin with 0 or have fewer digits.
MOBILE = r"(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}"
# GB 11643: area, birthday, three digits, a check digit.
IDENTITY = r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
NUMBER = re.compile(rf"(?<!\d)(?:(?P<mobile>{MOBILE})|(?P<identity>{IDENTITY}))(?!\d)")
GONE = "\0"
BETWEEN = r"[\s、,，;；/]*"
EMPTIED = re.compile(rf"[（(]{BETWEEN}(?:{GONE}{BETWEEN})+[)）]|{GONE}")


class PrivateNumber(msgspec.Struct, frozen=True):
    """A number as it is written, its kind, and its position in the text."""

    written: str
    kind: Literal["mobile", "identity"]
    begin: int
    end: int


def private_numbers(words: str) -> Iterator[PrivateNumber]:
    """Every mobile and identity-card number of a text, in order. Numbers within web addresses do not count."""
    plain = WEB_ADDRESS.sub(lambda address: " " * len(address[0]), words.translate(PLAIN))
    for found in NUMBER.finditer(plain):
        begin, end = found.span()
        yield PrivateNumber(words[begin:end], "mobile" if found["mobile"] else "identity", begin, end)


def without_private_numbers(words: str) -> str:
    """The text without such numbers, and without the brackets that held nothing else."""
    kept, begin = "", 0
    for number in private_numbers(words):
        kept, begin = f"{kept}{words[begin : number.begin]}{GONE}", number.end
    return without_private_numbers(EMPTIED.sub("", f"{kept}{words[begin:]}")) if begin else words
