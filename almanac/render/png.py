"""Renders SVG drawings as PNG. The argument is the width in pixels; without one, that of share cards."""

from __future__ import annotations

import msgspec
import resvg_py

from almanac.core.problems import Location, Problem, text
from almanac.model.site import Site
from almanac.render import BrokenPage

WIDTH = 1200  # pixels; https://ogp.me/ sets no size, and WeChat, Weibo and others cut to 1200 × 630


class Drawing(msgspec.Struct, frozen=True):
    """A drawing in SVG, with the path of its file for problems."""

    path: str
    data: bytes


def render(site: Site, view: Drawing, argument: str) -> bytes:
    """The picture. Fonts of the machine are not used, so every machine draws the same. Raises BrokenPage."""
    del site
    width = int(argument or WIDTH)
    try:
        return bytes(resvg_py.svg_to_bytes(svg_string=view.data.decode(), width=width, skip_system_fonts=True))
    except ValueError as error:
        raise BrokenPage(
            Problem(Location(view.path), text("This drawing cannot be read: {message}", message=error))
        ) from error
