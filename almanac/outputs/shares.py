"""`/share/events/<id>/`, `/share/week/`, `/share/month/`: texts to copy into groups, articles and Weibo.

The pages of weeks and months hold those to come, each with its days; a script shows first what is current by the
visitor's clock, so the pages stay true on a site that is not built again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

import msgspec

from almanac.content.occurrences import day_of
from almanac.core.problems import text
from almanac.model.links import own_events
from almanac.model.moments import today
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.bulletins import Bulletin, month_after, month_bulletin, week_bulletin, week_key
from almanac.site.calendar_days import DAYS_IN_WEEK
from almanac.site.handouts import POSTER, SHARED_EVENT, SHARED_MONTH, SHARED_WEEK, handouts
from almanac.site.pages import Page, page
from almanac.site.settings import absolute, site_settings
from almanac.site.shared import SharedEvent, shared_event
from almanac.site.shared_words import SharedWords, WordedEvent, weibo_length, worded_event
from almanac.site.views import Head, Link

WEEKS_AHEAD = 6
MONTHS_AHEAD = 3
NAMES = {
    SHARED_WEEK: text("Texts of the week").message,
    SHARED_MONTH: text("Texts of the month").message,
}
WEIBO = "https://service.weibo.com/share/share.php"


class WeiboText(msgspec.Struct, frozen=True):
    """A text that ends with a link, the address of Weibo's own page with both, and the length as Weibo counts it."""

    content: str
    address: str
    count: int


class Texts(msgspec.Struct, frozen=True):
    """The texts of an event, or of the days `first` to `last`. `heading` and `rest` begin and end an article.

    Both are empty for an event.
    """

    key: str
    name: str
    first: date
    last: date
    group: str
    heading: str
    items: tuple[WordedEvent, ...]
    rest: str
    weibo: WeiboText


class ShareView(msgspec.Struct, frozen=True):
    """A page of texts. `poster` is the address of the long picture of an event, empty if there is none.

    `kind` is "event", "week" or "month"; `others` are the other pages of texts.
    """

    head: Head
    kind: str
    texts: tuple[Texts, ...]
    poster: str
    others: tuple[Link, ...]


def pages(site: Site) -> Iterator[Page]:
    """A page for each event, one for weeks and one for months."""
    for event in own_events(site):
        yield page(SHARED_EVENT.format(id=event.id), "html:share.html", event_share, event.id, source=event.path)
    yield page(SHARED_WEEK, "html:share.html", week_share)
    yield page(SHARED_MONTH, "html:share.html", month_share)


def event_share(site: Site, event_id: str) -> ShareView:
    """The texts of an event with all its dates."""
    event = site.event(event_id)
    shared = shared_event(site, event, pictures=made("share_pictures", site.config))
    head = Head(
        SHARED_EVENT.format(id=event_id), event.fields.title, path=(Link(shared.title, event.address),), indexed=False
    )
    poster = POSTER.format(id=event_id)  # the long picture, where it is among the forms of the event
    drawn = any(link.address == poster for link in handouts(site, event))
    others = (_link(SHARED_WEEK), _link(SHARED_MONTH))
    return ShareView(
        head, "event", (_event_texts(SharedWords(site_settings(site)), shared),), poster if drawn else "", others
    )


def week_share(site: Site) -> ShareView:
    """The texts of this week and the next ones, without weeks that have no events."""
    day = date.fromisoformat(today(site))
    keys = [week_key(day + timedelta(days=DAYS_IN_WEEK * ahead)) for ahead in range(WEEKS_AHEAD)]
    return _share(site, SHARED_WEEK, "week", [week_bulletin(site, key) for key in keys])


def month_share(site: Site) -> ShareView:
    """The texts of this month and the next ones, likewise."""
    months = [date.fromisoformat(today(site)).replace(day=1)]
    while len(months) < MONTHS_AHEAD:
        months.append(month_after(months[-1]))
    return _share(site, SHARED_MONTH, "month", [month_bulletin(site, f"{month:%Y-%m}") for month in months])


def _link(address: str) -> Link:
    return Link(NAMES[address], address)


def _share(site: Site, address: str, kind: str, bulletins: list[Bulletin]) -> ShareView:
    words = SharedWords(site_settings(site))
    texts = tuple(_bulletin_texts(words, one) for one in bulletins if one.count)
    others = tuple(_link(other) for other in NAMES if other != address)
    return ShareView(Head(address, NAMES[address], indexed=False), kind, texts, "", others)


def _event_texts(words: SharedWords, event: SharedEvent) -> Texts:
    return Texts(
        key="event",
        name=words.title(event),
        first=day_of(event.dates[0].start),
        last=day_of(event.dates[-1].start),
        group=words.group(event),
        heading="",
        items=(worded_event(words, event),),
        rest="",
        weibo=_weibo(words.weibo(event), words.address(event)),
    )


def _bulletin_texts(words: SharedWords, bulletin: Bulletin) -> Texts:
    return Texts(
        key=bulletin.key,
        name=words.span(bulletin),
        first=bulletin.first,
        last=bulletin.last,
        group=words.bulletin_group(bulletin),
        heading=words.heading(bulletin),
        items=tuple(worded_event(words, event) for event in bulletin.events),
        rest=words.rest(bulletin),
        weibo=_weibo(words.bulletin_weibo(bulletin), absolute(bulletin.page, words.settings)),
    )


def _weibo(content: str, address: str) -> WeiboText:
    whole = f"{content} {address}"
    return WeiboText(whole, f"{WEIBO}?{urlencode({'url': address, 'title': content})}", weibo_length(whole))
