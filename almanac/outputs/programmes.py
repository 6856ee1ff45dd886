"""`/programmes/`, `/programmes/<key>/` and, for each edition, `/programmes/<key>/<year>/`."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.core.problems import text
from almanac.model.events import Facet
from almanac.model.site import Site
from almanac.site.facet_pages import (
    FacetIndexView,
    FacetView,
    facet_index_page,
    facet_index_view,
    facet_pages,
    facet_view,
)
from almanac.site.pages import Page
from almanac.site.views import Fact

KIND = "programmes"


def pages(site: Site) -> Iterator[Page]:
    """The list of programmes, then the pages of each."""
    yield facet_index_page(KIND, index)
    yield from facet_pages(site, KIND, programme)


def index(site: Site) -> FacetIndexView:
    """The view of the list."""
    return facet_index_view(site, KIND)


def programme(site: Site, key: str) -> FacetView:
    """The view of one programme."""
    return facet_view(site, KIND, key, _leads)


def _leads(site: Site, programme: Facet) -> Iterator[Fact]:
    organisers = {facet.key: facet for facet in site.facets("organisers")}
    for key in programme.fields.organiser if programme.fields else ():
        if lead := organisers.get(key):
            yield Fact(text("Led by").message, lead.full_name, lead.address)
