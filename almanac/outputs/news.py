"""`/feeds/….atom` and `/feeds/….json`: each channel for news readers, what changed last on top."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from heapq import nlargest

from almanac.build.pages import Page, recipe
from almanac.model.catalogue import Catalogue, Event
from almanac.render.news import Item, News
from almanac.site.addresses import made
from almanac.site.channels import in_window
from almanac.site.views import file_address, full_place, picture_of, share_address

FORMATS = ("atom", "json")
MOST_ITEMS = 100


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Each channel in both formats."""
    share = made("share_pictures", catalogue.config)
    for channel, events in in_window(catalogue):
        for form in FORMATS:
            address = f"{channel.stem}.{form}"
            yield Page(
                address,
                f"news:{form}",
                recipe(news, channel.name, channel.description, address, channel.page, channel.query, events, share),
            )


def news(  # noqa: PLR0913, PLR0917
    name: str,
    description: str,
    address: str,
    page: str,
    query: str,
    events: tuple[Event, ...],
    share: bool,  # noqa: FBT001
) -> News:
    """A channel's events that changed last, the latest first; `share` tells whether drawings have pictures beside them."""
    found = nlargest(MOST_ITEMS, events, key=lambda event: (event.updated, event.uid))
    return News(name, description, address, page, query, tuple(_item(event, share) for event in found))


@lru_cache(1 << 14)  # an event stands in many channels
def _item(event: Event, share: bool) -> Item:  # noqa: FBT001 - as above
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
