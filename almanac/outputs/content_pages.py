"""`/about/` and the other pages of `content/pages/`; `/en/about/` in a language that is not that of the site."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.model.site import Site
from almanac.site.page_tree import PagePlace, language_of, place_of, text_page, text_pages, translations
from almanac.site.pages import Page, page
from almanac.site.prose import Heading, headings, prose
from almanac.site.views import Head, site_feed


class TextView(msgspec.Struct, frozen=True):
    """A heading and a body of Markdown. A page of a tree has a `place` in it, and lists its `headings`."""

    head: Head
    title: str
    summary: str
    body: str
    place: PagePlace
    headings: tuple[Heading, ...]


def pages(site: Site) -> Iterator[Page]:
    """A page for each record."""
    for one in text_pages(site):
        yield page(one.address, "html:text.html", text_view, one.path, source=one.path, indexed=True)


def text_view(site: Site, path: str) -> TextView:
    """The view of the page in a file."""
    shown = text_page(site, path)
    place = place_of(site, shown)
    head = Head(
        shown.address,
        shown.title,
        shown.summary,
        path=place.above,
        feeds=(site_feed(site),),
        language=language_of(site, shown.language),
        translations=translations(site, shown),
    )
    return TextView(
        head, shown.title, shown.summary, prose(site, path), place, headings(site, path) if place.tree else ()
    )
