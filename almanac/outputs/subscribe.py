"""`/subscribe/`: every feed, a form to choose one, and instructions for each device."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.model.links import events
from almanac.model.site import Site
from almanac.model.withdrawn import withdrawn
from almanac.site.addresses import made
from almanac.site.channels import channels, pairs_by_kinds, window
from almanac.site.deadlines import deadline_feeds
from almanac.site.menus import SECTIONS, SUBSCRIBE
from almanac.site.pages import Page, page
from almanac.site.views import PARAMETERS, FeedLink, Head, facet_feed, site_feed
from almanac.site.volumes import Volume, bound


class FeedChoices(msgspec.Struct, frozen=True):
    """The feeds of a kind of facet, each with its facet's key. `heading` is a message.

    `parameter` is the query parameter that chooses among them.
    """

    heading: str
    parameter: str
    feeds: tuple[tuple[str, FeedLink], ...]


class SubscribeView(msgspec.Struct, frozen=True):
    """The feeds of all events, of each kind, of pairs under the headings (messages) of both kinds, and of years.

    `deadlines` are the feeds of sign-up deadlines, empty if they are not made. `counts` holds how many dates each feed
    has now, by its stem. `codes`: whether a QR code stands beside each feed.
    """

    head: Head
    everything: FeedLink
    choices: tuple[FeedChoices, ...]
    pairs: tuple[tuple[str, str, tuple[FeedLink, ...]], ...]
    deadlines: tuple[FeedLink, ...]
    years: tuple[Volume, ...]
    counts: dict[str, int]
    codes: bool


def pages(site: Site) -> Iterator[Page]:
    """The page."""
    del site
    yield page(SUBSCRIBE.address, "html:subscribe.html", subscribe_view, indexed=True)


def subscribe_view(site: Site) -> SubscribeView:
    """The view of the page."""
    everything, kinds = site_feed(site), [kind for kind in PARAMETERS if made(kind, site.config)]
    return SubscribeView(
        head=Head(SUBSCRIBE.address, SUBSCRIBE.name, feeds=(everything,)),
        everything=everything,
        choices=tuple(_choices(site, kind) for kind in kinds if site.facets(kind)),
        pairs=tuple(
            (SECTIONS[one].message, SECTIONS[other].message, found) for (one, other), found in pairs_by_kinds(site)
        ),
        years=tuple(one.volume for year in bound(site).values() for one in year),
        deadlines=deadline_feeds(site) if made("deadlines", site.config) else (),
        counts=_counts(site),
        codes=made("feed_codes", site.config),
    )


def _counts(site: Site) -> dict[str, int]:
    """The number of dates in the window of feeds, by the stem of the channel."""
    near = window(site)
    dates = {
        event.id: sum(near.holds(one.begins, one.ends) for one in event.metadata.periods)
        for event in (*withdrawn(site).values(), *events(site).values())
    }
    return {stem: sum(dates[event_id] for event_id in channel.near) for stem, channel in channels(site).items()}


def _choices(site: Site, kind: str) -> FeedChoices:
    return FeedChoices(
        SECTIONS[kind].message,
        PARAMETERS[kind],
        tuple((facet.key, facet_feed(facet)) for facet in site.facets(kind)),
    )
