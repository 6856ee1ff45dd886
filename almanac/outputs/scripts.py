"""`/static/page.js` for every page, and scripts for some pages or on demand. Each joins its modules into one file."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.site import Site
from almanac.site.pages import Page, no_view, page

SCRIPTS = ("page", "search", "my", "share", "reading")


def pages(site: Site) -> Iterator[Page]:
    """A page for each script; its template names the modules."""
    del site
    for name in SCRIPTS:
        yield page(f"/static/{name}.js", f"html:scripts/{name}.js", no_view)
