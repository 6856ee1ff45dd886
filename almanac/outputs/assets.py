"""Pictures and files of `content/`, and the static files of the site theme."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.content.sources import CONTENT
from almanac.model.site import Site
from almanac.render.static import static_pages
from almanac.site.pages import Page, page
from almanac.site.theme import static_files


def pages(site: Site) -> Iterator[Page]:
    """A page for each file of the content, and the pages of each static file."""
    for path in site.assets:
        yield page(path.removeprefix(CONTENT), "copy", content_file, path, source=path)
    for address, file in static_files(site).items():
        yield from static_pages(site, address, file.path)


def content_file(site: Site, path: str) -> bytes:
    """The bytes of a picture or another file of the content."""
    return site.asset(path)
