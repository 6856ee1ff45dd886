"""Numbers that belong to a person and not on a public site: `check` warns of them, and imports leave them out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

# Every sign keeps its place, so that a number is quoted as it stands.
PLAIN = {wide: wide - 0xFEE0 for wide in range(ord("！"), ord("～") + 1)} | {ord(dash): "-" for dash in "‐‑‒–—"}
WEB_ADDRESS = re.compile(
    r"https?://[\w.~:/?#@!$&'*+=%-]+", re.ASCII | re.IGNORECASE
)  # a bracket, a comma or a Chinese sign ends it
# Only digits before or after make it another number. Landlines begin with 0 or have fewer digits.
MOBILE = r"(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}"
IDENTITY = r"[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"  # GB 11643: area, birthday, three digits, one to check
NUMBER = re.compile(rf"(?<!\d)(?:(?P<mobile>{MOBILE})|(?P<identity>{IDENTITY}))(?!\d)")
GONE = "\0"
BETWEEN = r"[\s、,，;；/]*"
EMPTIED = re.compile(rf"[（(]{BETWEEN}(?:{GONE}{BETWEEN})+[)）]|{GONE}")


class PrivateNumber(msgspec.Struct, frozen=True):
    """A number as it is written, what it is, and where it stands in its text."""

    written: str
    kind: Literal["mobile", "identity"]
    begin: int
    end: int


def private_numbers(words: str) -> Iterator[PrivateNumber]:
    """Each mobile number and each number of an identity card, in their order; those within addresses of the web are no one's."""
    plain = WEB_ADDRESS.sub(lambda address: " " * len(address[0]), words.translate(PLAIN))
    for found in NUMBER.finditer(plain):
        begin, end = found.span()
        yield PrivateNumber(words[begin:end], "mobile" if found["mobile"] else "identity", begin, end)


def without_private_numbers(words: str) -> str:
    """The text without such numbers, and without brackets that held nothing else; the same text where there are none."""
    kept, begin = "", 0
    for number in private_numbers(words):
        kept, begin = f"{kept}{words[begin : number.begin]}{GONE}", number.end
    return without_private_numbers(EMPTIED.sub("", f"{kept}{words[begin:]}")) if begin else words
