"""`/404.html`: the answer of a server to an address that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.core.problems import text
from almanac.model.site import Site
from almanac.site.pages import Page, page
from almanac.site.views import Head


class NotFoundView(msgspec.Struct, frozen=True):
    """A page without variable content."""

    head: Head


def pages(site: Site) -> Iterator[Page]:
    """The page."""
    del site
    yield page("/404.html", "html:404.html", not_found_view)


def not_found_view(site: Site) -> NotFoundView:
    """The view of the page."""
    del site
    return NotFoundView(Head("/404.html", text("Page not found").message, indexed=False))
