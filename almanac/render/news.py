"""Feeds for news readers: Atom (RFC 4287) and JSON Feed 1.1 (https://jsonfeed.org/version/1.1).

The argument is the format, `atom` or `json`. Each item is serialised once, and feeds join these bytes. Both
formats hold the same words about each event; JSON Feed also holds its start and end as ISO 8601.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
from msgspec.structs import replace

from almanac.content.records.event import Status
from almanac.content.recurrence import Moment
from almanac.core.json_text import as_json
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.core.web_addresses import uri
from almanac.model.links import NEVER
from almanac.model.site import Site
from almanac.model.words import STATUS_WORDS
from almanac.site.announcements import DOCUMENTS, Announcement, document_addresses, lines, titled
from almanac.site.dates import WORD_JOINER, DateWords, iso
from almanac.site.settings import Settings, absolute, site_settings

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
TAGGED_SINCE = "2026"  # the year in tag URIs (RFC 4151); it never changes, or every item would be new
MOST_DATES = 20  # that an item tells of one by one
ENDS = r"\s<>\"，。；、（）"  # no address in a Chinese sentence goes on behind these
LINK = re.compile(rf"https?://[^{ENDS}]*[^{ENDS}.,!?)]")
NOT_XML = re.compile("[\ufffe\uffff]")  # forbidden by XML 1.0; front matter holds no others of this kind


class SingleDate(msgspec.Struct, frozen=True):
    """A date of an event with what is its own: status, place (else empty), note, or the date `before` by the rule."""

    start: Moment
    end: Moment | None
    status: Status
    place: str
    before: Moment | None
    note: str


class NewsItem(msgspec.Struct, frozen=True):
    """An event as news. `start` and `end` are of its first date, `last` the end of its last one of `count`.

    `until` is the moment, local time, from which it is over. `departures` are the dates that differ from the event;
    `sessions` are all dates where people choose among them. `published` and `updated` are instants in UTC; the first is
    None where git does not know it.
    """

    uid: str
    address: str
    file: str
    title: str
    status: Status
    told: Announcement
    start: Moment
    end: Moment | None
    last: Moment
    until: datetime
    count: int
    departures: tuple[SingleDate, ...]
    sessions: tuple[SingleDate, ...]
    place: str
    categories: tuple[str, ...]
    picture: str
    published: datetime | None
    updated: datetime


class ChangeItem(msgspec.Struct, frozen=True):
    """A change as news, or the new events of a day. `name` is unique in the site and `moment` an instant in UTC."""

    name: str
    address: str
    title: str
    moment: datetime
    lines: tuple[str, ...]


class NewsFeed(msgspec.Struct, frozen=True):
    """A feed for news readers. `page`, with `query`, is the address of the page that shows the same events.

    `entries` are its items in the format of the feed; `updated` is the instant, in UTC, of the latest change.
    """

    name: str
    description: str
    address: str
    page: str
    query: str
    entries: tuple[Any, ...]
    updated: datetime | None


class WeekEvent(msgspec.Struct, frozen=True):
    """An event in the entry of a week: its title, its whole address, and its facts in words."""

    title: str
    address: str
    facts: tuple[str, ...]


class WeekNews(msgspec.Struct, frozen=True):
    """A week as news. `address` is that of its page; `published` and `updated` are instants in UTC."""

    address: str
    title: str
    published: datetime
    updated: datetime
    events: tuple[WeekEvent, ...]


def render(site: Site, view: NewsFeed, argument: str) -> bytes:
    """The whole feed in the format that the argument names."""
    return _atom(view, site_settings(site)) if argument == "atom" else _json(view, site_settings(site))


def _atom(news: NewsFeed, settings: Settings) -> bytes:
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": settings.language})
    _add(feed, "title", news.name)
    if news.description:
        _add(feed, "subtitle", news.description)
    _add(feed, "id", _tag(news.address.rpartition(".")[0], settings))
    _add(feed, "updated", _utc(news.updated))
    _add(ET.SubElement(feed, "author"), "name", settings.footer.host or settings.title)
    ET.SubElement(
        feed, "link", {"rel": "self", "type": "application/atom+xml", "href": absolute(news.address, settings)}
    )
    ET.SubElement(
        feed, "link", {"rel": "alternate", "type": "text/html", "href": absolute(news.page, settings, news.query)}
    )
    head = ET.tostring(feed, "unicode").removesuffix("</feed>")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}{"".join(news.entries)}</feed>\n'.encode()


def atom_entry(item: NewsItem, settings: Settings) -> str:
    """An event as an entry of Atom (RFC 4287, section 4.1.2)."""
    entry = ET.Element("entry")
    _add(entry, "title", _title(item, settings))
    _add(entry, "id", _tag(item.uid, settings))
    if item.published:
        _add(entry, "published", _utc(item.published))
    _add(entry, "updated", _utc(item.updated))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": absolute(item.address, settings)})
    ET.SubElement(entry, "link", {"rel": "related", "type": "text/calendar", "href": absolute(item.file, settings)})
    for organiser in item.told.organisers:
        _add(ET.SubElement(entry, "author"), "name", organiser)
    for category in item.categories:
        ET.SubElement(entry, "category", {"term": NOT_XML.sub("", category)})
    _add(entry, "summary", "\n".join(_summary(item, settings)))
    ET.SubElement(entry, "content", {"type": "html"}).text = NOT_XML.sub("", _content(item, settings))
    return ET.tostring(entry, "unicode")


def atom_change(item: ChangeItem, settings: Settings) -> str:
    """A change as an entry of Atom."""
    entry = ET.Element("entry")
    _add(entry, "title", item.title)
    _add(entry, "id", _tag(item.name, settings))
    _add(entry, "updated", _utc(item.moment))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": absolute(item.address, settings)})
    _add(entry, "summary", "\n".join(item.lines))
    return ET.tostring(entry, "unicode")


def json_change(item: ChangeItem, settings: Settings) -> bytes:
    """A change as an item of JSON Feed."""
    return as_json(
        {
            "id": _tag(item.name, settings),
            "url": absolute(item.address, settings),
            "title": item.title,
            "content_text": "\n".join(item.lines),
            "date_published": _utc(item.moment),
        }
    )


def week_entry(week: WeekNews, settings: Settings) -> str:
    """A week as an entry of Atom."""
    entry = ET.Element("entry")
    _add(entry, "title", week.title)
    _add(entry, "id", _tag(week.address.rstrip("/"), settings))
    _add(entry, "published", _utc(week.published))
    _add(entry, "updated", _utc(week.updated))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": absolute(week.address, settings)})
    content = "".join(_paragraph(one) for one in week.events)
    ET.SubElement(entry, "content", {"type": "html"}).text = NOT_XML.sub("", content)
    return ET.tostring(entry, "unicode")


def _paragraph(event: WeekEvent) -> str:
    """An event of a week as HTML: its title as a link, then its facts."""
    facts = "".join(f"<br>{escape(fact)}" for fact in event.facts)
    return f'<p><a href="{escape(event.address)}">{escape(event.title)}</a>{facts}</p>'


def _json(news: NewsFeed, settings: Settings) -> bytes:
    feed: dict[str, Any] = {
        "version": JSON_FEED,
        "title": news.name,
        "home_page_url": absolute(news.page, settings, news.query),
        "feed_url": absolute(news.address, settings),
        "description": news.description,
        "language": settings.language,
        "items": [msgspec.Raw(entry) for entry in news.entries],
    }
    return as_json({name: value for name, value in feed.items() if value != ""})


def json_item(item: NewsItem, settings: Settings) -> bytes:
    """An event as an item of JSON Feed. Values without a field of the standard stand in the extension `_event`."""
    event = {
        "status": item.status,
        "start": iso(item.start, settings.zone),
        "dates": item.count,
        "location": item.place,
        "sample": item.told.sample,
        "departures": [_departure_data(one, settings) for one in item.departures],
        "when": _when(item, _translate(settings)).replace(WORD_JOINER, ""),
        "until": iso(item.until, settings.zone),
        "fee": item.told.fee,
    }
    told: dict[str, Any] = {
        "id": _tag(item.uid, settings),
        "url": absolute(item.address, settings),
        "title": _title(item, settings),
        "content_text": "\n".join(_summary(item, settings)),
        "content_html": _content(item, settings),
        "image": absolute(item.picture, settings) if item.picture else "",
        "date_published": _utc(item.published) if item.published else "",
        "date_modified": _utc(item.updated),
        "authors": [{"name": organiser} for organiser in item.told.organisers],
        "tags": list(item.categories),
        "attachments": [{"url": absolute(item.file, settings), "mime_type": "text/calendar"}],
        "_event": event | ({"end": iso(item.end, settings.zone)} if item.end else {}),
    }
    return as_json({name: value for name, value in told.items() if value})


def _title(item: NewsItem, settings: Settings) -> str:
    return titled(item.title, item.status, _translate(settings), sample=item.told.sample)


def _translate(settings: Settings) -> Translate:
    return gettext_of(settings.language, settings.messages)


def _summary(item: NewsItem, settings: Settings) -> list[str]:
    """The text of an item in lines: note, date, departing dates, place, fee, summary."""
    told, translate = item.told, _translate(settings)
    sample = translate("Sample: this event is made up.") if told.sample else ""
    dates = (_when(item, translate), *_single_dates(item.departures, translate))
    found = (told.status_note, *dates, item.place, told.fee, told.summary, sample)
    return [line for line in found if line]


def _when(item: NewsItem, translate: Translate) -> str:
    words = DateWords(translate)
    when = words.span(item.start, item.end)
    if item.count == 1:
        return when
    many = text("{when}; {count} dates until {last}")
    return translate(many.message).format(when=when, count=item.count, last=words.day(item.last))


def _single_dates(dates: Sequence[SingleDate], translate: Translate) -> Iterator[str]:
    words = DateWords(translate)
    for one in dates[:MOST_DATES]:
        before = f"{words.moment(one.before)} → " if one.before else ""
        status = translate(STATUS_WORDS[one.status].message) if one.status != "scheduled" else ""
        date_ = f"{before}{words.span(one.start, one.end)}"
        value = ", ".join(filter(None, (status, one.place, one.note)))
        yield translate("{label}: {value}").format(label=date_, value=value) if value else date_


def _content(item: NewsItem, settings: Settings) -> str:
    """All that one decides by as HTML, one paragraph for each fact. The body is left out (docs/decisions/0003)."""
    translate = _translate(settings)
    documents = zip(document_addresses(item.told, settings), item.told.attachments, strict=True)
    links = [f'<a href="{escape(address)}">{escape(one.title)}</a>' for address, one in documents]
    dates = (_when(item, translate), *_single_dates(item.sessions or item.departures, translate))
    found = [*dates, item.place, *lines(replace(item.told, attachments=()), translate)]
    paragraphs = [LINK.sub(_link, escape(line, quote=False)) for line in found if line]
    if links:
        label = translate(DOCUMENTS.message)
        paragraphs.append(translate("{label}: {value}").format(label=escape(label), value=translate(", ").join(links)))
    return "".join(f"<p>{one}</p>" for one in paragraphs)


def _link(found: re.Match[str]) -> str:
    return f'<a href="{uri(found[0])}">{found[0]}</a>'


def _departure_data(one: SingleDate, settings: Settings) -> dict[str, str]:
    found = {
        "start": iso(one.start, settings.zone),
        "status": one.status,
        "location": one.place,
        "instead_of": iso(one.before, settings.zone) if one.before else "",
    }
    return {name: value for name, value in found.items() if value}


def _tag(name: str, settings: Settings) -> str:
    return f"tag:{settings.uid_host},{TAGGED_SINCE}:{name}"


def _utc(instant: datetime | None) -> str:
    """RFC 3339 in UTC."""
    return f"{instant or NEVER:%Y-%m-%dT%H:%M:%SZ}"


def _add(parent: ET.Element, tag: str, content: str) -> None:
    ET.SubElement(parent, tag).text = NOT_XML.sub("", content)
