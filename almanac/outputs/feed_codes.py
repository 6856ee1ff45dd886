"""`/feeds/….svg`: the QR code of each channel. It leads to the page that says how to subscribe, since phones differ in that."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.catalogue import Catalogue
from almanac.channels import channels
from almanac.menus import SUBSCRIBE
from almanac.pages import Page
from almanac.views import Target


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A code for each channel."""
    for channel in channels(catalogue):
        yield Page(f"{channel.stem}.svg", "qr", Target(SUBSCRIBE.address, channel.feed.choice))
