"""`init`: makes a new site in a folder: its config, some registries, three sample events and what staff need."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from msgspec.structs import replace

from almanac.cli.app import PROBLEMS, Context
from almanac.cli.help import Verb
from almanac.cli.options import clock
from almanac.content.config import CONFIG
from almanac.core.messages import LANGUAGES
from almanac.core.problems import Text, text
from almanac.exchange.writing import write_new
from almanac.starter import HOOK, Answers, districts_of, problems_of, starter_files

QUESTIONS: Mapping[str, Text] = {
    "city": text("The city (such as 常州)"),
    "base_url": text("The address at which the site will stand"),
    "timezone": text("Its time zone"),
    "language": text("The language of the pages: {choices}", choices=" / ".join(LANGUAGES)),
    "districts": text("Its districts, separated by commas (press Enter to skip)"),
}
READERS: Mapping[str, Callable[[str], Any]] = {"districts": districts_of}


@click.command(
    cls=Verb,
    help="Makes a new site in the folder DIR. On a terminal, missing answers are asked for. Existing files stay.",
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--city", metavar="NAME", help="The city whose events the site shows.")
@click.option("--base-url", metavar="URL", help="The address at which the site will stand.")
@click.option("--timezone", metavar="ZONE", help="An IANA name such as Europe/Helsinki.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of the pages.")
@click.option("--districts", metavar="NAMES", help="Names separated by commas; KEY=NAME chooses the key.")
@click.pass_obj
def command(context: Context, /, folder: Path, **options: str | None) -> None:
    """Writes the files, or shows why a site cannot be made there."""
    if (folder / CONFIG).exists():
        context.fail(text("There is a site in {folder} already.", folder=folder))
    answers = _answers(context, {key: value for key, value in options.items() if value})
    kept = _write(context, folder, starter_files(answers, clock().date()))
    if HOOK not in kept:
        (folder / HOOK).chmod(0o755)
    if kept:
        context.say(text("These files were there already and have not been changed: {names}.", names=", ".join(kept)))
    context.say(text("The site is made. Look at it: {program} --root {folder} serve", **_words(context, folder)))


def _words(context: Context, folder: Path) -> dict[str, object]:
    return {"program": context.program, "folder": folder}


def _answers(context: Context, given: Mapping[str, str]) -> Answers:
    """The answers of the options and of the terminal. Faulty options end the command."""
    asking = sys.stdin.isatty()
    if not asking and "city" not in given:
        context.fail(text("Name the city: {program} init DIR --city NAME", program=context.program))
    answers = Answers("", language=context.language)
    for key in QUESTIONS:
        if key in given:
            answers = _with(answers, key, given[key])
            if problems := problems_of(answers):
                context.fail(text("--{option}: {message}", option=key.replace("_", "-"), message=problems[0].message))
        elif asking:
            answers = _asked(context, answers, key)
    return answers


def _with(answers: Answers, key: str, value: str) -> Answers:
    return replace(answers, **{key: READERS.get(key, str)(value)})


def _asked(context: Context, answers: Answers, key: str) -> Answers:
    """The answers with one more, which is asked for until it is sound."""
    default = getattr(answers, key) or ("" if key == "districts" else None)
    while True:
        kind = click.Choice(LANGUAGES) if key == "language" else str
        value = click.prompt(
            context.words(QUESTIONS[key]),
            default=default,
            type=kind,
            show_choices=False,
            show_default=bool(default),
            err=True,
        )
        found = _with(answers, key, value.strip())
        problems = problems_of(found)
        if not problems:
            return found
        context.report(problems)


def _write(context: Context, folder: Path, files: Mapping[str, str]) -> list[str]:
    """Writes the files that are not there yet; returns the paths of the others."""
    kept = [path for path in files if (folder / path).exists()]
    for path, content in files.items():
        if path not in kept and (problem := write_new(folder, path, content)):
            context.report([problem])
            sys.exit(PROBLEMS)
    return kept
