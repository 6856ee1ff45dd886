"""Compares two snapshots of a site: what changed for the public, event by event and key by key.

Both sides are shown as readers see them, one value for each key of the declaration, and then compared. So a renamed
file is no change, and a new address of a venue is a change of every event that takes place there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from almanac.content.history import trust
from almanac.content.queries import commit, tree
from almanac.core.problems import Problem, Text, text
from almanac.diff.revisions import Snapshot
from almanac.model.differences import FacetNames, KeyChange, LineCounts, facet_names, key_changes
from almanac.model.events import Event
from almanac.model.labels import EVENTS
from almanac.model.site import Site
from almanac.site.channels import feed_files
from almanac.site.register import Register, changed_host, register, vanishing_addresses, vanishing_entries

BODY = text("Text")
ALWAYS = datetime.min  # noqa: DTZ901 - local time of the site: whatever is compared, is not over


class Difference(msgspec.Struct, frozen=True):
    """An event that was added, removed or changed; `event` is the later version, or the removed event.

    `former` is the earlier version of a changed event.
    """

    kind: Literal["added", "changed", "removed"]
    event: Event
    changes: tuple[KeyChange, ...] = ()
    former: Event | None = None


class Comparison(msgspec.Struct, frozen=True):
    """All differences, in order of dates; `skipped` are the files with errors, which were not compared.

    `losses` tell of calendar entries and feeds that subscribers would lose without a word.
    """

    before: Text
    after: Text
    differences: tuple[Difference, ...]
    skipped: tuple[str, ...] = ()
    losses: tuple[Text, ...] = ()


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """The differences between two snapshots."""
    old, new = ({event.id: event for event in side.site.events} for side in (before, after))
    gone = {id_: event for id_, event in old.items() if id_ not in new and event.path not in after.skipped}
    come = {id_: event for id_, event in new.items() if id_ not in old and event.path not in before.skipped}
    moved = dict(_moved(gone, come))
    pairs = [*((id_, id_) for id_ in old if id_ in new), *moved.items()]
    names = facet_names(before.site), facet_names(after.site)
    changed = (
        Difference("changed", new[now], tuple(_changes(old[then], new[now], names)), old[then]) for then, now in pairs
    )
    found = [difference for difference in changed if difference.changes]
    found += [Difference("removed", event) for id_, event in gone.items() if id_ not in moved]
    found += [Difference("added", event) for id_, event in come.items() if id_ not in moved.values()]
    found.sort(key=lambda difference: (difference.event.begins, difference.event.id))
    skipped = before.skipped | after.skipped
    losses = tuple(problem.message for problem in _losses(before.site, after.site, skipped))
    return Comparison(before.name, after.name, tuple(found), tuple(sorted(skipped)), losses)


def _losses(before: Site, after: Site, skipped: Collection[str]) -> Iterator[Problem]:
    """What subscribers would lose, as a build reports it; also entries that are over."""
    old, new = register(before), register(after)
    yield from changed_host(old, new, ALWAYS)
    if trust(commit(before)) == trust(commit(after)) == "whole":
        files = {*tree(after).of(EVENTS)} - {*skipped}  # an event whose file is deleted is called off by the commit
        known = {uid: one for uid, one in old.entries.items() if one.path in files}
        yield from vanishing_entries(Register(old.host, known), new, ALWAYS)
    if not skipped:
        yield from vanishing_addresses(feed_files(before) - feed_files(after))


def _moved(gone: Mapping[str, Event], come: Mapping[str, Event]) -> Iterator[tuple[str, str]]:
    """The old and the new id of each event with a new address.

    The new file has the old address among its aliases, or the same title and date.
    """
    by_alias = {alias: id_ for id_, event in come.items() for alias in event.fields.aliases}
    by_title = {(event.fields.title, event.begins): id_ for id_, event in come.items()}
    taken: set[str] = set()
    for id_, event in gone.items():
        found = by_alias.get(event.address) or by_title.get((event.fields.title, event.begins))
        if found and found not in taken:
            taken.add(found)
            yield id_, found


def _changes(before: Event, after: Event, names: tuple[FacetNames, FacetNames]) -> Iterator[KeyChange]:
    yield from key_changes(before, after, names)
    if before.body.strip() != after.body.strip():
        yield KeyChange((BODY,), lines=_lines(before.body, after.body))


def _lines(before: str, after: str) -> LineCounts:
    steps = SequenceMatcher(None, before.strip().split("\n"), after.strip().split("\n"), autojunk=False).get_opcodes()
    changed = [step for step in steps if step[0] != "equal"]
    return LineCounts(sum(step[4] - step[3] for step in changed), sum(step[2] - step[1] for step in changed))
