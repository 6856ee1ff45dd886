"""`/feeds/….atom` and `/feeds/….json`: each channel for news readers, the last changed events first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from almanac.content.occurrences import Occurrence
from almanac.content.queries import begun
from almanac.incremental import query
from almanac.model.events import Event
from almanac.model.site import Site
from almanac.render.news import NewsFeed, NewsItem, SingleDate, atom_entry, json_item
from almanac.site.addresses import FEED_FORMS, made
from almanac.site.announcements import announcement
from almanac.site.channels import channels, former_channels
from almanac.site.pages import Page, page
from almanac.site.pictures import picture_of, share_address
from almanac.site.settings import site_settings
from almanac.site.views import file_address, full_place

FORMS = tuple(form for form, output in FEED_FORMS.items() if output == "news")


class NewsEntries(msgspec.Struct, frozen=True):
    """An event in both formats."""

    atom: str
    json: bytes


def pages(site: Site) -> Iterator[Page]:
    """Each channel in both formats, at its old addresses too."""
    stems = {**{stem: stem for stem in channels(site)}, **former_channels(site)}
    for address, stem in stems.items():
        for form in FORMS:
            yield page(f"{address}.{form}", f"news:{form}", news_feed, stem, form, large=True)


def news_feed(site: Site, stem: str, form: str) -> NewsFeed:
    """The last changed events of a channel, the latest first."""
    channel = channels.entry(site, stem)
    entries = tuple(getattr(news_entries(site, event_id), form) for event_id in channel.newest)
    return NewsFeed(
        channel.name, channel.description, f"{stem}.{form}", channel.page, channel.query, entries, channel.updated
    )


@query(NewsEntries)
def news_entries(site: Site, event_id: str) -> NewsEntries:
    """An event or a withdrawn event in both formats."""
    event = site.event_or_withdrawn(event_id)
    item = _item(event, begun.get(site, event.path), share=made("share_pictures", site.config))
    return NewsEntries(atom_entry(item, site_settings(site)), json_item(item, site_settings(site)))


def _item(event: Event, published: datetime | None, *, share: bool) -> NewsItem:
    """An event as news. `share`: whether drawings have PNG pictures beside them."""
    fields, dates = event.fields, event.dates.occurrences
    last = max(dates, key=lambda occurrence: occurrence.ends)
    picture = picture_of(event)
    shown = picture.address if picture else ""
    return NewsItem(
        uid=event.uid,
        address=event.address,
        file=file_address(event),
        title=fields.title,
        status=fields.status,
        told=announcement(event, event.place),
        start=dates[0].start,
        end=dates[0].end,
        last=last.end or last.start,
        until=last.ends,
        count=len(dates),
        departures=tuple(_single(event, one) for one in dates if _departs(event, one)),
        sessions=tuple(_single(event, one) for one in dates) if event.dates.series is None and len(dates) > 1 else (),
        place=full_place(event.place) if event.place else fields.online or "",
        categories=tuple(theme.name for theme in event.themes),
        picture=share_address(shown) if share else shown,
        published=published,
        updated=event.updated,
    )


def _departs(event: Event, one: Occurrence) -> bool:
    """Whether a date differs from its event."""
    elsewhere = one.venue and event.place_of(one) != event.place
    return bool(elsewhere) or one.recurrence not in {None, one.start} or one.status != event.fields.status


def _single(event: Event, one: Occurrence) -> SingleDate:
    place = event.place_of(one)
    return SingleDate(
        start=one.start,
        end=one.end,
        status=one.status,
        place=full_place(place) if place and place != event.place else "",
        before=one.recurrence if one.recurrence != one.start else None,
        note=one.note or "",
    )
