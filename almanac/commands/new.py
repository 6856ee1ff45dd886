"""`new`: the file of a new event, with what its programme always has, and comments for the rest."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import click

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.help import Verb
from almanac.commands.export import known_key
from almanac.content.fields import ID_HINT, id_problem
from almanac.content.frontmatter import Tree
from almanac.content.records.event import EventFields
from almanac.core.problems import Text, text
from almanac.exchange.contents import Contents, read_contents
from almanac.exchange.drafts import Asked, NewEvent, archetype, new_event, read_value
from almanac.exchange.files import flow
from almanac.exchange.texts import field_help, label
from almanac.exchange.writing import write_new

PROMPTED = ("start", "end", "venue", "organiser", "audience", "theme", "summary")
CHOICES = {
    "programme": "programmes",
    "venue": "venues",
    "organiser": "organisers",
    "audience": "audiences",
    "theme": "themes",
}
SHOWN = 3  # names in an example
CHECKED = ("organiser", "district", "audience", "theme")  # names that must be known; a venue may be any place


@click.command(
    cls=Verb,
    help="Writes the file of a new event. PROGRAMME is a key or a name; what is missing is asked for on a terminal.",
)
@click.argument("programme", required=False)
@click.argument("title", required=False)
@click.option(
    "--start",
    metavar="TIME",
    help="2026-12-05 14:00, a date alone for all day, or as people write it: 2026年12月5日 14:00—16:00.",
)
@click.option("--end", metavar="TIME", help="The same; of all-day events the last day.")
@click.option("--venue", metavar="NAME", help="Key or name of a venue, or any other place.")
@click.option("--organiser", metavar="NAMES", help="Keys or names; several are separated by commas.")
@click.option("--district", metavar="NAME", help="Key or name; by default the venue's.")
@click.option("--audience", metavar="NAMES", help="Keys or names.")
@click.option("--theme", metavar="NAMES", help="Keys or names.")
@click.option("--fee", metavar="TEXT", help="What it costs.")
@click.option("--summary", metavar="TEXT", help="One sentence.")
@click.option(
    "--id",
    "id_",
    metavar="ID",
    help="The file's name and the event's address (default: the date and the title in pinyin).",
)
@click.pass_obj
def command(
    context: Context, /, programme: str | None, title: str | None, id_: str | None, **options: str | None
) -> None:
    """Writes the file, or says why not."""
    contents = read_contents(context.root)
    if isinstance(contents, list):
        context.report(contents)
        sys.exit(PROBLEMS)
    asking = sys.stdin.isatty()
    if not asking and not (programme and title):
        known = ", ".join(f"{key} ({shown})" for key, shown in contents.register.of("programmes").shown.items())
        context.fail(
            text("Say which programme and what title: python site.py new PROGRAMME TITLE"),
            text("Known are: {names}.", names=known),
        )
    key = known_key(context, contents, "programmes", programme or _ask_programme(context, contents)) or ""
    name = " ".join((title or _ask(context, contents, "title")).split())
    values = {option: value for option, value in options.items() if value}
    if asking:
        values |= _asked(context, contents, key, values)
    _refuse_unknown(context, contents, values, id_)
    _write(context, new_event(Asked(key, name, values, id_), contents, context.translate))


def _ask(context: Context, contents: Contents, key: str, default: str | None = None, *, optional: bool = False) -> str:
    """A line from the terminal; what is optional may be left empty."""
    words = {"label": Text(label(EventFields, key, str)), "example": _example(context, contents, key)}
    question = (
        text("{label} (such as {example}; Enter leaves it out)", **words)
        if optional and not default
        else text("{label} (such as {example})", **words)
    )
    return str(
        click.prompt(
            context.words(question),
            default=default if default or not optional else "",
            err=True,
            show_default=bool(default),
        )
    )


def _example(context: Context, contents: Contents, key: str) -> str:
    """Names that the site knows, where the key takes one; else the example of its declaration."""
    names = list(contents.register.of(CHOICES.get(key, "")).shown.values())[:SHOWN]
    return "、".join(names) or _shown(field_help(EventFields, key, context.translate)[0])


def _ask_programme(context: Context, contents: Contents) -> str:
    for key, shown in contents.register.of("programmes").shown.items():
        click.echo(f"  {key}  {shown}", err=True)
    return _ask(context, contents, "programme")


def _asked(context: Context, contents: Contents, programme: str, known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the terminal says of each key that no option gives; a start may say the end too."""
    defaults = archetype(contents.programmes[programme])
    told = set(known)
    for key in PROMPTED:
        if key not in told:
            value, read = _ask_until_read(context, contents, key, _shown(defaults.get(key)))
            told |= {"end"} if {"end", "repeat", "sessions"} & set(read) else set()
            if value:
                yield key, value


def _shown(value: Tree) -> str:
    return "" if value is None else "、".join(map(str, value)) if isinstance(value, list) else flow(value)


def _ask_until_read(context: Context, contents: Contents, key: str, default: str) -> tuple[str, Mapping[str, Tree]]:
    """What is said of a key, and how it is read; asked again until it can be, empty where it is as by default."""
    while True:
        value = _ask(context, contents, key, default, optional=True).strip()
        if value in {"", default}:
            return "", {}
        read, problems = read_value(key, value, contents)
        if not problems:
            return value, read
        for problem in problems:
            context.say(problem)


def _refuse_unknown(context: Context, contents: Contents, values: Mapping[str, str], id_: str | None) -> None:
    for key in CHECKED:
        problems = read_value(key, values[key], contents)[1] if key in values else ()
        if problems:
            context.fail(text("--{option}: {message}", option=key, message=problems[0]))
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
    for message in event.unsettled:
        click.echo(f"    ? {context.words(message)}", err=True)
    if event.unsettled:
        context.say(
            text(
                "It is a draft: put these things right in the file, then delete the lines with “#?” and “draft: true”."
            )
        )
    context.say(text("Write the text below the second ---. Then look at it: python site.py serve"))
