"""`check`: everything that is wrong with the content, and what deserves a second look, without building anything."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeAlias

import click

from almanac.advice import advise, names
from almanac.build.checking import checked
from almanac.build.options import Options
from almanac.cli.app import PROBLEMS, Context, in_colour
from almanac.cli.fixing import fix
from almanac.cli.help import Verb
from almanac.cli.options import CACHE, now_option
from almanac.cli.reports import as_github, as_json, as_text
from almanac.content.located import located
from almanac.core.printing import printable
from almanac.core.problems import Problem, error_count, text
from almanac.model.links import order
from almanac.model.site import Site
from almanac.outputs import all_pages

Show: TypeAlias = Callable[[list[Problem], Context], str]


def _github(problems: list[Problem], context: Context) -> str:
    here = Path.cwd()
    folder = context.root.relative_to(here).as_posix() if context.root.is_relative_to(here) else "."
    return as_github(problems, context.language, "" if folder == "." else f"{folder}/")


FORMATS: Mapping[str, Show] = {
    "text": lambda problems, context: as_text(problems, context.language, context.root, colour=in_colour(sys.stdout)),
    "json": lambda problems, context: as_json(problems, context.language),
    "github": _github,
}


class Examined(NamedTuple):
    """The problems and the warnings of a site, and the numbers of its events and pages; None if it cannot be read."""

    problems: list[Problem]
    advice: list[Problem]
    numbers: tuple[int, int] | None


@click.command(
    cls=Verb,
    help="Shows every error of the content, and warnings: of all files, or of those that are named. Builds nothing.",
)
@now_option
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    help="text for people, json for programs, github for annotations.",
)
@click.option(
    "--fix",
    "fixes",
    is_flag=True,
    help="Corrects what has one right form: punctuation, dates, status words, keys, and names in place of keys. "
    "Shows the changes first.",
)
@click.option("--strict", is_flag=True, help="Ends with 1 for warnings too.")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.pass_obj
def command(context: Context, now: datetime, form: str, fixes: bool, strict: bool, files: tuple[str, ...]) -> None:
    """Shows every error, and the warnings of all files or of the named files."""
    _refuse_missing(context, files)
    named = {_from_root(file, context.root) for file in files}

    def is_named(path: str | None) -> bool:
        """Whether all files are meant, or this one, or a folder that holds it."""
        return not named or any(one in {path, "."} or (path or "").startswith(f"{one}/") for one in named)

    if fixes:
        fix(context, is_named, names())
    found = checked(Options(context.root, context.root / "output", context.root / CACHE, now), _examined)
    asked = [warning for warning in found.advice if is_named(warning.location.path) or is_named(warning.other)]
    problems = located([*found.problems, *asked], context.root)
    click.echo(FORMATS[form](problems, context), nl=False)
    _sum_up(context, found, problems, elsewhere=len(found.advice) - len(asked))
    if error_count(problems) or (strict and problems):
        sys.exit(PROBLEMS)


def _examined(site: Site | None, problems: list[Problem]) -> Examined:
    if site is None:
        return Examined(problems, [], None)
    advice = advise(site, whole=not error_count(problems))
    return Examined(problems, advice, (len(order(site)), len(all_pages(site))))


def _refuse_missing(context: Context, files: tuple[str, ...]) -> None:
    """Ends the command if a named file does not exist: silence would look as if nothing were wrong with it."""
    for file in files:
        if not (Path.cwd() / file).exists() and not (context.root / file).exists():
            hint = text("Name it from the site's folder, such as content/events/2026/12/2026-12-05-ai-talk.md.")
            context.fail(text("There is no file {path}.", path=printable(file)), hint)


def _from_root(file: str, root: Path) -> str:
    """A path as problems have it: it may be given from the root, or from where one stands."""
    here = Path.cwd() / file
    return here.relative_to(root).as_posix() if here.is_relative_to(root) else Path(file).as_posix()


def _sum_up(context: Context, found: Examined, problems: list[Problem], elsewhere: int) -> None:
    errors = error_count(problems)
    warnings = len(problems) - errors
    context.say(
        text("{errors} errors, {warnings} warnings.", errors=errors, warnings=warnings)
        if problems
        else text("Nothing is wrong.")
    )
    if warnings:
        context.say(
            text(
                "A warning that does not matter is silenced in its file, with the reason:"
                " ignore: {{name in brackets: the reason}}."
            )
        )
    if elsewhere:
        context.say(text("{count} more warnings concern other files.", count=elsewhere))
    if found.numbers:
        events, pages = found.numbers
        context.say(text("{events} events, {pages} pages.", events=events, pages=pages))
