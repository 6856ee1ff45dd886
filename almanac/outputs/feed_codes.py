"""`/feeds/….svg`: the QR code of each channel. It leads to the page that says how to subscribe, since phones differ in that."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.site import Site
from almanac.site.channels import channels
from almanac.site.menus import SUBSCRIBE
from almanac.site.pages import Page, page
from almanac.site.views import Target


def pages(site: Site) -> Iterator[Page]:
    """A code for each channel."""
    for channel in channels(site).values():
        yield page(f"{channel.stem}.svg", "qr", target, channel.feed.choice)


def target(site: Site, choice: str) -> Target:
    """The page of all feeds, at the one that the query chooses."""
    del site
    return Target(SUBSCRIBE.address, choice)
