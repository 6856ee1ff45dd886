"""`/programmes/`, `/programmes/<key>/` and, for each edition, `/programmes/<key>/<year>/`."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.core.problems import text
from almanac.model.events import Facet
from almanac.model.site import Site
from almanac.site.facet_pages import FacetView, facet_pages, facet_view
from almanac.site.pages import Page
from almanac.site.views import Fact


def pages(site: Site) -> Iterator[Page]:
    """The list of programmes, then the pages of each."""
    return facet_pages(site, "programmes", view=programme)


def programme(site: Site, kind: str, key: str) -> FacetView:
    """The view of one programme."""
    return facet_view(site, kind, key, _leads)


def _leads(site: Site, programme: Facet) -> Iterator[Fact]:
    organisers = {facet.key: facet for facet in site.facets("organisers")}
    for key in programme.fields.organiser if programme.fields else ():
        if lead := organisers.get(key):
            yield Fact(text("Led by").message, lead.full_name, lead.address)
