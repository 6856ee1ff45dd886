"""The contents of a site for the verbs that read or write events, and the names that options of verbs mean."""

from __future__ import annotations

import sys

from almanac.cli.app import PROBLEMS, Context
from almanac.content.names import FOLDERS, Registry
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


def listed_names(registry: Registry) -> str:
    """The keys of a registry with their names, for a hint."""
    return ", ".join(f"{key} ({name})" for key, name in registry.shown.items())


def resolved(context: Context, registry: Registry, folder: str, name: str) -> str:
    """The key that an option means by its value. An unknown name ends the command with a hint."""
    key = registry.key_of(name)
    if key is None:
        meant = hint(registry, name) or text("Known are: {names}.", names=listed_names(registry))
        context.fail(text("“{name}” is not known among the {folder}.", name=name, folder=FOLDERS[folder]), meant)
    return key
