"""`/`: the events of the next two weeks, and links to all sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import msgspec

from almanac.content.records.event import CALLED_OFF
from almanac.content.records.programme import ObservedDay
from almanac.model.days_off import WEEKEND, DaysOff, days_off, red
from almanac.model.links import events
from almanac.model.site import Site
from almanac.site.calendar_days import FIRST_OF_DAY, DateOf, crowded, days_of_month, firsts, month_dates, whole_day
from almanac.site.city_maps import CityMap, city_map
from almanac.site.finder import Finder, finder
from almanac.site.menus import SECTIONS
from almanac.site.pages import Page, page
from almanac.site.views import (
    Card,
    FeedLink,
    Group,
    Head,
    Link,
    counted,
    facet_link,
    month_address,
    site_feed,
    turning_card,
)

DAYS_AHEAD = 14
MOST_AHEAD = 60  # cards of the next days; if there are more, each day shows only its first
FIRST_OF_NEAR_DAY = 20  # cards of today, tomorrow, and each day of the weekend, likewise
MOST_HIGHLIGHTS = 4
DAYS_IN_WEEK = 7
CAMPAIGN_NOTICE = timedelta(days=45)  # a campaign is announced this long before it begins
LISTED = ("programmes", "themes", "audiences")


class Campaign(msgspec.Struct, frozen=True):
    """A programme's edition with dates, such as the science week, that is on or begins soon; `ends` is exclusive."""

    name: str
    link: Link
    start: date
    end: date
    ends: date
    slogan: str
    colour: str


class MonthTheme(msgspec.Struct, frozen=True):
    """The theme that a programme gives this month; `link` leads to the programme."""

    month: date
    title: str
    link: Link
    themes: tuple[Link, ...]
    days: tuple[ObservedDay, ...]


class Leaf(msgspec.Struct, frozen=True):
    """A day on the almanac at the top of the page; `holiday` is its name or empty."""

    day: date
    red: bool
    holiday: str


class HomeView(msgspec.Struct, frozen=True):
    """The first page. `featured` holds programmes with their next event.

    `sections` holds for each kind its name (a message), the link to its list, and its facets. The first of the `leaves`
    is the day of the build; a script turns to the next ones.
    """

    head: Head
    leaves: tuple[Leaf, ...]
    days: tuple[Group, ...]
    any_days: bool
    campaigns: tuple[Campaign, ...]
    month_theme: MonthTheme | None
    featured: tuple[tuple[Link, Card], ...]
    city: tuple[Card, ...]
    month: Link | None
    districts: tuple[Link, ...]
    sections: tuple[tuple[str, Link, tuple[Link, ...]], ...]
    feed: FeedLink
    finder: Finder
    map: CityMap | None


def pages(site: Site) -> Iterator[Page]:
    """The page."""
    del site
    yield page("/", "html:home.html", home_view, indexed=True)


def home_view(site: Site) -> HomeView:
    """The view of the first page."""
    today = site.now.date()
    days = _days(site, today)
    feed = site_feed(site)
    return HomeView(
        head=Head("/", site.config.title, site.config.description or "", feeds=(feed,)),
        leaves=_leaves(site, today),
        days=days,
        any_days=any(group.cards for group in days),
        campaigns=tuple(_campaigns(site, today)),
        month_theme=next(_month_themes(site, today), None),
        featured=tuple(_featured(site)),
        city=_city_events(site),
        month=_month(site, today),
        districts=tuple(map(facet_link, site.facets("districts"))),
        sections=tuple(_section(site, kind) for kind in LISTED if site.facets(kind)),
        feed=feed,
        finder=finder(site),
        map=city_map(site),
    )


def _leaves(site: Site, today: date) -> tuple[Leaf, ...]:
    off = days_off(site)
    days = (today + timedelta(days=offset) for offset in range(DAYS_AHEAD))
    return tuple(Leaf(day, red(day, off), off.holidays.get(day, "")) for day in days)


def _days(site: Site, today: date) -> tuple[Group, ...]:
    """The next days with their cards; days may be empty. An event has one card, under its next day."""
    off, moment = days_off(site), site.now
    met: set[str] = set()
    days: dict[date, list[DateOf]] = {today + timedelta(days=offset): [] for offset in range(DAYS_AHEAD)}
    for day, event, number in site.between(today, today + timedelta(days=DAYS_AHEAD)):
        if event.periods[number].ends > moment and event.id not in met:
            met.add(event.id)
            days.setdefault(day, []).append((event.id, number))
    if len(met) > MOST_AHEAD:
        return _shortened(site, today, days, off)
    return tuple(Group(_cards(site, days[day]), day, red(day, off)) for day in sorted(days))


def _shortened(site: Site, today: date, days: Mapping[date, list[DateOf]], off: DaysOff) -> tuple[Group, ...]:
    """The next days with the first cards of each, and a link to all events of the day."""
    groups = []
    for day, dates in sorted(days.items()):
        of_month = days_of_month(site, day.replace(day=1))
        whole = whole_day(day, len(of_month.get(day, ())), paged=crowded(of_month))
        first = firsts(site, day, dates, _most(day, today))
        groups.append(Group(_cards(site, first), day, red(day, off), whole if whole.count else None))
    return tuple(groups)


def _cards(site: Site, dates: Iterable[DateOf]) -> tuple[Card, ...]:
    return tuple(turning_card(site.event(event_id), number) for event_id, number in dates)


def _most(day: date, today: date) -> int:
    """The number of cards of a day. Today, tomorrow and the weekend have more: most visitors look for these."""
    ahead = (day - today).days
    near = ahead <= 1 or (day.weekday() in WEEKEND and ahead + today.weekday() < DAYS_IN_WEEK)
    return FIRST_OF_NEAR_DAY if near else FIRST_OF_DAY


def _campaigns(site: Site, today: date) -> Iterator[Campaign]:
    """The editions with dates that are on or announced."""
    for facet in site.facets("programmes"):
        for edition in facet.fields.editions if facet.fields else ():
            if edition.start and edition.end and edition.start - CAMPAIGN_NOTICE <= today <= edition.end:
                link = Link(edition.name or facet.name, f"{facet.address}{edition.year}/")
                yield Campaign(
                    facet.name,
                    link,
                    edition.start,
                    edition.end,
                    edition.end + timedelta(days=1),
                    edition.slogan or "",
                    facet.colour,
                )


def _month_themes(site: Site, today: date) -> Iterator[MonthTheme]:
    themes = {facet.key: facet for facet in site.facets("themes")}
    for facet in site.facets("programmes"):
        for edition in facet.fields.editions if facet.fields else ():
            for month in edition.months if edition.year == today.year else ():
                if month.month == today.month:
                    links = tuple(facet_link(themes[key]) for key in month.theme if key in themes)
                    yield MonthTheme(today.replace(day=1), month.title, facet_link(facet), links, month.days)


def _featured(site: Site) -> Iterator[tuple[Link, Card]]:
    """The link and the next event of each programme with `featured: true`."""
    moment = site.now
    for facet in site.facets("programmes"):
        if facet.fields and facet.fields.featured:
            ahead = (event for event in site.coming_of(facet) if event.metadata.status not in CALLED_OFF)
            if event := next(ahead, None):
                yield facet_link(facet), turning_card(event, event.number_after(moment))


def _city_events(site: Site) -> tuple[Card, ...]:
    """The next events with `level: city`."""
    moment = site.now
    of_city = [event for event in events(site).values() if event.metadata.level == "city" and event.ends > moment]
    ahead = sorted(of_city, key=lambda event: (event.next_after(moment), event.id))[:MOST_HIGHLIGHTS]
    return tuple(turning_card(event, event.number_after(moment)) for event in site.events_of(one.id for one in ahead))


def _month(site: Site, today: date) -> Link | None:
    """A link to the page of this month, or of the next month that has events."""
    months = month_dates(site)
    found = next((month for month in months if month >= today.replace(day=1)), months[-1] if months else None)
    return Link(f"{found:%Y-%m}", month_address(found)) if found else None


def _section(site: Site, kind: str) -> tuple[str, Link, tuple[Link, ...]]:
    return (
        SECTIONS[kind].message,
        Link(SECTIONS[kind].message, f"/{kind}/"),
        tuple(counted(site, facet) for facet in site.facets(kind)),
    )
