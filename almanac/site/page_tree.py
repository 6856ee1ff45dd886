"""The pages of text: their addresses and languages, and the tree that `parent` and `order` make of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from almanac.content.languages import divided
from almanac.content.queries import tree
from almanac.content.sources import file_key
from almanac.core.problems import Location, Problem, did_you_mean, text
from almanac.incremental import query
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.views import Link, Translation

PAGE_SEARCH = "pages"  # the last part of the address of the search through pages of text
PAGES = "pages"  # the kind of record
INDEX = "index"  # the key of the page that is the first page of its language


class TextPage(msgspec.Struct, frozen=True):
    """A page of text and its place: `parent` is the key of the page above it, empty if there is none."""

    path: str
    key: str
    language: str
    address: str
    title: str
    summary: str
    menu: str
    parent: str
    aliases: tuple[str, ...]


class Branch(msgspec.Struct, frozen=True):
    """A page of the tree with the pages below it that are shown."""

    link: Link
    below: tuple[Branch, ...]


class PagePlace(msgspec.Struct, frozen=True):
    """Where a page stands: the pages above it, the tree around it, its neighbours, and the pages below it."""

    above: tuple[Link, ...] = ()
    tree: tuple[Branch, ...] = ()
    previous: Link | None = None
    next: Link | None = None
    below: tuple[TextPage, ...] = ()


@query()
def text_pages(site: Site) -> tuple[TextPage, ...]:
    """Every page of text, in the order of menus; none if the config turns them off."""
    if not made("content_pages", site.config):
        return ()
    return tuple(_text_page(record.path, record.fields, site.config.language) for record in site.pages)


def _text_page(path: str, fields: Any, site_language: str) -> TextPage:
    key, language = divided(file_key(path))
    return TextPage(
        path=path,
        key=key,
        language=language or site_language,
        address=page_address(key, "" if language == site_language else language),
        title=fields.title,
        summary=fields.summary or "",
        menu=fields.menu,
        parent=fields.parent or "",
        aliases=fields.aliases,
    )


def page_address(key: str, language: str) -> str:
    """The address of a page of text; `language` is empty for that of the site."""
    folder = f"/{language}/" if language else "/"
    return folder if key == INDEX else f"{folder}{key}/"


def text_page(site: Site, path: str) -> TextPage:
    """The page of text that a file describes."""
    return next(one for one in text_pages(site) if one.path == path)


def first_page(site: Site, language: str) -> TextPage | None:
    """The page of text that is the first page in a language; None if there is none."""
    return next((one for one in text_pages(site) if one.key == INDEX and one.language == language), None)


def languages(site: Site) -> tuple[str, ...]:
    """The languages of pages of text, that of the site first."""
    found = {one.language for one in text_pages(site)}
    return (site.config.language, *sorted(found - {site.config.language}))


def language_of(site: Site, language: str) -> str:
    """The language of a page's head: empty for that of the site."""
    return "" if language == site.config.language else language


def translation(language: str, address: str) -> Translation:
    """A link to a page in another language, by what that calls itself, such as English or 中文."""
    from babel import Locale  # late: it is slow to load, and few sites have several languages

    return Translation(language, Locale.parse(language, sep="-").get_language_name() or language, address)


def translations(site: Site, page: TextPage) -> tuple[Translation, ...]:
    """Links to the same page in other languages."""
    others = (one for one in text_pages(site) if one.key == page.key and one.language != page.language)
    return tuple(translation(one.language, one.address) for one in others)


def page_links(pages: Iterable[TextPage]) -> tuple[Link, ...]:
    """Links to pages of text."""
    return tuple(Link(one.title, one.address) for one in pages)


def place_of(site: Site, page: TextPage) -> PagePlace:
    """Where a page stands in the tree of its language; nowhere if it has no page above or below it."""
    below = children(site, page.language)
    above = _above(page, {one.key: one for pages in below.values() for one in pages})
    if not above and page.key not in below:
        return PagePlace()
    root = above[0] if above else page
    order = list(_in_order(root, below))
    number = order.index(page)
    return PagePlace(
        above=page_links(one for one in above if one.key != INDEX),
        tree=_branches(root, below, {one.key for one in (*above, page)}),
        previous=_link(order[number - 1]) if number else None,
        next=_link(order[number + 1]) if number + 1 < len(order) else None,
        below=below.get(page.key, ()),
    )


def whole_trees(site: Site, language: str) -> tuple[Branch, ...]:
    """Every page of text in a language, each below its parent."""
    below = children(site, language)
    return tuple(Branch(_link(one), _branches(one, below, {*below})) for one in below.get("", ()))


@query()
def children(site: Site, language: str) -> dict[str, tuple[TextPage, ...]]:
    """The pages right below each page of a language, by its key; those below none, by the empty key."""
    pages = [one for one in text_pages(site) if one.language == language]
    keys = {one.key for one in pages}
    found: dict[str, tuple[TextPage, ...]] = {}
    for one in pages:
        parent = one.parent if one.parent in keys else ""
        found[parent] = (*found.get(parent, ()), one)
    return found


def _above(page: TextPage, by_key: Mapping[str, TextPage]) -> list[TextPage]:
    """The pages above a page, from the top. A circle of parents ends where it would begin again."""
    found: list[TextPage] = []
    one = by_key.get(page.parent)
    while one and one != page and one not in found:
        found.insert(0, one)
        one = by_key.get(one.parent)
    return found


def _in_order(
    top: TextPage, below: Mapping[str, tuple[TextPage, ...]], met: frozenset[str] = frozenset()
) -> Iterator[TextPage]:
    """A page and all pages below it, as they are read one after another."""
    yield top
    for one in below.get(top.key, ()):
        if one.key not in met:
            yield from _in_order(one, below, met | {top.key})


def _branches(top: TextPage, below: Mapping[str, tuple[TextPage, ...]], here: set[str]) -> tuple[Branch, ...]:
    """The pages below a page; those further below are shown only where the page is in `here`."""
    return tuple(
        Branch(_link(one), _branches(one, below, here - {top.key}) if one.key in here else ())
        for one in below.get(top.key, ())
    )


def _link(page: TextPage) -> Link:
    return Link(page.title, page.address)


@query()
def page_problems(site: Site) -> tuple[Problem, ...]:
    """The problems of parents: pages that do not exist in the language of the page, and circles."""
    pages, own = text_pages(site), site.config.language
    files = {(key, language or own) for key, language in (divided(file_key(path)) for path in tree(site).of(PAGES))}
    by_language = {
        language: {one.key: one for one in pages if one.language == language} for language in languages(site)
    }
    found = []
    for one in pages:
        if one.parent and (one.parent, one.language) not in files:
            known = [key for key, language in files if language == one.language]
            hint = did_you_mean(one.parent, known) or text("Write the name of a file of content/pages/, without .md.")
            message = text("There is no page “{name}” in this language.", name=one.parent)
            found.append(Problem(Location(one.path, key=("parent",)), message, hint))
        elif _leads_back(one, by_language[one.language]):
            message = text("The page stands below itself.")
            found.append(Problem(Location(one.path, key=("parent",)), message, text("Name another page, or none.")))
    return tuple(found)


def _leads_back(page: TextPage, by_key: dict[str, TextPage]) -> bool:
    """Whether the parents of a page lead back to it."""
    met = {""}
    key = page.parent
    while key not in met:
        met.add(key)
        key = by_key[key].parent if key in by_key else ""
    return page.key in met
