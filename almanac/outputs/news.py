"""`/feeds/….atom` and `/feeds/….json`: each channel for news readers, the events that changed last on top."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.incremental import query
from almanac.model.events import Event
from almanac.model.site import Site
from almanac.render.news import Item, News, atom_entry, json_item
from almanac.site.addresses import made
from almanac.site.channels import channels
from almanac.site.pages import Page, page
from almanac.site.settings import settings
from almanac.site.views import file_address, full_place, picture_of, share_address

FORMATS = ("atom", "json")


class Entries(msgspec.Struct, frozen=True):
    """An event as it stands in both formats."""

    atom: str
    json: bytes


def pages(site: Site) -> Iterator[Page]:
    """Each channel in both formats."""
    for stem in channels(site):
        for form in FORMATS:
            yield page(f"{stem}.{form}", f"news:{form}", news, stem, form, large=True)


def news(site: Site, stem: str, form: str) -> News:
    """A channel's events that changed last, the latest first."""
    channel = channels.entry(site, stem)
    entries = tuple(getattr(news_entries(site, event_id), form) for event_id in channel.newest)
    updated = site.event_or_withdrawn(channel.newest[0]).updated if channel.newest else None
    return News(channel.name, channel.description, f"{stem}.{form}", channel.page, channel.query, entries, updated)


@query(Entries)
def news_entries(site: Site, event_id: str) -> Entries:
    """An event, which may be withdrawn, as it stands in both formats."""
    item = _item(site.event_or_withdrawn(event_id), share=made("share_pictures", site.config))
    return Entries(atom_entry(item, settings(site)), json_item(item, settings(site)))


def _item(event: Event, *, share: bool) -> Item:
    """An event as news; `share` tells whether drawings have pictures beside them."""
    fields = event.fields
    first = event.dates.occurrences[0]
    last = max(event.dates.occurrences, key=lambda occurrence: occurrence.ends)
    picture = picture_of(event)
    shown = picture.address if picture else ""
    return Item(
        uid=event.uid,
        address=event.address,
        file=file_address(event),
        title=fields.title,
        status=fields.status,
        status_note=fields.status_note or "",
        start=first.start,
        end=first.end,
        last=last.end or last.start,
        count=len(event.dates.occurrences),
        place=full_place(event.place) if event.place else fields.online or "",
        organisers=tuple(organiser.name for organiser in event.organisers),
        categories=tuple(theme.name for theme in event.themes),
        fee=fields.fee or "",
        summary=fields.summary or "",
        picture=share_address(shown) if share else shown,
        sample=fields.sample,
        updated=event.updated,
    )
