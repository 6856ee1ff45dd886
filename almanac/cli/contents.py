"""The contents of a site for the verbs that read or write events: `new`, `import` and `export`."""

from __future__ import annotations

import sys

from almanac.cli.app import PROBLEMS, Context
from almanac.content.names import FOLDERS
from almanac.core.problems import text
from almanac.exchange.contents import SiteContents, read_contents
from almanac.exchange.registries import hint


def contents_of(context: Context) -> SiteContents:
    """The contents of the site. Problems of its config end the command."""
    contents = read_contents(context.root)
    if isinstance(contents, list):
        context.report(contents)
        sys.exit(PROBLEMS)
    return contents


def listed_names(contents: SiteContents, folder: str) -> str:
    """The keys of a registry with their names, for a hint."""
    return ", ".join(f"{key} ({name})" for key, name in contents.registries.of(folder).shown.items())


def resolved(context: Context, contents: SiteContents, folder: str, name: str) -> str:
    """The key that an option means by its value. An unknown name ends the command with a hint."""
    registry = contents.registries.of(folder)
    key = registry.key_of(name)
    if key is None:
        meant = hint(registry, name) or text("Known are: {names}.", names=listed_names(contents, folder))
        context.fail(text("“{name}” is not known among the {folder}.", name=name, folder=FOLDERS[folder]), meant)
    return key
