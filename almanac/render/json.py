"""Renders a view as JSON. With the argument `versioned` it begins with `version`: the digest of all the rest."""

from __future__ import annotations

import msgspec

from almanac.core.digests import digest
from almanac.model.site import Site


def render(site: Site, view: msgspec.Struct, argument: str) -> bytes:
    """The fields of the view."""
    del site
    data = msgspec.json.encode(view)
    return b'{"version":"%s",%s' % (digest(data).encode(), data[1:]) if argument == "versioned" else data
