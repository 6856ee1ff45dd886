"""`serve`: shows the site on this machine and builds it again at every change."""

from __future__ import annotations

import gc
import sys
import traceback
import webbrowser
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from threading import Event, Thread
from urllib.parse import urlsplit

import click
from msgspec import structs
from msgspec.structs import replace

from almanac.build.options import Options
from almanac.build.pipeline import Builder, store_of
from almanac.build.places import being_built, locked, trusted_cache
from almanac.build.publishing import unwritable
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
from almanac.model.site import Site
from almanac.server.desk.desk import Desk, Links
from almanac.server.desk.pages import PLACE
from almanac.server.desk.preview import NoSite
from almanac.server.desk.tasks import Tasks
from almanac.server.http import LOOPBACK, Shown, server
from almanac.server.news import News
from almanac.server.watch import Then, watch

SWITCH = 0.0005  # seconds after which a build lets a waiting request go first; with Python's 0.005 many requests queue


@click.command(cls=Verb, help="Shows the site on this machine and builds it again at every change.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
@click.option(
    "--edit",
    is_flag=True,
    help="Adds a desk, on which events are written in the browser: its address opens it for you alone.",
)
@click.option("--open", "opens", is_flag=True, help="Opens the address in the browser.")
@now_option
@click.pass_obj
def command(context: Context, port: int, edit: bool, opens: bool, now: datetime) -> None:
    """Serves until it is interrupted."""
    gc.enable()
    sys.setswitchinterval(SWITCH)
    config = _config(context.root)
    if isinstance(config, list):
        context.report(config)
        sys.exit(PROBLEMS)
    with trusted_cache(context.root, context.root / CACHE) as (cache, problems):
        context.report(problems)
        base, folder = urlsplit(config.base_url).path, cache / "serve"
        given = click.get_current_context().get_parameter_source("now") is not click.core.ParameterSource.DEFAULT
        options = Options(
            context.root,
            folder,
            cache,
            now,
            keep_going=edit,
            allow_removals=True,
            jobs=available_cores(),
            preview=True,
        )
        preview = Preview(context, options, (lambda: now) if given else clock)
        _serve(preview, base, port, desk_of(preview) if edit else None, opens=opens)


def desk_of(preview: Preview) -> Desk:
    """The desk of this run, with a new token."""
    words = preview.context.words
    return Desk(preview, token_urlsafe(), Tasks(Event()), Links(words(text("Desk")), words(text("Change this event"))))


def _serve(preview: Preview, base: str, port: int, desk: Desk | None, *, opens: bool) -> None:
    context, root = preview.context, preview.root
    try:
        web = server(Shown(preview.options.output, base, preview.news, desk), port)
    except OSError:
        context.say(text("Port {port} is taken: choose another with --port.", port=port))
        sys.exit(USAGE)
    host = f"http://{LOOPBACK}:{web.server_address[1]}"
    preview.options = replace(preview.options, base_url=f"{host}{base}")
    Thread(target=web.serve_forever, daemon=True).start()

    def begin() -> None:
        preview.rebuild()
        context.say(
            text(
                "The site is at {address} – every saved change shows there at once. Ctrl+C ends it.",
                address=preview.options.base_url,
            )
        )
        if desk:
            context.say(text("The desk, by an address for you alone: {address}", address=_own(host, desk)))
        if opens:
            webbrowser.open(_own(host, desk) if desk else f"{host}{base}")

    try:
        watch(
            _folders(root),
            (root / "config.yaml",),
            (root / CACHE, root / "output"),
            Then(begin, preview.rebuild, preview.adviser.tell, desk.tasks.work if desk else lambda: None),
            desk.tasks.added if desk else None,
        )
    except KeyboardInterrupt:
        context.say(text("Ended."))
    finally:
        web.shutdown()


def _own(host: str, desk: Desk) -> str:
    """The address that opens the desk. Browsers send no part after # to a server, nor to another site."""
    return f"{host}{PLACE}#key={desk.token}"


def _folders(root: Path) -> tuple[Path, ...]:
    own = (CONTENT, "themes", "templates", "static", "messages", OUTPUTS, ADVICE)
    return tuple(dict.fromkeys((*(root / name for name in own), SHIPPED)))


def _config(root: Path) -> Config | list[Problem]:
    file = root / CONFIG
    return checked_config(site_of_files(root, {CONFIG: file.read_bytes()} if file.is_file() else {}))


class Preview:
    """The site that is shown: its builder, what the last build has found, and all that is told of it.

    Only the main thread may use it.
    """

    def __init__(self, context: Context, options: Options, now: Callable[[], datetime]) -> None:
        self.context, self.options, self.now = context, options, now
        self.news = News()
        self.adviser = Adviser(context, self.news)
        self.problems: tuple[Problem, ...] = ()
        self._builder: Builder | None = None  # none before the first build, and after a build that failed

    @property
    def root(self) -> Path:
        return self.context.root

    @property
    def site(self) -> Site:
        if self._builder is None or self._builder.fatal:
            raise NoSite(as_text(self.problems, self.context.language, self.root))
        return self._builder.site

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(self.adviser.known or ())

    def rebuild(self, changed: Collection[Path] | None = None) -> None:
        """Builds the site after these files have changed; None has everything looked at."""
        folder = self.options.output
        try:
            with locked(folder, lambda: self.context.say(being_built(folder))):
                if self._builder is None:
                    self._builder = Builder(self.options, store_of(self.options))
                self._build_and_tell(self._builder, changed)
        except OSError as error:
            self._tell_problems([unwritable(error, self.options.output, self.options.cache)])

    def _build_and_tell(self, builder: Builder, changed: Collection[Path] | None) -> None:
        context = self.context
        if code := sorted(path.name for path in changed or () if path.suffix == ".py"):
            context.say(text("{files}: end serve and start it again to use this code.", files=", ".join(code)))
        try:
            report, problems = builder.build(replace(self.options, now=self.now()), changed)
        except Exception:  # noqa: BLE001 - a file may vanish while it is read: the next change may mend it
            context.say(text("This build failed; the last good site stays up. The next change starts another."))
            self.news.publish(traceback.format_exc())
            traceback.print_exc()
            self._builder = None  # its graph is not to be trusted
            builder.close()
            return
        self.adviser.look = (lambda: builder.site) if report else None
        shown = as_text(problems, context.language, context.root) if report is None else ""
        changes = bool(report is None or report.changed or report.removed)
        if not changes and shown == self.news.state.report and tuple(problems) == self.problems:
            return  # such as the news of a file that the desk has just written, and built
        self._tell_problems(problems)
        if report:
            context.say(text("{written} written, {unchanged} unchanged, {removed} removed.", **structs.asdict(report)))
        self.news.publish(shown, report.changed if report else ())

    def _tell_problems(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        self.context.report(problems)
