"""Calendar feeds and files as values, before icalendar writes them."""

from __future__ import annotations

import msgspec

MOST_ENTRIES = 1000  # Google and others drop further entries
MOST_BYTES = 1_000_000


def fits(entries: int, size: int) -> bool:
    """Whether calendars take a feed of that many entries and bytes whole."""
    return entries <= MOST_ENTRIES and size <= MOST_BYTES


class Months(msgspec.Struct, frozen=True):
    """Whole months of a year: the numbers of the first and of the last."""

    first: int
    last: int

    def __contains__(self, month: object) -> bool:
        return isinstance(month, int) and self.first <= month <= self.last


class CalendarFeed(msgspec.Struct, frozen=True):
    """A calendar to subscribe to. `page`, with `query`, is the address of the page that shows the same events.

    `colour` is a CSS colour name. `months` are the months of the year in the feed's name; None for all of them.
    """

    name: str
    description: str
    address: str
    page: str
    query: str
    colour: str
    entries: tuple[bytes, ...]
    months: Months | None = None


class CalendarFile(msgspec.Struct, frozen=True):
    """A calendar file with the entries of one event."""

    entries: tuple[bytes, ...]
