"""The menus at the head and foot of every page: the sections that have facets, and pages with `menu:`."""

from __future__ import annotations

import msgspec

from almanac.core.problems import text
from almanac.model.labels import FACET_KINDS
from almanac.model.site import Site
from almanac.site.addresses import made, outputs_off, there
from almanac.site.page_tree import page_links, text_pages
from almanac.site.views import Link

SECTIONS = {
    "programmes": text("Programmes"),
    "themes": text("Themes"),
    "forms": text("Forms"),
    "districts": text("Districts"),
    "audiences": text("Audiences"),
    "organisers": text("Organisers"),
    "venues": text("Venues"),
}
CALENDAR = Link(text("Calendar").message, "/calendar/")
SUBSCRIBE = Link(text("Subscribe").message, "/subscribe/")
SEARCH = Link(text("Search").message, "/search/")
MY = Link(text("My list").message, "/my/")
DATA = Link(text("Open data").message, "/data/")
PRINT = Link(text("To print").message, "/print/")
SCREEN = Link(text("Big screen").message, "/screen/")
PLAN = text("Work plan").message
ARCHIVE = Link(text("Archive").message, "/archive/")
CHANGES = Link(text("Changes").message, "/changes/")
ACCESSIBILITY = Link(text("Accessibility statement").message, "/accessibility/")


class Menus(msgspec.Struct, frozen=True):
    """The links at the head and at the foot. Names of sections are messages; the template translates them."""

    head: tuple[Link, ...]
    foot: tuple[Link, ...]


def menus(site: Site, language: str) -> Menus:
    """The menus of the pages in a language, without links to outputs that are turned off."""
    sections = [
        Link(SECTIONS[kind].message, f"/{kind}/") for kind in SECTIONS if kind in FACET_KINDS and site.facets(kind)
    ]
    off = outputs_off(site.config)
    head = (CALENDAR, *sections, *_plan(site), SUBSCRIBE, MY, *_pages(site, "header", language))
    # Where the statement is turned off, the site may have a page of its own at the address.
    statement = (ACCESSIBILITY,) if made("accessibility", site.config) else ()
    foot = (CHANGES, ARCHIVE, PRINT, SCREEN, DATA, *statement, *_pages(site, "footer", language))
    return Menus(*(tuple(link for link in links if there(link.address, off)) for links in (head, foot)))


def _plan(site: Site) -> list[Link]:
    """A link to the plan of this year, else to the latest one before it, else to the first."""
    year = site.now.year
    years = sorted((plan.fields.year for plan in site.plans), key=lambda one: (one > year, abs(one - year)))
    return [Link(PLAN, f"/plan/{years[0]}/")] if years else []


def _pages(site: Site, menu: str, language: str) -> tuple[Link, ...]:
    return page_links(one for one in text_pages(site) if one.menu == menu and one.language == language)
