"""`/my/`: the events that a visitor has starred. The browser stores the list and loads the data of the search."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.model.site import Site
from almanac.site.menus import MY
from almanac.site.pages import Page, page
from almanac.site.views import Head, site_feed


class MyView(msgspec.Struct, frozen=True):
    """The page: the years that have data of the search."""

    head: Head
    years: tuple[int, ...]


def pages(site: Site) -> Iterator[Page]:
    """The page."""
    del site
    yield page(MY.address, "html:my.html", my_view)


def my_view(site: Site) -> MyView:
    """The view of the page."""
    head = Head(MY.address, MY.name, feeds=(site_feed(site),), indexed=False)
    return MyView(head, tuple(sorted(site.year_numbers)))
