"""`/audiences/` and `/audiences/<key>/`, with a page for each of their years."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Chapter, Page
from almanac.model.catalogue import Catalogue
from almanac.site.facet_pages import facet_chapter, index_page

KIND = "audiences"


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The list of all."""
    yield index_page(catalogue, KIND, [("", catalogue.facets[KIND])])


def chapters(catalogue: Catalogue) -> Iterator[Chapter]:
    """The pages of each."""
    return (facet_chapter(catalogue, facet) for facet in catalogue.facets[KIND])
