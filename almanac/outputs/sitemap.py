"""`/sitemap.xml`: every page for search engines, by https://www.sitemaps.org/protocol.html."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from almanac.catalogue import Catalogue
from almanac.pages import Page
from almanac.views import Head


@dataclass(frozen=True)
class SitemapView:
    """Addresses, and when what they show last changed, where that is known."""

    entries: tuple[tuple[str, datetime | None], ...]


def listing(catalogue: Catalogue, pages: Sequence[Page]) -> Iterator[Page]:
    """The one page, which lists the others."""
    del catalogue
    yield Page("/sitemap.xml", "html:sitemap.xml", SitemapView(tuple(_entries(pages))))


def _entries(pages: Sequence[Page]) -> Iterator[tuple[str, datetime | None]]:
    for page in pages:
        head = getattr(page.view, "head", None)
        if page.indexed:
            yield page.address, page.updated
        elif isinstance(head, Head) and head.indexed:
            yield head.address, head.updated
