"""`/about/` and every other page of plain text that `content/pages/` holds."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.build.pages import Page
from almanac.model.catalogue import Catalogue
from almanac.site.views import Head, site_feed


class TextView(msgspec.Struct, frozen=True):
    """A heading and a body of Markdown."""

    head: Head
    title: str
    summary: str
    body: str


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for each record."""
    for record in catalogue.pages:
        address = f"/{record.key}/"
        head = Head(address, record.fields.title, record.fields.summary or "", feeds=(site_feed(catalogue),))
        yield Page(
            address,
            "html:text.html",
            TextView(head, record.fields.title, record.fields.summary or "", record.body),
            record.path,
        )
