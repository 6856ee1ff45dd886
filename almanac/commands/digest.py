"""`digest`: the events of a week as a message that is ready to be sent."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from almanac.build.checking import checked
from almanac.build.options import Options
from almanac.cli.app import PROBLEMS, Context
from almanac.cli.help import Verb
from almanac.cli.options import CACHE, now_option
from almanac.cli.writing import write_file
from almanac.core.problems import Problem, error_count, text
from almanac.model.site import Site
from almanac.site.bulletins import first_of_week, weeks_with_events


@click.command(
    cls=Verb, help="Writes the events of a week as a message (.eml) that a mail program opens. Sends nothing."
)
@click.option(
    "--to",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file to write: digest.eml.",
)
@click.option(
    "--week", metavar="WEEK", help="Such as 2026-W49 (default: this week, and from Thursday on the next one)."
)
@click.option(
    "--from", "sender", metavar="ADDRESS", default="", help="The sender (default: your mail program adds it)."
)
@now_option
@click.pass_obj
def command(context: Context, file: Path, week: str | None, sender: str, now: datetime) -> None:
    """Writes the message. Outputs are imported here: those of the site take their places after this module is read."""
    from almanac.exchange.mail import digest_message
    from almanac.outputs.digest import announced_week

    if week and not _is_week(week):
        context.fail(text("“{week}” is no week: write 2026-W49.", week=week))

    def message(site: Site | None, problems: list[Problem]) -> tuple[str, bytes]:
        """The week with its message. Ends the command if there is none."""
        if site is None or error_count(problems):
            context.report(problems)
            sys.exit(PROBLEMS)
        key = week or announced_week(site.moment.date())
        if key not in weeks_with_events(site):
            context.fail(text("There are no events in the week {week}.", week=key))
        try:
            return key, digest_message(site, key, sender)
        except ValueError:
            context.fail(text("“{sender}” is no address of a sender.", sender=sender))

    options = Options(context.root, context.root / "output", context.root / CACHE, now)
    key, data = checked(options, message)
    write_file(context, file, data)
    context.say(
        text("The digest of the week {week} is in {path}. Open it, add who gets it, and send it.", week=key, path=file)
    )


def _is_week(week: str) -> bool:
    try:
        return bool(first_of_week(week))
    except ValueError:
        return False
