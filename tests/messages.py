"""Extracts every message of the engine and the templates, so that a test can compare them with the translations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.extract import extract_from_dir

ENGINE_METHODS = [("**.py", "python")]
TEMPLATE_METHODS = [
    ("**.html", "jinja2.ext:babel_extract"),
    ("**.txt", "jinja2.ext:babel_extract"),
    ("**.xml", "jinja2.ext:babel_extract"),
]
# The declaration of a key has two messages: its label and its help.
ENGINE_KEYWORDS = {"text": None, "translate": None, "Field": (1, 2)}
TEMPLATE_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
TEMPLATE_OPTIONS = {pattern: {"newstyle_gettext": "true", "trimmed": "true"} for pattern, _ in TEMPLATE_METHODS}


def engine_messages(folder: Path) -> Iterator[str]:
    """Every message of the Python sources below a folder."""
    for _file, _line, message, _comments, _context in extract_from_dir(
        folder, ENGINE_METHODS, keywords=ENGINE_KEYWORDS
    ):
        yield from (message,) if isinstance(message, str) else (part for part in message if part)


def help_messages(command: click.Command, ctx: click.Context) -> Iterator[str]:
    """The help texts of a command, its options and its verbs."""
    texts = (command.help, *(getattr(parameter, "help", None) for parameter in command.get_params(ctx)))
    yield from (message for message in texts if message)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            if verb := command.get_command(ctx, name):
                yield from help_messages(verb, click.Context(verb, parent=ctx, info_name=name))


def template_messages(folder: Path) -> Iterator[str | tuple[str, ...]]:
    """Every message of the templates below a folder; one with a plural is a tuple."""
    for _file, _line, message, _comments, _context in extract_from_dir(
        folder, TEMPLATE_METHODS, options_map=TEMPLATE_OPTIONS, keywords=TEMPLATE_KEYWORDS
    ):
        yield message
