"""The file of a new event: values from the command line, the programme's archetype, and comments for further keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from almanac.content.front_matter_text import file_text, first_day, tree_of
from almanac.content.frontmatter import Tree
from almanac.content.names import folded
from almanac.content.new_event_text import archetype, month_themes, unused_keys
from almanac.core.problems import Text, Translate, text
from almanac.exchange.cell_types import DATES, LINE, MOMENT, PLACE, YAML, name, names
from almanac.exchange.cells import CellContext, read_cell
from almanac.exchange.contents import FOLDER, ExistingEvent, SiteContents
from almanac.exchange.incoming import IncomingEvent, checked
from almanac.exchange.slugs import new_event_path

OF_ONE_EVENT = frozenset(
    {
        "start",
        "end",
        "sessions",
        "repeat",
        "except",
        "overrides",
        "status",
        "status_note",
        "id",
        "aliases",
        "updated",
        "draft",
        "sample",
        "result",
        "ignore",
        "imported",
    }
)  # keys that a copy at another time does not have
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
    """The title, the programme if there is one, and further values by key as a person types them.

    Names are separated by commas. `model` is an event of which the new one is a copy at another time. `tree` is front
    matter that needs no reading, and `body` the text; None for that of the model, or an empty line. `questions` are
    those that the caller has already.
    """

    title: str
    programme: str | None = None
    values: Mapping[str, str] = msgspec.field(default_factory=dict)
    id: str | None = None
    model: ExistingEvent | None = None
    tree: Mapping[str, Tree] = msgspec.field(default_factory=dict)
    body: str | None = None
    questions: tuple[Text, ...] = ()


class NewEvent(msgspec.Struct, frozen=True):
    """The file of a new event, its open questions, and notes that need no answer."""

    path: str
    content: str
    questions: tuple[Text, ...]
    notes: tuple[Text, ...] = ()


def usual_values(programme: str | None, model: ExistingEvent | None, contents: SiteContents) -> dict[str, Tree]:
    """The front matter that a new event has before anybody types: that of its model, else that of its programme."""
    if model is None:
        return archetype(contents.programmes[programme]) if programme else {}
    tree = {key: value for key, value in tree_of(model.record.fields).items() if key not in OF_ONE_EVENT}
    signup = tree.get("signup")
    if isinstance(signup, dict):
        tree["signup"] = {key: value for key, value in signup.items() if key not in {"opens", "deadline"}} or None
    return tree


def new_event(request: NewEventRequest, contents: SiteContents, translate: Translate) -> NewEvent:
    """The file of a new event. A value that cannot be used becomes an open question."""
    model, programme = request.model, request.programme
    read, questions = read_values(request.values, contents)
    given = {**request.tree, **read}
    themes = month_themes(contents.programmes[programme], given.get("start")) if programme and not model else []
    keys = {**usual_values(programme, model, contents), **({"theme": themes} if themes else {}), **given}
    tree: dict[str, Tree] = {**keys, "title": request.title, **({"programme": programme} if programme else {})}
    event = checked(IncomingEvent(0, tree, questions=(*request.questions, *questions)), contents.registries)
    path = new_event_path(request.title, first_day(dict(event.tree)), None, contents.taken)
    if request.id:
        path = f"{path.rpartition('/')[0]}/{request.id}.md"
    comments = unused_keys(event.tree, contents.registries.by_folder, translate)
    shown_questions = (message.show(translate) for message in event.questions)
    body = request.body if request.body is not None else model.record.body if model else "\n"
    content = file_text(event.tree, body, shown_questions, comments)
    return NewEvent(path, content, event.questions, tuple(_repeated_title(request, contents)))


def _repeated_title(request: NewEventRequest, contents: SiteContents) -> Iterator[Text]:
    for event in contents.by_title.get(folded(request.title), ()):
        if event is not request.model:
            yield text("{path} has the same title: is it the same event?", path=event.record.path)


def event_called(name: str, contents: SiteContents) -> ExistingEvent | None:
    """The event with this id, file or title; None if there is none. Of several with one title the latest counts."""
    of_title = contents.by_title.get(folded(name), ())
    latest = sorted(of_title, key=lambda event: str(first_day(tree_of(event.record.fields)) or ""))
    file = name.removeprefix(f"{FOLDER}/").removesuffix(".md")
    named = (event for event in contents.events if name == event.id or file in {event.file, event.record.key})
    return next(named, latest[-1] if latest else None)


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
    cell_type = YAML if key == "venue" and value.startswith("{") else TYPES[key]
    parsed = read_cell(value, cell_type, CellContext(contents.registries, contacts=True))
    if key == "start" and isinstance(parsed.value, dict):
        return parsed.value, parsed.questions
    return {key: parsed.value} if parsed.value is not None else {}, parsed.questions
