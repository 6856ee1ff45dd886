"""Calendars as values: what a feed and a file consist of, before icalendar writes them."""

from __future__ import annotations

from dataclasses import dataclass

from almanac.vevents import Entry


@dataclass(frozen=True)
class Feed:
    """A calendar: its name and description, its own address and that of the page (with its query) that shows the same, a CSS colour name."""

    name: str
    description: str
    address: str
    page: str
    query: str
    colour: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class File:
    """The entries of one event."""

    entries: tuple[Entry, ...]
