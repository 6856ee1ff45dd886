"""Descriptions of pages for sites that show them as cards or frames: oEmbed 1.0 (https://oembed.com)."""

from __future__ import annotations

from html import escape
from typing import Any

import msgspec

from almanac.model.site import Site
from almanac.site.settings import absolute, site_settings

CACHE_AGE = 86_400  # seconds


class OEmbed(msgspec.Struct, frozen=True):
    """A page as a link, or as a frame of a size in pixels if `frame` is the address of one.

    It names no picture: the standard wants its width and height, which nobody here knows.
    """

    title: str
    frame: str = ""
    width: int = 0
    height: int = 0


def render(site: Site, view: OEmbed, argument: str) -> bytes:
    """The description as JSON."""
    del argument
    settings = site_settings(site)
    found: dict[str, Any] = {
        "version": "1.0",
        "type": "rich" if view.frame else "link",
        "title": view.title,
        "provider_name": settings.title,
        "provider_url": absolute("/", settings),
        "cache_age": CACHE_AGE,
    }
    if view.frame:
        source, title = escape(absolute(view.frame, settings)), escape(view.title)
        size = f'width="{view.width}" height="{view.height}"'
        found["html"] = f'<iframe src="{source}" title="{title}" {size} loading="lazy"></iframe>'
        found |= {"width": view.width, "height": view.height}
    return msgspec.json.encode(found)
