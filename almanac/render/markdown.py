"""Markdown to HTML that is safe to publish, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

LOCAL = re.compile(r"/(?!/)|images/|files/")  # an address of this site, or a file of content/
INLINE = re.compile(r"[`\\\[!<&*_]|  \n")  # every kind of inline markup begins with one of these
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
TOP_LEVEL = 2  # a page's own title is the h1
TAGS = nh3.ALLOWED_TAGS - {"map", "area", "article", "aside", "header", "footer", "nav", "main", "section", "h1"}
ATTRIBUTES = {
    **{tag: {"id"} for tag in HEADINGS},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "td": {"align", "colspan", "rowspan"},
    "ol": {"start"},
    "li": {"id"},
    "sup": {"id"},
    "abbr": {"title"},
    "code": {"class"},
}
SCHEMES = {"http", "https", "mailto", "tel"}


def to_html(bodies: Iterable[str], base: str) -> list[str]:
    """HTML of each body: sanitised, its headings from h2 down, its links to this site below the base path `base` (`/kepu/`)."""
    converted = [_converter().reset().convert(body) for body in bodies]
    return [_cleaner(base).clean(html) for html in converted]


@cache
def _cleaner(base: str) -> nh3.Cleaner:
    """Made once: to hand over the lists of what is allowed takes longer than to clean a page by them."""

    def rebase(_tag: str, attribute: str, value: str) -> str:
        return f"{base}{value.lstrip('/')}" if attribute in {"href", "src"} and LOCAL.match(value) else value

    return nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener", attribute_filter=rebase)


@cache
def _converter() -> Markdown:
    converter = Markdown(
        extensions=["tables", "fenced_code", "footnotes", "def_list", "sane_lists", "toc", _LevelHeadings(), _PlainTexts()],
        extension_configs={
            "toc": {"slugify": slugify_unicode, "marker": "", "toc_depth": 0},  # ids of headings; a table of contents is not shown
            "footnotes": {"BACKLINK_TITLE": ""},
        },
        output_format="html",
    )
    converter.treeprocessors.deregister("prettify")  # line breaks between elements, for whoever reads the source: a sixth of the time
    inline = converter.treeprocessors["inline"]  # a registry sorts and lists itself at every look, of which there are dozens; nobody adds to these now
    inline.inlinePatterns = tuple(inline.inlinePatterns)  # type: ignore[attr-defined]
    converter.parser.blockprocessors = tuple(converter.parser.blockprocessors)  # type: ignore[assignment]
    return converter


class _PlainTexts(Extension):
    """Spares texts without any character of inline markup the search for each kind of it: most texts are plain."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name the library calls
        md.treeprocessors.register(_PlainMarker(md), "plain-texts", 25)  # just before inline, which leaves atomic strings alone


class _PlainMarker(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.text and not INLINE.search(element.text):
                element.text = AtomicString(element.text)
            if element.tail and not INLINE.search(element.tail):
                element.tail = AtomicString(element.tail)


class _LevelHeadings(Extension):
    """Moves the highest heading to h2 and leaves out no level below it, whatever the author began with."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name the library calls
        md.treeprocessors.register(_Leveller(md), "level-headings", 0)  # after toc, which gives headings their ids


class _Leveller(Treeprocessor):
    def run(self, root: Element) -> None:
        above: list[int] = []
        for heading in (element for element in root.iter() if element.tag in HEADINGS):
            level = int(heading.tag[1])
            above = [*(outer for outer in above if outer < level), level]
            heading.tag = f"h{min(TOP_LEVEL + len(above) - 1, len(HEADINGS))}"
