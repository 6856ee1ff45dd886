"""`check --fix`: shows what it corrects in the files of the content, asks at a terminal, and writes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator

import click

from almanac.cli.app import Context, in_colour
from almanac.cli.questions import agreed
from almanac.cli.reports import BOLD, PLAIN, RED
from almanac.content.fences import InvalidFrontMatter, decode
from almanac.content.fixes import changed_lines, fixed
from almanac.content.queries import checked_config, source, tree
from almanac.content.records import kinds
from almanac.content.sources import Source, file_key
from almanac.core.printing import printable
from almanac.core.problems import text
from almanac.exchange.writing import write_over
from almanac.model.given import site_on_disk
from almanac.model.labels import name_registries
from almanac.model.site import Site

GREEN = "\033[32m"


def fix(context: Context, is_named: Callable[[str], bool], known_warnings: Collection[str]) -> None:
    """Corrects the named files; a person at the terminal may decline. A faulty config leaves all as it is."""
    site = site_on_disk(context.root)
    if isinstance(checked_config(site), list):
        return
    found = dict(_fixes(site, is_named, known_warnings))
    if not found:
        context.say(text("There is nothing that can be corrected with certainty."))
        return
    for path, (before, after) in found.items():
        _show(path, before, after, colour=in_colour(sys.stderr))
    if sys.stdin.isatty() and not agreed(context, text("Write these corrections?"), default=True):
        context.say(text("Nothing was written."))
        return
    problems = [write_over(context.root, path, after) for path, (_, after) in found.items()]
    context.report([problem for problem in problems if problem])
    context.say(text("{count} files corrected.", count=problems.count(None)))


def _fixes(
    site: Site, is_named: Callable[[str], bool], known_warnings: Collection[str]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """The text before and after of each file that can be corrected, by its path."""
    registries = name_registries(site)
    for folder, kind in kinds().items():
        for path in tree(site).of(folder):
            data = source(site, path)
            if not is_named(path) or not isinstance(data, bytes):
                continue
            try:
                before = decode(data)
            except InvalidFrontMatter:
                continue
            after = fixed(Source(path, folder, file_key(path), data), kind, registries, known_warnings)
            if after != before:
                yield path, (before, after)


def _show(path: str, before: str, after: str, *, colour: bool) -> None:
    """Prints the lines that change, the old ones with a minus and the new ones with a plus."""
    red, green, bold, plain = (RED, GREEN, BOLD, PLAIN) if colour else ("", "", "", "")
    click.echo(f"{bold}{printable(path)}{plain}", err=True)
    for change in changed_lines(before, after):
        for number, line in enumerate(change.before, change.number):
            click.echo(f"  {number:4} {red}- {printable(line)}{plain}", err=True)
        for line in change.after:
            click.echo(f"       {green}+ {printable(line)}{plain}", err=True)
