"""`/feeds/deadlines.ics`: when signing up closes, as a calendar of its own; also for each district and audience.

Nobody gets it with the events: who wants it subscribes to it. An entry goes with its event.
"""

from __future__ import annotations

from collections.abc import Iterator

from almanac.core.messages import gettext_of
from almanac.model.labels import DEFAULT_COLOUR
from almanac.model.links import events
from almanac.model.site import Site
from almanac.outputs.feeds import windowed
from almanac.render.ics import written_deadline
from almanac.site.calendars import CalendarFeed
from almanac.site.channels import window
from almanac.site.deadlines import DEADLINES, NAME, deadline_feeds, has_deadline
from almanac.site.pages import Page, page
from almanac.site.settings import site_settings


def pages(site: Site) -> Iterator[Page]:
    """The feeds, of which empty ones can be subscribed to as well."""
    for feed in deadline_feeds(site):
        yield page(feed.address, "ics:feed", deadline_feed, feed.stem, large=True)


def deadline_feed(site: Site, stem: str) -> CalendarFeed:
    """The deadlines of all events, or of a facet."""
    config, settings = site.config, site_settings(site)
    facet_stem = stem.removeprefix(DEADLINES).strip("/")
    facet = site.facet(*facet_stem.split("/", 1)) if facet_stem else None
    found = [
        written_deadline(site, event.id)
        for event in events(site).values()
        if has_deadline(event) and (not facet or facet.stem in event.stems())
    ]
    entries = tuple([one.data for one in windowed(found, window(site))])
    name = gettext_of(settings.language, settings.messages)(NAME.message)
    return CalendarFeed(
        name=" · ".join(filter(None, (config.title, name, facet.name if facet else ""))),
        description=config.description or "",
        address=f"{stem}.ics",
        page=facet.address if facet else "/",
        query="",
        colour=facet.colour if facet else DEFAULT_COLOUR,
        entries=entries,
    )
