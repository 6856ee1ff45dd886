"""The feeds of sign-up deadlines, and which events stand in them."""

from __future__ import annotations

from almanac.content.records.event import CALLED_OFF
from almanac.core.problems import text
from almanac.model.links import Linked
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.views import FeedLink

DEADLINES = "/feeds/deadlines"
KINDS = ("districts", "audiences")  # kinds whose facets have a feed of deadlines
NAME = text("Sign-up deadlines")


def has_deadline(event: Linked) -> bool:
    """Whether there is a deadline that matters: that of an event which takes place as announced."""
    return event.metadata.deadline and event.metadata.status not in CALLED_OFF


def deadline_feeds(site: Site) -> tuple[FeedLink, ...]:
    """The feed of all deadlines, then those of districts and audiences."""
    facets = [facet for kind in KINDS if made(kind, site.config) for facet in site.facets(kind)]
    return (
        FeedLink(site.config.title, DEADLINES),
        *[FeedLink(facet.name, f"{DEADLINES}/{facet.stem}") for facet in facets],
    )
