"""A year in review: its figures, a picture of its days, its largest events, and its facets, beside the year before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

import msgspec

from almanac.core.problems import text
from almanac.model.reporting import YearEvent, tally, year_events
from almanac.model.site import Site
from almanac.site.calendar_days import DAYS_IN_WEEK
from almanac.site.coverage import MONTH_NUMBERS, Shaded, ShadedRow, ShadedTable, shaded
from almanac.site.dates import WEEKDAYS
from almanac.site.views import Link

MOST_LARGEST = 10
MOST_OF_A_KIND = 12  # facets of one kind; the pages of the kind list all
STEP = 12  # between the squares of days, in units of the drawing
BAR = 1000  # the width of a drawn bar


class YearFigure(msgspec.Struct, frozen=True):
    """A figure of the year, its name, which is a message, and the figure of the year before, None if unknown."""

    name: str
    figure: int
    before: int | None


class Square(msgspec.Struct, frozen=True):
    """A day in the picture of the year: the place of its square's middle, and its shade from 0 to SHADES."""

    x: int
    y: int
    shade: int


class Largest(msgspec.Struct, frozen=True):
    """One of the events with most participants."""

    link: Link
    day: date
    participants: int


class FacetFigure(msgspec.Struct, frozen=True):
    """A facet with the number of its events, of those of the year before, and the width of its bar out of BAR."""

    link: Link
    before: int | None
    bar: int


class FacetFigures(msgspec.Struct, frozen=True):
    """The facets of a kind with most events; `name` is a message. `more` counts the others."""

    name: str
    facets: tuple[FacetFigure, ...]
    more: int


class YearReview(msgspec.Struct, frozen=True):
    """A year in review. `weekdays` is the table of the picture: event days by month and weekday."""

    figures: tuple[YearFigure, ...]
    squares: tuple[Square, ...]
    month_places: tuple[int, ...]
    weekdays: ShadedTable
    largest: tuple[Largest, ...]
    facets: tuple[FacetFigures, ...]


class FacetKind(msgspec.Struct, frozen=True):
    """A kind of facet that the review lists, its name, which is a message, and the keys of an event's facets."""

    kind: str
    name: str
    keys: Callable[[YearEvent], Iterable[str]]


class TwoYears(msgspec.Struct, frozen=True):
    """The events of a year, and of the year before, None if the calendar knows none of that."""

    year: int
    found: list[YearEvent]
    before: list[YearEvent] | None


KINDS = (
    FacetKind("themes", text("By theme").message, lambda event: event.themes),
    FacetKind("forms", text("By form").message, lambda event: (event.form,) if event.form else ()),
    FacetKind("organisers", text("By organiser").message, lambda event: event.organisers),
)


def year_review(site: Site, year: int) -> YearReview:
    """The review of a year. Events that are called off, or were not held, do not count."""
    found = _standing(year_events.get(site, str(year)) or ())
    earlier = year_events.get(site, str(year - 1))
    before = None if earlier is None else _standing(earlier)
    days = _days(found)
    return YearReview(
        figures=tuple(_figures(found, before)),
        squares=tuple(_squares(year, days)),
        month_places=tuple(_place(date(year, month, 1))[0] for month in MONTH_NUMBERS),
        weekdays=_weekdays(days),
        largest=tuple(_largest(site, found)),
        facets=tuple(_facets(site, kind, TwoYears(year, found, before)) for kind in KINDS),
    )


def _standing(found: Iterable[YearEvent]) -> list[YearEvent]:
    return [event for event in found if event.whole and event.whole.state != "cancelled"]


def _figures(found: Sequence[YearEvent], before: Sequence[YearEvent] | None) -> Iterable[YearFigure]:
    for name, count in (
        (text("Events").message, len),
        (text("Occurrences").message, _occurrences),
        (text("Events with a result").message, lambda chosen: tally(chosen, "events").held),
        (text("Participants known").message, lambda chosen: tally(chosen, "events").participants),
        (text("Days with an event").message, lambda chosen: len(_days(chosen))),
        (text("Organisers").message, lambda chosen: len({key for event in chosen for key in event.organisers})),
    ):
        yield YearFigure(name, count(found), None if before is None else count(before))


def _occurrences(found: Iterable[YearEvent]) -> int:
    return sum(unit.state != "cancelled" for event in found for unit in event.occurrences)


def _days(found: Iterable[YearEvent]) -> Counter[date]:
    """The number of events on each day with one."""
    return Counter(unit.begins.date() for event in found for unit in event.days if unit.state != "cancelled")


def _squares(year: int, days: Counter[date]) -> Iterable[Square]:
    """The square of each day of the year: a column for each week, which begins on Monday."""
    most = max(days.values(), default=0)
    day = date(year, 1, 1)
    while day.year == year:
        x, y = _place(day)
        yield Square(x, y, shaded(days[day], most).shade)
        day += timedelta(days=1)


def _place(day: date) -> tuple[int, int]:
    first = date(day.year, 1, 1)
    week = ((day - first).days + first.weekday()) // DAYS_IN_WEEK
    return week * STEP + STEP // 2, day.weekday() * STEP + STEP // 2


def _weekdays(days: Counter[date]) -> ShadedTable:
    """Event days by month and weekday, with their shades."""
    numbers: Counter[tuple[int, int]] = Counter()
    for day, count in days.items():
        numbers[day.month, day.weekday()] += count
    most = max(numbers.values(), default=0)
    rows = []
    for weekday, name in enumerate(WEEKDAYS):
        cells: tuple[Shaded, ...] = tuple(shaded(numbers[month, weekday], most) for month in MONTH_NUMBERS)
        rows.append(ShadedRow(name.message, cells, sum(cell.count for cell in cells)))
    return ShadedTable("weekdays", "", (), tuple(rows))


def _largest(site: Site, found: Iterable[YearEvent]) -> Iterable[Largest]:
    known = [event for event in found if event.participants and event.whole]
    ordered = sorted(known, key=lambda event: (-(event.participants or 0), event.id))
    for event in ordered[:MOST_LARGEST]:
        shown = site.event(event.id)
        day = event.whole.begins.date() if event.whole else shown.begins.date()
        yield Largest(Link(shown.fields.title, shown.address), day, event.participants or 0)


def _facets(site: Site, kind: FacetKind, years: TwoYears) -> FacetFigures:
    numbers = Counter(key for event in years.found for key in kind.keys(event))
    earlier = None if years.before is None else Counter(key for event in years.before for key in kind.keys(event))
    ordered = sorted(numbers, key=lambda key: (-numbers[key], key))
    most = max(numbers.values(), default=1)
    facets = (site.facet(kind.kind, key) for key in ordered[:MOST_OF_A_KIND])
    return FacetFigures(
        kind.name,
        tuple(
            FacetFigure(
                Link(facet.name, f"{facet.address}{years.year}/", numbers[facet.key]),
                None if earlier is None else earlier[facet.key],
                BAR * numbers[facet.key] // most,
            )
            for facet in facets
        ),
        max(len(ordered) - MOST_OF_A_KIND, 0),
    )
