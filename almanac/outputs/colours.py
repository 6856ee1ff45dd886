"""`/static/colours.css`: a class for each colour of themes and programmes. The content policy forbids inline styles."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.model.labels import DEFAULT_COLOUR, labels
from almanac.model.site import Site
from almanac.site.pages import Page, page


def pages(site: Site) -> Iterator[Page]:
    """The style sheet."""
    del site
    yield page("/static/colours.css", "html:colours.css", colours)


def colours(site: Site) -> tuple[str, ...]:
    """The names of the colours."""
    return tuple(sorted({label.colour for label in labels(site).values()} | {DEFAULT_COLOUR}))
