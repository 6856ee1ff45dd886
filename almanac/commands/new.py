"""`new`: writes the file of a new event with the values that its programme always has, and comments for the rest."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

import click

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.contents import contents_of, listed_names, resolved
from almanac.cli.help import Verb
from almanac.content.field_words import field_help, label
from almanac.content.front_matter_text import file_text, flow
from almanac.content.frontmatter import Tree
from almanac.content.ids import ID_HINT, id_problem
from almanac.content.records.event import EventFields
from almanac.content.slugs import slug_of
from almanac.content.sources import CONTENT
from almanac.core.messages import catalogue_files, gettext_of
from almanac.core.problems import Text, did_you_mean, text
from almanac.exchange.cell_types import UNKNOWN_NAME
from almanac.exchange.contents import ExistingEvent, SiteContents
from almanac.exchange.new_events import (
    NewEvent,
    NewEventRequest,
    event_called,
    new_event,
    read_value,
    usual_values,
)
from almanac.exchange.told_events import read_told
from almanac.exchange.writing import write_new

PROMPTED = ("start", "end", "venue", "organiser", "audience", "theme", "form", "summary")
FOLDERS = {
    "programme": "programmes",
    "venue": "venues",
    "organiser": "organisers",
    "audience": "audiences",
    "theme": "themes",
    "form": "forms",
}
MADE = ("organiser", "theme", "form")  # options whose records `new` offers to make
EXAMPLES = 3  # names in a prompt
REGISTERED = ("organiser", "district", "audience", "theme", "form")  # options that take registered names only


@click.command(
    cls=Verb,
    help="Writes the file of a new event. PROGRAMME, a key or a name, may be left out. On a terminal, missing values "
    "are asked for.",
)
@click.argument("programme", required=False)
@click.argument("title", required=False)
@click.option("--from", "model", metavar="ID", help="An event to copy: its id, its file or its title.")
@click.option(
    "--start",
    metavar="TIME",
    help="2026-12-05 14:00, a date alone for all day, or in Chinese: 2026年12月5日 14:00—16:00.",
)
@click.option("--end", metavar="TIME", help="Likewise; for an all-day event the last day.")
@click.option(
    "--venue", metavar="NAME", help="Key or name of a venue, any other place, or as in files: {name: …, address: …}."
)
@click.option("--organiser", metavar="NAMES", help="Keys or names; several are separated by commas.")
@click.option("--district", metavar="NAME", help="Key or name; by default the venue's.")
@click.option("--audience", metavar="NAMES", help="Keys or names.")
@click.option("--theme", metavar="NAMES", help="Keys or names.")
@click.option("--form", metavar="NAME", help="Key or name: lecture, exhibition ….")
@click.option("--fee", metavar="TEXT", help="What it costs.")
@click.option("--summary", metavar="TEXT", help="One sentence.")
@click.option(
    "--id",
    "id_",
    metavar="ID",
    help="The file's name and the event's address (default: the date and the title in pinyin).",
)
@click.option(
    "--from-text",
    "told",
    type=click.File("r", encoding="utf-8"),
    metavar="FILE",
    help="A text that the form at /admin/ has made; - reads standard input.",
)
@click.pass_obj
def command(
    context: Context,
    /,
    programme: str | None,
    title: str | None,
    model: str | None,
    id_: str | None,
    told: TextIO | None,
    **options: str | None,
) -> None:
    """Writes the file, or shows why it cannot be written."""
    contents = contents_of(context)
    if told:
        _write(context, _from_text(context, contents, told.read(), id_))
        return
    interactive = sys.stdin.isatty()
    copied = _model(context, contents, model) if model else None
    if programme and not title and (copied or contents.registries.of("programmes").key_of(programme) is None):
        programme, title = None, programme
    programmes = contents.registries.of("programmes")
    if not interactive and not title and not copied:
        context.fail(
            text(
                "Give a title, and before it a programme if there is one: {program} new PROGRAMME TITLE",
                program=context.program,
            ),
            text("Known are: {names}.", names=listed_names(programmes)) if contents.programmes else None,
        )
    if interactive and not programme and not copied and contents.programmes:
        programme = _prompt_programme(context, contents)
    key = resolved(context, programmes, "programmes", programme) if programme else None
    usual_title = copied.record.fields.title if copied else None
    if title is None:
        title = _prompt(context, contents, "title", usual_title) if interactive else str(usual_title)
    values = {option: value for option, value in options.items() if value}
    if interactive:
        prompted, contents = _prompted_values(context, contents, usual_values(key, copied, contents), values)
        values |= prompted
    _refuse_unknown(context, contents, values, id_)
    request = NewEventRequest(" ".join(title.split()), key, values, id_, copied)
    _write(context, new_event(request, contents, context.translate))


def _from_text(context: Context, contents: SiteContents, told: str, id_: str | None) -> NewEvent:
    """The event of a text; its labels are in the language of the site."""
    language = contents.config.language
    event = read_told(told, contents.registries.by_folder, gettext_of(language, catalogue_files(language)))
    if "title" not in event.tree:
        context.fail(text("The text names no title."), text("Copy the whole text that the form at /admin/ has made."))
    title = str(event.tree["title"])
    request = NewEventRequest(title, id=id_, tree=event.tree, body=event.body, questions=event.questions)
    return new_event(request, contents, context.translate)


def _model(context: Context, contents: SiteContents, name: str) -> ExistingEvent:
    found = event_called(name, contents)
    if found is None:
        ids = [one for event in contents.events for one in (event.id, event.record.fields.title)]
        context.fail(text("There is no event “{name}”.", name=name), did_you_mean(name, ids))
    return found


def _prompt(
    context: Context, contents: SiteContents, key: str, default: str | None = None, *, optional: bool = False
) -> str:
    """A line from the terminal; an optional one may be empty."""
    words = {"label": Text(label(EventFields, key, str)), "example": _example(context, contents, key)}
    question = (
        text("{label} (such as {example}; press Enter to skip)", **words)
        if optional and not default
        else text("{label} (such as {example})", **words)
    )
    shown_default = default if default or not optional else ""
    return str(click.prompt(context.words(question), default=shown_default, err=True, show_default=bool(default)))


def _example(context: Context, contents: SiteContents, key: str) -> str:
    """Some names of the key's registry, or else the example of its declaration."""
    names = list(contents.registries.of(FOLDERS.get(key, "")).shown.values())[:EXAMPLES]
    return "、".join(names) or _as_line(field_help(EventFields, key, context.translate)[0])


def _prompt_programme(context: Context, contents: SiteContents) -> str:
    for key, name in contents.registries.of("programmes").shown.items():
        click.echo(f"  {key}  {name}", err=True)
    return _prompt(context, contents, "programme", optional=True)


def _prompted_values(
    context: Context, contents: SiteContents, defaults: Mapping[str, Tree], given: Mapping[str, str]
) -> tuple[dict[str, str], SiteContents]:
    """The answers for the keys that no option gives, and the contents with the records made on the way.

    A start may include the end, which is not asked for then.
    """
    answered, answers = set(given), dict[str, str]()
    for key in PROMPTED:
        if key not in answered:
            value, read, contents = _prompt_until_read(context, contents, key, _as_line(defaults.get(key)))
            answered |= {"end"} if {"end", "repeat", "sessions"} & set(read) else set()
            if value:
                answers[key] = value
    return answers, contents


def _as_line(value: Tree) -> str:
    return "" if value is None else "、".join(map(str, value)) if isinstance(value, list) else flow(value)


def _prompt_until_read(
    context: Context, contents: SiteContents, key: str, default: str
) -> tuple[str, Mapping[str, Tree], SiteContents]:
    """A readable answer, its front matter, and the contents; answer and front matter are empty for the default."""
    while True:
        value = _prompt(context, contents, key, default, optional=True).strip()
        if value in {"", default}:
            return "", {}, contents
        read, questions = read_value(key, value, contents)
        for question in questions:
            context.say(question)
        if key in MADE and _made(context, FOLDERS[key], questions):
            contents = contents_of(context)
            read, questions = read_value(key, value, contents)
        if not questions:
            return value, read, contents


def _made(context: Context, folder: str, questions: Iterable[Text]) -> bool:
    """Whether a record was made for an unknown name: it is offered for each."""
    names = [str(question.values["name"]) for question in questions if question.message == UNKNOWN_NAME.message]
    paths = {f"{CONTENT}/{folder}/{slug_of(name)}.md": name for name in names}
    wanted = [path for path in paths if _confirmed(context, path, paths[path])]
    problems = [write_new(context.root, path, file_text({"name": paths[path]}, "\n")) for path in wanted]
    context.report([problem for problem in problems if problem])
    return None in problems


def _confirmed(context: Context, path: str, name: str) -> bool:
    question = text("Make {path} for “{name}”?", path=path, name=name)
    return click.confirm(context.words(question), default=False, err=True)


def _refuse_unknown(context: Context, contents: SiteContents, values: Mapping[str, str], id_: str | None) -> None:
    """Ends the command if a name is not registered, or the id is invalid or taken."""
    for key in REGISTERED:
        questions = read_value(key, values[key], contents)[1] if key in values else ()
        if questions:
            context.fail(text("--{option}: {message}", option=key, message=questions[0]))
    if id_ and (problem := id_problem(id_)):
        context.fail(problem, ID_HINT)
    if id_ and id_ in contents.taken:
        context.fail(text("The id “{id}” is taken.", id=id_))


def _write(context: Context, event: NewEvent) -> None:
    problem = write_new(context.root, event.path, event.content)
    if problem:
        context.report([problem])
        sys.exit(PROBLEMS)
    click.echo(event.path)
    for question in event.questions:
        click.echo(f"    ? {context.words(question)}", err=True)
    for note in event.notes:
        click.echo(f"    · {context.words(note)}", err=True)
    if event.questions:
        context.say(
            text(
                "It is a draft: answer these questions in the file, then delete the lines with “#?” and “draft: true”."
            )
        )
    context.say(
        text("Write the text below the second ---. Then view the page: {program} serve", program=context.program)
    )
