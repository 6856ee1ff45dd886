"""`check --fix`: shows what it corrects in the files of the content, asks at a terminal, and writes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection

import click

from almanac.cli.app import Context, in_colour
from almanac.cli.questions import agreed
from almanac.cli.reports import BOLD, PLAIN, RED
from almanac.content.fixes import changed_lines
from almanac.content.queries import checked_config, tree
from almanac.content.records import kinds
from almanac.core.printing import printable
from almanac.core.problems import text
from almanac.exchange.writing import write_over
from almanac.model.fixes import Fix, fix_of
from almanac.model.given import site_on_disk

GREEN = "\033[32m"


def fix(context: Context, is_named: Callable[[str], bool], known_warnings: Collection[str]) -> None:
    """Corrects the named files; a person at the terminal may decline. A faulty config leaves all as it is."""
    site = site_on_disk(context.root)
    if isinstance(checked_config(site), list):
        return
    paths = [path for kind in kinds() for path in tree(site).of(kind) if is_named(path)]
    found = {path: one for path in paths if (one := fix_of(site, path, known_warnings))}
    if not found:
        context.say(text("There is nothing that can be corrected with certainty."))
        return
    for path, one in found.items():
        _show(path, one, colour=in_colour(sys.stderr))
    if sys.stdin.isatty() and not agreed(context, text("Write these corrections?"), default=True):
        context.say(text("Nothing was written."))
        return
    problems = [write_over(context.root, path, one.after) for path, one in found.items()]
    context.report([problem for problem in problems if problem])
    context.say(text("{count} files corrected.", count=problems.count(None)))


def _show(path: str, fix: Fix, *, colour: bool) -> None:
    """Prints the lines that change, the old ones with a minus and the new ones with a plus."""
    red, green, bold, plain = (RED, GREEN, BOLD, PLAIN) if colour else ("", "", "", "")
    click.echo(f"{bold}{printable(path)}{plain}", err=True)
    for change in changed_lines(fix.before, fix.after):
        for number, line in enumerate(change.before, change.number):
            click.echo(f"  {number:4} {red}- {printable(line)}{plain}", err=True)
        for line in change.after:
            click.echo(f"       {green}+ {printable(line)}{plain}", err=True)
