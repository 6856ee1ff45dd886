"""`/sw.js` and `/screen/worker.js`: the service workers of the site and of its screens.

They are always made. A browser keeps a worker until another takes its place; so where an output is turned off, its
worker is one that removes what the former has kept, and then itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from almanac.core.digests import digest
from almanac.model.site import Site
from almanac.render.static import hashed_addresses
from almanac.site.addresses import made
from almanac.site.pages import Page, no_view, page
from almanac.site.theme import static_files, template_digests

OFF = "off"


def pages(site: Site) -> Iterator[Page]:
    """The worker of the site, then that of its screens."""
    for address, output, worker in (("/sw.js", "offline", "site"), ("/screen/worker.js", "screens", "screen")):
        name = worker if made(output, site.config) else OFF
        yield page(address, f"html:scripts/workers/{name}.js", theme_version if worker == "site" else no_view)


def theme_version(site: Site) -> str:
    """The version of the caches of the site: the digest of its theme and of the files that pages load."""
    files = (*(file.digest for file in static_files(site).values()), *hashed_addresses(site).values())
    parts = [*template_digests(site).values(), *files]
    return digest(*[part.encode() for part in parts])
