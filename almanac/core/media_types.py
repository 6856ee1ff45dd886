"""The media types of published files (IANA's registry), with the charset of texts."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import PurePosixPath

TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".map": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
}
JSON_FEED = "application/feed+json; charset=utf-8"


def media_type(file: str) -> str:
    """The media type of a file, named relative to `output/`."""
    path = PurePosixPath(file)
    if path.suffix == ".json" and path.parts[0] == "feeds":
        return JSON_FEED
    return TYPES.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream"
