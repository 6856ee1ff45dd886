"""Turns the HTML that some calendars write into descriptions into Markdown: paragraphs, lists and links.

Emphasis is dropped: its marks within a telephone number would hide the number from the check for private numbers.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

TAGS = re.compile(r"<(?:br|p|div|a|b|i|em|strong|ul|ol|li|span|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)
UNCLOSED = re.compile(r"<(?![^<>]*>)")  # each would have the parser look for its end in all of the text
DECLARATION = re.compile(r"<[!?][^<>]*>")
LONGEST = 100_000  # characters of HTML that are read as such
BLOCKS = frozenset({"p", "div", "ul", "ol", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
SILENT = frozenset({"script", "style"})


def markdown_of(written: str) -> str:
    """The text as Markdown if it is HTML of moderate length, else unchanged."""
    if len(written) > LONGEST or not TAGS.search(written):
        return written
    converter = _Converter()
    converter.feed(UNCLOSED.sub("&lt;", DECLARATION.sub("", _without_comments(written))))
    converter.close()
    return converter.text()


def _without_comments(written: str) -> str:
    """HTML without its comments; one that is not closed takes the rest with it, as in browsers."""
    first, *others = written.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in others)


class _Converter(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.link = ""
        self.label_from = 0
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag in BLOCKS:
            self.parts.append("\n")
        elif tag == "a":
            self.link = dict(attrs).get("href") or ""
            self.label_from = len(self.parts)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCKS:
            self.parts.append("\n")
        elif tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(re.sub(r"[ \t]*\n[ \t]*", "\n", data))

    def _end_link(self) -> None:
        if not self.link:
            return
        label = "".join(self.parts[self.label_from :]).strip()
        if self.link.startswith(("http://", "https://")) and " " not in self.link:
            shown = label.replace("[", "").replace("]", "") or self.link
            del self.parts[self.label_from :]
            self.parts.append(self.link if shown == self.link else f"[{shown}]({self.link})")
        self.link = ""

    def text(self) -> str:
        """The text that was collected."""
        return "\n".join(line.rstrip() for line in "".join(self.parts).split("\n")).strip()
