"""The chart of a year: the grids of its months with the most important events of each."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import msgspec

from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.model.site import Site
from almanac.site.calendar_days import RANKS
from almanac.site.dates import DateWords
from almanac.site.month_sheets import (
    LASTING,
    WHOLE_CITY,
    SheetDay,
    code_target,
    days_of_month,
    events_of_month,
    month_grid,
    sheet_frame,
)
from almanac.site.settings import site_settings
from almanac.site.views import CodeTarget

HIGHLIGHTS = 12  # events of a month on the chart of a year
CHART = text("Science calendar of the year {year}: {site}")
MORE = text("and {count} more")
SAMPLES = text("A demonstration: most events here are made up. Please do not go there.")


class ChartMonth(msgspec.Struct, frozen=True):
    """A month on the chart of a year: its grid, its most important events as pairs of day and title, and how many more.

    The `numbers` of a day hold how many events it has, if any.
    """

    name: str
    weeks: tuple[tuple[SheetDay, ...], ...]
    highlights: tuple[tuple[str, str], ...]
    more: str


class YearChart(msgspec.Struct, frozen=True):
    """The months of a year on one sheet."""

    language: str
    site: str
    title: str
    weekdays: tuple[str, ...]
    months: tuple[ChartMonth, ...]
    labels: dict[str, str]
    host: str
    phone: str
    website: str
    code: CodeTarget
    sample: str
    picture: str = ""


def year_chart(site: Site, year: int) -> YearChart:
    """The chart of a year."""
    settings = site_settings(site)
    translate = gettext_of(settings.language, settings.messages)
    every = [_chart_month(site, date(year, month, 1), translate) for month in range(1, 13)]
    return YearChart(
        **sheet_frame(site, translate),
        title=translate(CHART.message).format(year=year, site=settings.title),
        months=tuple(every),
        code=code_target(site, "/calendar/"),
        sample=translate(SAMPLES.message) if settings.mostly_samples else "",
    )


def _chart_month(site: Site, first: date, translate: Translate) -> ChartMonth:
    """A month on the chart: events of the city first, then those of districts and departments, then others."""
    words = DateWords(translate)
    shown = {event: days for event in events_of_month(site, first, WHOLE_CITY) if (days := days_of_month(event, first))}
    on_day: dict[date, int] = defaultdict(int)
    for days in shown.values():
        for day in days if len(days) < LASTING else days[:1]:
            on_day[day] += 1
    best = sorted(shown, key=lambda event: (RANKS[event.fields.level], shown[event][0], event.id))[:HIGHLIGHTS]
    best.sort(key=lambda event: (shown[event][0], event.id))
    return ChartMonth(
        name=words.month_name(first),
        weeks=month_grid(site, first, {day: [count] for day, count in on_day.items()}),
        highlights=tuple((str(shown[event][0].day), event.fields.title) for event in best),
        more=translate(MORE.message).format(count=len(shown) - len(best)) if len(shown) > len(best) else "",
    )
