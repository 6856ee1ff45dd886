"""Feeds, the data of the search and open data, made by another process while this one still plans the site.

A date that changes is in a dozen of them. To put them together takes as long as to plan all pages, and needs no more than the catalogue. So the other
process plans these pages for itself, and makes those whose key is not that of what stands. This one plans them, too, and takes what has the file and
the key of a page that it wants; whatever else it wants, it makes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

import msgspec

from almanac.build.manifest import Published
from almanac.build.pages import Page
from almanac.build.parallel import Standby, standby
from almanac.build.publish import Made, stage
from almanac.model.catalogue import Catalogue
from almanac.outputs import data, event_files, feeds, search
from almanac.render import Settings
from almanac.render.making import MADE_LAST, choose, rendered
from almanac.site.addresses import made
from almanac.site.channels import in_window
from almanac.site.volumes import bound

Asked: TypeAlias = tuple[int, str, str]  # the number of a page among those that are wanted, its file and its key


class Edit(msgspec.Struct, frozen=True):
    """What is built: a catalogue, of which the files at these paths are new, for an output in which these files stand."""

    catalogue: Catalogue
    settings: Settings
    opened: Collection[str]
    standing: Mapping[str, Published]
    output: Path


class Ahead(msgspec.Struct, frozen=True):
    """The other process. Asked for pages, it puts those that it has into the staging folder; where there is none, nobody has any."""

    process: Standby[Sequence[Asked], list[Made]]

    def learn(self, catalogue: Catalogue) -> None:
        """Takes over what it works out first: the digests of all events, which both need."""
        for event, digests in zip(catalogue.events, self.process.told() or (), strict=False):
            event.remember(*digests)

    def dismiss(self) -> None:
        """Nobody will ask for anything any more."""
        self.process.dismiss()


def begin_ahead(edit: Edit, jobs: int) -> Ahead:
    """Has another process begin."""
    _ = bound(edit.catalogue), in_window(edit.catalogue)  # which both ask, and which are remembered
    contents: dict[tuple[str, str], bytes] = {}  # known to that process alone
    tell = partial(_digests, edit.catalogue)
    return Ahead(standby(partial(_make, edit, contents), partial(_put, contents, edit.output), jobs, tell))


def _digests(catalogue: Catalogue) -> list[tuple[bytes, bytes]]:
    return [(event.digest, event.card_digest) for event in catalogue.events]


def _make(edit: Edit, contents: dict[tuple[str, str], bytes]) -> None:
    work, _ = choose(list(_pages(edit)), edit.settings, edit.standing, edit.output)
    for one in work.wanted:
        (contents[one.file, one.key],) = rendered(work, [one])


def _pages(edit: Edit) -> Iterator[Page]:
    """The files of events that are new, whose entries the feeds share; then what this process makes last."""
    yield from event_files.month_of_files(tuple(event for event in edit.catalogue.events if event.path in edit.opened))
    for name, output in (("feeds", feeds), ("search", search), ("data", data)):
        if made(name, edit.catalogue.config):
            yield from (page for page in output.pages(edit.catalogue) if page.renderer in MADE_LAST)


def _put(contents: Mapping[tuple[str, str], bytes], output: Path, asked: Sequence[Asked]) -> list[Made]:
    there = [(number, file, key) for number, file, key in asked if (file, key) in contents]
    return [Made(file, key, stage(contents[file, key], file, output), number) for number, file, key in there]
