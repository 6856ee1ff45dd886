"""The file of a new event: values from the command line, the programme's archetype, and comments for further keys."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from almanac.content.frontmatter import Tree
from almanac.content.records.event import EventFields
from almanac.content.records.programme import ProgrammeFields
from almanac.core.problems import Text, Translate, text
from almanac.exchange.cell_types import DATES, LINE, MOMENT, PLACE, name, names
from almanac.exchange.cells import CellContext, read_cell
from almanac.exchange.contents import SiteContents
from almanac.exchange.files import commented_key, file_text, first_day, tree_of
from almanac.exchange.incoming import IncomingEvent, checked
from almanac.exchange.slugs import new_event_path

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
# Keys whose possible values a comment lists, with their registry.
LISTED = {"audience": "audiences", "theme": "themes", "form": "forms"}
TYPES = {
    "start": DATES,
    "end": MOMENT,
    "venue": PLACE,
    "organiser": names("organisers"),
    "co_organiser": names("organisers", or_text=True),
    "district": name("districts"),
    "audience": names("audiences"),
    "theme": names("themes"),
    "form": name("forms"),
    "fee": LINE,
    "summary": LINE,
}


class NewEventRequest(msgspec.Struct, frozen=True):
    """The programme, the title, and further values by key as a person types them: names are separated by commas."""

    programme: str
    title: str
    values: Mapping[str, str] = msgspec.field(default_factory=dict)
    id: str | None = None


class NewEvent(msgspec.Struct, frozen=True):
    """The file of a new event, and its open questions."""

    path: str
    content: str
    questions: tuple[Text, ...]


def archetype(programme: ProgrammeFields) -> dict[str, Tree]:
    """The front matter that every new event of a programme has: its organisers, audiences and archetype."""
    own = tree_of(programme.archetype) if programme.archetype else {}
    lead: dict[str, Tree] = {"organiser": list(programme.organiser), "audience": list(programme.audience)}
    return {**{key: value for key, value in lead.items() if value}, **own}


def month_themes(programme: ProgrammeFields, start: Tree) -> list[Tree]:
    """The programme's themes for the month in which an event begins; empty if it has none for that month."""
    day = first_day({"start": start}) if start else None
    months = (month for edition in programme.editions if day and edition.year == day.year for month in edition.months)
    return [theme for month in months if day and month.month == day.month for theme in month.theme]


def new_event(request: NewEventRequest, contents: SiteContents, translate: Translate) -> NewEvent:
    """The file of a new event. A value that cannot be used becomes an open question."""
    programme = contents.programmes[request.programme]
    given, questions = read_values(request.values, contents)
    themes = month_themes(programme, given.get("start"))
    keys: dict[str, Tree] = {**archetype(programme), **({"theme": themes} if themes else {}), **given}
    tree: dict[str, Tree] = {"title": request.title, "programme": request.programme, **keys}
    event = checked(IncomingEvent(0, tree, questions=questions), contents.registries)
    path = new_event_path(request.title, first_day(dict(event.tree)), None, contents.taken)
    if request.id:
        path = f"{path.rpartition('/')[0]}/{request.id}.md"
    comments = _comments(event.tree, contents, translate)
    shown_questions = (message.show(translate) for message in event.questions)
    return NewEvent(path, file_text(event.tree, "\n", shown_questions, comments), event.questions)


def _comments(tree: Mapping[str, Tree], contents: SiteContents, translate: Translate) -> list[str]:
    """The keys that the file does not use yet, and the possible values of keys that choose from a list."""
    lines = [translate("Further keys: remove the # in front of those that you need.")]
    lines += [commented_key(EventFields, key, translate) for key in COMMENTED if key not in tree]
    for key, folder in LISTED.items():
        known = "、".join(f"{name} {shown}" for name, shown in contents.registries.of(folder).shown.items())
        lines.append(text("{key} may be: {names}", key=key, names=known).show(translate))
    return lines


def read_values(values: Mapping[str, str], contents: SiteContents) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """The front matter of typed values, and the questions of those that cannot be read."""
    tree: dict[str, Tree] = {}
    questions: list[Text] = []
    for key, value in values.items():
        found, asked = read_value(key, value, contents)
        tree |= found
        questions += asked
    return tree, tuple(questions)


def read_value(key: str, value: str, contents: SiteContents) -> tuple[dict[str, Tree], tuple[Text, ...]]:
    """One typed value, read like a cell of a table. A start may include the end: 2026年12月5日 14:00—16:00."""
    parsed = read_cell(value, TYPES[key], CellContext(contents.registries, contacts=True))
    if key == "start" and isinstance(parsed.value, dict):
        return parsed.value, parsed.questions
    return {key: parsed.value} if parsed.value is not None else {}, parsed.questions
