"""Libraries that are not always installed: those of the extras `cards`, to typeset, and `publish`, to upload."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

CARDS = ("typst", "manimgx_fonts_cjk", "fontTools")


@cache  # what is installed does not change, and the version of the engine tells one set of libraries from another
def can_typeset() -> bool:
    """Whether the extra `cards` is installed."""
    return all(map(find_spec, CARDS))


@cache  # likewise
def can_upload() -> bool:
    """Whether the extra `publish` is installed."""
    return find_spec("obstore") is not None
