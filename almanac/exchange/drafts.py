"""A new event of a programme: what the command line says of it, and for the rest the programme's archetype."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from almanac.content.frontmatter import Tree
from almanac.content.records.event import EventFields
from almanac.content.records.programme import ProgrammeFields
from almanac.core.problems import Text, Translate, text
from almanac.exchange.cells import Setting, read_cell
from almanac.exchange.contents import Contents
from almanac.exchange.entries import Entry, checked
from almanac.exchange.files import explained, markdown, tree_of
from almanac.exchange.kinds import DATES, LINE, MOMENT, PLACE, name, names
from almanac.exchange.slugs import first_day, new_file

OFFERED = (
    "end",
    "venue",
    "organiser",
    "co_organiser",
    "audience",
    "theme",
    "fee",
    "signup",
    "speakers",
    "summary",
    "cover",
    "cover_alt",
    "tags",
    "repeat",
)
"""Keys that a new file shows as comments where it does not have them."""
LISTED = {"audience": "audiences", "theme": "themes"}
KINDS_OF = {
    "start": DATES,
    "end": MOMENT,
    "venue": PLACE,
    "organiser": names("organisers"),
    "co_organiser": names("organisers"),
    "district": name("districts"),
    "audience": names("audiences"),
    "theme": names("themes"),
    "fee": LINE,
    "summary": LINE,
}


class Asked(msgspec.Struct, frozen=True):
    """What is asked for: values by key, as people write them; several names are separated by commas."""

    programme: str
    title: str
    values: Mapping[str, str] = msgspec.field(default_factory=dict)
    id: str | None = None


class NewEvent(msgspec.Struct, frozen=True):
    """The file of a new event, and what is left to settle in it."""

    path: str
    content: str
    unsettled: tuple[Text, ...]


def archetype(programme: ProgrammeFields) -> dict[str, Tree]:
    """The keys with which an event of a programme begins."""
    own = tree_of(programme.archetype) if programme.archetype else {}
    lead: dict[str, Tree] = {"organiser": list(programme.organiser), "audience": list(programme.audience)}
    return {**{key: value for key, value in lead.items() if value}, **own}


def month_themes(programme: ProgrammeFields, start: Tree) -> list[Tree]:
    """The themes of the month in which an event begins, where the programme has some month by month."""
    day = first_day({"start": start}) if start else None
    months = (month for edition in programme.editions if day and edition.year == day.year for month in edition.months)
    return [theme for month in months if day and month.month == day.month for theme in month.theme]


def new_event(asked: Asked, contents: Contents, translate: Translate) -> NewEvent:
    """The file of a new event; whatever cannot be used of what was asked is left to settle."""
    programme = contents.programmes[asked.programme]
    said, unsettled = read_values(asked.values, contents)
    themes = month_themes(programme, said.get("start"))
    given: dict[str, Tree] = {**archetype(programme), **({"theme": themes} if themes else {}), **said}
    tree: dict[str, Tree] = {"title": asked.title, "programme": asked.programme, **given}
    entry = checked(Entry(0, tree, unsettled=unsettled), contents.register)
    day = first_day(dict(entry.tree))
    path = new_file(asked.title, day, None, contents.taken)
    if asked.id:
        path = f"{path.rpartition('/')[0]}/{asked.id}.md"
    further = _offered(entry.tree, contents, translate)
    return NewEvent(
        path,
        markdown(entry.tree, "\n", (message.show(translate) for message in entry.unsettled), further),
        entry.unsettled,
    )


def _offered(tree: Mapping[str, Tree], contents: Contents, translate: Translate) -> list[str]:
    """Comments: the keys that the file does not have yet, and what may stand in those that choose from a list."""
    lines = [translate("More keys, if you need them: take away the # in front.")]
    lines += [explained(EventFields, key, translate) for key in OFFERED if key not in tree]
    for key, kind in LISTED.items():
        known = "、".join(f"{name} {shown}" for name, shown in contents.register.of(kind).shown.items())
        lines.append(text("{key} may be: {names}", key=key, names=known).show(translate))
    return lines


def read_values(values: Mapping[str, str], contents: Contents) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """Front matter from values as people write them, and what cannot be read."""
    tree: dict[str, Tree] = {}
    unsettled: list[Text] = []
    for key, value in values.items():
        read, problems = read_value(key, value, contents)
        tree |= read
        unsettled += problems
    return tree, tuple(unsettled)


def read_value(key: str, value: str, contents: Contents) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """One value, read like a cell of a table; a start may hold an end too (2026年12月5日 14:00—16:00)."""
    kind = KINDS_OF[key]
    reading = read_cell(value, kind, Setting(contents.register, contacts=True))
    if key == "start" and isinstance(reading.value, dict):
        return reading.value, reading.unsettled
    return {key: reading.value} if reading.value is not None else {}, reading.unsettled
