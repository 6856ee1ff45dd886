"""Big screens: their addresses, and the QR codes on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from almanac.model.labels import FACET_KINDS
from almanac.model.moments import today
from almanac.model.site import Site
from almanac.site.addresses import made, outputs_off, there
from almanac.site.campaigns import MonthTheme, campaigns, month_themes
from almanac.site.menus import SCREEN
from almanac.site.views import Link


def screen_stems(site: Site) -> Iterator[str]:
    """The stem of each screen below `/screen/`: empty for all events, else that of a facet with a page."""
    yield ""
    for kind in FACET_KINDS:
        if made(kind, site.config):
            yield from (facet.stem for facet in site.facets(kind))


def screen_address(stem: str) -> str:
    """The page of a screen."""
    return f"{SCREEN.address}{stem}/" if stem else SCREEN.address


def day_of_build(site: Site) -> date:
    """The day of the build."""
    return date.fromisoformat(today(site))


def screen_code_address(target: str) -> str:
    """The picture of the QR code that leads from a screen to a page."""
    return f"{SCREEN.address}codes/{target.strip('/') or 'home'}.svg"


def page_of_month(site: Site, month: MonthTheme) -> str:
    """The page to which a month's theme leads: its events, else its programme, else the first page."""
    off = outputs_off(site.config)
    links = [month.events.address] if month.events else []
    return next((address for address in (*links, month.link.address) if there(address, off)), "/")


def page_of_campaign(site: Site, link: Link) -> str:
    """The page to which a campaign leads: its own, else the first page."""
    return link.address if there(link.address, outputs_off(site.config)) else "/"


def code_targets(site: Site) -> Iterator[str]:
    """Each page to which a code of a screen leads, once. Codes of events are those of their pages."""
    day = day_of_build(site)
    found = ["/", *(f"/{stem}/" for stem in screen_stems(site) if stem)]
    found += [page_of_campaign(site, one.link) for one in campaigns(site, day)]
    found += [page_of_month(site, one) for one in month_themes(site, day)]
    yield from dict.fromkeys(found)
