"""`/pages/`: every page of text as a tree, and the search through them; `/pages/words.json`: what its script reads.

Each language of the pages has its own: `/en/pages/`. Without JavaScript the page is the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from almanac.core.problems import text
from almanac.model.site import Site
from almanac.render.static import MADE, static_pages
from almanac.site.page_tree import (
    PAGE_SEARCH,
    Branch,
    language_of,
    languages,
    page_address,
    text_pages,
    translation,
    whole_trees,
)
from almanac.site.pages import Page, page
from almanac.site.prose import Section, sections
from almanac.site.views import Head

TITLE = text("All pages").message


class PageSearchView(msgspec.Struct, frozen=True):
    """The pages of text in one language; the script searches the words at the address `words`."""

    head: Head
    trees: tuple[Branch, ...]
    words: str


class PageWords(msgspec.Struct, frozen=True):
    """A page of text in the data of the search."""

    address: str
    title: str
    summary: str
    sections: tuple[Section, ...]


def pages(site: Site) -> Iterator[Page]:
    """The page and its data in each language of the pages of text, and the script."""
    for language in languages(site) if text_pages(site) else ():
        address = _address(site, language)
        yield page(address, "html:page_search.html", page_search_view, language, indexed=True)
        yield page(f"{address}words.json", "json", page_words, language)
    yield from chain.from_iterable(static_pages(site, address) for address in MADE["page_search"])


def page_search_view(site: Site, language: str) -> PageSearchView:
    """The view of the page in a language."""
    address = _address(site, language)
    others = (other for other in languages(site) if other != language)
    head = Head(
        address,
        TITLE,
        language=language_of(site, language),
        translations=tuple(translation(one, _address(site, one)) for one in others),
    )
    return PageSearchView(head, whole_trees(site, language), f"{address}words.json")


def page_words(site: Site, language: str) -> tuple[PageWords, ...]:
    """The words of all pages of text in a language."""
    return tuple(
        PageWords(one.address, one.title, one.summary, sections(site, one.path))
        for one in text_pages(site)
        if one.language == language
    )


def _address(site: Site, language: str) -> str:
    return page_address(PAGE_SEARCH, language_of(site, language))
