"""The bodies of pages of text: headings that can be linked to, coloured code, and what the search reads of them."""

from __future__ import annotations

import re
from html import unescape

import msgspec
from markupsafe import Markup

from almanac.incremental import query
from almanac.model.site import Site
from almanac.site.bodies import body_html

HEADING = re.compile(r'<h(?P<level>[2-6]) id="(?P<id>[^"]*)">(?P<text>.*?)</h(?P=level)>', re.DOTALL)
CODE = re.compile(r'<pre><code class="language-(?P<language>[\w+#-]+)">(?P<code>.*?)</code></pre>', re.DOTALL)
INLINE = re.compile(r"</?(?:a|abbr|b|code|del|em|i|ins|kbd|mark|s|span|strong|sub|sup)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")
WIDE = {  # elements that may scroll sideways, by keyboard too
    "<pre>": '<pre tabindex="0">',
    "<table>": '<div class="scroll" tabindex="0"><table>',
    "</table>": "</table></div>",
}
FINEST = 3  # the lowest level of headings in a list of what a page holds


class Heading(msgspec.Struct, frozen=True):
    """A heading of a page: its level, from 2, the fragment that leads to it, and its words."""

    level: int
    id: str
    text: str


class Section(msgspec.Struct, frozen=True, omit_defaults=True):
    """A heading and the words below it, up to the next heading; both are empty above the first one."""

    id: str = ""
    heading: str = ""
    words: str = ""


@query()
def sections(site: Site, path: str) -> tuple[Section, ...]:
    """The words of a page of text by its headings, for the search."""
    html = body_html(site, path)
    found = list(HEADING.finditer(html))
    ends = [one.start() for one in found] + [len(html)]
    first = Section(words=_words(html[: ends[0]]))
    return (
        *([first] if first.words else []),
        *(
            Section(one["id"], _words(one["text"]), _words(html[one.end() : end]))
            for one, end in zip(found, ends[1:], strict=True)
        ),
    )


def headings(site: Site, path: str) -> tuple[Heading, ...]:
    """The headings of the first two levels of a page of text."""
    found = (
        Heading(int(one["level"]), one["id"], _words(one["text"])) for one in HEADING.finditer(body_html(site, path))
    )
    return tuple(one for one in found if one.level <= FINEST)


def prose(site: Site, path: str) -> Markup:
    """The body of a page of text as markup, with headings that link to themselves and with coloured code."""
    html = CODE.sub(_coloured, HEADING.sub(_linked, body_html(site, path)))
    for plain, by_keyboard in WIDE.items():
        html = html.replace(plain, by_keyboard)
    return Markup(html)  # noqa: S704 - nh3 has cleaned it


def _words(html: str) -> str:
    return " ".join(unescape(TAG.sub(" ", INLINE.sub("", html))).split())


def _linked(heading: re.Match[str]) -> str:
    """The heading as a link to itself, unless it holds a link already."""
    level, fragment, text = heading["level"], heading["id"], heading["text"]
    if "<a " in text:
        return heading[0]
    return f'<h{level} id="{fragment}"><a class="anchor" href="#{fragment}">{text}</a></h{level}>'


def _coloured(block: re.Match[str]) -> str:
    """The block with a class around each word of a kind; unchanged if the language is unknown."""
    from pygments import highlight  # late: it is slow to load, and few sites show code
    from pygments.formatters.html import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(block["language"])
    except ClassNotFound:
        return block[0]
    coloured = highlight(unescape(block["code"]), lexer, HtmlFormatter(nowrap=True))
    return f'<pre><code class="code">{coloured}</code></pre>'
