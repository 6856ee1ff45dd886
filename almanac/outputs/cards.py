"""`/cards/events/<id>.png`: the picture beside a shared link, 1200 × 630 pixels, with what one decides by.

WeChat takes the first picture of a page that is larger than 300 × 300; others take `og:image`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from almanac.model.links import own_events
from almanac.model.site import Site
from almanac.site.event_sheets import event_sheet
from almanac.site.handouts import CARD, is_typeset
from almanac.site.pages import Page, page


def pages(site: Site) -> Iterator[Page]:
    """A card for each event."""
    for event in filter(partial(is_typeset, site), own_events(site)):
        yield page(CARD.format(id=event.id), "typst:card.png", event_sheet, event.id, source=event.path)
