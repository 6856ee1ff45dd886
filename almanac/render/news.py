"""Feeds for news readers: Atom (RFC 4287) and JSON Feed 1.1 (https://jsonfeed.org/version/1.1).

The argument is the format, `atom` or `json`. Each item is serialised once, and feeds join these bytes. Both
formats hold the same words about each event; JSON Feed also holds its start and end as ISO 8601.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import msgspec

from almanac.content.occurrences import Moment
from almanac.content.records.event import Status
from almanac.core.messages import gettext_of
from almanac.core.problems import text
from almanac.model.links import NEVER
from almanac.model.site import Site
from almanac.site.dates import DateWords, iso
from almanac.site.settings import Settings, absolute, site_settings
from almanac.site.vevents import PREFIXES

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
TAGGED_SINCE = "2026"  # the year in tag URIs (RFC 4151); it never changes, or every item would be new
NOT_XML = re.compile("[\ufffe\uffff]")  # forbidden by XML 1.0; front matter holds no others of this kind


class NewsItem(msgspec.Struct, frozen=True):
    """An event as news. `start` and `end` are of its first date, `last` the end of its last one of `count`."""

    uid: str
    address: str
    file: str
    title: str
    status: Status
    status_note: str
    start: Moment
    end: Moment | None
    last: Moment
    count: int
    place: str
    organisers: tuple[str, ...]
    categories: tuple[str, ...]
    fee: str
    summary: str
    picture: str
    sample: bool
    updated: datetime


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
    _add(entry, "updated", _utc(item.updated))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": absolute(item.address, settings)})
    ET.SubElement(entry, "link", {"rel": "related", "type": "text/calendar", "href": absolute(item.file, settings)})
    for organiser in item.organisers:
        _add(ET.SubElement(entry, "author"), "name", organiser)
    for category in item.categories:
        ET.SubElement(entry, "category", {"term": NOT_XML.sub("", category)})
    _add(entry, "summary", _told(item, settings))
    return ET.tostring(entry, "unicode")


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
    return msgspec.json.encode({name: value for name, value in feed.items() if value != ""})


def json_item(item: NewsItem, settings: Settings) -> bytes:
    """An event as an item of JSON Feed. Values without a field of the standard stand in the extension `_event`."""
    event = {
        "status": item.status,
        "start": iso(item.start, settings.zone),
        "dates": item.count,
        "location": item.place,
        "sample": item.sample,
    }
    told: dict[str, Any] = {
        "id": _tag(item.uid, settings),
        "url": absolute(item.address, settings),
        "title": _title(item, settings),
        "content_text": _told(item, settings),
        "image": absolute(item.picture, settings) if item.picture else "",
        "date_modified": _utc(item.updated),
        "authors": [{"name": organiser} for organiser in item.organisers],
        "tags": list(item.categories),
        "attachments": [{"url": absolute(item.file, settings), "mime_type": "text/calendar"}],
        "_event": event | ({"end": iso(item.end, settings.zone)} if item.end else {}),
    }
    return msgspec.json.encode({name: value for name, value in told.items() if value})


def _title(item: NewsItem, settings: Settings) -> str:
    prefix = PREFIXES.get(item.status)
    return (
        gettext_of(settings.language, settings.messages)(prefix.message).format(title=item.title)
        if prefix
        else item.title
    )


def _told(item: NewsItem, settings: Settings) -> str:
    """The text of an item, one fact a line: date, place, fee, summary."""
    translate = gettext_of(settings.language, settings.messages)
    words = DateWords(translate)
    when = words.span(item.start, item.end)
    if item.count > 1:
        many = text("{when}; {count} dates until {last}")
        when = translate(many.message).format(when=when, count=item.count, last=words.day(item.last))
    sample = translate("Sample: this event is made up.") if item.sample else ""
    return "\n".join(line for line in (item.status_note, when, item.place, item.fee, item.summary, sample) if line)


def _tag(name: str, settings: Settings) -> str:
    return f"tag:{settings.uid_host},{TAGGED_SINCE}:{name}"


def _utc(instant: datetime | None) -> str:
    """RFC 3339 in UTC."""
    return f"{instant or NEVER:%Y-%m-%dT%H:%M:%SZ}"


def _add(parent: ET.Element, tag: str, content: str) -> None:
    ET.SubElement(parent, tag).text = NOT_XML.sub("", content)
