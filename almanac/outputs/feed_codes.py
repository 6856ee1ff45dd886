"""`/feeds/….svg`: the QR code of each channel. It leads to the page that says how to subscribe, since phones differ in that."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Page
from almanac.model.catalogue import Catalogue
from almanac.site.channels import channels
from almanac.site.menus import SUBSCRIBE
from almanac.site.views import Target


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A code for each channel."""
    for channel in channels(catalogue):
        yield Page(f"{channel.stem}.svg", "qr", Target(SUBSCRIBE.address, channel.feed.choice))
