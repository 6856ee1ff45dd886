"""Help in the language of the command line. Click would print the English texts of the code untranslated."""

from __future__ import annotations

import os
import re
from copy import copy
from pathlib import Path

import click

from almanac.core.messages import DEFAULT_LANGUAGE, LANGUAGE_OF_CODE, LANGUAGES, catalogue_files, gettext_of
from almanac.core.problems import Translate, text

LANGUAGE_VARIABLE = "ALMANAC_LANG"
LANGUAGE_LINE = re.compile(r"""^language:[ \t]*["']?([\w-]+)""", re.MULTILINE)
USAGE_PREFIX, OPTIONS, VERBS = text("Usage: "), text("Options"), text("Verbs")


def language_of(ctx: click.Context) -> str:
    """The language that the option `--lang` or the environment asks for; else that of the site."""
    options = ctx.find_root().params
    asked = options.get("lang") or os.environ.get(LANGUAGE_VARIABLE)
    return asked if asked in LANGUAGES else _language_of_site(options.get("root") or Path())


def _language_of_site(root: Path) -> str:
    """The language of messages for the staff of a site. Without a config that says one it is the default.

    The config is not parsed: that takes long, and its problems are to be shown in a language.
    """
    try:
        found = LANGUAGE_LINE.search((root / "config.yaml").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return DEFAULT_LANGUAGE
    if not found:
        return DEFAULT_LANGUAGE
    return found[1] if found[1] in LANGUAGES else LANGUAGE_OF_CODE


def translator_of(ctx: click.Context) -> Translate:
    """The translation into the language of the help."""
    language = language_of(ctx)
    return gettext_of(language, catalogue_files(language))


class Verb(click.Command):
    """A command whose help is translated."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence of the help, translated."""
        ctx = click.get_current_context(silent=True)
        shown = translator_of(ctx)(self.help or "") if ctx else self.help or ""
        return shown.split("。")[0].split(". ")[0][: limit * 2].rstrip(".")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the arguments. An error always knows its context, by which it is shown."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(
            ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), translator_of(ctx)(USAGE_PREFIX.message)
        )

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translator_of(ctx)(self.help or ""))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        translate = translator_of(ctx)
        options = (
            _translated(parameter, translate)
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option)
        )
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(translate(OPTIONS.message)):
            formatter.write_dl(records)


def _translated(option: click.Option, translate: Translate) -> click.Option:
    shown = copy(option)
    shown.help = translate(option.help) if option.help else None
    return shown


class VerbGroup(Verb, click.Group):
    """A group of verbs whose help is translated."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        verbs = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section(translator_of(ctx)(VERBS.message)):
            formatter.write_dl([(name, verb.get_short_help_str()) for name, verb in verbs if verb])
