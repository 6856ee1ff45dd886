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
from almanac.cli.reports import translator
from almanac.content.config import CONFIG, Config
from almanac.content.queries import checked_config
from almanac.core.messages import LANGUAGES
from almanac.core.problems import Problem, Text, text
from almanac.exchange.writing import write_new
from almanac.model.given import site_on_disk
from almanac.starter import HOOK, Answers, config_of, districts_of, problems_of, starter_files
from almanac.starter.sveltia import FOLDER, README, Unfit, sveltia_files

QUESTIONS: Mapping[str, Text] = {
    "city": text("The city (such as 常州)"),
    "base_url": text("The address at which the site will stand"),
    "timezone": text("Its time zone"),
    "language": text("The language of the pages: {choices}", choices=" / ".join(LANGUAGES)),
    "districts": text("Its districts, separated by commas (press Enter to skip)"),
}
REPOSITORY = "repository"  # is never asked for: few sites need it from the beginning
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
@click.option(
    "--cms",
    type=click.Choice(["sveltia"]),
    help="Adds the page and the settings of this editor in the browser, also to a site that is there already.",
)
@click.option("--repository", metavar="URL", help="The address of the site's repository on a forge, for --cms.")
@click.pass_obj
def command(context: Context, /, folder: Path, cms: str | None, **options: str | None) -> None:
    """Writes the files, or shows why a site cannot be made there."""
    given = {key: value for key, value in options.items() if value}
    if (folder / CONFIG).exists():
        if not cms:
            context.fail(text("There is a site in {folder} already.", folder=folder))
        if given:
            context.fail(text("There is a site in {folder} already: its config.yaml says the rest.", folder=folder))
        _add_cms(context, folder, checked_config(site_on_disk(folder)))
        return
    files = starter_files(_answers(context, given), clock().date())
    config = config_of(files)
    if cms:
        files |= _cms_files(context, config)
    kept = _write(context, folder, files)
    if HOOK not in kept:
        (folder / HOOK).chmod(0o755)
    _say_kept(context, kept)
    if cms:
        _say_what_lacks(context)
    context.say(text("The site is made. Look at it: {program} --root {folder} serve", **_words(context, folder)))


def _add_cms(context: Context, folder: Path, config: Config | list[Problem]) -> None:
    """Adds the files of the editor to a site that is there."""
    _say_kept(context, _write(context, folder, _cms_files(context, config)))
    _say_what_lacks(context)


def _cms_files(context: Context, config: Config | list[Problem]) -> dict[str, str]:
    """The files of the editor. A config that cannot be read or lacks something ends the command."""
    if isinstance(config, list):
        context.report(config)
        sys.exit(PROBLEMS)
    found = sveltia_files(config, translator(config.language))
    if isinstance(found, Unfit):
        context.fail(found.message, found.hint)
    return found


def _say_kept(context: Context, kept: list[str]) -> None:
    if kept:
        context.say(text("These files were there already and have not been changed: {names}.", names=", ".join(kept)))


def _say_what_lacks(context: Context) -> None:
    context.say(text("Sveltia itself is not in it: {file} says how to get it.", file=f"{FOLDER}/{README}"))


def _words(context: Context, folder: Path) -> dict[str, object]:
    return {"program": context.program, "folder": folder}


def _answers(context: Context, given: Mapping[str, str]) -> Answers:
    """The answers of the options and of the terminal. Faulty options end the command."""
    asking = sys.stdin.isatty()
    if not asking and "city" not in given:
        context.fail(text("Name the city: {program} init DIR --city NAME", program=context.program))
    answers = Answers("", language=context.language)
    for key in (*QUESTIONS, REPOSITORY):
        if key in given:
            answers = _with(answers, key, given[key])
            if problems := problems_of(answers):
                context.fail(text("--{option}: {message}", option=key.replace("_", "-"), message=problems[0].message))
        elif asking and key in QUESTIONS:
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
