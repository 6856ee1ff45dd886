"""`/venues/` and `/venues/<key>/`: where things take place, and how one gets there and in."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Chapter, Page
from almanac.content.records.venue import VenueFields
from almanac.core.problems import text
from almanac.model.catalogue import Catalogue, Facet
from almanac.site.facet_pages import facet_chapter, index_page
from almanac.site.views import Fact, access_facts

KIND = "venues"


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The list of all by district."""
    venues = catalogue.facets[KIND]
    districts = catalogue.config.districts
    groups = [(name, [venue for venue in venues if venue.fields.district == key]) for key, name in districts.items()]
    elsewhere = [venue for venue in venues if venue.fields.district not in districts]
    yield index_page(catalogue, KIND, [*groups, (text("Elsewhere").message, elsewhere)])


def chapters(catalogue: Catalogue) -> Iterator[Chapter]:
    """The pages of each."""
    districts = catalogue.config.districts
    return (
        facet_chapter(catalogue, facet, _facts(facet, districts.get(facet.fields.district or "", "")))
        for facet in catalogue.facets[KIND]
    )


def _facts(facet: Facet, district: str) -> tuple[Fact, ...]:
    venue: VenueFields = facet.fields
    return (
        Fact(text("Address").message, venue.address or ""),
        Fact(text("District").message, district, f"/districts/{venue.district}/"),
        Fact(text("Opening hours").message, venue.hours or ""),
        Fact(text("Closed on").message, venue.closed or ""),
        *access_facts(facet.place),
        Fact(text("Telephone").message, venue.phone or "", f"tel:{venue.phone}"),
        Fact(text("Website").message, venue.url or "", venue.url or ""),
    )
