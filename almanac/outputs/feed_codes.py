"""`/feeds/….svg`: the QR code of each channel. It leads to the page that explains how each phone subscribes."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.site import Site
from almanac.site.channels import channels
from almanac.site.menus import SUBSCRIBE
from almanac.site.pages import Page, page
from almanac.site.views import CodeTarget


def pages(site: Site) -> Iterator[Page]:
    """A code for each channel."""
    for channel in channels(site).values():
        yield page(f"{channel.stem}.svg", "qr", feed_code, channel.feed.choice)


def feed_code(site: Site, choice: str) -> CodeTarget:
    """The address in the code: `/subscribe/`, with the query that chooses the feed."""
    del site
    return CodeTarget(SUBSCRIBE.address, choice)
