"""Pictures and files of `content/`, and the static files of the site theme, as they are."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.build.pages import Page
from almanac.model.catalogue import Catalogue


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for each file."""
    for asset in catalogue.assets:
        yield Page(asset.address, "copy", asset, asset.path)
