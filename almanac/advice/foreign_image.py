"""A picture from another site in a text: pages load nothing from other hosts, so visitors see a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

from almanac.advice import published
from almanac.core.problems import Location, Problem, text
from almanac.model.site import Site
from almanac.site.bodies import body_html

MEANING = text("A text shows a picture of another site, which visitors do not see.")
SOURCE = re.compile(r'<img\b[^>]*? src="((?:https?:)?//[^"]*)"')


def find(site: Site) -> Iterator[Problem]:
    """Pictures by their addresses on other hosts. What stands in a sample of code is no picture."""
    own = urlsplit(site.config.base_url).netloc
    for entry in published(site):
        if "//" in entry.body and ("![" in entry.body or "<img" in entry.body):
            addresses = map(unescape, SOURCE.findall(body_html(site, entry.path)))
            yield from (_problem(entry.path, one) for one in dict.fromkeys(addresses) if urlsplit(one).netloc != own)


def _problem(path: str, address: str) -> Problem:
    message = text(
        "Visitors do not see this picture of {host}: pages load nothing from other sites.",
        host=urlsplit(address).netloc,
    )
    hint = text("Put a copy of it into content/images and write ![what it shows](images/name.jpg).")
    return Problem(Location(path, quote=address), message, hint)
