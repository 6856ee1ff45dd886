"""Markdown to HTML that is safe to publish, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import remove_fnrefs, render_inner_html, slugify_unicode, strip_tags, unique
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString, Registry

LOCAL = re.compile(r"/(?!/)|images/|files/")  # an address of this site, or a file of content/
INLINE = re.compile(r"[`\\\[!<&*_]|  \n")  # every kind of inline markup begins with one of these
TAKEN_OUT = re.compile(
    r"[\x00-\x09\x0b-\x1f<&]"
)  # what the library takes out of a text, or makes spaces of, so that marks may come to stand side by side
MARKS = {  # these processors of the library find something only in a body with one of these; those that are not named may do so in any
    "fenced_code_block": {"```", "~~~"},
    "html_block": {"<", "&"},
    "indent": {"    "},
    "defindent": {"    "},
    "code": {"    "},
    "table": {"|"},
    "hashheader": {"#"},
    "olist": {"."},
    "deflist": {":"},
    "quote": {">"},
    "footnote": {"[^"},
    "footnote-duplicate": {"[^"},
    "reference": {"]:"},  # what defines one; without that, nothing refers to any
    "image_reference": {"]:"},
    "short_reference": {"]:"},
    "short_image_ref": {"]:"},
    "link": {"["},
    "image_link": {"!["},
    "backtick": {"`"},
    "escape": {"\\"},
    "unescape": {"\\"},
    "autolink": {"<"},
    "automail": {"<"},
    "linebreak": {"  "},
    "html": {"<"},
    "entity": {"&"},
    "em_strong": {"*", "_"},
}
ALL_MARKS = frozenset().union(*MARKS.values())
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
    converted = [_converter().convert(body) for body in bodies]
    return [_cleaner(base).clean(html) for html in converted]


@cache
def _cleaner(base: str) -> nh3.Cleaner:
    """Made once: to hand over the lists of what is allowed takes longer than to clean a page by them."""

    def rebase(_tag: str, attribute: str, value: str) -> str:
        return f"{base}{value.lstrip('/')}" if attribute in {"href", "src"} and LOCAL.match(value) else value

    return nh3.Cleaner(
        tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener", attribute_filter=rebase
    )


class _Converter:
    """Python-Markdown with the extensions of the house; of a body it asks only those processors that can find something there."""

    def __init__(self) -> None:
        self.library = Markdown(
            extensions=["tables", "fenced_code", "footnotes", "def_list", "sane_lists", _PlainTexts(), _Headings()],
            extension_configs={"footnotes": {"BACKLINK_TITLE": ""}},
            output_format="html",
        )
        self.library.treeprocessors.deregister(
            "prettify"
        )  # line breaks between elements, for whoever reads the source: a sixth of the time
        self.inline: Any = self.library.treeprocessors["inline"]
        self.registries = (
            self.library.preprocessors,
            self.library.parser.blockprocessors,
            self.library.inlinePatterns,
            self.library.treeprocessors,
            self.library.postprocessors,
        )
        self.chosen = cache(self.choose)

    def convert(self, body: str) -> str:
        marks = ALL_MARKS if TAKEN_OUT.search(body) else frozenset(filter(body.__contains__, ALL_MARKS))
        before, blocks, inline, trees, after = self.chosen(marks)
        self.library.preprocessors, self.library.treeprocessors, self.library.postprocessors = before, trees, after
        self.library.parser.blockprocessors, self.inline.inlinePatterns = blocks, inline
        return self.library.reset().convert(body)

    def choose(self, marks: frozenset[str]) -> tuple[Any, ...]:
        """What is left of each registry for bodies with these marks; as tuples, which do not sort and list themselves at every look, where nobody looks up a name."""
        idle = [name for name, those in MARKS.items() if marks.isdisjoint(those)]
        before, blocks, inline, trees, after = (_without(registry, idle) for registry in self.registries)
        if not len(inline):
            trees.deregister("inline")  # which walks through the whole tree to ask these
        return tuple(before), tuple(blocks), tuple(inline), trees, tuple(after)


def _without(registry: Registry[Any], names: list[str]) -> Registry[Any]:
    left = registry[:]
    for name in names:
        left.deregister(name, strict=False)
    return left


_converter = cache(_Converter)


class _PlainTexts(Extension):
    """Spares texts without any character of inline markup the search for each kind of it: most texts are plain."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name the library calls
        md.treeprocessors.register(
            _PlainMarker(md), "plain-texts", 25
        )  # just before inline, which leaves atomic strings alone


class _PlainMarker(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.text and not INLINE.search(element.text):
                element.text = AtomicString(element.text)
            if element.tail and not INLINE.search(element.tail):
                element.tail = AtomicString(element.tail)


class _Headings(Extension):
    """Gives headings the ids that toc gives them, without a table of contents, and moves the highest to h2, whatever the author began with."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name the library calls
        md.treeprocessors.register(_HeadingMarker(md), "headings", 5)  # where toc stands: before unescape


class _HeadingMarker(Treeprocessor):
    def run(self, root: Element) -> None:
        headings = [element for element in root.iter() if element.tag in HEADINGS]
        if headings:
            self.identify(headings, {element.attrib["id"] for element in root.iter() if "id" in element.attrib})
            _level(headings)

    def identify(self, headings: list[Element], ids: set[str]) -> None:
        for heading in headings:
            heading.attrib["id"] = unique(slugify_unicode(self.text(heading), "-"), ids)

    def text(self, heading: Element) -> str:
        if isinstance(heading.text, AtomicString) and len(heading) == 0:
            return heading.text
        return unescape(strip_tags(render_inner_html(remove_fnrefs(heading), self.md)))


def _level(headings: list[Element]) -> None:
    """Moves the highest heading to h2, and leaves out no level below it."""
    above: list[int] = []
    for heading in headings:
        level = int(heading.tag[1])
        above = [*(outer for outer in above if outer < level), level]
        heading.tag = f"h{min(TOP_LEVEL + len(above) - 1, len(HEADINGS))}"
