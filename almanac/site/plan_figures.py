"""The figures of a work plan: for each target what the calendar holds of it, and what departments have reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from almanac.content.records.plan import PlanFields, Target
from almanac.model.reporting import (
    Tally,
    YearEvent,
    achieved,
    counting,
    forecast,
    real_events,
    reported,
    tally,
    units,
    year_events,
)
from almanac.model.site import Site


class CountedEvents(msgspec.Struct, frozen=True):
    """The events among which the targets of a plan count: of its year and of the year before.

    `before` is None if the calendar knows no event of that year. `samples` are made-up events, which do not count.
    """

    events: Sequence[YearEvent]
    samples: Sequence[YearEvent]
    before: Sequence[YearEvent] | None


class TargetFigures(msgspec.Struct, frozen=True):
    """The figures of a target. `numbers`, `expected` and `before` are None if it counts no events.

    `of` is what it counts. `expected` is the forecast for the end of the year, `before` the figure of the year before,
    `samples` the number of units of made-up events. `reported` is the figure known from elsewhere.
    """

    target: Target
    of: str
    numbers: Tally | None
    expected: int | None
    before: int | None
    samples: int
    reported: float | None

    @property
    def held(self) -> int | None:
        """The figure that is held; None if it counts no events."""
        return None if self.numbers is None else achieved(self.numbers, self.of)

    @property
    def reached(self) -> float | None:
        """The figure to compare with the promise: the larger of both, since reports may hold the same events."""
        known = [figure for figure in (self.held, self.reported) if figure is not None]
        return max(known, default=None)


def plan_address(year: int) -> str:
    """The page of a year's plan."""
    return f"/plan/{year}/"


def plan_at(site: Site, path: str) -> PlanFields:
    """The plan in a file."""
    fields: PlanFields = next(record.fields for record in site.plans if record.path == path)
    return fields


def plan_of_year(site: Site, year: int) -> PlanFields | None:
    """The plan of a year; None if there is none."""
    return next((record.fields for record in site.plans if record.fields.year == year), None)


def counted_events(site: Site, plan: PlanFields) -> CountedEvents:
    """The events among which the targets of a plan count."""
    real, samples = real_events(year_events.get(site, str(plan.year)) or (), of_sample=plan.sample)
    before = year_events.get(site, str(plan.year - 1))
    return CountedEvents(real, samples, None if before is None else real_events(before, of_sample=plan.sample)[0])


def figures(plan: PlanFields, counted: CountedEvents) -> Iterator[TargetFigures]:
    """The figures of each target of a plan."""
    return (target_figures(target, counted) for target in plan.targets)


def target_figures(target: Target, counted: CountedEvents) -> TargetFigures:
    """The figures of one target."""
    counts = target.counts
    if counts is None:
        return TargetFigures(target, "", None, None, None, 0, reported(target))
    numbers = tally(counting(counted.events, counts), counts.of)
    before = None
    if counted.before is not None:
        before = achieved(tally(counting(counted.before, counts), counts.of), counts.of)
    return TargetFigures(
        target=target,
        of=counts.of,
        numbers=numbers,
        expected=forecast(numbers, counts.of),
        before=before,
        samples=number_of_units(counting(counted.samples, counts), counts.of),
        reported=reported(target),
    )


def number_of_units(found: Iterable[YearEvent], of: str) -> int:
    """The number of units of some events, in any state."""
    return sum(len(units(event, of)) for event in found)
