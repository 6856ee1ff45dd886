"""Calendar feeds and files (RFC 5545, RFC 7986). An entry is serialised once and its bytes joined.

Arguments: `feed` is a calendar one subscribes to; `file` holds the entries of one event, without a name of its own, since
Outlook would make a new calendar of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial

import msgspec

from almanac.build.parts import Bytes, make_parts
from almanac.core.digests import digest, digest_bytes, engine_version
from almanac.render import Settings
from almanac.site.calendars import Feed, File
from almanac.site.vevents import Span


def render(view: object, argument: str, settings: Settings) -> bytes:
    """A whole VCALENDAR."""
    from almanac.render.vcalendar import (
        END,
        feed_opening,
        file_opening,
    )  # late: icalendar is slow to load, and keys are told without it

    del argument
    if not isinstance(view, Feed | File):
        raise TypeError(view)
    opening = feed_opening(view, settings) if isinstance(view, Feed) else file_opening(settings)
    return b"".join((opening, *_entries(view.entries, settings), END))


def prepare(views: Iterable[object], settings: Settings) -> None:
    """Makes the entries of files ahead, step by step for all of them; feeds find theirs, or make what is left."""
    _entries((span for view in views if isinstance(view, File) for span in view.entries), settings)


def load(argument: str, settings: Settings) -> None:
    """Loads what writes them."""
    from almanac.render import vcalendar

    del argument
    vcalendar.file_opening(settings)


def depends(argument: str, settings: Settings) -> bytes:
    """The site's address, zone, language and words, and how it treats what is cancelled."""
    del argument
    words = [file.digest for file in settings.messages]
    return msgspec.msgpack.encode(
        (settings.base_url, settings.uid_host, settings.timezone, settings.language, settings.feeds, words)
    )


def _entries(spans: Iterable[Span], settings: Settings) -> Sequence[Bytes]:
    """Each entry, made once for all feeds in which it stands: its event is opened for it only where it has changed."""
    ground = _ground(settings)
    by_key = {digest(ground, span.event.digest, span.number.to_bytes(4, "big")): span for span in spans}
    return make_parts("entries", by_key, partial(_written, settings=settings))


def _written(spans: Sequence[Span], settings: Settings) -> list[bytes]:
    from almanac.render.vcalendar import written  # late, as above

    return written([span.entry for span in spans], settings)


@lru_cache
def _ground(settings: Settings) -> bytes:
    """What every entry depends on."""
    return digest_bytes(engine_version().encode(), depends("", settings))
