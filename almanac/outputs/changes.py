"""`/changes/` and `/changes/<kind>/<key>/`: what changed for the public; `/feeds/changes….atom` and `.json`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import msgspec

from almanac.content.recurrence import Moment
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.model.changes import CHANGE_WORDS, ChangeKind
from almanac.model.events import Event
from almanac.model.labels import FACET_KINDS
from almanac.model.site import Site
from almanac.render.news import ChangeItem, NewsFeed, atom_change, json_change
from almanac.site.addresses import made
from almanac.site.changes import CHANGE_FEEDS, ChangeDay, NamedChange, change_days, change_feeds, change_lines
from almanac.site.channels import MOST_NEWS
from almanac.site.dates import DateWords
from almanac.site.menus import CALENDAR, CHANGES
from almanac.site.pages import Page, page
from almanac.site.rhythms import Rhythm, rhythm_of
from almanac.site.settings import site_settings
from almanac.site.views import Head, Link, facet_link, place_name, site_feed


class ChangeEntry(msgspec.Struct, frozen=True):
    """A change of an event. `start`, `end` and `rhythm` are of its first date, `more` counts the others."""

    kind: ChangeKind
    word: str
    event: Link
    start: Moment
    end: Moment | None
    rhythm: Rhythm | None
    more: int
    place: str
    sample: bool
    lines: tuple[str, ...]


class ChangedDay(msgspec.Struct, frozen=True):
    """The changes of a day. `new_count` and `others_count` include those that are not shown."""

    day: date
    new: tuple[ChangeEntry, ...]
    new_count: int
    others: tuple[ChangeEntry, ...]
    others_count: int


class ChangesView(msgspec.Struct, frozen=True):
    """The changes of the last weeks, of the site or of a facet. `feed` is empty if there are no feeds.

    `all` leads to where all events of the site or of the facet are.
    """

    head: Head
    name: str
    days: tuple[ChangedDay, ...]
    feed: str
    all: Link


def pages(site: Site) -> Iterator[Page]:
    """The page of all changes, those of facets, and the feeds."""
    yield page(CHANGES.address, "html:changes.html", changes_view, "", indexed=True)
    for kind in FACET_KINDS:
        for facet in site.facets(kind) if made(kind, site.config) else ():
            yield page(f"/changes{facet.address}", "html:changes.html", changes_view, facet.stem)
    for stem, facet_stem in change_feeds(site).items() if made("news", site.config) else ():
        for form in ("atom", "json"):
            yield page(f"{stem}.{form}", f"news:{form}", changes_feed, facet_stem, form)


def changes_view(site: Site, stem: str) -> ChangesView:
    """The view of the changes of a facet (`themes/sky`), or of all."""
    facet = site.facet(*stem.split("/", 1)) if stem else None
    way = (CHANGES,) if facet else ()
    head = Head(
        f"/changes{facet.address}" if facet else CHANGES.address,
        CHANGES.name,
        path=way,
        feeds=(site_feed(site),),
        indexed=facet is None,
    )
    return ChangesView(
        head=head,
        name=facet.name if facet else "",
        days=tuple(_day(site, one) for one in change_days.get(site, stem) or ()),
        feed=_feed_stem(stem) if made("news", site.config) else "",
        all=facet_link(facet) if facet else CALENDAR,
    )


def _feed_stem(stem: str) -> str:
    return f"{CHANGE_FEEDS}/{stem}" if stem else CHANGE_FEEDS


def _day(site: Site, found: ChangeDay) -> ChangedDay:
    new, others = (tuple(_entry(site, one) for one in changes) for changes in (found.new, found.others))
    return ChangedDay(found.day, new, found.new_count, others, found.others_count)


def _entry(site: Site, change: NamedChange) -> ChangeEntry:
    event, told = site.event_or_withdrawn(change.event), change.told
    first = event.dates.occurrences[0]
    return ChangeEntry(
        kind=told.kind,
        word=CHANGE_WORDS[told.kind].message,
        event=Link(event.fields.title, event.address),
        start=first.start,
        end=first.end,
        rhythm=rhythm_of(event, first),
        more=len(event.dates.occurrences) - 1,
        place=place_name(event.place),
        sample=event.fields.sample,
        lines=_lines(site, change, event),
    )


def _lines(site: Site, change: NamedChange, event: Event) -> tuple[str, ...]:
    told = change.told
    return () if told.kind == "new" else change_lines(site, event.id, told.before, told.after)


def changes_feed(site: Site, stem: str, form: str) -> NewsFeed:
    """The feed of the changes of a facet, or of all, the last first."""
    facet, settings = site.facet(*stem.split("/", 1)) if stem else None, site_settings(site)
    translate = gettext_of(settings.language, settings.messages)
    days = change_days.get(site, stem) or ()
    address = f"/changes{facet.address}" if facet else CHANGES.address
    found = [item for day in days for item in _items(site, day, address, translate)][:MOST_NEWS]
    write = atom_change if form == "atom" else json_change
    return NewsFeed(
        name=" · ".join(filter(None, (site.config.title, facet.name if facet else "", translate(CHANGES.name)))),
        description=site.config.description or "",
        address=f"{_feed_stem(stem)}.{form}",
        page=address,
        query="",
        entries=tuple(write(item, settings) for item in found),
        updated=days[0].moment if days else None,
    )


def _items(site: Site, day: ChangeDay, address: str, translate: Translate) -> Iterator[ChangeItem]:
    """The changes of a day as items: each by itself, new events together if they are too many to be named."""
    for change in day.others:
        yield _item(site, change, translate)
    if day.new_count == len(day.new):
        yield from (_item(site, change, translate) for change in day.new)
        return
    title = text("{count} new events", count=day.new_count).show(translate)
    names = tuple(site.event(change.event).fields.title for change in day.new)
    moment = max(change.told.moment for change in day.new)
    yield ChangeItem(f"{address.strip('/')}/{day.day}", address, title, moment, (*names, "…"))


def _item(site: Site, change: NamedChange, translate: Translate) -> ChangeItem:
    event, told = site.event_or_withdrawn(change.event), change.told
    dates = DateWords(translate)
    first = event.dates.occurrences[0]
    when = dates.occasion(first.start, first.end, rhythm_of(event, first))
    title = text("{kind}: {title}", kind=CHANGE_WORDS[told.kind], title=event.fields.title).show(translate)
    lines = (*_lines(site, change, event), when, place_name(event.place))
    return ChangeItem(
        name=f"{event.uid}/{told.kind}/{_stamp(told.moment)}",
        address=event.address,
        title=title,
        moment=told.moment,
        lines=tuple(line for line in lines if line),
    )


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}"
