"""Shows differences: as text for a terminal, as Markdown for a review."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import TypeAlias
from urllib.parse import quote

from almanac.core.printing import display as said
from almanac.core.printing import printable
from almanac.core.problems import Text, Translate, text
from almanac.diff.differences import Comparison, Difference
from almanac.diff.pictures import PagePictures, Pictures
from almanac.model.events import Event
from almanac.site.change_words import ChangeWords
from almanac.site.dates import DateWords

KIND_WORDS = {"added": text("New"), "changed": text("Changed"), "removed": text("Gone")}
PICTURES = text("What phones show")
PICTURED = {"before": text("Before the change"), "after": text("After the change"), "new": text("New page")}
COLOURS = {"added": "\033[32m", "changed": "\033[33m", "removed": "\033[31m"}
BOLD, PLAIN = "\033[1m", "\033[0m"
SPECIAL = re.compile(r"([\\`*_{}\[\]()#])")
ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("|"): "&#124;", ord("~"): "&#126;"}
GAP = "&#8203;"  # a zero-width space; after @, # or https: it keeps a forge from making a link
LINKS = re.compile(r"(@|\\#|https?:|www)(?=\S)", re.IGNORECASE)


class ComparisonReport:
    """Shows a comparison in one language; `limit` is the highest number of events shown.

    `pictures` are shown with it, if there are any, from the address `pictures_url`.
    """

    def __init__(self, comparison: Comparison, translate: Translate, limit: int | None, *, colour: bool) -> None:
        self.comparison, self.translate, self.limit, self.colour = comparison, translate, limit, colour
        self.pictures, self.pictures_url = Pictures((), {}), ""
        self.dates, self.changes = DateWords(translate), ChangeWords(translate)

    def text(self) -> Iterator[str]:
        """The report for a terminal, line by line."""
        yield self.heading()
        for difference in self.shown():
            yield ""
            kind = self.painted(self.word(KIND_WORDS[difference.kind]), COLOURS[difference.kind])
            yield f"{kind}  {self.painted(printable(difference.event.fields.title), BOLD)}"
            yield f"      {printable(self.facts(difference))}"
            yield from (f"      {printable(self.changes.line(change))}" for change in difference.changes)
        yield from (f"\n{line}" for line in self.endnotes())
        if self.pictures.pages:
            yield f"\n{self.word(PICTURES)}"
            for page in self.pictures.pages:
                yield f"      {printable(page.title)}"
                yield from (f"        {self.word(PICTURED[side])}  {link}" for side, link in self.links(page))
        yield from (f"\n{line}" for line in self.notes_on_pictures())

    def markdown(self) -> Iterator[str]:
        """The report as Markdown, line by line. Text from files is never markup, a link or a mention."""
        yield f"### {escaped(self.heading())}"
        order = list(KIND_WORDS)
        by_kind = sorted(self.shown(), key=lambda difference: order.index(difference.kind))
        for kind, found in groupby(by_kind, key=lambda difference: difference.kind):
            yield f"\n#### {escaped(self.word(KIND_WORDS[kind]))}\n"
            for difference in found:
                yield f"- **{escaped(difference.event.fields.title)}**  \n  {escaped(self.facts(difference))}"
                yield from (f"  - {escaped(self.changes.line(change))}" for change in difference.changes)
        yield from (f"\n{escaped(line)}" for line in self.endnotes())
        if self.pictures.pages:
            yield f"\n#### {escaped(self.word(PICTURES))}"
            for page in self.pictures.pages:
                yield from ("", f"**{escaped(page.title)}**", "", *self.table_of(page))
        yield from (f"\n{escaped(line)}" for line in self.notes_on_pictures())

    def table_of(self, page: PagePictures) -> Iterator[str]:
        """The pictures of a page side by side, as Markdown."""
        sides = [(self.word(PICTURED[side]), link) for side, link in self.links(page)]
        yield f"| {' | '.join(escaped(side) for side, _ in sides)} |"
        yield f"|{' --- |' * len(sides)}"
        yield f"| {' | '.join(f'![{escaped(page.title)} · {escaped(side)}]({link})' for side, link in sides)} |"

    def links(self, page: PagePictures) -> list[tuple[str, str]]:
        """Which side each picture of a page shows, and its address."""
        named = {"before": page.before, "after": page.after} if page.before else {"new": page.after}
        return [(side, quote(f"{self.pictures_url.rstrip('/')}/{name}", safe="/:%")) for side, name in named.items()]

    def notes_on_pictures(self) -> Iterator[str]:
        """The pages that look as they did, and the number of those without pictures."""
        if self.pictures.alike:
            yield self.word(text("These pages look as they did: {titles}.", titles=", ".join(self.pictures.alike)))
        if self.pictures.further:
            yield self.word(text("{count} more pages have changed and have no picture.", count=self.pictures.further))

    def shown(self) -> tuple[Difference, ...]:
        return self.comparison.differences[: self.limit]

    def heading(self) -> str:
        """The two sides, and how many events were added, changed and removed."""
        kinds = [difference.kind for difference in self.comparison.differences]
        sides = {"before": self.comparison.before, "after": self.comparison.after}
        if not kinds and not self.comparison.losses:
            return self.word(text("From {before} to {after}: nothing changed for the public.", **sides))
        counts = {kind: kinds.count(kind) for kind in ("added", "changed", "removed")}
        return self.word(
            text("From {before} to {after}: {added} new, {changed} changed, {removed} gone.", **sides, **counts)
        )

    def endnotes(self) -> Iterator[str]:
        """What subscribers would lose, the number of events that are not shown, and files that were not compared."""
        yield from map(self.word, self.comparison.losses)
        hidden = len(self.comparison.differences) - len(self.shown())
        if hidden:
            yield self.word(text("{count} more are not shown.", count=hidden))
        if self.comparison.skipped:
            files = ", ".join(self.comparison.skipped)
            yield self.word(text("Not compared, since they have errors (see check): {files}", files=files))

    def facts(self, difference: Difference) -> str:
        """The dates, the place and the file of an event."""
        event = difference.event
        return " · ".join(filter(None, (self.when(event), event.place.name if event.place else "", event.path)))

    def when(self, event: Event) -> str:
        first = event.dates.occurrences[0]
        more = len(event.dates.occurrences) - 1
        shown = self.dates.span(first.start, first.end)
        return self.word(text("{when} and {more} more dates", when=shown, more=more)) if more else shown

    def word(self, message: Text) -> str:
        return said(message, self.translate)

    def painted(self, words: str, colour: str) -> str:
        return f"{colour}{words}{PLAIN}" if self.colour else words


def escaped(words: str) -> str:
    """The words as Markdown without markup, links, mentions or references to issues."""
    plain = SPECIAL.sub(r"\\\1", printable(words)).translate(ENTITIES)
    return LINKS.sub(rf"\1{GAP}", plain)


ReportFormat: TypeAlias = Callable[[ComparisonReport], Iterator[str]]
FORMATS: Mapping[str, ReportFormat] = {"text": ComparisonReport.text, "markdown": ComparisonReport.markdown}
