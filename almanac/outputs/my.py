"""`/my/`: the events that a visitor has starred. The browser keeps them; the page knows only the names that its cards show."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.build.pages import Page
from almanac.model.catalogue import Catalogue
from almanac.site.menus import MY
from almanac.site.views import PARAMETERS, Head, site_feed

NAMED = ("districts", "programmes")


class MyView(msgspec.Struct, frozen=True):
    """The page: names of facets by `parameter/key`, and the years of which there is data."""

    head: Head
    labels: dict[str, str]
    years: tuple[int, ...]


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page; it lives on the data of the search."""
    labels = {f"{PARAMETERS[kind]}/{facet.key}": facet.name for kind in NAMED for facet in catalogue.facets[kind]}
    head = Head(MY.address, MY.name, feeds=(site_feed(catalogue),), indexed=False)
    yield Page(MY.address, "html:my.html", MyView(head, labels, tuple(sorted(catalogue.years))))
