"""`/organisers/` and `/organisers/<key>/`: the departments, associations and districts that hold events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from almanac.core.problems import text
from almanac.model.events import Facet
from almanac.model.site import Site
from almanac.site.facet_pages import FacetIndexView, FacetView, facet_index_view, facet_pages, facet_view
from almanac.site.pages import Page
from almanac.site.pictures import drawings
from almanac.site.views import Fact

GROUPS = {
    "lead": text("Leading group"),
    "party": text("Party departments"),
    "government": text("Government departments"),
    "mass": text("Associations"),
    "media": text("Media"),
    "district": text("In the districts"),
    "other": text("Others"),
}


def pages(site: Site) -> Iterator[Page]:
    """The list of organisers, then the pages of each."""
    return facet_pages(site, "organisers", index, organiser)


def index(site: Site, kind: str) -> FacetIndexView:
    """The view of the list, grouped by the kind of organiser."""
    found = site.facets(kind)
    groups = [
        (name.message, next(iter(drawings.get(site, f"organisers/{group}") or ()), ""), _of_group(found, group))
        for group, name in GROUPS.items()
    ]
    return facet_index_view(site, kind, groups)


def organiser(site: Site, kind: str, key: str) -> FacetView:
    """The view of one organiser."""
    return facet_view(site, kind, key, _facts)


def _of_group(organisers: Sequence[Facet], group: str) -> list[Facet]:
    return [one for one in organisers if _group(one) == group]


def _group(organiser: Facet) -> str:
    return getattr(organiser.fields, "kind", "other")


def _facts(site: Site, organiser: Facet) -> tuple[Fact, ...]:
    del site
    fields = organiser.fields
    if fields is None:
        return ()
    return (
        Fact(text("Address").message, fields.address or ""),
        Fact(text("Telephone").message, fields.phone or "", f"tel:{fields.phone}"),
        Fact(text("Website").message, fields.url or "", fields.url or ""),
    )
