"""Files that are published as they are. The view is an Asset, whose digest makes the key."""

from __future__ import annotations

from pathlib import Path

from almanac.content.sources import Asset
from almanac.render import Settings


def render(view: Asset, argument: str, settings: Settings) -> bytes:
    """The file's own bytes."""
    del argument, settings
    return Path(view.file).read_bytes()


def depends(argument: str, settings: Settings) -> bytes:
    """Nothing besides the view."""
    del argument, settings
    return b""
