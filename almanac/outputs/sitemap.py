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
    heads = [head for page in pages if isinstance(head := getattr(page.view, "head", None), Head) and head.indexed]
    yield Page("/sitemap.xml", "html:sitemap.xml", SitemapView(tuple((head.address, head.updated) for head in heads)))
