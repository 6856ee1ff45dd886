"""`/feeds/….atom` and `/feeds/….json`: each channel for news readers, what changed last on top."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from almanac.catalogue import Catalogue, Event
from almanac.channels import Channel, channels, window
from almanac.pages import Page
from almanac.render.news import Item, News
from almanac.views import file_address, full_place, picture_of, share_address

FORMATS = ("atom", "json")
MOST_ITEMS = 100


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """Each channel in both formats."""
    first, last = window(catalogue)
    in_window = (event for event in (*catalogue.events, *catalogue.withdrawn) if event.ends > first and event.begins < last)
    items = {event.uid: _item(event, catalogue) for event in in_window}
    for channel in channels(catalogue):
        found = _latest((event for event in channel.events if event.uid in items), items)
        for form in FORMATS:
            yield Page(f"{channel.stem}.{form}", f"news:{form}", _news(channel, form, found))


def _news(channel: Channel, form: str, items: tuple[Item, ...]) -> News:
    return News(channel.name, channel.description, f"{channel.stem}.{form}", channel.page, channel.query, items)


def _latest(events: Iterable[Event], items: Mapping[str, Item]) -> tuple[Item, ...]:
    """Those that changed last, the latest first."""
    found = sorted(events, key=lambda event: (event.updated, event.uid), reverse=True)
    return tuple(items[event.uid] for event in found[:MOST_ITEMS])


def _item(event: Event, catalogue: Catalogue) -> Item:
    fields = event.fields
    first, last = event.dates.occurrences[0], event.dates.occurrences[-1]
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
        last=last.start,
        count=len(event.dates.occurrences),
        place=full_place(event.place) if event.place else fields.online or "",
        organisers=tuple(organiser.name for organiser in event.organisers),
        categories=tuple(theme.name for theme in event.themes),
        fee=fields.fee or "",
        summary=fields.summary or "",
        picture=share_address(shown) if catalogue.config.outputs.get("share_pictures", True) else shown,
        sample=fields.sample,
        updated=event.updated,
    )
