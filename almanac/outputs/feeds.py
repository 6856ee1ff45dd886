"""`/feeds/….ics`: one calendar for each channel, and one for each year, or for each of its volumes.

Feeds hold the months around now, so that they stay small enough for the calendars that read them again and again; whole years stand
in `/feeds/archive/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby

import msgspec

from almanac.build.manifest import Published
from almanac.build.pages import Page, recipe
from almanac.core.problems import Location, Problem, text
from almanac.model.catalogue import DEFAULT_COLOUR, Catalogue, Event
from almanac.site.addresses import made
from almanac.site.calendars import MOST_BYTES, Feed, fits
from almanac.site.channels import in_window, window
from almanac.site.vevents import Span, spans_of
from almanac.site.volumes import YEAR, Volume, bound, month_in


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Every feed, empty ones too: who subscribes to a quiet district hears of its first event."""
    near = Window(*window(catalogue), _month_of(catalogue.now))
    for channel, events in in_window(catalogue):
        named = (channel.name, channel.description, channel.feed.address, channel.page, channel.query, channel.colour)
        yield Page(channel.feed.address, "ics:feed", recipe(channel_feed, *named, events, near))
    description = catalogue.config.description or ""
    for year, found in bound(catalogue).items():
        page = f"/archive/{year}/" if made("archive", catalogue.config) else "/"
        for one in found:
            yield Page(
                one.volume.feed.address,
                "ics:feed",
                recipe(volume_feed, one.volume, description, page, year, one.events),
            )


class Window(msgspec.Struct, frozen=True):
    """The window of a feed, and the month of the build, which every feed holds: year and number."""

    first: datetime
    last: datetime
    this: tuple[int, int]


def channel_feed(  # noqa: PLR0913, PLR0917
    name: str,
    description: str,
    address: str,
    page: str,
    query: str,
    colour: str,
    events: tuple[Event, ...],
    near: Window,
) -> Feed:
    """The feed of a channel."""
    found = windowed((span for event in events for span in spans_of(event)), near)
    return Feed(name, description, address, page, query, colour, tuple(found))


def volume_feed(volume: Volume, description: str, page: str, year: int, events: tuple[Event, ...]) -> Feed:
    """The feed of a whole year, or of some months of it."""
    held = volume.months or YEAR
    found = tuple(
        span for event in events for span in spans_of(event) if month_in(span.begins, span.ends, year) in held
    )
    return Feed(volume.feed.name, description, volume.feed.address, page, "", DEFAULT_COLOUR, found, volume.months)


def windowed(spans: Iterable[Span], near: Window) -> list[Span]:
    """Those that fall into the months of the window. Where they are too many, the latest months wait until their time comes."""
    chosen = [span for span in spans if span.ends > near.first and span.begins < near.last]
    if fits(len(chosen), sum(span.weight for span in chosen)):
        return chosen
    last_month = max(_last_month_that_fits(chosen), near.this)
    return [span for span in chosen if _month_of(span.begins) <= last_month]


def _last_month_that_fits(spans: Iterable[Span]) -> tuple[int, int]:
    """Year and month up to which the entries, counted from the first month on, are few and small enough for one feed."""
    fitting = (0, 0)
    count = size = 0
    for month, found in groupby(sorted(spans, key=lambda span: span.begins), key=lambda span: _month_of(span.begins)):
        weights = [span.weight for span in found]
        count, size = count + len(weights), size + sum(weights)
        if not fits(count, size):
            break
        fitting = month
    return fitting


def _month_of(moment: datetime) -> tuple[int, int]:
    return moment.year, moment.month


def too_large(files: Mapping[str, Published]) -> Iterator[Problem]:
    """A warning for each published feed above what calendars take."""
    for file, size in feed_sizes(files).items():
        if size > MOST_BYTES:
            hint = text(
                "Google and others leave out what goes beyond 1 MB. Shorten summaries, or set feeds.months_ahead lower."
            )
            yield Problem(Location(file), text("This feed has {size:.1f} MB.", size=size / 1_000_000), hint, "warning")


def feed_sizes(files: Mapping[str, Published]) -> dict[str, int]:
    """The calendar feeds among published files with their bytes, the largest first."""
    feeds = {file: files[file].size for file in files if file.startswith("feeds/") and file.endswith(".ics")}
    return dict(sorted(feeds.items(), key=lambda feed: (-feed[1], feed[0])))
