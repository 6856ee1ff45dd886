"""Compressed forms of files: `index.html.gz` beside `index.html`, for servers that send one in place of the file."""

from __future__ import annotations

import zlib
from collections.abc import Container
from pathlib import PurePosixPath

from almanac.core.media_types import TYPES

FORMS = ("gz", "br", "zst")
LEAST = 1024  # bytes of a file; what is smaller fits into one packet as it is
# Levels above these take ten times as long for at most a tenth of the bytes (docs/decisions/0022).
GZIP, BROTLI, ZSTD = 9, 8, 12
GZIP_WINDOW = 31  # of zlib: the largest, in the format of RFC 1952, with neither a name nor a time


def has_forms(file: str) -> bool:
    """Whether a published file is a text that may have compressed forms. Attachments are left as they are."""
    return PurePosixPath(file).suffix in TYPES and not file.startswith("files/")


def original_of(file: str, files: Container[str]) -> str:
    """The file of which one is a compressed form, by its name; empty if it is none."""
    original, _, form = file.rpartition(".")
    return original if form in FORMS and original in files and has_forms(original) else ""


def compressed(content: bytes, form: str) -> bytes:
    """A compressed form. The same bytes for the same content and versions of the libraries."""
    if form == "gz":
        return zlib.compress(content, GZIP, GZIP_WINDOW)
    if form == "br":
        import brotli  # an extra, as is the next

        return bytes(brotli.compress(content, mode=brotli.MODE_TEXT, quality=BROTLI))
    import zstandard

    return zstandard.ZstdCompressor(level=ZSTD).compress(content)
