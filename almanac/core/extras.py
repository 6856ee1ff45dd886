"""Libraries that are not always installed: those of the extras `cards`, `publish`, `compress` and `pictures`."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

COMPRESS = {"br": "brotli", "zst": "zstandard"}
CARDS = ("typst", "manimgx_fonts_cjk", "fontTools")


@cache  # what is installed does not change, and the version of the engine tells one set of libraries from another
def can_typeset() -> bool:
    """Whether the extra `cards` is installed."""
    return all(map(find_spec, CARDS))


@cache  # likewise
def can_upload() -> bool:
    """Whether the extra `publish` is installed."""
    return find_spec("obstore") is not None


@cache  # likewise
def can_take_pictures() -> bool:
    """Whether the extra `pictures` is installed. The browser is another matter."""
    return find_spec("playwright") is not None


@cache  # likewise
def can_compress(form: str) -> bool:
    """Whether a compressed form can be made: for `br` and `zst` the extra `compress` is needed."""
    return form not in COMPRESS or find_spec(COMPRESS[form]) is not None
