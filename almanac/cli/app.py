"""The frame of the command line. Each verb is one file in `commands/`; this module finds and runs it.

Only the verb in use is imported, and some modules are imported inside functions: an everyday build takes a fraction of
a second, and the report of problems, Rich and the tables would add half as much to it. The same holds for the other
modules of `cli/` and `commands/`, and for no module below them.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from functools import cached_property
from importlib import import_module
from io import TextIOWrapper
from keyword import iskeyword
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, NoReturn, TextIO

import click
import msgspec

from almanac import __version__, commands
from almanac.cli.help import LANGUAGE_VARIABLE, VerbGroup, language_of
from almanac.cli.own_modules import add_own_modules
from almanac.core.git import GitFailed
from almanac.core.messages import LANGUAGES, catalogue_files, gettext_of
from almanac.core.problems import Problem, Text, Translate, text
from almanac.core.timing import StageTimes, observed

PROBLEMS, USAGE, PARTLY = 1, 2, 3  # exit codes


class Context(msgspec.Struct, frozen=True, dict=True):
    """The site's root, the language of messages, the name of the program, and the times of this command's stages."""

    root: Path
    language: str
    program: str = "almanac"
    times: StageTimes = msgspec.field(default_factory=StageTimes)

    def say(self, message: Text) -> None:
        """Prints a line on standard error."""
        click.echo(self.words(message), err=True)

    def words(self, message: Text) -> str:
        """The message in the command's language."""
        return message.show(self.translate)

    @cached_property
    def translate(self) -> Translate:
        """The translation of the code's messages into the command's language. The catalogues are read once."""
        return gettext_of(self.language, catalogue_files(self.language))

    def fail(self, message: Text, hint: Text | None = None) -> NoReturn:
        """Prints a message and ends the command with the code for wrong usage."""
        self.say(text("{message} {hint}", message=message, hint=hint) if hint else message)
        sys.exit(USAGE)

    def report(self, problems: list[Problem]) -> None:
        """Prints every problem on standard error."""
        if not problems:
            return
        from almanac.cli.reports import as_text

        click.echo(as_text(problems, self.language, self.root, colour=in_colour(sys.stderr)), err=True, nl=False)


def in_colour(stream: TextIO) -> bool:
    """Whether to write colours: the stream is a capable terminal, and NO_COLOR is not set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Verbs(VerbGroup):
    """The group of all verbs; it finds them by the files of `commands/`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(module.name.removesuffix("_") for module in iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        verb: click.Command = import_module(f"{commands.__name__}.{module}").command
        return verb

    def main(self, *arguments: Any, **extra: Any) -> NoReturn:
        """Runs the command line and ends with its exit code. Click alone would explain wrong usage in English."""
        try:
            code = super().main(*arguments, **{**extra, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            sys.exit(USAGE)
        except click.UsageError as error:
            from almanac.cli.usage import usage_report

            click.echo(usage_report(error), err=True)
            sys.exit(USAGE)
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the verb. Ctrl-C, and the end of the input at a question, end it with a message."""
        try:
            return super().invoke(ctx)
        except (click.Abort, KeyboardInterrupt, EOFError):
            if not isinstance(ctx.obj, Context):
                raise
            click.echo(err=True)
            ctx.obj.say(text("Ended before it was done."))
            sys.exit(PROBLEMS)
        except GitFailed as error:
            ctx.obj.report([error.problem])
            sys.exit(PROBLEMS)


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
    envvar=LANGUAGE_VARIABLE,
    is_eager=True,
    help="Language of messages (default: that of the site).",
)
@click.version_option(__version__)
@click.pass_context
def main(ctx: click.Context, root: Path, lang: str | None) -> None:
    """Builds a city's calendar of public events: a site and calendar feeds."""
    del lang  # `language_of` reads it
    ctx.obj = context = Context(root.resolve(), language_of(ctx), ctx.info_name or "almanac")
    ctx.with_resource(observed(context.times))
    if problems := add_own_modules(context.root):
        context.report(problems)
        sys.exit(PROBLEMS)


def run(program: str) -> None:
    """Runs the command line and ends the process. Output is UTF-8 in every locale. `program` is its name in messages.

    Garbage collection is off: a command keeps nearly everything it makes until it ends, and searching for garbage takes
    up to a fifth of its time. `serve` switches it on again.
    """
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what waits to be published is removed then, too
    try:
        main(prog_name=program)
    except SystemExit as ended:
        _end(ended.code if isinstance(ended.code, int) else 0)


def _end(code: int) -> NoReturn:
    """Flushes the output and ends the process at once: to free a large site takes a third of a second."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # the reader of a pipe has gone, or the disk is full
        code = code or PROBLEMS
    os._exit(code)
