"""The words of the texts for passing on: facts with their labels, lines for groups, and texts for Weibo.

Whoever reads only the first line learns from it that an event is a sample or called off: the title says so first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil

import msgspec

from almanac.content.occurrences import day_of, taking_place
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.model.words import STATUS_WORDS
from almanac.site.announcements import titled
from almanac.site.bulletins import Bulletin
from almanac.site.dates import WORD_JOINER, DateWords
from almanac.site.settings import Settings, absolute
from almanac.site.shared import SharedDate, SharedEvent, SharedPlace

MOST_DATES = 6  # told one by one
A_WEEK = timedelta(days=7)

# Weibo counts two half-width characters as one. An address counts as 20 half-width ones up to 140, as it is shortened;
# what is longer counts in full. This is the rule of the script of Weibo's own editor.
MOST_OF_WEIBO = 140
WEIBO_ADDRESS = re.compile(
    r"https?://[a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)+[-\w$.+!*()/,:;@&=?~#%]*", re.ASCII | re.IGNORECASE
)
SHORTENED, MOST_SHORTENED = 20, 140


class LabelledLine(msgspec.Struct, frozen=True):
    """A fact with its label, in the language of the site. Only dates have several values. `name` tells facts apart."""

    name: str
    label: str
    values: tuple[str, ...]


class WordedEvent(msgspec.Struct, frozen=True):
    """An event in words, for articles and messages; `address` and `picture` are whole addresses.

    `picture` is empty if there is none.
    """

    title: str
    note: str
    facts: tuple[LabelledLine, ...]
    summary: str
    picture: str
    address: str


class SharedWords:
    """Writes events in the language of the site."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.translate: Translate = gettext_of(settings.language, settings.messages)
        self.dates = DateWords(self.translate)

    def title(self, event: SharedEvent) -> str:
        """The title; the words for samples and for what does not take place as announced stand before it."""
        return titled(event.title, event.status, self.translate, sample=event.sample)

    def address(self, event: SharedEvent) -> str:
        """The whole address of the event's page."""
        return absolute(event.address, self.settings)

    def facts(self, event: SharedEvent) -> tuple[LabelledLine, ...]:
        """What one decides by, without facts that are unknown."""
        labelled = (
            ("when", text("When").message, *self.when(event)),
            ("place", text("Where").message, self.place(event.place)),
            ("online", text("Online").message, event.online),
            ("fee", text("Fee").message, event.fee),
            *self._signup(event),
        )
        return tuple(
            LabelledLine(name, self.translate(label), tuple(values)) for name, label, *values in labelled if values[0]
        )

    def place(self, place: SharedPlace | None) -> str:
        """The name of a place with street and number; empty if there is no place."""
        if place is None or not place.address:
            return place.name if place else ""
        return self.translate(text("{name} ({address})").message).format(name=place.name, address=place.address)

    def when(self, event: SharedEvent) -> tuple[str, ...]:
        """The dates: their rhythm, or each of them, or the first one with the number of all."""
        return tuple(line.replace(WORD_JOINER, "") for line in self._when(event))

    def group(self, event: SharedEvent) -> str:
        """The text to paste into a group: short lines, the link last."""
        sample = self.translate(text("Sample: this event is made up.").message) if event.sample else ""
        lines = (self.title(event), event.status_note, *self.lines(event), sample, self.address(event))
        return "\n".join(line for line in lines if line)

    def lines(self, event: SharedEvent) -> Iterator[str]:
        """The facts as lines; only the first line of several dates has the label."""
        for fact in self.facts(event):
            yield self._labelled(fact)
            yield from fact.values[1:]

    def weibo(self, event: SharedEvent) -> str:
        """The text for Weibo without the link, which Weibo's own page adds. The title is cut only if it must be."""
        room = MOST_OF_WEIBO - weibo_length(f" {self.address(event)}")
        first = self.when(event)[0]
        deadline = next((line for line in self.facts(event) if line.name == "deadline"), None)
        parts = [self.title(event), first]
        for part in (
            event.place.name if event.place else "",
            deadline and self._labelled(deadline),
            event.fee,
            event.summary,
        ):
            if part and weibo_length("｜".join([*parts, part])) <= room:
                parts.append(part)
        return "｜".join([_cut(parts[0], room - weibo_length("｜".join(["", *parts[1:]]))), *parts[1:]])

    def span(self, bulletin: Bulletin) -> str:
        """The days of a bulletin: 2026年12月, or 2026年11月9—15日."""
        first, last = bulletin.first, bulletin.last
        return self.dates.month(first) if last - first > A_WEEK else self.days(first, last)

    def days(self, first: date, last: date) -> str:
        """From one day to another: 2026年11月9—15日."""
        return self.dates.days(first, last)

    def heading(self, bulletin: Bulletin) -> str:
        """The first line of a bulletin: the site, the days, and the number of all events."""
        pattern = self.translate(text("[{site}] Events {days} ({count})").message)
        return pattern.format(site=self.settings.title, days=self.span(bulletin), count=bulletin.count)

    def rest(self, bulletin: Bulletin) -> str:
        """The last line of a bulletin: where the other events are."""
        left, address = bulletin.count - len(bulletin.events), absolute(bulletin.page, self.settings)
        if left:
            return self.translate(text("{count} more: {address}").message).format(count=left, address=address)
        return self.translate(text("All with details: {address}").message).format(address=address)

    def bulletin_group(self, bulletin: Bulletin) -> str:
        """The text of a week or a month to paste into a group: a few short lines for each event."""
        events = ("\n".join(self._brief(number, one)) for number, one in enumerate(bulletin.events, 1))
        return "\n\n".join((self.heading(bulletin), *events, self.rest(bulletin)))

    def bulletin_weibo(self, bulletin: Bulletin) -> str:
        """The text of a week or a month for Weibo without the link: as many titles as there is room for."""
        room = MOST_OF_WEIBO - weibo_length(f" {absolute(bulletin.page, self.settings)}")
        found = self.heading(bulletin)
        for number, event in enumerate(bulletin.events, 1):
            more = f"{found}\n{number}. {self.title(event)} {self.dates.day_in_year(day_of(event.dates[0].start))}"
            if weibo_length(more) > room:
                break
            found = more
        return found

    def _brief(self, number: int, event: SharedEvent) -> Iterator[str]:
        facts = {line.name: line for line in self.facts(event)}
        yield f"{number}. {self.title(event)}"
        yield from facts["when"].values
        about = " · ".join(filter(None, (self.place(event.place), event.fee)))
        deadline = self._labelled(facts["deadline"]) if "deadline" in facts else ""
        yield from filter(None, (about, deadline, self.address(event)))

    def _when(self, event: SharedEvent) -> Iterator[str]:
        first, held = event.dates[0], taking_place(event.dates)
        departing = [one for one in event.dates if one.status != event.status or one.place or not one.regular]
        if event.rhythm:
            when = self.dates.occasion(first.start, first.end, event.rhythm)
            yield when if event.rhythm.kind == "daily" else self._counted(when, event.dates)
            yield from (self._date(event, one) for one in departing[:MOST_DATES])
        elif len(event.dates) <= MOST_DATES:
            yield from (self._date(event, one) for one in event.dates)
        else:
            many = self.translate(text("{when}; {count} dates until {last}").message)
            when = self.dates.span(first.start, first.end)
            yield many.format(when=when, count=len(held), last=self.dates.day(held[-1].end or held[-1].start))
            yield from (self._date(event, one) for one in departing[:MOST_DATES])

    def _counted(self, when: str, dates: tuple[SharedDate, ...]) -> str:
        """A rhythm with the days between which it holds and the number of dates that take place."""
        pattern = self.translate(text("{when}, {days}, {count} dates").message)
        days = self.dates.span(day_of(dates[0].start), day_of(dates[-1].start))
        return pattern.format(when=when, days=days, count=len(taking_place(dates)))

    def _date(self, event: SharedEvent, one: SharedDate) -> str:
        """A date of an event with what is special about it."""
        status = self.translate(STATUS_WORDS[one.status].message) if one.status != event.status else ""
        about = ", ".join(filter(None, (status, self.place(one.place))))
        when = self.dates.span(one.start, one.end)
        return self._said(when, about) if about else when

    def _signup(self, event: SharedEvent) -> Iterator[tuple[str, str, str]]:
        if signup := event.signup:
            yield "signup", text("Signing up").message, " ".join(filter(None, (signup.how, signup.phone, signup.url)))
            yield "opens", text("Opens").message, self.dates.moment(signup.opens) if signup.opens else ""
            yield "deadline", text("Deadline").message, self.dates.moment(signup.deadline) if signup.deadline else ""

    def _labelled(self, line: LabelledLine) -> str:
        return self._said(line.label, line.values[0])

    def _said(self, label: str, value: str) -> str:
        return self.translate("{label}: {value}").format(label=label, value=value)


def worded_event(words: SharedWords, event: SharedEvent) -> WordedEvent:
    """An event in the words of the site."""
    return WordedEvent(
        title=words.title(event),
        note=event.status_note,
        facts=words.facts(event),
        summary=event.summary,
        picture=absolute(event.picture, words.settings) if event.picture else "",
        address=words.address(event),
    )


def weibo_length(content: str) -> int:
    """The length of a text as Weibo counts it."""
    addresses = WEIBO_ADDRESS.findall(content)
    shortened = sum(max(SHORTENED, _half_widths(one) - MOST_SHORTENED + SHORTENED) for one in addresses)
    return ceil((shortened + _half_widths(WEIBO_ADDRESS.sub("", content))) / 2)


def _half_widths(content: str) -> int:
    """The number of half-width characters: one for each of ASCII, else two for each unit of UTF-16."""
    return sum(1 if one.isascii() else len(one.encode("utf-16-le")) for one in content)


def _cut(content: str, most: int) -> str:
    """A text that Weibo counts as `most` at most, with an ellipsis in place of what is left out."""
    if weibo_length(content) <= most:
        return content
    return next((f"{content[:end]}…" for end in range(len(content), 0, -1) if weibo_length(content[:end]) < most), "…")
