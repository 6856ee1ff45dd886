"""`/organisers/` and `/organisers/<key>/`: the departments, associations and districts that hold events."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Chapter, Page
from almanac.core.problems import text
from almanac.model.catalogue import Catalogue, Facet
from almanac.site.facet_pages import facet_chapter, index_page
from almanac.site.views import Fact

KIND = "organisers"
GROUPS = {
    "lead": text("Leading group"),
    "party": text("Party departments"),
    "government": text("Government departments"),
    "mass": text("Associations"),
    "media": text("Media"),
    "district": text("In the districts"),
    "other": text("Others"),
}


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The list of all, grouped by what they are."""
    organisers = catalogue.facets[KIND]
    yield index_page(
        catalogue,
        KIND,
        [(name.message, [one for one in organisers if _group(one) == group]) for group, name in GROUPS.items()],
    )


def chapters(catalogue: Catalogue) -> Iterator[Chapter]:
    """The pages of each."""
    return (facet_chapter(catalogue, facet, _facts(facet) if facet.record else ()) for facet in catalogue.facets[KIND])


def _group(organiser: Facet) -> str:
    return getattr(organiser.fields, "kind", "other")


def _facts(organiser: Facet) -> tuple[Fact, ...]:
    fields = organiser.fields
    return (
        Fact(text("Address").message, fields.address or ""),
        Fact(text("Telephone").message, fields.phone or "", f"tel:{fields.phone}"),
        Fact(text("Website").message, fields.url or "", fields.url or ""),
    )
