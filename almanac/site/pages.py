"""Pages: an address, a renderer, and a view function, which is pure and takes the site and some arguments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from almanac.incremental.queries import Arguments
from almanac.model.site import Site


class Page(msgspec.Struct, frozen=True):
    """One file of the site.

    `renderer` names a module of `render/` and its argument (`html:event.html`). `view` names the view function as
    `module:name`; it is called with the site and `args`. `source` is the path of the file that a problem of the page
    names. `indexed` pages stand in the site map; `updated` is the instant of their last change, None if unknown.
    `large` pages join thousands of parts and are rendered last, when the parts are in the cache.
    """

    address: str
    renderer: str
    view: str
    args: Arguments = ()
    source: str = ""
    updated: datetime | None = None
    indexed: bool = False
    large: bool = False

    @property
    def file(self) -> str:
        """The path of the file below the output folder: `/events/a/` is `events/a/index.html`."""
        return f"{self.address[1:]}index.html" if self.address.endswith("/") else self.address[1:]


def page(address: str, renderer: str, view: Callable[..., Any], *args: str | int | bool | None, **about: Any) -> Page:
    """A page whose view function is `view`; `about` holds the optional fields of Page."""
    return Page(address, renderer, view_name(view), args, **about)


def no_view(site: Site) -> tuple[()]:
    """An empty view: the page needs nothing but the settings that all pages share."""
    del site
    return ()


def view_name(view: Callable[..., Any]) -> str:
    """The name of a view function."""
    return f"{view.__module__}:{view.__qualname__}"
