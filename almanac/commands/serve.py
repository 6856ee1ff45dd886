"""`serve`: shows the site on this machine and builds it again at every change."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import click
import msgspec
from msgspec import structs
from msgspec.structs import replace

from almanac.build.pipeline import Builder, Options, store_of, unwritable
from almanac.build.places import being_built, locked, trusted_cache
from almanac.cli.adviser import Adviser
from almanac.cli.app import PROBLEMS, USAGE, Context
from almanac.cli.help import Verb
from almanac.cli.options import CACHE, available_cores, clock, now_option
from almanac.cli.reports import as_text
from almanac.content.config import CONFIG, Config
from almanac.content.queries import checked_config
from almanac.content.site_themes import SHIPPED
from almanac.content.sources import ADVICE, CONTENT, OUTPUTS
from almanac.core.problems import Problem, text
from almanac.model.given import site_of_files
from almanac.server.http import LOOPBACK, server
from almanac.server.news import News
from almanac.server.watch import Then, watch

SWITCH = 0.0005  # seconds after which a build lets a waiting request go first; with Python's 0.005 many requests queue


@click.command(cls=Verb, help="Shows the site on this machine and builds it again at every change.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
@now_option
@click.pass_obj
def command(context: Context, port: int, now: datetime) -> None:
    """Serves until it is interrupted."""
    gc.enable()
    sys.setswitchinterval(SWITCH)
    config = _config(context.root)
    if isinstance(config, list):
        context.report(config)
        sys.exit(PROBLEMS)
    with trusted_cache(context.root, context.root / CACHE) as (cache, problems):
        context.report(problems)
        _serve(context, port, now, config, cache)


def _serve(context: Context, port: int, now: datetime, config: Config, cache: Path) -> None:
    base, folder = urlsplit(config.base_url).path, cache / "serve"
    news = News()
    adviser = Adviser(context, news)
    try:
        web = server(folder, base, news, port)
    except OSError:
        context.say(text("Port {port} is taken: choose another with --port.", port=port))
        sys.exit(USAGE)
    address = f"http://{LOOPBACK}:{web.server_address[1]}{base}"
    options = Options(
        context.root,
        folder,
        cache,
        now,
        base_url=address,
        allow_removals=True,
        jobs=available_cores(),
        preview=True,
    )
    fixed = click.get_current_context().get_parameter_source("now") is not click.core.ParameterSource.DEFAULT
    Thread(target=web.serve_forever, daemon=True).start()

    told = Told(context, news, adviser)
    builders: list[Builder] = []

    def now_options() -> Options:
        return options if fixed else replace(options, now=clock())

    def rebuild(changed: Collection[Path] | None = None) -> None:
        try:
            with locked(folder, lambda: context.say(being_built(folder))):
                if not builders:
                    builders.append(Builder(options, store_of(options)))
                if not _build_and_tell(builders[0], now_options(), changed, told):
                    builders.pop().close()
        except OSError as error:
            context.report([unwritable(error, options)])

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
            Then(begin, rebuild, adviser.tell),
        )
    except KeyboardInterrupt:
        context.say(text("Ended."))
    finally:
        web.shutdown()


def _folders(root: Path) -> tuple[Path, ...]:
    own = (CONTENT, "themes", "templates", "static", "messages", OUTPUTS, ADVICE)
    return tuple(dict.fromkeys((*(root / name for name in own), SHIPPED)))


def _config(root: Path) -> Config | list[Problem]:
    file = root / CONFIG
    return checked_config(site_of_files(root, {CONFIG: file.read_bytes()} if file.is_file() else {}))


class Told(msgspec.Struct, frozen=True):
    """The terminal, the open pages and the adviser, which are told of each build."""

    context: Context
    news: News
    adviser: Adviser


def _build_and_tell(builder: Builder, options: Options, changed: Collection[Path] | None, told: Told) -> bool:
    """Whether the builder can go on: after a failure its graph is not to be trusted."""
    context = told.context
    if code := sorted(path.name for path in changed or () if path.suffix == ".py"):
        context.say(text("{files}: end serve and start it again to use this code.", files=", ".join(code)))
    try:
        report, problems = builder.build(options, changed)
    except Exception:  # noqa: BLE001 - a file may vanish while it is read: the next change may mend it
        context.say(text("This build failed; the last good site stays up. The next change starts another."))
        told.news.publish(traceback.format_exc())
        traceback.print_exc()
        return False
    told.adviser.look = (lambda: builder.site) if report else None
    context.report(problems)
    if report:
        context.say(text("{written} written, {unchanged} unchanged, {removed} removed.", **structs.asdict(report)))
    shown = as_text(problems, context.language, context.root) if report is None else ""
    told.news.publish(shown, report.changed if report else ())
    return True
