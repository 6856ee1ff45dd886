"""A site whose UIDs depend on its address."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from almanac.content.config import CONFIG
from almanac.core.problems import Location, Problem, text
from almanac.model.site import Site

MEANING = text("The host in UIDs is not written down.")


def find(site: Site) -> Iterator[Problem]:
    """The config, if it has no `feeds.uid_host`."""
    if not site.config.feeds.uid_host:
        message = text("The host in UIDs follows base_url: subscribers would have every event twice if the site moved.")
        host = urlsplit(site.config.base_url).hostname or "localhost"
        hint = text("Write down the present one: feeds: {{uid_host: {host}}}", host=host)
        yield Problem(Location(CONFIG, key=("feeds",)), message, hint)
