"""The command line: one verb, one file of `commands/`. What they have in common stands here."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from keyword import iskeyword
from pathlib import Path
from pkgutil import iter_modules
from typing import NoReturn, TextIO

import click
import msgspec

from almanac import __version__, commands
from almanac.cli.help import DEFAULT_LANGUAGE, LANGUAGE_VARIABLE, LANGUAGES, VerbGroup
from almanac.core.messages import catalogue_files, gettext_of
from almanac.core.problems import Problem, Text, text

PROBLEMS, USAGE = 1, 2  # exit codes


class Context(msgspec.Struct, frozen=True):
    """What every verb is given: the site's root, and the language in which it speaks."""

    root: Path
    language: str

    def say(self, message: Text) -> None:
        """A line for whoever runs the command."""
        click.echo(self.words(message), err=True)

    def words(self, message: Text) -> str:
        """The message in the command's language."""
        return message.show(self.translate)

    def translate(self, message: str) -> str:
        """A message of the code in the command's language."""
        return gettext_of(self.language, catalogue_files(self.language))(message)

    def fail(self, message: Text, hint: Text | None = None) -> NoReturn:
        """Ends the command because it was asked for something that cannot be."""
        self.say(text("{message} {hint}", message=message, hint=hint) if hint else message)
        sys.exit(USAGE)

    def report(self, problems: list[Problem]) -> None:
        """Every problem, to standard error."""
        if not problems:
            return
        from almanac.cli.reports import as_text  # late: what shows the line at fault is slow to load

        click.echo(as_text(problems, self.language, self.root, colour=in_colour(sys.stderr)), err=True, nl=False)


def in_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal that shows colours, and whoever sits there wants them (NO_COLOR, see no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Verbs(VerbGroup):
    """Finds verbs by their files, and imports only the one that is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(module.name.removesuffix("_") for module in iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        verb: click.Command = import_module(f"{commands.__name__}.{module}").command
        return verb


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    default=Path(),
    help="The folder that holds config.yaml and content/.",
)
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=DEFAULT_LANGUAGE,
    envvar=LANGUAGE_VARIABLE,
    is_eager=True,
    help="Language of messages.",
)
@click.version_option(__version__)
@click.pass_context
def main(ctx: click.Context, root: Path, lang: str) -> None:
    """Builds a city's calendar of public events: a site and calendar feeds."""
    ctx.obj = Context(root.resolve(), lang)


def run() -> None:
    """Runs the command line, in UTF-8 whatever the machine's locale is.

    A command needs all that it makes to its end: looking through it for garbage finds none, and takes up to a fifth of the time.
    `serve`, which has no end, collects. Then the process ends at once: to free a large site piece by piece takes a third of a second.
    """
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        main(prog_name="site.py")
    except SystemExit as ended:
        _end(ended.code if isinstance(ended.code, int) else 0)


def _end(code: int) -> NoReturn:
    """Ends the process with nothing left to do but to write what waits to be written."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # whoever read it has gone, or the disk is full
        code = code or PROBLEMS
    os._exit(code)
