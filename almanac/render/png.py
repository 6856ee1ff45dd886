"""Drawings of the content as PNG, in the size that share cards ask for."""

from __future__ import annotations

from pathlib import Path

import resvg_py

from almanac.content.sources import Asset
from almanac.core.problems import Location, Problem, text
from almanac.render import BrokenPage, Settings

WIDTH = 1200  # pixels, https://ogp.me/ leaves it open; 1200 × 630 is what WeChat, Weibo and others cut to


def render(view: object, argument: str, settings: Settings) -> bytes:
    """The picture. Fonts of this machine are left out, so that every machine draws the same."""
    del argument, settings
    if not isinstance(view, Asset):
        raise TypeError(view)
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=Path(view.file).read_text(encoding="utf-8"), width=WIDTH, skip_system_fonts=True
            )
        )
    except ValueError as error:
        raise BrokenPage(
            Problem(Location(view.path), text("This drawing cannot be read: {message}", message=error))
        ) from error


def depends(argument: str, settings: Settings) -> bytes:
    """Nothing: the asset's digest stands in the view."""
    del settings
    return argument.encode()
