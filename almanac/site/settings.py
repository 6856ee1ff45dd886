"""The settings that all pages of a site share, and addresses that depend on them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from almanac.content.config import Feeds, Footer, uid_host
from almanac.content.queries import base_url
from almanac.core.messages import CatalogueFile, catalogue_files
from almanac.incremental import query
from almanac.model.site import Site
from almanac.site.addresses import made, outputs_off
from almanac.site.menus import SEARCH, menus
from almanac.site.page_tree import PAGE_SEARCH, first_page, page_address
from almanac.site.pictures import Picture, cover
from almanac.site.theme import chosen_theme
from almanac.site.views import PARAMETERS, Link


class Settings(msgspec.Struct, frozen=True):
    """The settings that all pages of a site share."""

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
    picture: Picture | None = None  # of pages without one
    my: bool = True  # visitors can star events
    news: bool = True  # feeds are published as Atom and JSON Feed too
    home: str = "/"  # the first page in the language of the page
    search: str = ""  # the address of the search page; empty if the site has none
    facet_names: dict[str, str] = {}  # of districts and forms, by `parameter/key`
    mostly_samples: bool = False
    signup_days: int = 30  # before an event without a known opening
    currency: str = "CNY"
    sandbox: bool = False  # templates are not trusted
    off: tuple[str, ...] = ()  # the outputs that are not made

    def __hash__(self) -> int:
        """A hash of the title and the address: hashing all fields takes longer, and few settings are ever compared."""
        return hash((self.title, self.base_url))

    @property
    def base(self) -> str:
        return urlsplit(self.base_url).path

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@query()
def site_settings(site: Site) -> Settings:
    """The settings of a site. `--base-url` changes `base_url` but not the host of UIDs."""
    config, found, look = site.config, menus(site, site.config.language), chosen_theme(site)
    return Settings(
        title=config.title,
        description=config.description or config.title,
        base_url=base_url(site) or config.base_url,
        language=config.language,
        timezone=config.timezone,
        uid_host=uid_host(config),
        feeds=config.feeds,
        footer=config.footer,
        menu=found.head,
        foot_menu=found.foot,
        templates=look.templates,
        search=SEARCH.address if made("search", config) else _page_search(site, config.language),
        picture=next((shown for facet in site.facets("programmes") if (shown := cover(facet))), None),
        share_pictures=made("share_pictures", config),
        my=made("my", config),
        news=made("news", config),
        facet_names={
            f"{PARAMETERS[facet.kind]}/{facet.key}": facet.name
            for facet in (*site.facets("districts"), *site.facets("forms"))
        },
        mostly_samples=config.mostly_samples,
        signup_days=config.signup_days,
        currency=config.currency,
        sandbox=config.themes.sandbox,
        off=outputs_off(config),
        messages=look.catalogues.get(config.language) or catalogue_files(config.language),
    )


@query()
def settings_in(site: Site, language: str) -> Settings:
    """The settings of a site for pages in a language that is not the site's."""
    shared = site_settings(site)
    found, first = menus(site, language), first_page(site, language)
    return msgspec.structs.replace(
        shared,
        language=language,
        menu=found.head,
        foot_menu=found.foot,
        home=first.address if first else shared.home,
        search=_page_search(site, language) or shared.search,
        messages=chosen_theme(site).catalogues.get(language) or catalogue_files(language),
    )


def _page_search(site: Site, language: str) -> str:
    """The address of the search through the pages of text in a language; empty if the site has none."""
    if not made("page_search", site.config):
        return ""
    return page_address(PAGE_SEARCH, "" if language == site.config.language else language)


@query(str)
def base_path(site: Site) -> str:
    """The path of the site's address: `/`, or `/kepu/`."""
    return urlsplit(base_url(site) or site.config.base_url).path


def absolute(address: str, settings: Settings, query_string: str = "") -> str:
    """An address of this site with scheme and host. `query_string` is encoded already.

    The address of an event of another site is whole and stays as it is.
    """
    if "://" in address:
        return address
    return f"{settings.base_url}{quote(address.lstrip('/'))}" + (f"?{query_string}" if query_string else "")


def whole_uid(uid: str, settings: Settings) -> str:
    """A UID with its host: that of a gathered event's site, or else this site's."""
    return uid if "@" in uid else f"{uid}@{settings.uid_host}"
