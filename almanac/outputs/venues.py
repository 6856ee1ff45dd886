"""`/venues/` and `/venues/<key>/`: the places of events, with directions and access."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.content.config import names_in
from almanac.content.records.venue import VenueFields
from almanac.core.problems import text
from almanac.model.events import Facet
from almanac.model.site import Site
from almanac.site.facet_pages import FacetIndexView, FacetView, facet_index_view, facet_pages, facet_view
from almanac.site.pages import Page
from almanac.site.views import Fact, access_facts


def pages(site: Site) -> Iterator[Page]:
    """The list of venues, then the pages of each."""
    return facet_pages(site, "venues", index, venue)


def index(site: Site, kind: str) -> FacetIndexView:
    """The view of the list, by district."""
    venues, districts = site.facets(kind), names_in(site.config.districts)
    groups = [(names[0], "", [one for one in venues if one.fields.district == key]) for key, names in districts.items()]
    elsewhere = [one for one in venues if one.fields.district not in districts]
    return facet_index_view(site, kind, [*groups, (text("In no district").message, "", elsewhere)])


def venue(site: Site, kind: str, key: str) -> FacetView:
    """The view of one venue."""
    return facet_view(site, kind, key, _facts)


def _facts(site: Site, facet: Facet) -> tuple[Fact, ...]:
    venue: VenueFields = facet.fields
    (district, *_) = names_in(site.config.districts).get(venue.district or "", ("",))
    return (
        Fact(text("Address").message, venue.address or ""),
        Fact(text("District").message, district, f"/districts/{venue.district}/"),
        Fact(text("Opening hours").message, venue.hours or ""),
        Fact(text("Closed on").message, venue.closed or ""),
        Fact(text("Admission").message, venue.admission or ""),
        *access_facts(facet.place),
        Fact(text("Telephone").message, venue.phone or "", f"tel:{venue.phone}"),
        Fact(text("Website").message, venue.url or "", venue.url or ""),
    )
