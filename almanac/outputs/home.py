"""`/`: the events of the next two weeks, and links to all sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import islice

import msgspec

from almanac.content.metadata import Period
from almanac.content.records.event import CALLED_OFF
from almanac.model.days_off import WEEKEND, DaysOff, days_off, red
from almanac.model.events import Event
from almanac.model.site import Site
from almanac.site.calendar_days import (
    DAYS_IN_WEEK,
    FIRST_OF_DAY,
    RANKS,
    DateOf,
    crowded,
    days_of_month,
    firsts,
    whole_day,
)
from almanac.site.campaigns import Campaign, MonthTheme, campaigns, month_themes
from almanac.site.city_maps import CityMap, city_map
from almanac.site.finder import Finder, finder
from almanac.site.menus import SECTIONS
from almanac.site.page_tree import first_page
from almanac.site.pages import Page, page
from almanac.site.views import (
    MOST_LATER,
    Card,
    FeedLink,
    Group,
    Head,
    Link,
    card,
    facet_link,
    site_feed,
    turning_card,
)

DAYS_AHEAD = 14
MOST_AHEAD = 60  # cards of the next days; if there are more, each day shows only its first
FIRST_OF_NEAR_DAY = 20  # cards of today, tomorrow, and each day of the weekend, likewise
MOST_RECOMMENDED = 4
LISTED = ("programmes", "themes", "audiences")


class Leaf(msgspec.Struct, frozen=True):
    """A day on the almanac at the top of the page; `holiday` is its name or empty."""

    day: date
    red: bool
    holiday: str


class Featured(msgspec.Struct, frozen=True):
    """A programme with `featured: true` and the card of its next event, if it has one."""

    key: str
    link: Link
    cards: tuple[Card, ...]


class HomeView(msgspec.Struct, frozen=True):
    """The first page. `featured` holds programmes with their next event, `recommended` events of the next week.

    `sections` holds for each kind its name (a message), the link to its list, and its facets. The first of the `leaves`
    is the day of the build, the first of the `months` its month; a script turns to the next ones. When the built days
    are over, it shows the next events from the search data of the `years`.
    """

    head: Head
    leaves: tuple[Leaf, ...]
    days: tuple[Group, ...]
    campaigns: tuple[Campaign, ...]
    months: tuple[MonthTheme, ...]
    featured: tuple[Featured, ...]
    recommended: tuple[Card, ...]
    years: tuple[int, ...]
    districts: tuple[Link, ...]
    sections: tuple[tuple[str, Link, tuple[Link, ...]], ...]
    feed: FeedLink
    finder: Finder
    map: CityMap | None


def pages(site: Site) -> Iterator[Page]:
    """The page, unless the site has a page of text in its place."""
    if first_page(site, site.config.language) is None:
        yield page("/", "html:home.html", home_view, indexed=True)


def home_view(site: Site) -> HomeView:
    """The view of the first page."""
    today = site.now.date()
    feed = site_feed(site)
    return HomeView(
        head=Head("/", site.config.title, site.config.description or "", feeds=(feed,)),
        leaves=_leaves(site, today),
        days=_days(site, today),
        campaigns=tuple(campaigns(site, today)),
        months=tuple(month_themes(site, today)),
        featured=tuple(_featured(site)),
        recommended=_recommended(site, today),
        years=tuple(sorted(site.year_numbers)),
        districts=tuple(facet_link(facet) for facet in site.facets("districts")),
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
    last = today + timedelta(days=DAYS_AHEAD - 1)
    return tuple(Group(_cards(site, days[day], last), day, red(day, off)) for day in sorted(days))


def _shortened(site: Site, today: date, days: Mapping[date, list[DateOf]], off: DaysOff) -> tuple[Group, ...]:
    """The next days with the first cards of each, and a link to all events of the day."""
    groups, last = [], today + timedelta(days=DAYS_AHEAD - 1)
    for day, dates in sorted(days.items()):
        of_month = days_of_month(site, day.replace(day=1))
        whole = whole_day(day, len(of_month.get(day, ())), paged=crowded(of_month))
        first = firsts(site, day, dates, _most(day, today))
        groups.append(Group(_cards(site, first, last), day, red(day, off), whole if whole.count else None))
    return tuple(groups)


def _cards(site: Site, dates: Iterable[DateOf], last: date) -> tuple[Card, ...]:
    """Cards that a script turns to dates up to the `last` day of the page: it hides a card whose day is not there."""

    def later(periods: Sequence[Period]) -> int:
        return min(MOST_LATER, sum(one.begins.date() <= last for one in periods))

    chosen = ((site.event(event_id), number) for event_id, number in dates)
    return tuple(card(event, number, later=later(event.periods[number + 1 :])) for event, number in chosen)


def _most(day: date, today: date) -> int:
    """The number of cards of a day. Today, tomorrow and the weekend have more: most visitors look for these."""
    ahead = (day - today).days
    near = ahead <= 1 or (day.weekday() in WEEKEND and ahead + today.weekday() < DAYS_IN_WEEK)
    return FIRST_OF_NEAR_DAY if near else FIRST_OF_DAY


def _featured(site: Site) -> Iterator[Featured]:
    for facet in site.facets("programmes"):
        if facet.fields and facet.fields.featured:
            ahead = (event for event in site.coming_of(facet) if event.metadata.status not in CALLED_OFF)
            cards = tuple(turning_card(event, event.number_after(site.now)) for event in islice(ahead, 1))
            yield Featured(facet.key, facet_link(facet), cards)


def _recommended(site: Site, today: date) -> tuple[Card, ...]:
    """Events of the next week: those of the city first, then key events, then the nearest."""
    next_week = site.between(today, today + timedelta(days=DAYS_IN_WEEK - 1))
    first: dict[str, tuple[Event, int]] = {}
    for _, event, number in next_week:
        period = event.periods[number]
        if period.ends > site.now and period.status not in CALLED_OFF:
            first.setdefault(event.id, (event, number))
    chosen = sorted(first.values(), key=lambda one: RANKS[one[0].metadata.level])[:MOST_RECOMMENDED]
    return tuple(turning_card(event, number) for event, number in chosen)


def _section(site: Site, kind: str) -> tuple[str, Link, tuple[Link, ...]]:
    return (
        SECTIONS[kind].message,
        Link(SECTIONS[kind].message, f"/{kind}/"),
        tuple(facet_link(facet) for facet in site.facets(kind)),
    )
