"""Copies files unchanged: the view is their bytes."""

from __future__ import annotations

from almanac.model.site import Site


def render(site: Site, view: bytes, argument: str) -> bytes:
    """The file's own bytes."""
    del site, argument
    return view
