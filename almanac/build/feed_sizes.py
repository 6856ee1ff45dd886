"""The sizes of published feeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from almanac.core.problems import Location, Problem, text
from almanac.site.calendars import MOST_BYTES


def too_large(sizes: Mapping[str, int]) -> Iterator[Problem]:
    """A warning for each published feed above what calendars take."""
    for file, size in feed_sizes(sizes).items():
        if size > MOST_BYTES:
            hint = text(
                "Google and others leave out what goes beyond 1 MB. Shorten summaries, or set feeds.months_ahead lower."
            )
            yield Problem(Location(file), text("This feed has {size:.1f} MB.", size=size / 1_000_000), hint, "warning")


def feed_sizes(sizes: Mapping[str, int]) -> dict[str, int]:
    """The calendar feeds among published files with their bytes, the largest first."""
    feeds = {file: size for file, size in sizes.items() if file.startswith("feeds/") and file.endswith(".ics")}
    return dict(sorted(feeds.items(), key=lambda feed: (-feed[1], feed[0])))
