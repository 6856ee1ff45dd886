"""`/about/` and the other pages of `content/pages/`."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.model.site import Site
from almanac.site.bodies import shown_body
from almanac.site.pages import Page, page
from almanac.site.views import Head, site_feed


class TextView(msgspec.Struct, frozen=True):
    """A heading and a body of Markdown."""

    head: Head
    title: str
    summary: str
    body: str


def pages(site: Site) -> Iterator[Page]:
    """A page for each record."""
    for record in site.pages:
        yield page(f"/{record.key}/", "html:text.html", text_view, record.path, source=record.path, indexed=True)


def text_view(site: Site, path: str) -> TextView:
    """The view of the page in a file."""
    record = next(one for one in site.pages if one.path == path)
    title, summary = record.fields.title, record.fields.summary or ""
    head = Head(f"/{record.key}/", title, summary, feeds=(site_feed(site),))
    return TextView(head, title, summary, shown_body(site, path))
