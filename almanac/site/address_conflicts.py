"""Addresses that two pages claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from almanac.content.config import CONFIG
from almanac.core.problems import Location, Problem, text
from almanac.site.pages import Page


def address_conflicts(pages: Sequence[Page]) -> list[Problem]:
    """A problem for each address that two pages claim, and for each file that would have to be a folder as well."""
    files = [page.file.casefold() for page in pages]  # on many machines' disks Ä and ä, or A and a, are one file
    claimed = set(files)
    folders = _folders(claimed) & claimed
    return list(_conflicts(pages, folders)) if folders or len(claimed) < len(files) else []


def _conflicts(pages: Sequence[Page], folders: AbstractSet[str]) -> Iterator[Problem]:
    """The problems of pages; `folders` are files that others need as folders."""
    first: dict[str, Page] = {}
    for page in pages:
        file = page.file.casefold()
        if file in first:
            yield _conflict(page, first[file])
        first.setdefault(file, page)
    for file, page in first.items() if folders else ():
        parents = file.split("/")[:-1]
        above = ("/".join(parents[:end]) for end in range(1, len(parents) + 1))
        if other := next((name for name in above if name in folders), None):
            yield _conflict(page, first[other])


def _folders(files: AbstractSet[str]) -> set[str]:
    """Every folder that the files need."""
    found: set[str] = set()
    for file in files:
        folder = file.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _conflict(page: Page, other: Page) -> Problem:
    if other.source and not page.source:
        page, other = other, page
    claimant = other.source or text("the site itself")
    return Problem(
        Location(page.source or CONFIG),
        text("The address {address} is already taken by {other}.", address=page.address, other=claimant),
        text("Rename the file, or change its id or aliases."),
    )
