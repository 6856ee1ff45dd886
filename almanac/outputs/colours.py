"""`/static/colours.css`: a class for each colour that a theme or programme bears, since pages may carry no style of their own."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Page
from almanac.model.catalogue import DEFAULT_COLOUR, FACET_KINDS, Catalogue


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one sheet; its view are the names of the colours."""
    colours = {facet.colour for kind in FACET_KINDS for facet in catalogue.facets[kind]}
    yield Page("/static/colours.css", "html:colours.css", tuple(sorted(colours | {DEFAULT_COLOUR})))
