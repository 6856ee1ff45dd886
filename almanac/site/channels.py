"""What one can subscribe to: everything, each facet, and each pair of facets that has events.

A channel is published as a calendar, as Atom and as JSON Feed on one stem; a QR code beside them leads to the page that explains it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, product

import msgspec

from almanac.model.catalogue import DEFAULT_COLOUR, FACET_KINDS, Catalogue, Event, Facet, by_facet
from almanac.site.addresses import made
from almanac.site.menus import SEARCH
from almanac.site.views import ALL_EVENTS, Feed, choice_of, facet_stem

PAIRS = (("districts", "audiences"), ("districts", "themes"), ("themes", "audiences"), ("programmes", "districts"))
COLOURED = ("themes", "programmes")  # the kinds whose colour a pair takes


class Channel(msgspec.Struct, frozen=True):
    """A stem below `/feeds/`, what stands behind it in words, the page (with its query) that shows the same, a CSS colour name, its events.

    Withdrawn events are among them. `facets` is empty for everything.
    """

    stem: str
    name: str
    description: str
    page: str
    query: str
    colour: str
    facets: tuple[Facet, ...]
    events: tuple[Event, ...]

    @property
    def feed(self) -> Feed:
        """How pages speak of it."""
        return Feed(" · ".join(facet.name for facet in self.facets) or self.name, self.stem, choice_of(self.facets))


@lru_cache(maxsize=1)  # several outputs ask for the channels of one catalogue
def channels(catalogue: Catalogue) -> tuple[Channel, ...]:
    """Every channel: everything first, then facets, empty ones too, then pairs; those of kinds that have no pages are left out."""
    events = (*catalogue.events, *catalogue.withdrawn)
    everything = Channel(
        ALL_EVENTS, catalogue.config.title, catalogue.config.description or "", "/", "", DEFAULT_COLOUR, (), events
    )
    return (
        everything,
        *_of_facets(catalogue, by_facet(events) if catalogue.withdrawn else catalogue.members),
        *_of_pairs(catalogue, events),
    )


def _of_facets(catalogue: Catalogue, members: Mapping[tuple[str, str], tuple[Event, ...]]) -> Iterator[Channel]:
    config = catalogue.config
    for facet in chain.from_iterable(catalogue.facets[kind] for kind in FACET_KINDS if made(kind, config)):
        found = members.get((facet.kind, facet.key), ())
        description = getattr(facet.fields, "summary", None) or config.description or ""
        yield Channel(
            facet_stem(facet),
            f"{config.title} · {facet.name}",
            description,
            facet.address,
            "",
            facet.colour,
            (facet,),
            found,
        )


def _of_pairs(catalogue: Catalogue, events: Iterable[Event]) -> Iterator[Channel]:
    if not catalogue.config.feeds.pairs:
        return
    members: dict[tuple[str, str], list[Event]] = defaultdict(list)
    facets: dict[tuple[str, str], tuple[Facet, Facet]] = {}
    kinds = [pair for pair in PAIRS if all(made(kind, catalogue.config) for kind in pair)]
    for event in events:
        for pair in _pairs(event, kinds):
            stems = facet_stem(pair[0]), pair[1].address[:-1]
            facets[stems] = pair
            members[stems].append(event)
    for stems in sorted(facets):
        yield _of_pair(catalogue, "".join(stems), facets[stems], tuple(members[stems]))


def _of_pair(catalogue: Catalogue, stem: str, pair: tuple[Facet, Facet], events: tuple[Event, ...]) -> Channel:
    config = catalogue.config
    names = " · ".join(facet.name for facet in pair)
    description = f"{names} – {config.description}" if config.description else names
    page, query = (SEARCH.address, choice_of(pair)) if made("search", config) else (pair[0].address, "")
    colour = next((facet.colour for facet in pair if facet.kind in COLOURED), DEFAULT_COLOUR)
    return Channel(stem, f"{config.title} · {names}", description, page, query, colour, pair, events)


def _pairs(event: Event, kinds: Iterable[tuple[str, str]]) -> Iterator[tuple[Facet, Facet]]:
    by_kind = _facets_by_kind(event)
    for first, second in kinds:
        yield from product(by_kind[first], by_kind[second])


def _facets_by_kind(event: Event) -> dict[str, list[Facet]]:
    found: dict[str, list[Facet]] = {kind: [] for kind in FACET_KINDS}
    for facet in event.facets():
        found[facet.kind].append(facet)
    return found


def window(catalogue: Catalogue) -> tuple[datetime, datetime]:
    """From when until when feeds hold what takes place: whole months, so that they change when an event does or a month begins."""
    feeds = catalogue.config.feeds
    return _month_start(catalogue.now, -feeds.months_back), _month_start(catalogue.now, feeds.months_ahead + 1)


@lru_cache(maxsize=1)  # each form of feed asks
def in_window(catalogue: Catalogue) -> tuple[tuple[Channel, tuple[Event, ...]], ...]:
    """Every channel with its events that fall into the window."""
    first, last = window(catalogue)
    near = {event for event in (*catalogue.events, *catalogue.withdrawn) if event.ends > first and event.begins < last}
    return tuple(
        (channel, tuple(event for event in channel.events if event in near)) for channel in channels(catalogue)
    )


def _month_start(now: datetime, months: int) -> datetime:
    month = now.year * 12 + now.month - 1 + months
    return datetime.combine(date(month // 12, month % 12 + 1, 1), datetime.min.time())


def pairs_by_kinds(catalogue: Catalogue) -> dict[tuple[str, str], tuple[Channel, ...]]:
    """The channels of pairs under the two kinds that they pair."""
    found: dict[tuple[str, str], list[Channel]] = {kinds: [] for kinds in PAIRS}
    for channel in channels(catalogue):
        if len(channel.facets) == len(PAIRS[0]):
            found[channel.facets[0].kind, channel.facets[1].kind].append(channel)
    return {kinds: tuple(of_kinds) for kinds, of_kinds in found.items() if of_kinds}


@lru_cache(maxsize=1)  # the page of each facet asks
def narrower(catalogue: Catalogue) -> Mapping[tuple[str, str], tuple[Channel, ...]]:
    """The channels of pairs by kind and key of each facet that is in them."""
    found: dict[tuple[str, str], list[Channel]] = defaultdict(list)
    for channel in chain.from_iterable(pairs_by_kinds(catalogue).values()):
        for facet in channel.facets:
            found[facet.kind, facet.key].append(channel)
    return {key: tuple(of_facet) for key, of_facet in found.items()}
