"""The twelve months of a programme's edition: a card for each, and a wheel that leads to the cards."""

from __future__ import annotations

from math import cos, radians, sin

import msgspec

from almanac.content.records.programme import Edition, ObservedDay
from almanac.model.events import Facet
from almanac.model.indexes import first_months
from almanac.model.site import Site
from almanac.site.pictures import cover
from almanac.site.views import Link, facet_link

CENTRE, OUTER, INNER, NUMBER = 200, 196, 84, 150  # of the wheel: its middle and radii, in units of the drawing
ARC = 30  # degrees of a month
GAP = 1  # degree between months
LONGEST_NAME = 5  # characters that fit into a sector


class Sector(msgspec.Struct, frozen=True):
    """The part of the wheel for a month: its outline as an SVG path, and the place of its number."""

    path: str
    x: int
    y: int


class MonthCard(msgspec.Struct, frozen=True):
    """A month: its motto, its themes, the days it observes, and its events in this programme.

    `short` is the name of a theme that fits into the sector of the wheel; empty if none does.
    """

    month: int
    title: str
    short: str
    themes: tuple[Link, ...]
    days: tuple[ObservedDay, ...]
    events: int
    colour: str
    picture: str
    sector: Sector


def month_cards(site: Site, facet: Facet, edition: Edition) -> tuple[MonthCard, ...]:
    """The cards of an edition's months, in their order; none if it gives no months."""
    found = first_months.get(site, f"{facet.stem}/{edition.year}") or {}
    themes = {theme.key: theme for theme in site.facets("themes")}
    cards = []
    for month in sorted(edition.months, key=lambda one: one.month):
        of_month = [themes[key] for key in month.theme if key in themes]
        picture = next((shown for one in of_month if (shown := cover(one))), None)
        cards.append(
            MonthCard(
                month=month.month,
                title=month.title,
                short=next((theme.name for theme in of_month if len(theme.name) <= LONGEST_NAME), ""),
                themes=tuple(map(facet_link, of_month)),
                days=month.days,
                events=len(found.get(f"{edition.year}-{month.month:02}", ())),
                colour=of_month[0].colour if of_month else facet.colour,
                picture=picture.address if picture else "",
                sector=sector(month.month),
            )
        )
    return tuple(cards)


def sector(month: int) -> Sector:
    """The part of the wheel for a month: January begins at the top, and the year runs clockwise."""
    begins, ends = (month - 1) * ARC + GAP, month * ARC - GAP
    outer = [_point(OUTER, begins), _point(OUTER, ends)]
    inner = [_point(INNER, ends), _point(INNER, begins)]
    path = (
        f"M{_pair(outer[0])}A{OUTER} {OUTER} 0 0 1 {_pair(outer[1])}"
        f"L{_pair(inner[0])}A{INNER} {INNER} 0 0 0 {_pair(inner[1])}Z"
    )
    x, y = _point(NUMBER, (begins + ends) / 2)
    return Sector(path, round(x), round(y))


def _point(radius: float, degrees: float) -> tuple[float, float]:
    """The point on a circle around the middle of the wheel; degrees count clockwise from the top."""
    return CENTRE + radius * sin(radians(degrees)), CENTRE - radius * cos(radians(degrees))


def _pair(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"
