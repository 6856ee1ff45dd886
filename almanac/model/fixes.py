"""The certain corrections of a site's files, which `check --fix` and the desk of `serve` write."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from almanac.content.fences import InvalidFrontMatter, decode
from almanac.content.fixes import fixed
from almanac.content.queries import kind_of, source
from almanac.content.records import kinds
from almanac.content.sources import Source, file_key
from almanac.model.labels import name_registries
from almanac.model.site import Site


class Fix(msgspec.Struct, frozen=True):
    """The text of a file with LF line ends, before and after its corrections."""

    before: str
    after: str


def fix_of(site: Site, path: str, known_warnings: Collection[str]) -> Fix | None:
    """The corrections of a file; None if nothing is certain, or the file cannot be read."""
    data = source(site, path)
    if not isinstance(data, bytes):
        return None
    try:
        before = decode(data)
    except InvalidFrontMatter:
        return None
    kind = kind_of(path)
    after = fixed(Source(path, kind, file_key(path), data), kinds()[kind], name_registries(site), known_warnings)
    return Fix(before, after) if after != before else None
