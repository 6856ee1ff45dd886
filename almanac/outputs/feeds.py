"""`/feeds/….ics`: one calendar for each channel, and one for each year.

Feeds hold the months around now, so that they stay small enough for the calendars that read them again and again; whole years stand
in `/feeds/archive/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby

from almanac.catalogue import DEFAULT_COLOUR, Catalogue
from almanac.channels import Channel, channels, window
from almanac.pages import Page
from almanac.problems import Location, Problem, text
from almanac.render.ics import Feed
from almanac.vevents import Span, entries
from almanac.views import year_feed, years_of

MOST_ENTRIES = 1000  # Google and others leave out what goes beyond
MOST_BYTES = 1_000_000


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Every feed, empty ones too: who subscribes to a quiet district hears of its first event."""
    spans = {event.uid: tuple(entries(event)) for event in (*catalogue.events, *catalogue.withdrawn)}
    for channel in channels(catalogue):
        yield _channel_page(channel, spans, catalogue)
    everything = [span for event in catalogue.events for span in spans[event.uid]]
    description = catalogue.config.description or ""
    for year in years_of(catalogue.events):
        named = year_feed(catalogue, year)
        of_year = [span for span in everything if span.begins.year <= year <= span.ends.year]
        yield _page(named.name, description, named.address, (f"/archive/{year}/", ""), DEFAULT_COLOUR, of_year)


def _channel_page(channel: Channel, spans: Mapping[str, tuple[Span, ...]], catalogue: Catalogue) -> Page:
    found = windowed((span for event in channel.events for span in spans[event.uid]), catalogue)
    return _page(channel.name, channel.description, channel.feed.address, (channel.page, channel.query), channel.colour, found)


def _page(name: str, description: str, address: str, shown: tuple[str, str], colour: str, spans: Iterable[Span]) -> Page:  # noqa: PLR0913, PLR0917 - what a feed consists of
    return Page(address, "ics:feed", Feed(name, description, address, *shown, colour, tuple(span.entry for span in spans)))


def windowed(spans: Iterable[Span], catalogue: Catalogue) -> list[Span]:
    """Those that fall into the months of the window. Where they are too many, the latest months wait until their time comes."""
    first, last = window(catalogue)
    chosen = [span for span in spans if span.ends > first and span.begins < last]
    if len(chosen) <= MOST_ENTRIES and sum(span.weight for span in chosen) <= MOST_BYTES:
        return chosen
    last_month = max(_last_month_that_fits(chosen), _month_of(catalogue.now))
    return [span for span in chosen if _month_of(span.begins) <= last_month]


def _last_month_that_fits(spans: Iterable[Span]) -> tuple[int, int]:
    """Year and month up to which the entries, counted from the first month on, are few and small enough for one feed."""
    fitting = (0, 0)
    count = size = 0
    for month, found in groupby(sorted(spans, key=lambda span: span.begins), key=lambda span: _month_of(span.begins)):
        weights = [span.weight for span in found]
        count, size = count + len(weights), size + sum(weights)
        if count > MOST_ENTRIES or size > MOST_BYTES:
            break
        fitting = month
    return fitting


def _month_of(moment: datetime) -> tuple[int, int]:
    return moment.year, moment.month


def too_large(sizes: Mapping[str, int]) -> Iterator[Problem]:
    """A warning for each published feed above what calendars take; `sizes` are bytes by file."""
    for file, size in feed_sizes(sizes).items():
        if size > MOST_BYTES:
            hint = text("Google and others leave out what goes beyond 1 MB. Shorten summaries, or set feeds.months_ahead lower.")
            yield Problem(Location(file), text("This feed has {size:.1f} MB.", size=size / 1_000_000), hint, "warning")


def feed_sizes(sizes: Mapping[str, int]) -> dict[str, int]:
    """The calendar feeds among published files with their bytes, the largest first."""
    feeds = {file: size for file, size in sizes.items() if file.startswith("feeds/") and file.endswith(".ics")}
    return dict(sorted(feeds.items(), key=lambda feed: (-feed[1], feed[0])))
