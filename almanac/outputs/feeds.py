"""`/feeds/…`: one calendar of everything, one for each theme, organiser, programme, district, audience and venue, and one for each year.

Feeds hold the months around now, so that they stay small enough for the calendars that read them again and again; whole years stand
in `/feeds/archive/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from almanac.catalogue import DEFAULT_COLOUR, FACET_KINDS, Catalogue, Facet
from almanac.config import Config
from almanac.pages import Page
from almanac.render.ics import Feed
from almanac.vevents import Entry, Span, entries, weight
from almanac.views import ALL_EVENTS, facet_feed, year_feed, years_of

MOST_ENTRIES = 1000  # Google and others leave out what goes beyond
MOST_BYTES = 1_000_000


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Every feed, empty ones too: who subscribes to a quiet district hears of its first event."""
    spans = {event.id: tuple(entries(event)) for event in catalogue.events}
    config = catalogue.config
    everything = windowed(_flat(spans.values()), catalogue)
    yield _page(Feed(config.title, config.description or "", ALL_EVENTS, "/", DEFAULT_COLOUR, _entries(everything)))
    for kind in FACET_KINDS:
        for facet in catalogue.facets[kind]:
            of_facet = windowed(_flat(spans[event.id] for event in catalogue.members_of(facet)), catalogue)
            yield _page(_facet_feed(config, facet, _entries(of_facet)))
    for year in years_of(catalogue.events):
        of_year = [span for span in _flat(spans.values()) if span.begins.year <= year <= span.ends.year]
        named = year_feed(catalogue, year)
        yield _page(Feed(named.name, config.description or "", named.address, f"/archive/{year}/", DEFAULT_COLOUR, _entries(of_year)))


def windowed(spans: Sequence[Span], catalogue: Catalogue) -> list[Span]:
    """Those that fall into the months of the window. Where they are too many, the latest months wait until their time comes."""
    feeds = catalogue.config.feeds
    first = _month_start(catalogue.now, -feeds.months_back)
    for ahead in range(feeds.months_ahead, -1, -1):
        end = _month_start(catalogue.now, ahead + 1)
        chosen = [span for span in spans if span.ends > first and span.begins < end]
        if len(chosen) <= MOST_ENTRIES and sum(weight(span.entry) for span in chosen) <= MOST_BYTES:
            break
    return chosen


def _flat(groups: Iterable[tuple[Span, ...]]) -> list[Span]:
    return [span for group in groups for span in group]


def _month_start(now: datetime, months: int) -> datetime:
    month = now.year * 12 + now.month - 1 + months
    return datetime.combine(date(month // 12, month % 12 + 1, 1), datetime.min.time())


def _facet_feed(config: Config, facet: Facet, found: tuple[Entry, ...]) -> Feed:
    description = getattr(facet.fields, "summary", None) or config.description or ""
    return Feed(f"{config.title} · {facet.name}", description, facet_feed(facet).address, facet.address, facet.colour, found)


def _page(feed: Feed) -> Page:
    return Page(feed.address, "ics:feed", feed)


def _entries(spans: Iterable[Span]) -> tuple[Entry, ...]:
    return tuple(span.entry for span in spans)
