"""Markdown to sanitised HTML: no input yields scripts or styles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import slugify_unicode
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from almanac.content.fences import CONTROLS

LOCAL = re.compile(r"/(?!/)|images/|files/")  # an address of this site, or a file of content/
CHINESE = (
    "\u2014\u2018-\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef"  # characters between which no space is written
)
WRAPPED = re.compile(rf"(?<=[{CHINESE}])\n(?=[{CHINESE}])")  # a line of the source that ends within Chinese text
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
EXTENSIONS = ("tables", "fenced_code", "footnotes", "def_list", "toc", "sane_lists")
OPTIONS: dict[str, dict[str, Any]] = {
    "footnotes": {"BACKLINK_TITLE": ""},
    "toc": {"slugify": slugify_unicode, "marker": ""},  # ids of headings alone, no table of contents
}
# Processors of the library that act only on a body with one of these marks. Processors not listed may act on any body.
MARKS: dict[str, tuple[str, ...]] = {
    "fenced_code_block": ("```", "~~~"),
    "html_block": ("<", "&"),
    "raw_html": ("<", "&", "```", "~~~"),
    "indent": ("    ",),
    "defindent": ("    ",),
    "code": ("    ",),
    "table": ("|",),
    "hashheader": ("#",),
    "setextheader": ("\n=", "\n-"),
    "toc": ("#", "\n=", "\n-"),
    "olist": (".",),
    "deflist": (":",),
    "quote": (">",),
    "footnote": ("[^",),
    "footnote-duplicate": ("[^",),
    "reference": ("]:",),
    "image_reference": ("]:",),
    "short_reference": ("]:",),
    "short_image_ref": ("]:",),
    "link": ("[",),
    "image_link": ("![",),
    "backtick": ("`",),
    "escape": ("\\",),
    "unescape": ("\\",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  ",),
    "html": ("<",),
    "entity": ("&",),
    "em_strong": ("*", "_"),
}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
# Priorities among the library's tree processors, which run from the highest down.
BEFORE_INLINE = 25  # inline has 20
AFTER_INLINE = 15
AFTER_TOC = 4  # toc has 5


def to_html(bodies: Iterable[str], base: str) -> list[str]:
    """Sanitised HTML of each body. Headings start at h2; links to this site start with `base` (`/kepu/`)."""
    cleaner = _cleaner(base)
    cleaned = ((body, cleaner.clean(_library(idle_processors(body)).reset().convert(body))) for body in bodies)
    return [CONTROLS.sub("", html) if "&#" in body else html for body, html in cleaned]


def idle_processors(body: str) -> frozenset[str]:
    """The processors that cannot act on a body. Each of the others takes time for every text in it."""
    if CONTROL.search(body):  # the library removes these characters, which can join the halves of a mark
        return frozenset()
    return frozenset([name for name, marks in MARKS.items() if not any(mark in body for mark in marks)])


def make_library(idle: Iterable[str] = ()) -> Markdown:
    """Python-Markdown with the extensions of bodies and without the processors `idle`."""
    library = Markdown(
        extensions=[*EXTENSIONS, JoinedLines(), _PlainTexts(), _Levels()],
        extension_configs=OPTIONS,
        output_format="html",
    )
    library.treeprocessors.deregister("prettify")  # it adds invisible line breaks
    parsers = library.parser.blockprocessors, library.inlinePatterns
    for registry in (library.preprocessors, *parsers, library.treeprocessors, library.postprocessors):
        for name in idle:
            registry.deregister(name, strict=False)
    return library


# Cached, because making a library takes longer than converting a body. `reset` clears its state before each body.
_library = cache(make_library)


@cache  # likewise; a cleaner has no state
def _cleaner(base: str) -> nh3.Cleaner:
    def rebase(_tag: str, attribute: str, value: str) -> str:
        return f"{base}{value.lstrip('/')}" if attribute in {"href", "src"} and LOCAL.match(value) else value

    return nh3.Cleaner(
        tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener", attribute_filter=rebase
    )


class JoinedLines(Extension):
    """Joins wrapped lines of Chinese: browsers would show a space."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name the library calls
        md.treeprocessors.register(_Joiner(md), "joined-lines", AFTER_INLINE)


class _Joiner(Treeprocessor):
    def run(self, root: Element) -> None:
        slots = [slot for slot in _text_slots(root) if getattr(*slot)]
        texts = [str(getattr(*slot)) for slot in slots]
        for (element, name), before, words, after in zip(slots, ["", *texts], texts, [*texts[1:], ""], strict=False):
            if "\n" in words and (element.tag, name) != ("code", "text"):
                first, last = before[-1:], after[:1]
                joined = WRAPPED.sub("", first + words + last)
                setattr(element, name, AtomicString(joined[len(first) : len(joined) - len(last)]))


def _text_slots(element: Element) -> Iterator[tuple[Element, str]]:
    """Where a tree holds its texts, in the order of the document."""
    yield element, "text"
    for child in element:
        yield from _text_slots(child)
        yield child, "tail"


class _PlainTexts(Extension):
    """Marks texts without inline markup as finished: searching these for markup takes a third of the time."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name the library calls
        md.treeprocessors.register(_PlainTextMarker(md), "plain-texts", BEFORE_INLINE)


class _PlainTextMarker(Treeprocessor):
    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.text and not INLINE.search(element.text):
                element.text = AtomicString(element.text)
            if element.tail and not INLINE.search(element.tail):
                element.tail = AtomicString(element.tail)


class _Levels(Extension):
    """Renumbers headings: the highest level becomes h2, and no level is skipped."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name the library calls
        md.treeprocessors.register(_LevelSetter(md), "levels", AFTER_TOC)


class _LevelSetter(Treeprocessor):
    def run(self, root: Element) -> None:
        above: list[int] = []
        for heading in [element for element in root.iter() if element.tag in HEADINGS]:
            level = int(heading.tag[1])
            above = [*(outer for outer in above if outer < level), level]
            heading.tag = f"h{min(TOP_LEVEL + len(above) - 1, len(HEADINGS))}"
