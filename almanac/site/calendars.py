"""Calendars as values: what a feed and a file consist of, before icalendar writes them."""

from __future__ import annotations

import msgspec

MOST_ENTRIES = 1000  # Google and others leave out what goes beyond
MOST_BYTES = 1_000_000


def fits(entries: int, size: int) -> bool:
    """Whether a feed of so many entries and bytes is taken whole."""
    return entries <= MOST_ENTRIES and size <= MOST_BYTES


class Months(msgspec.Struct, frozen=True):
    """Whole months of a year: the numbers of the first and of the last."""

    first: int
    last: int

    def __contains__(self, month: object) -> bool:
        return isinstance(month, int) and self.first <= month <= self.last


class Feed(msgspec.Struct, frozen=True):
    """A calendar: its name and description, its own address and that of the page (with its query) that shows the same, a CSS colour name.

    `months` are those that it holds of the year in its name, if not all.
    """

    name: str
    description: str
    address: str
    page: str
    query: str
    colour: str
    entries: tuple[bytes, ...]
    months: Months | None = None


class File(msgspec.Struct, frozen=True):
    """The entries of one event."""

    entries: tuple[bytes, ...]
