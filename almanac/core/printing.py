"""Words from files, made safe to print."""

from __future__ import annotations

from almanac.core.problems import Text, Translate

HARMLESS = {"\t": " ", "\u2060": ""}  # a tab, and the joiner that keeps hours on one line of a page


def said(message: Text, translate: Translate) -> str:
    """A message in another language, safe to print."""
    return printable(message.show(translate))


def printable(words: str) -> str:
    """The words without signs that steer a terminal: control characters become �, tabs become spaces."""
    return "".join(letter if letter.isprintable() else HARMLESS.get(letter, "�") for letter in words)
