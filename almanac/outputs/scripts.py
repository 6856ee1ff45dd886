"""`/static/page.js` for every page, and a script each for some pages: modules joined to one file, to save requests."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Page
from almanac.model.catalogue import Catalogue

SCRIPTS = ("page", "search", "my")


def pages(catalogue: Catalogue) -> Iterator[Page]:  # noqa: ARG001 - scripts depend on templates alone
    """A page for each script; its template names the modules."""
    for name in SCRIPTS:
        yield Page(f"/static/{name}.js", f"html:scripts/{name}.js", ())
