"""The filter bar: what a visitor chooses among at `/search/`, and on the pages that lead there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from urllib.parse import urlencode

import msgspec
from msgspec.structs import replace

from almanac.content.config import names_in
from almanac.content.occurrences import as_datetime
from almanac.model.events import Facet
from almanac.model.indexes import coming_counts, shared_coming, takes_place
from almanac.model.site import Site
from almanac.site.menus import SECTIONS
from almanac.site.offers import AGES, choices_of, last_counted, offered, offered_on
from almanac.site.pinyin import pinyin
from almanac.site.views import PARAMETERS

BAR = ("districts", "audiences", "forms")  # the kinds of facets in the bar, beside dates, ages and flags


class FacetChoice(msgspec.Struct, frozen=True):
    """A facet to choose. `count` is the number of its events to come that are not called off.

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

    `searching`: the page is `/search/`, whose script counts. Elsewhere `counts` are the numbers of events for ages and
    flags (`age/6-11`, `free/1`) on the day `counted`; `days` are those of days up to `until`, as in `offered_on`.
    """

    groups: tuple[FacetChoices, ...]
    counts: dict[str, int] = {}
    days: dict[str, tuple[int, ...]] = {}
    counted: date | None = None
    until: date | None = None
    hidden: tuple[tuple[str, str], ...] = ()
    date: str = ""
    searching: bool = False

    @property
    def base(self) -> str:
        """The hidden parameters as a query."""
        return urlencode(self.hidden)

    @property
    def ages(self) -> dict[str, str]:
        """The choices of ages: keys and messages."""
        return AGES


def finder(site: Site) -> Finder:
    """The bar of the first page: facets with events to come."""
    return _finder(site, "", _groups(site, BAR, lambda facet: _count(site, facet)))


def facet_finder(site: Site, facet: Facet) -> Finder:
    """The bar of a facet's page: other facets, each with the number of events to come that both share."""
    shared = shared_coming.get(site, facet.stem) or {}
    kinds = [kind for kind in BAR if kind != facet.kind]
    groups = _groups(site, kinds, lambda other: shared.get(other.stem, 0))
    return replace(_finder(site, facet.stem, groups), hidden=((PARAMETERS[facet.kind], facet.key),))


def month_finder(site: Site, month: date, ids: Iterable[str]) -> Finder:
    """The bar of a month's page; `ids` are the month's events. Its choices of dates leave the month."""
    found = [event.linked for event in site.events_of(ids) if takes_place(event.linked, as_datetime(month))]
    counts = Counter(stem for event in found for stem in event.stems())
    groups = _groups(site, BAR, lambda facet: counts[facet.stem])
    choices = dict(Counter(choice for event in found for choice in choices_of(site, event)))
    return replace(_finder(site, "", groups), counts=choices, date=f"{month:%Y-%m}")


def _finder(site: Site, stem: str, groups: tuple[FacetChoices, ...]) -> Finder:
    """The bar of a facet, or of all events if the stem is empty."""
    counts, days = offered.get(site, stem) or {}, offered_on.get(site, stem) or {}
    return Finder(groups, counts, days, counted=site.now.date(), until=last_counted(site))


def _groups(site: Site, kinds: Iterable[str], count: Callable[[Facet], int]) -> tuple[FacetChoices, ...]:
    """The facets of each kind that lead to events."""
    groups = (
        _choices(
            kind,
            (
                FacetChoice(facet.key, facet.name, facet.address, number)
                for facet in site.facets(kind)
                if (number := count(facet))
            ),
        )
        for kind in kinds
    )
    return tuple(group for group in groups if group.choices)


def search_choices(site: Site, kind: str) -> FacetChoices:
    """The choices of a kind at `/search/`, with all names that find them."""
    return _choices(kind, (_named(site, facet, _count(site, facet)) for facet in site.facets(kind)))


def _choices(kind: str, choices: Iterable[FacetChoice]) -> FacetChoices:
    return FacetChoices(PARAMETERS[kind], SECTIONS[kind].message, tuple(choices))


def _count(site: Site, facet: Facet) -> int:
    return coming_counts.get(site, facet.stem) or 0


def _named(site: Site, facet: Facet, count: int) -> FacetChoice:
    listed = {"districts": site.config.districts, "audiences": site.config.audiences}
    known = names_in(listed[facet.kind]) if facet.kind in listed else {}
    aliases: Iterable[str] = known.get(facet.key) or getattr(facet.fields, "aliases", None) or ()
    others = dict.fromkeys((facet.full_name, *aliases, *site.config.synonyms.get(facet.name, ())))
    words = tuple(word for word in others if word != facet.name)
    return FacetChoice(facet.key, facet.name, facet.address, count, words, pinyin(site, facet.name))
