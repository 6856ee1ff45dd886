"""Renders SVG drawings as PNG. The argument is the width in pixels; without one, that of share cards."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import resvg_py

from almanac.core.problems import Location, Problem, text
from almanac.model.site import Site
from almanac.render import BrokenPage

MOST_PICTURES = 16  # that one process keeps: the icons of a site, which differ only with its theme
WIDTH = 1200  # pixels; https://ogp.me/ sets no size, and WeChat, Weibo and others cut to 1200 × 630


class Drawing(msgspec.Struct, frozen=True):
    """A drawing in SVG, with the path of its file for problems."""

    path: str
    data: bytes


def render(site: Site, view: Drawing, argument: str) -> bytes:
    """The picture. Fonts of the machine are not used, so every machine draws the same. Raises BrokenPage."""
    del site
    try:
        return rasterised(view.data.decode(), int(argument or WIDTH))
    except ValueError as error:
        raise BrokenPage(
            Problem(Location(view.path), text("This drawing cannot be read: {message}", message=error))
        ) from error


@lru_cache(MOST_PICTURES)
def rasterised(drawing: str, width: int) -> bytes:
    """The PNG of a drawing in SVG. Raises ValueError."""
    return bytes(resvg_py.svg_to_bytes(svg_string=drawing, width=width, skip_system_fonts=True))
