"""`owners`: who reviews a change of each file, as a CODEOWNERS file for a code platform."""

from __future__ import annotations

from typing import get_args

import click

from almanac.cli.app import Context
from almanac.cli.contents import contents_of
from almanac.cli.help import Verb
from almanac.core.problems import text
from almanac.exchange.owners import Platform, code_owners


@click.command(
    cls=Verb,
    help="Prints a CODEOWNERS file: each organiser with accounts reviews changes of its own events.",
)
@click.option("--platform", type=click.Choice(get_args(Platform)), default="github", show_default=True)
@click.option(
    "--others", multiple=True, metavar="ACCOUNT", help="Who reviews everything else; can be given more than once."
)
@click.pass_obj
def command(context: Context, platform: Platform, others: tuple[str, ...]) -> None:
    """Prints the file."""
    contents = contents_of(context)
    click.echo("# almanac owners")
    for line in code_owners(contents, platform, [account.removeprefix("@") for account in others]):
        click.echo(line)
    if not any(record.fields.accounts for record in contents.organisers.values()):
        context.say(text("No organiser has accounts. Write them into content/organisers/, such as accounts: [kexie]."))
