"""`/feeds/….ics`: a calendar for each channel; `/feeds/archive/<year>.ics`: the volumes of each year.

Calendars download feeds again and again, so the feeds of channels hold only the months around the build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from almanac.model.labels import DEFAULT_COLOUR
from almanac.model.site import Site
from almanac.render.ics import WrittenEntry, written_entries
from almanac.site.addresses import made
from almanac.site.calendars import CalendarFeed, fits
from almanac.site.channels import Window, channels, former_channels, window
from almanac.site.pages import Page, page
from almanac.site.volumes import YEAR, bound, month_in


def pages(site: Site) -> Iterator[Page]:
    """Every feed, those of renamed facets at their old addresses too.

    Empty feeds are published too, so that one can subscribe before the first event.
    """
    for stem in channels(site):
        yield page(f"{stem}.ics", "ics:feed", channel_feed, stem, large=True)
    for former, stem in former_channels(site).items():
        yield page(f"{former}.ics", "ics:feed", channel_feed, stem, large=True)
    for year, volumes in bound(site).items():
        for number, one in enumerate(volumes):
            yield page(one.volume.feed.address, "ics:feed", volume_feed, int(year), number, large=True)


def channel_feed(site: Site, stem: str) -> CalendarFeed:
    """The feed of a channel."""
    channel = channels.entry(site, stem)
    found = windowed([one for event_id in channel.near for one in written_entries(site, event_id)], window(site))
    entries = tuple([one.data for one in found])
    return CalendarFeed(
        channel.name, channel.description, f"{stem}.ics", channel.page, channel.query, channel.colour, entries
    )


def volume_feed(site: Site, year: int, number: int) -> CalendarFeed:
    """The feed of a volume: a whole year, or some months of it."""
    one = bound.entry(site, str(year))[number]
    held, feed = one.volume.months or YEAR, one.volume.feed
    found = [entry for event_id in one.events for entry in written_entries(site, event_id)]
    entries = tuple([entry.data for entry in found if month_in(entry.begins, entry.ends, year) in held])
    page_of_year = f"/archive/{year}/" if made("archive", site.config) else "/"
    about = site.config.description or ""
    return CalendarFeed(feed.name, about, feed.address, page_of_year, "", DEFAULT_COLOUR, entries, one.volume.months)


def windowed(entries: Iterable[WrittenEntry], near: Window) -> list[WrittenEntry]:
    """The entries in the window. If they do not fit, the last months are left out until they fit."""
    chosen = [one for one in entries if near.holds(one.begins, one.ends)]
    if fits(len(chosen), sum(one.weight for one in chosen)):
        return chosen
    last_month = max(_last_month_that_fits(chosen), near.this)
    return [one for one in chosen if _month_of(one.begins) <= last_month]


def _last_month_that_fits(entries: Iterable[WrittenEntry]) -> tuple[int, int]:
    """The last year and month up to which all entries together fit into one feed."""
    fitting = (0, 0)
    count = size = 0
    for month, found in groupby(sorted(entries, key=lambda one: one.begins), key=lambda one: _month_of(one.begins)):
        weights = [one.weight for one in found]
        count, size = count + len(weights), size + sum(weights)
        if not fits(count, size):
            break
        fitting = month
    return fitting


def _month_of(moment: datetime) -> tuple[int, int]:
    return moment.year, moment.month
