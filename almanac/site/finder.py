"""The filter bar: what a visitor chooses among at `/search/`, and on the pages that lead there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

import msgspec

from almanac.content.config import names_in
from almanac.model.events import Facet
from almanac.model.indexes import coming, shared_coming
from almanac.model.site import Site
from almanac.site.menus import SECTIONS
from almanac.site.pinyin import pinyin
from almanac.site.views import PARAMETERS

BAR = ("districts", "audiences", "forms")  # the kinds of facets in the bar, beside dates, ages and flags


class FacetChoice(msgspec.Struct, frozen=True):
    """A facet to choose. `count` is the number of its events to come.

    `words` are other names that find it, `pinyin` the syllables of its name; both are empty outside `/search/`.
    """

    key: str
    name: str
    address: str
    count: int
    words: tuple[str, ...] = ()
    pinyin: str = ""


class FacetChoices(msgspec.Struct, frozen=True):
    """The facets of a kind. `parameter` is the query parameter of a choice, `heading` is a message."""

    parameter: str
    heading: str
    choices: tuple[FacetChoice, ...]


class Finder(msgspec.Struct, frozen=True):
    """The bar of a page. Its choices add to what the page shows: `hidden` query parameters or a month `date` (2026-12).

    `searching`: the page is `/search/`.
    """

    groups: tuple[FacetChoices, ...]
    hidden: tuple[tuple[str, str], ...] = ()
    date: str = ""
    searching: bool = False

    @property
    def base(self) -> str:
        """The hidden parameters as a query."""
        return urlencode(self.hidden)


def finder(site: Site, facet: Facet | None = None, month: date | None = None) -> Finder:
    """The bar of the first page, of a facet's page, or of a month's page. Facets without events to come are left out.

    On a facet's page each choice counts the events that the two facets share.
    """
    shared = shared_coming.get(site, facet.stem) or {} if facet else None
    kinds = [kind for kind in BAR if facet is None or kind != facet.kind]
    groups = (_choices(kind, _counted(site, site.facets(kind), shared)) for kind in kinds)
    return Finder(
        groups=tuple(group for group in groups if group.choices),
        hidden=((PARAMETERS[facet.kind], facet.key),) if facet else (),
        date=f"{month:%Y-%m}" if month else "",
    )


def search_choices(site: Site, kind: str) -> FacetChoices:
    """The choices of a kind at `/search/`, with all names that find them."""
    return _choices(kind, (_named(site, facet, _count(site, facet)) for facet in site.facets(kind)))


def _choices(kind: str, choices: Iterable[FacetChoice]) -> FacetChoices:
    return FacetChoices(PARAMETERS[kind], SECTIONS[kind].message, tuple(choices))


def _counted(site: Site, facets: Iterable[Facet], shared: dict[str, int] | None) -> Iterable[FacetChoice]:
    """The choices that lead to events."""
    for facet in facets:
        count = _count(site, facet) if shared is None else shared.get(facet.stem, 0)
        if count:
            yield FacetChoice(facet.key, facet.name, facet.address, count)


def _count(site: Site, facet: Facet) -> int:
    return len(coming.get(site, facet.stem) or ())


def _named(site: Site, facet: Facet, count: int) -> FacetChoice:
    listed = {"districts": site.config.districts, "audiences": site.config.audiences}
    known = names_in(listed[facet.kind]) if facet.kind in listed else {}
    aliases: Iterable[str] = known.get(facet.key) or getattr(facet.fields, "aliases", None) or ()
    others = dict.fromkeys((facet.full_name, *aliases, *site.config.synonyms.get(facet.name, ())))
    words = tuple(word for word in others if word != facet.name)
    return FacetChoice(facet.key, facet.name, facet.address, count, words, pinyin(site, facet.name))
