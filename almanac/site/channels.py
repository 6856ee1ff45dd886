"""The feeds to subscribe to: of all events, of each facet, and of each pair of facets that has events.

A channel is published at one stem as a calendar, as Atom and as JSON Feed, with a QR code of the page that explains it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from heapq import nlargest
from itertools import chain, product

import msgspec

from almanac.content.queries import history
from almanac.incremental import query, table
from almanac.model.indexes import by_facet, members
from almanac.model.labels import DEFAULT_COLOUR, FACET_KINDS, former_stems, labels
from almanac.model.links import Linked, events
from almanac.model.moments import month
from almanac.model.site import Site
from almanac.model.withdrawn import withdrawn
from almanac.site.addresses import FEED_FORMS, made
from almanac.site.changes import change_feeds
from almanac.site.deadlines import deadline_feeds
from almanac.site.menus import SEARCH
from almanac.site.views import ALL_EVENTS, FeedLink, choice_of

PAIRS = (("districts", "audiences"), ("districts", "themes"), ("themes", "audiences"), ("programmes", "districts"))
COLOURED = ("themes", "programmes")  # the kinds whose colour a pair takes
MOST_NEWS = 100  # items of a feed for news readers


class Channel(msgspec.Struct, frozen=True):
    """A stem below `/feeds/`. `page`, with `query`, is the address of the page that shows the same events.

    `colour` is a CSS colour name, `feed` the link that pages show. `facets` holds kind and key of one or two facets,
    and is empty for the channel of all events. `near` holds the ids of its events in the window of feeds, withdrawn
    events last; `newest` holds the ids of the last changed of these. `updated` is the instant of the last change among
    all its events, those outside the window and those that have left it too: it never goes back.
    """

    stem: str
    name: str
    description: str
    page: str
    query: str
    colour: str
    feed: FeedLink
    facets: tuple[tuple[str, str], ...] = ()
    near: tuple[str, ...] = ()
    newest: tuple[str, ...] = ()
    updated: datetime | None = None


class Window(msgspec.Struct, frozen=True):
    """The whole months that feeds hold, in local time. `this` is the month of the build: year and number."""

    first: datetime
    last: datetime
    this: tuple[int, int]

    def holds(self, begins: datetime, ends: datetime) -> bool:
        """Whether a span touches the window; `ends` is exclusive, unless the span is a single moment."""
        return begins < self.last and (ends > self.first or begins >= self.first)


@query(Window)
def window(site: Site) -> Window:
    """The span of feeds: whole months, so that feeds change only with their events and at the turn of a month."""
    feeds, this = site.config.feeds, date.fromisoformat(f"{month(site)}-01")
    return Window(
        _months_later(this, -feeds.months_back), _months_later(this, feeds.months_ahead + 1), (this.year, this.month)
    )


def _months_later(first: date, months: int) -> datetime:
    count = first.year * 12 + first.month - 1 + months
    return datetime.combine(date(count // 12, count % 12 + 1, 1), datetime.min.time())


@table(Channel)
def channels(site: Site) -> Mapping[str, Channel]:
    """Every channel by its stem: all events first, then facets, then pairs.

    A facet without events has a channel. Kinds whose pages are turned off have none.
    """
    found = [*events(site).values(), *withdrawn(site).values()]
    span = window(site)
    by_id = {event.id: event for event in reversed(found)}
    near = {event.id for event in found if span.holds(event.begins, event.ends)}
    facet_members = by_facet(found) if len(found) > len(events(site)) else members(site)
    description = site.config.description or ""
    everything = FeedLink(site.config.title, ALL_EVENTS)
    whole = Channel(ALL_EVENTS, site.config.title, description, "/", "", DEFAULT_COLOUR, everything)
    described = chain([(whole, [event.id for event in found])], _of_facets(site, facet_members), _of_pairs(site, found))
    departed = _departed(site)

    def filled(channel: Channel, ids: Iterable[str]) -> Channel:
        inside = [event_id for event_id in ids if event_id in near]
        newest = nlargest(MOST_NEWS, inside, key=lambda event_id: (by_id[event_id].updated, by_id[event_id].uid))
        stems = [f"{kind}/{key}" for kind, key in channel.facets] or [""]
        moments = [
            *[by_id[event_id].updated for event_id in ids],
            *[departed[stem] for stem in stems if stem in departed],
        ]
        updated = max(moments, default=None)
        return msgspec.structs.replace(channel, near=tuple(inside), newest=tuple(newest), updated=updated)

    return {one.stem: filled(one, list(ids)) for one, ids in described}


def _departed(site: Site) -> dict[str, datetime]:
    """The last instant at which an event may have left each facet, by its stem; under "" that of a deletion."""
    found: dict[str, datetime] = {}
    for name, moment in history(site).left.items():
        label = labels.get(site, name) if name else None
        stems = [f"{label.kind}/{label.key}"] if label else [] if name else [""]
        if label and label.district and (district := labels.get(site, f"districts/{label.district}")):
            stems.append(f"districts/{district.key}")
        for stem in stems:
            found[stem] = max(moment, found.get(stem, moment))
    return found


def _of_facets(site: Site, ids: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Channel, Iterable[str]]]:
    config = site.config
    for facet in chain.from_iterable(site.facets(kind) for kind in FACET_KINDS if made(kind, config)):
        summary = getattr(facet.fields, "summary", None)
        feed = FeedLink(facet.name, f"/feeds/{facet.stem}", choice_of((facet,)))
        channel = Channel(
            stem=feed.stem,
            name=f"{config.title} · {facet.name}",
            description=summary or config.description or "",
            page=facet.address,
            query="",
            colour=facet.colour,
            feed=feed,
            facets=((facet.kind, facet.key),),
        )
        yield channel, ids.get(facet.stem, ())


def _of_pairs(site: Site, found: Iterable[Linked]) -> Iterator[tuple[Channel, Iterable[str]]]:
    if not site.config.feeds.pairs:
        return
    kinds = [pair for pair in PAIRS if all(made(kind, site.config) for kind in pair)]
    ids: dict[tuple[str, str], list[str]] = defaultdict(list)
    for event in found:
        by_kind: dict[str, list[str]] = {kind: [] for kind in FACET_KINDS}
        for stem in event.stems():
            by_kind[stem.partition("/")[0]].append(stem)
        for first, second in kinds:
            for pair in product(by_kind[first], by_kind[second]):
                ids[pair].append(event.id)
    for pair in sorted(ids, key=lambda pair: (f"/feeds/{pair[0]}", f"/{pair[1]}")):
        yield _of_pair(site, pair), ids[pair]


def _of_pair(site: Site, stems: tuple[str, str]) -> Channel:
    config = site.config
    pair = tuple(site.facet(*stem.split("/", 1)) for stem in stems)
    names = " · ".join(facet.name for facet in pair)
    page, choice = (SEARCH.address, choice_of(pair)) if made("search", config) else (pair[0].address, "")
    stem = f"/feeds/{stems[0]}/{stems[1]}"
    return Channel(
        stem=stem,
        name=f"{config.title} · {names}",
        description=f"{names} – {config.description}" if config.description else names,
        page=page,
        query=choice,
        colour=next((facet.colour for facet in pair if facet.kind in COLOURED), DEFAULT_COLOUR),
        feed=FeedLink(names, stem, choice_of(pair)),
        facets=tuple((facet.kind, facet.key) for facet in pair),
    )


@query(set[str])
def feed_files(site: Site) -> set[str]:
    """The files of all feeds to subscribe to."""
    forms = [form for form, output in FEED_FORMS.items() if made(output, site.config)]
    stems = (*channels(site), *former_channels(site)) if made("feeds", site.config) else ()
    found = {f"{stem[1:]}.{form}" for stem in stems for form in forms}
    if made("changes", site.config) and made("news", site.config):
        found |= {f"{stem[1:]}.{form}" for stem in change_feeds(site) for form in ("atom", "json")}
    return found | {feed.address[1:] for feed in deadline_feeds(site) if made("deadlines", site.config)}


@table(str)
def former_channels(site: Site) -> Mapping[str, str]:
    """The stems that channels had before a facet was renamed, with their present ones."""
    names: dict[str, list[str]] = defaultdict(list)
    for old, present in former_stems(site).items():
        names[present].append(old)
    found: dict[str, str] = {}
    for channel in channels(site).values() if names else ():
        stems = [f"{kind}/{key}" for kind, key in channel.facets]
        for chosen in product(*[(stem, *names.get(stem, ())) for stem in stems]):
            found[f"/feeds/{'/'.join(chosen)}"] = channel.stem
    return {old: present for old, present in found.items() if old not in channels(site)}


@query(list[tuple[tuple[str, str], tuple[FeedLink, ...]]])
def pairs_by_kinds(site: Site) -> list[tuple[tuple[str, str], tuple[FeedLink, ...]]]:
    """The feeds of pairs, grouped by their two kinds."""
    found: dict[tuple[str, str], list[FeedLink]] = {kinds: [] for kinds in PAIRS}
    for channel in channels(site).values():
        if len(channel.facets) == len(PAIRS[0]):
            (first, _), (second, _) = channel.facets
            found[first, second].append(channel.feed)
    return [(kinds, tuple(feeds)) for kinds, feeds in found.items() if feeds]


@table(tuple[FeedLink, ...])
def narrower(site: Site) -> Mapping[str, tuple[FeedLink, ...]]:
    """For each facet (`themes/sky`) the feeds that pair it with another."""
    found: dict[str, list[FeedLink]] = {}
    pairs = [one for one in channels(site).values() if len(one.facets) == len(PAIRS[0])]
    for kinds in PAIRS:
        for channel in pairs:
            if tuple(kind for kind, _ in channel.facets) == kinds:
                for kind, key in channel.facets:
                    found.setdefault(f"{kind}/{key}", []).append(channel.feed)
    return {stem: tuple(feeds) for stem, feeds in found.items()}
