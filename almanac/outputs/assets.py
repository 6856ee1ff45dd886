"""Pictures and files of `content/`, and the static files of the site theme. Only style sheets are changed: minified."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rcssmin import cssmin

from almanac.content.sources import CONTENT
from almanac.model.site import Site
from almanac.site.pages import Page, page
from almanac.site.theme import colour_classes, static_files

STYLE_SHEET = "/static/style.css"


def pages(site: Site) -> Iterator[Page]:
    """A page for each file."""
    for path in site.assets:
        yield page(path.removeprefix(CONTENT), "copy", content_file, path, source=path)
    for address, file in static_files(site).items():
        yield page(address, "copy", theme_file, address, source=file.path)


def content_file(site: Site, path: str) -> bytes:
    """The bytes of a picture or another file of the content."""
    return site.asset(path)


def theme_file(site: Site, address: str) -> bytes:
    """The bytes of a static file of the site theme. The style sheet ends with the colours of the content."""
    data = Path(static_files.entry(site, address).file).read_bytes()
    if not address.endswith(".css"):
        return data
    colours = colour_classes(site) if address == STYLE_SHEET else ""
    minified: str = cssmin(data.decode() + colours)
    return minified.encode()
