"""Campaigns and the themes of months, as programmes announce them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from almanac.content.records.programme import ObservedDay
from almanac.model.site import Site
from almanac.site.calendar_days import month_dates
from almanac.site.pictures import cover
from almanac.site.views import Link, facet_link, month_address

MONTHS_AHEAD = 12  # themes of months that a page carries, so that it is true on a site that is not built again
CAMPAIGN_NOTICE = timedelta(days=45)  # a campaign is announced this long before it begins


class Campaign(msgspec.Struct, frozen=True):
    """A programme's edition with dates, such as the science week, that is on or to come; `ends` is exclusive.

    A script shows it from `notice` on, a day.
    """

    link: Link
    notice: date
    start: date
    end: date
    ends: date
    slogan: str
    colour: str
    picture: str


class MonthTheme(msgspec.Struct, frozen=True):
    """The theme that a programme gives a month. `link` leads to the programme, `events` to the events of the month."""

    month: date
    events: Link | None
    title: str
    link: Link
    themes: tuple[Link, ...]
    days: tuple[ObservedDay, ...]
    colour: str
    picture: str


def campaigns(site: Site, today: date) -> Iterator[Campaign]:
    """The editions with dates that are on or to come, the next first."""
    ahead = [
        (edition.start, facet, edition)
        for facet in site.facets("programmes")
        for edition in (facet.fields.editions if facet.fields else ())
        if edition.start and edition.end and edition.end >= today
    ]
    for start, facet, edition in sorted(ahead, key=lambda one: (one[0], one[1].key)):
        picture = cover(facet)
        yield Campaign(
            link=Link(edition.name or facet.name, f"{facet.address}{edition.year}/"),
            notice=start - CAMPAIGN_NOTICE,
            start=start,
            end=edition.end,
            ends=edition.end + timedelta(days=1),
            slogan=edition.slogan or "",
            colour=facet.colour,
            picture=picture.address if picture else "",
        )


def month_themes(site: Site, today: date) -> Iterator[MonthTheme]:
    """The themes of this month and the next ones, where a programme gives them, in the order of months."""
    first = today.replace(day=1)
    given = {
        date(edition.year, month.month, 1): (facet, month)
        for facet in site.facets("programmes")
        for edition in (facet.fields.editions if facet.fields else ())
        for month in edition.months
    }
    with_events = set(month_dates(site))
    for day in sorted(day for day in given if day >= first)[:MONTHS_AHEAD]:
        facet, month = given[day]
        themes = [theme for theme in site.facets("themes") if theme.key in month.theme]
        picture = next((shown for one in (*themes, facet) if (shown := cover(one))), None)
        yield MonthTheme(
            month=day,
            events=Link(f"{day:%Y-%m}", month_address(day)) if day in with_events else None,
            title=month.title,
            link=facet_link(facet),
            themes=tuple(map(facet_link, themes)),
            days=month.days,
            colour=themes[0].colour if themes else facet.colour,
            picture=picture.address if picture else "",
        )
