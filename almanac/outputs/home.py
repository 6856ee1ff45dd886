"""`/`: what is on now and in the next weeks, and every way into the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import msgspec

from almanac.content.records.event import CALLED_OFF
from almanac.content.records.programme import ObservedDay
from almanac.model.days_off import WEEKEND, DaysOff, days_off, red
from almanac.model.links import events
from almanac.model.site import Site
from almanac.site.calendar_days import FIRST_OF_DAY, DateOf, crowded, days_of, firsts, month_dates, whole_day
from almanac.site.menus import SECTIONS
from almanac.site.pages import Page, page
from almanac.site.views import (
    Card,
    Feed,
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
MOST_AHEAD = 60  # cards of the days to come; where there are more, each day shows its first
FIRST_OF_NEAR_DAY = 20  # of today, tomorrow, and the weekend
MOST_HIGHLIGHTS = 4
DAYS_IN_WEEK = 7
CAMPAIGN_NOTICE = timedelta(days=45)  # how long before it begins a campaign is announced
LISTED = ("programmes", "themes", "audiences")


class Campaign(msgspec.Struct, frozen=True):
    """A programme's run that lasts some days, such as the science week: on now, or soon."""

    name: str
    link: Link
    start: date
    end: date
    ends: date
    slogan: str
    colour: str


class MonthTheme(msgspec.Struct, frozen=True):
    """What a programme says of this month; `link` is the programme's."""

    month: date
    title: str
    link: Link
    themes: tuple[Link, ...]
    days: tuple[ObservedDay, ...]


class Leaf(msgspec.Struct, frozen=True):
    """A leaf of the almanac."""

    day: date
    red: bool
    holiday: str


class HomeView(msgspec.Struct, frozen=True):
    """The first page. `featured` are programmes with their next date; `sections` are facets of each kind under its name (a message).

    The first of the `leaves` is that of the build's day; the browser turns to the next ones.
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
    feed: Feed


def pages(site: Site) -> Iterator[Page]:
    """The one page."""
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
    )


def _leaves(site: Site, today: date) -> tuple[Leaf, ...]:
    off = days_off(site)
    days = (today + timedelta(days=offset) for offset in range(DAYS_AHEAD))
    return tuple(Leaf(day, red(day, off), off.holidays.get(day, "")) for day in days)


def _days(site: Site, today: date) -> tuple[Group, ...]:
    """The days to come, empty ones too; an event stands under its next day alone, from which its card turns to later ones."""
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
    """The first events of each day, and the way to the whole of it."""
    groups = []
    for day, dates in sorted(days.items()):
        of_month = days_of(site, day.replace(day=1))
        whole = whole_day(day, len(of_month.get(day, ())), paged=crowded(of_month))
        first = firsts(site, day, dates, _most(day, today))
        groups.append(Group(_cards(site, first), day, red(day, off), whole if whole.count else None))
    return tuple(groups)


def _cards(site: Site, dates: Iterable[DateOf]) -> tuple[Card, ...]:
    return tuple(turning_card(site.event(event_id), number) for event_id, number in dates)


def _most(day: date, today: date) -> int:
    """How many cards of a day are shown: most people look for something today, tomorrow, or at the weekend."""
    ahead = (day - today).days
    near = ahead <= 1 or (day.weekday() in WEEKEND and ahead + today.weekday() < DAYS_IN_WEEK)
    return FIRST_OF_NEAR_DAY if near else FIRST_OF_DAY


def _campaigns(site: Site, today: date) -> Iterator[Campaign]:
    """Runs of programmes that have dates: those on now, else those announced."""
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
    """The next date of each programme that asks for a place here."""
    moment = site.now
    for facet in site.facets("programmes"):
        if facet.fields and facet.fields.featured:
            ahead = (event for event in site.coming_of(facet) if event.metadata.status not in CALLED_OFF)
            if event := next(ahead, None):
                yield facet_link(facet), turning_card(event, event.number_after(moment))


def _city_events(site: Site) -> tuple[Card, ...]:
    """The next events of those that matter to the whole city."""
    moment = site.now
    of_city = [event for event in events(site).values() if event.metadata.level == "city" and event.ends > moment]
    ahead = sorted(of_city, key=lambda event: (event.next_after(moment), event.id))[:MOST_HIGHLIGHTS]
    return tuple(turning_card(event, event.number_after(moment)) for event in site.events_of(one.id for one in ahead))


def _month(site: Site, today: date) -> Link | None:
    """This month's page, or that of the next month that has events."""
    months = month_dates(site)
    found = next((month for month in months if month >= today.replace(day=1)), months[-1] if months else None)
    return Link(f"{found:%Y-%m}", month_address(found)) if found else None


def _section(site: Site, kind: str) -> tuple[str, Link, tuple[Link, ...]]:
    return (
        SECTIONS[kind].message,
        Link(SECTIONS[kind].message, f"/{kind}/"),
        tuple(counted(site, facet) for facet in site.facets(kind)),
    )
