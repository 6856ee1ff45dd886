"""`serve`: shows the site on this machine and builds it again at every change."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import click
import msgspec
from msgspec import structs
from msgspec.structs import replace

from almanac.build.compiled import keep_compiled
from almanac.build.pipeline import Options
from almanac.cli.app import PROBLEMS, USAGE, Context
from almanac.cli.help import Verb
from almanac.cli.options import CACHE, available_cores, clock, now_option
from almanac.cli.reports import as_text
from almanac.content.config import read_config
from almanac.content.site_themes import SHIPPED
from almanac.content.sources import CONTENT
from almanac.core.problems import text
from almanac.server.adviser import Adviser
from almanac.server.http import LOOPBACK, server
from almanac.server.memory import Memory
from almanac.server.news import News
from almanac.server.watch import Then, watch


@click.command(cls=Verb, help="Shows the site on this machine and builds it again at every change.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
@now_option
@click.pass_obj
def command(context: Context, port: int, now: datetime) -> None:
    """Serves until it is interrupted."""
    gc.enable()
    keep_compiled(context.root / CACHE)
    config = read_config(context.root)
    if isinstance(config, list):
        context.report(config)
        sys.exit(PROBLEMS)
    base = urlsplit(config.base_url).path
    folder = context.root / CACHE / "serve"
    news = News()
    adviser = Adviser(context, news)
    try:
        web = server(folder, base, news, port)
    except OSError:
        context.say(text("Port {port} is taken: choose another with --port.", port=port))
        sys.exit(USAGE)
    address = f"http://{LOOPBACK}:{web.server_address[1]}{base}"
    options = Options(context.root, folder, context.root / CACHE, now, base_url=address, jobs=available_cores())
    fixed = click.get_current_context().get_parameter_source("now") is not click.core.ParameterSource.DEFAULT
    Thread(target=web.serve_forever, daemon=True).start()

    memory = Memory()

    def now_options() -> Options:
        return options if fixed else replace(options, now=clock())

    def rebuild(changed: Collection[Path] | None = None) -> None:
        _build_and_tell(context, now_options(), changed, Told(memory, news, adviser))

    def rest(interrupted: Callable[[], bool]) -> None:
        memory.prepare(now_options())
        adviser.tell(interrupted)

    def begin() -> None:
        rebuild()
        context.say(
            text("The site is at {address} – every saved change shows there at once. Ctrl+C ends it.", address=address)
        )

    try:
        watch(
            _folders(context.root),
            (context.root / "config.yaml",),
            (context.root / CACHE, context.root / "output"),
            Then(begin, rebuild, rest),
        )
    except KeyboardInterrupt:
        context.say(text("Ended."))
    finally:
        web.shutdown()


def _folders(root: Path) -> tuple[Path, ...]:
    return tuple(dict.fromkeys((root / CONTENT, root / "themes", SHIPPED)))


class Told(msgspec.Struct, frozen=True):
    """What takes part in a build besides the files, and who is told of it."""

    memory: Memory
    news: News
    adviser: Adviser


def _build_and_tell(context: Context, options: Options, changed: Collection[Path] | None, told: Told) -> None:
    try:
        report, problems = told.memory.build(options, changed)
    except Exception:  # noqa: BLE001 - whatever goes wrong, perhaps since a file went away while it was read: the next change may mend it
        context.say(text("This build failed; the last good site stays up. The next change starts another."))
        told.memory.forget()
        told.news.publish(traceback.format_exc())
        traceback.print_exc()
        return
    told.adviser.look = (lambda: told.memory.catalogue(options)) if report else None
    context.report(problems)
    if report:
        context.say(text("{written} written, {unchanged} unchanged, {removed} removed.", **structs.asdict(report)))
    told.news.publish(
        as_text(problems, context.language, context.root) if report is None else "", report.changed if report else ()
    )
