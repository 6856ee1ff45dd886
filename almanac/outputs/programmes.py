"""`/programmes/`, `/programmes/<key>/` and, for each edition, `/programmes/<key>/<year>/`."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Chapter, Page
from almanac.content.records.programme import Edition
from almanac.core.problems import text
from almanac.model.catalogue import Catalogue, Facet
from almanac.site.facet_pages import YearLink, facet_chapter, index_page
from almanac.site.views import Fact

KIND = "programmes"


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The list of all."""
    yield index_page(catalogue, KIND, [("", catalogue.facets[KIND])])


def chapters(catalogue: Catalogue) -> Iterator[Chapter]:
    """The pages of each."""
    organisers = {facet.key: facet for facet in catalogue.facets["organisers"]}
    for facet in catalogue.facets[KIND]:
        fields = facet.fields
        leads = tuple(organisers[key] for key in fields.organiser if key in organisers) if fields else ()
        editions = tuple(map(_edition, fields.editions)) if fields else ()
        yield facet_chapter(catalogue, facet, tuple(map(_lead, leads)), editions)


def _lead(organiser: Facet) -> Fact:
    return Fact(text("Led by").message, organiser.full_name, organiser.address)


def _edition(edition: Edition) -> YearLink:
    return YearLink(edition.year, None, edition.name or "", edition.start, edition.end, edition.slogan or "")
