"""`/`: what is on now and in the next weeks, and every way into the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice

import msgspec
from msgspec.structs import replace

from almanac.build.pages import Page, recipe, shows_cards
from almanac.content.records.event import CALLED_OFF
from almanac.content.records.programme import ObservedDay
from almanac.model.catalogue import Catalogue, Event, Facet
from almanac.model.days_off import WEEKEND, days_off, red
from almanac.site.calendar_days import FIRST_OF_DAY, Entry, crowded, firsts, months_of, whole_day
from almanac.site.menus import SECTIONS
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


class Shown(msgspec.Struct, frozen=True):
    """A day of the first page: how many of its events are shown, and the way to all of them."""

    day: date
    red: bool
    count: int
    whole: Link | None = None


class Frame(msgspec.Struct, frozen=True):
    """All of the first page but its cards: how many belong to each day; one to each programme that is featured; the rest are those of the city."""

    days: tuple[Shown, ...]
    featured: tuple[Link, ...]
    view: HomeView


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """The one page."""
    today = catalogue.now.date()
    days, of_days = _days(catalogue, today)
    featured = tuple(_featured(catalogue))
    shown = (*of_days, *(entry for _, entry in featured), *_city_events(catalogue))
    frame = Frame(days, tuple(link for link, _ in featured), _bare_view(catalogue, today))
    yield Page(
        "/",
        "html:home.html",
        recipe(home_view, frame, tuple(event for event, _ in shown), tuple(number for _, number in shown)),
        indexed=True,
    )


@shows_cards
def home_view(frame: Frame, events: tuple[Event, ...], numbers: tuple[int, ...]) -> HomeView:
    """The view of the first page; `numbers` are those of the dates that the cards of the events show."""
    cards = map(turning_card, events, numbers)
    days = tuple(Group(tuple(islice(cards, shown.count)), shown.day, shown.red, shown.whole) for shown in frame.days)
    featured = tuple((link, next(cards)) for link in frame.featured)
    return replace(
        frame.view, days=days, any_days=any(group.cards for group in days), featured=featured, city=tuple(cards)
    )


def _bare_view(catalogue: Catalogue, today: date) -> HomeView:
    feed = site_feed(catalogue)
    return HomeView(
        head=Head("/", catalogue.config.title, catalogue.config.description or "", feeds=(feed,)),
        leaves=_leaves(catalogue, today),
        days=(),
        any_days=False,
        campaigns=tuple(_campaigns(catalogue, today)),
        month_theme=next(_month_themes(catalogue, today), None),
        featured=(),
        city=(),
        month=_month(catalogue, today),
        districts=tuple(map(facet_link, catalogue.facets["districts"])),
        sections=tuple(_section(catalogue, kind) for kind in LISTED if catalogue.facets[kind]),
        feed=feed,
    )


def _leaves(catalogue: Catalogue, today: date) -> tuple[Leaf, ...]:
    off = days_off(catalogue)
    days = (today + timedelta(days=offset) for offset in range(DAYS_AHEAD))
    return tuple(Leaf(day, red(day, off), off.holidays.get(day, "")) for day in days)


def _days(catalogue: Catalogue, today: date) -> tuple[tuple[Shown, ...], list[Entry]]:
    """The days to come, empty ones too, and the events of all of them; an event stands under its next day alone, from which it turns to later ones."""
    off = days_off(catalogue)
    met: set[str] = set()
    days: dict[date, list[Entry]] = {today + timedelta(days=offset): [] for offset in range(DAYS_AHEAD)}
    for day, event, number in catalogue.between(today, today + timedelta(days=DAYS_AHEAD)):
        if event.periods[number].ends > catalogue.now and event.id not in met:
            met.add(event.id)
            days.setdefault(day, []).append((event, number))
    if len(met) > MOST_AHEAD:
        return _shortened(catalogue, today, days)
    return tuple(Shown(day, red(day, off), len(days[day])) for day in sorted(days)), [
        entry for day in sorted(days) for entry in days[day]
    ]


def _shortened(
    catalogue: Catalogue, today: date, days: Mapping[date, list[Entry]]
) -> tuple[tuple[Shown, ...], list[Entry]]:
    """The first events of each day, and the way to the whole of it."""
    months = months_of(catalogue)
    off = days_off(catalogue)
    shown: list[Shown] = []
    found: list[Entry] = []
    for day, entries in sorted(days.items()):
        of_month = months.get(day.replace(day=1), {})
        whole = whole_day(day, len(of_month.get(day, ())), paged=crowded(of_month))
        first = firsts(day, entries, _most(day, today))
        shown.append(Shown(day, red(day, off), len(first), whole if whole.count else None))
        found += first
    return tuple(shown), found


def _most(day: date, today: date) -> int:
    """How many cards of a day are shown: most people look for something today, tomorrow, or at the weekend."""
    ahead = (day - today).days
    near = ahead <= 1 or (day.weekday() in WEEKEND and ahead + today.weekday() < DAYS_IN_WEEK)
    return FIRST_OF_NEAR_DAY if near else FIRST_OF_DAY


def _campaigns(catalogue: Catalogue, today: date) -> Iterator[Campaign]:
    """Runs of programmes that have dates: those on now, else those announced."""
    for facet in catalogue.facets["programmes"]:
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


def _month_themes(catalogue: Catalogue, today: date) -> Iterator[MonthTheme]:
    themes = {facet.key: facet for facet in catalogue.facets["themes"]}
    for facet in catalogue.facets["programmes"]:
        for edition in facet.fields.editions if facet.fields else ():
            for month in edition.months if edition.year == today.year else ():
                if month.month == today.month:
                    links = tuple(facet_link(themes[key]) for key in month.theme if key in themes)
                    yield MonthTheme(today.replace(day=1), month.title, facet_link(facet), links, month.days)


def _featured(catalogue: Catalogue) -> Iterator[tuple[Link, Entry]]:
    """The next date of each programme that asks for a place here."""
    for facet in catalogue.facets["programmes"]:
        if (
            facet.fields
            and facet.fields.featured
            and (event := next(iter(catalogue.upcoming(_taking_place(catalogue, facet))), None))
        ):
            yield facet_link(facet), (event, event.number_after(catalogue.now))


def _taking_place(catalogue: Catalogue, facet: Facet) -> Iterator[Event]:
    return (event for event in catalogue.members_of(facet) if event.facts.status not in CALLED_OFF)


def _city_events(catalogue: Catalogue) -> list[Entry]:
    """The next of those that matter to the whole city."""
    of_city = catalogue.upcoming(event for event in catalogue.events if event.facts.level == "city")
    return [(event, event.number_after(catalogue.now)) for event in of_city[:MOST_HIGHLIGHTS]]


def _month(catalogue: Catalogue, today: date) -> Link | None:
    """This month's page, or that of the next month that has events."""
    months = sorted(months_of(catalogue))
    found = next((month for month in months if month >= today.replace(day=1)), months[-1] if months else None)
    return Link(f"{found:%Y-%m}", month_address(found)) if found else None


def _section(catalogue: Catalogue, kind: str) -> tuple[str, Link, tuple[Link, ...]]:
    return (
        SECTIONS[kind].message,
        Link(SECTIONS[kind].message, f"/{kind}/"),
        tuple(counted(catalogue, facet) for facet in catalogue.facets[kind]),
    )
