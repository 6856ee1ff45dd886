"""From a page to its bytes. The renderer's name before the colon is a module of this folder, what follows is for it.

A renderer module has `render(view, argument, settings) -> bytes` and `depends(argument, settings) -> bytes`: all that the bytes
depend on besides the view. A page's key is the digest of both, so it is the exact dependency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from msgspec import msgpack

from almanac.build.pages import Page, Recipe, key_material
from almanac.content.config import Config, Feeds, Footer
from almanac.content.site_themes import SiteTheme
from almanac.core.digests import digest, engine_version
from almanac.core.messages import CatalogueFile, catalogue_files
from almanac.core.problems import Problem
from almanac.model.catalogue import Event
from almanac.site.addresses import made, outputs_off
from almanac.site.menus import SEARCH, Menus
from almanac.site.views import Link


class Settings(msgspec.Struct, frozen=True):
    """What every page of a site shares. The paths say where to read, never what is shown, and are part of no key."""

    title: str
    description: str
    base_url: str
    language: str
    timezone: str
    uid_host: str
    feeds: Feeds
    footer: Footer
    menu: tuple[Link, ...] = ()
    foot_menu: tuple[Link, ...] = ()
    templates: tuple[Path, ...] = ()
    messages: tuple[CatalogueFile, ...] = ()
    share_pictures: bool = True
    my: bool = True  # whether visitors can star events
    news: bool = True  # whether feeds stand there as Atom and JSON Feed too
    search: str = ""  # where one searches, if the site has that page
    off: tuple[str, ...] = ()  # the outputs that are not made
    theme_version: str = ""  # tells caches of templates apart; keys depend on the templates themselves

    def __hash__(self) -> int:
        """By what tells most sites apart: everything that is remembered for a site is looked up by its settings, many times for each page."""
        return hash((self.title, self.base_url, self.theme_version))

    @property
    def base(self) -> str:
        return base_path(self.base_url)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Renderer(Protocol):
    """What a module of this folder offers."""

    def render(self, view: object, argument: str, settings: Settings) -> bytes:
        """The bytes of a page."""

    def depends(self, argument: str, settings: Settings) -> bytes:
        """What these bytes depend on besides the view."""


class BrokenPage(Exception):  # noqa: N818 - a Problem on its way up
    """A template failed while it was rendered."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def base_path(base_url: str) -> str:
    """The path below which a site stands: `/`, or `/kepu/`."""
    return urlsplit(base_url).path


def settings_of(config: Config, base_url: str, menus: Menus, theme: SiteTheme) -> Settings:
    """The settings of a site. `base_url` may differ from the config's, for a preview: UIDs keep the config's host all the same."""
    return Settings(
        title=config.title,
        description=config.description or config.title,
        base_url=base_url,
        language=config.language,
        timezone=config.timezone,
        uid_host=config.feeds.uid_host or urlsplit(config.base_url).hostname or "localhost",
        feeds=config.feeds,
        footer=config.footer,
        menu=menus.head,
        foot_menu=menus.foot,
        templates=theme.templates,
        search=SEARCH.address if made("search", config) else "",
        share_pictures=made("share_pictures", config),
        my=made("my", config),
        news=made("news", config),
        off=outputs_off(config),
        theme_version=theme.version,
        messages=catalogue_files(config.language, theme.messages),
    )


@cache
def renderer(name: str) -> Renderer:
    """The renderer of a page's `renderer`, imported when the first page needs it."""
    return cast("Renderer", import_module(f"{__name__}.{name}"))


def load_renderers() -> None:
    """Loads what any change is shown by: pages and calendars, and the days of pages in Chinese."""
    for kind in ("html", "ics", "lunar"):
        import_module(f"{__name__}.{kind}")


def dependencies(renderers: Iterable[str], settings: Settings) -> dict[str, bytes]:
    """What the bytes of pages depend on besides their views, by the name of what renders them."""
    found: dict[str, bytes] = {}
    for name in renderers:
        kind, _, argument = name.partition(":")
        found[name] = digest(
            name.encode(), engine_version().encode(), renderer(kind).depends(argument, settings)
        ).encode()
    return found


def absolute(address: str, settings: Settings, query: str = "") -> str:
    """An address of this site with scheme and host; `query` is encoded already."""
    return f"{settings.base_url}{quote(address.lstrip('/'))}" + (f"?{query}" if query else "")


def key_of(page: Page, depends: bytes) -> str:
    """The key of a page: as long as it stays, so do the page's bytes."""
    view = page.view
    return digest(
        depends, page.body_digest, *(key_material(view) if isinstance(view, Recipe) else (msgpack.encode(view),))
    )


def load(renderers: Iterable[str], settings: Settings) -> None:
    """Loads what renders such pages: what is there before other processes are forked, none of them has to load."""
    for name in renderers:
        kind, _, argument = name.partition(":")
        if ready := getattr(renderer(kind), "load", None):
            ready(argument, settings)


def prepare(pages: Iterable[tuple[object, str]], settings: Settings) -> None:
    """What a renderer would rather do for several views, given with its name, before they are rendered one by one."""
    views: dict[str, list[object]] = defaultdict(list)
    for view, name in pages:
        views[name.partition(":")[0]].append(view)
    for kind, alike in views.items():
        if before := getattr(renderer(kind), "prepare", None):
            before(alike, settings)


def gather(renderers: Iterable[str], events: Sequence[Event], settings: Settings) -> None:
    """Makes the parts of which pages of these renderers will be put together, while the files of the events are open."""
    for name in renderers:
        kind, _, argument = name.partition(":")
        if ahead := getattr(renderer(kind), "gather", None):
            ahead(events, argument, settings)


def render(view: object, name: str, settings: Settings) -> bytes:
    """The bytes of a page, by the renderer of that name."""
    kind, _, argument = name.partition(":")
    return renderer(kind).render(view, argument, settings)
