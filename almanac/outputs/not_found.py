"""`/404.html`: what a server shows for an address that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.build.pages import Page
from almanac.core.problems import text
from almanac.model.catalogue import Catalogue
from almanac.site.views import Head


class NotFoundView(msgspec.Struct, frozen=True):
    """Nothing but the head."""

    head: Head


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page."""
    del catalogue
    yield Page(
        "/404.html", "html:404.html", NotFoundView(Head("/404.html", text("Page not found").message, indexed=False))
    )
