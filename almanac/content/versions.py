"""Two versions of a file, compared as texts: whether subscribers can see the difference.

The history holds thousands of versions. They are cut into the blocks of their top-level keys and not parsed: that
takes a hundredth of the time, and an old version may have errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from almanac.content.fences import InvalidFrontMatter, decode, split

BLOCK = re.compile(r"^(?=[^\s#\]}][^:\n]*:)", re.MULTILINE)
BODY = ""  # the name of the block of the text below the front matter
UNSEEN = frozenset({"result", "ignore", "imported"})  # keys of an event that its subscribers never see
SEEN: Mapping[str, frozenset[str]] = {  # the keys of other records that calendar entries show
    "themes": frozenset({"name"}),
    "organisers": frozenset({"name"}),
    "programmes": frozenset({"name"}),
    "venues": frozenset({"name", "address", "coordinates", "crs", "wheelchair", "lift", "toilet"}),
    "config.yaml": frozenset({"timezone"}),
}
FACETS: Mapping[str, str] = {  # the keys of an event that put it into feeds, with the folders of what they name
    "theme": "themes",
    "form": "forms",
    "organiser": "organisers",
    "co_organiser": "organisers",
    "programme": "programmes",
    "venue": "venues",
    "district": "districts",
    "audience": "audiences",
}
DRAFT = "draft"
NAME = re.compile(r"[^\s\[\],\"'-][^\[\],\"'\n]*")  # in a list or alone, without quotes
ANNOUNCED = frozenset({"start", "end", "sessions", "repeat", "except", "overrides", "venue", "online", "status"})
UPDATED = "updated"

Blocks: TypeAlias = Mapping[str, str]  # the text of each top-level key, and of the body, by its name


def blocks(data: bytes, path: str) -> Blocks | None:
    """The blocks of a version; None if its front matter has no bounds or the file is not UTF-8."""
    try:
        content = decode(data)
        head, body = (content, "") if path.endswith(".yaml") else (split(content).head, split(content).body)
    except InvalidFrontMatter:
        return None
    found = {block.partition(":")[0].strip(): _plain(block) for block in BLOCK.split(head) if block.strip()}
    return {**found, BODY: body.strip()}


def visible(before: Blocks | None, after: Blocks | None, kind: str) -> bool:
    """Whether subscribers can see a change of a record of a kind. A version that cannot be read counts as another."""
    if before is None or after is None:
        return True
    changed = _changed(before, after)
    return bool(changed & SEEN[kind] if kind in SEEN else changed - UNSEEN)


def moved_silently(before: Blocks | None, after: Blocks | None) -> bool | None:
    """Whether date, place or status of an event changed while its `updated` stayed as it was; None if neither did."""
    if before is None or after is None or UPDATED not in after:
        return False
    changed = _changed(before, after)
    return False if UPDATED in changed else bool(changed & ANNOUNCED) or None


def announced(before: Blocks | None, after: Blocks | None) -> bool:
    """Whether an edit changes date, place, status or draft mark of an event, or may: a version cannot be read."""
    return before is None or after is None or not _changed(before, after).isdisjoint(ANNOUNCED | {DRAFT})


def left(before: Blocks, after: Blocks | None) -> Iterator[str]:
    """The stems (`themes/sky`, by the names in the file) that an event may have left; all if it was deleted."""
    everything = after is None or (DRAFT in after and DRAFT not in before)
    for key, folder in FACETS.items():
        if key in before and (everything or after is None or after.get(key) != before[key]):
            words = before[key].partition(":")[2]
            yield from (f"{folder}/{name.strip()}" for name in NAME.findall(words))


def _changed(before: Blocks, after: Blocks) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _plain(block: str) -> str:
    """A block without comments on lines of their own, and without blanks at the ends of lines."""
    lines = (line.rstrip() for line in block.split("\n"))
    return "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))
