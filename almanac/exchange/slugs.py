"""File names of events: the date and the title in pinyin. They become addresses, which last and are typed by people."""

from __future__ import annotations

from collections.abc import Container
from datetime import date

from almanac.content.slugs import slug_of
from almanac.exchange.contents import FOLDER


def new_event_path(title: str, start: date | None, month: tuple[int, int] | None, taken: Container[str]) -> str:
    """The path of a new event: content/events/2026/12/2026-12-05-zou-jin.md, or below `undated` without a date.

    `month` is a year and a month, used if there is no `start`. A number is added to a name that is taken.
    """
    slug = slug_of(title)
    if start:
        folder, stem = f"{start:%Y/%m}", f"{start:%Y-%m-%d}-{slug}"
    elif month:
        folder, stem = f"{month[0]}/{month[1]:02}", f"{month[0]}-{month[1]:02}-{slug}"
    else:
        folder, stem = "undated", slug
    return f"{FOLDER}/{folder}/{_free(stem, taken)}.md"


def _free(stem: str, taken: Container[str]) -> str:
    number = 2
    free = stem
    while free in taken:
        free, number = f"{stem}-{number}", number + 1
    return free
