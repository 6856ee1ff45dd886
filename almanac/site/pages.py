"""Pages: an address, the name of a renderer, and a view, which is a pure function of the site and some arguments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from almanac.incremental.queries import Arguments


class Page(msgspec.Struct, frozen=True):
    """One file of the site.

    `renderer` is a module of `render/` with its argument (`html:event.html`), `view` the function that makes the view, as
    `module:name`; it is called with the site and `args`. `source` is the file that asked for the page, for problems.
    `indexed` pages stand in the site map; `updated` is when they last changed, local time, where that is known. `large`
    pages are assembled of thousands of parts: they are rendered last, when the parts are there.
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
    """A page; `about` are the fields of Page that say more of it."""
    return Page(address, renderer, f"{view.__module__}:{view.__qualname__}", args, **about)
