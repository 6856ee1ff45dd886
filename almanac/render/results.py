"""The table of results to fill in, as CSV. The argument is not used."""

from __future__ import annotations

from collections.abc import Iterable

from almanac.model.site import Site
from almanac.site.results import results_csv


def render(site: Site, view: Iterable[tuple[str, ...]], argument: str) -> bytes:
    """The bytes of the table with the rows of the view."""
    del site, argument
    return results_csv(view)
