"""`/images/….svg.png`: drawings as PNG, because WeChat and others show no SVG beside a shared link."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.content.sources import CONTENT
from almanac.model.site import Site
from almanac.render.png import Drawing
from almanac.site.pages import Page, page
from almanac.site.pictures import share_address


def pages(site: Site) -> Iterator[Page]:
    """A picture for each drawing of `content/images/`."""
    for path in site.assets:
        address = path.removeprefix(CONTENT)
        if address.startswith("/images/") and address.endswith(".svg"):
            yield page(share_address(address), "png", drawing, path, source=path)


def drawing(site: Site, path: str) -> Drawing:
    """A drawing of the content."""
    return Drawing(path, site.asset(path))
