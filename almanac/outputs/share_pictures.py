"""`/images/….svg.png`: covers drawn in SVG once more as PNG, since WeChat and others show no SVG beside a shared link."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Page
from almanac.model.catalogue import Catalogue
from almanac.site.views import share_address


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A picture for each drawing of `content/images/`."""
    for asset in catalogue.assets:
        if asset.address.startswith("/images/") and asset.address.endswith(".svg"):
            yield Page(share_address(asset.address), "png", asset, asset.path)
