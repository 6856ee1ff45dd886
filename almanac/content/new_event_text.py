"""What the file of a new event has before anybody types: its programme's usual values, and comments for unused keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from almanac.content.front_matter_text import commented_key, first_day, tree_of
from almanac.content.frontmatter import Tree
from almanac.content.names import Registry
from almanac.content.records.event import EventFields
from almanac.content.records.programme import ProgrammeFields
from almanac.core.problems import Translate, text

COMMENTED = (
    "end",
    "venue",
    "organiser",
    "co_organiser",
    "audience",
    "theme",
    "form",
    "ages",
    "fee",
    "signup",
    "speakers",
    "summary",
    "cover",
    "cover_alt",
    "tags",
    "repeat",
)  # keys that a new file shows as comments if it does not use them
FURTHER = text("Further keys: remove the # in front of those that you need.")
# Keys whose possible values a comment lists, with their registry.
LISTED = {"audience": "audiences", "theme": "themes", "form": "forms"}


def archetype(programme: ProgrammeFields) -> dict[str, Tree]:
    """The front matter that every new event of a programme has: its organisers, audiences and archetype."""
    own = tree_of(programme.archetype) if programme.archetype else {}
    lead: dict[str, Tree] = {"organiser": list(programme.organiser), "audience": list(programme.audience)}
    return {**{key: value for key, value in lead.items() if value}, **own}


def month_themes(programme: ProgrammeFields, start: Tree) -> list[Tree]:
    """The programme's themes for the month in which an event begins; empty if it has none for that month."""
    day = first_day({"start": start}) if start else None
    return list(themes_by_month(programme).get(f"{day:%Y-%m}", ())) if day else []


def themes_by_month(programme: ProgrammeFields) -> dict[str, tuple[str, ...]]:
    """The themes of a programme for each month that has some, such as `2027-03`."""
    found: dict[str, tuple[str, ...]] = {}
    for edition in programme.editions:
        for month in edition.months:
            key = f"{edition.year}-{month.month:02}"
            found[key] = (*found.get(key, ()), *month.theme)
    return {key: themes for key, themes in found.items() if themes}


def unused_keys(keys: Collection[str], registries: Mapping[str, Registry], translate: Translate) -> list[str]:
    """The comments of a new file that uses some keys: further keys, and the possible values of keys with a list."""
    lines = [translate(FURTHER.message)]
    lines += [commented_key(EventFields, key, translate) for key in COMMENTED if key not in keys]
    return [*lines, *listed_values(registries, translate)]


def listed_values(registries: Mapping[str, Registry], translate: Translate) -> Iterator[str]:
    """A comment for each key that chooses from a list, with what it may be."""
    for key, folder in LISTED.items():
        shown = registries.get(folder, Registry()).shown
        known = "、".join(f"{name} {called}" for name, called in shown.items())
        yield text("{key} may be: {names}", key=key, names=known).show(translate)
