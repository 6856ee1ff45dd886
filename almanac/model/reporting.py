"""What the events of a year count towards the targets of a plan.

What counts is data: the `counts` of a target. This module holds the states, the units and the sums, as pure functions
of the events' metadata. One table holds the events of each year, so that a page reads a year at once.

An event belongs to each year in which one of its dates begins, an occurrence to the year in which it begins, a day to
its own year. The number of participants is known of the whole event: it belongs to the year of the last date.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from almanac.content.history import Identity
from almanac.content.metadata import Metadata, Period
from almanac.content.queries import metadata
from almanac.content.records.event import CALLED_OFF, Level
from almanac.content.records.plan import Counts, Target
from almanac.core.problems import text
from almanac.incremental import Asked, table
from almanac.model.labels import labels
from almanac.model.links import NEVER, Linked, drafts, events, link
from almanac.model.time import period

# planned: known, but not announced for a day, as a draft or a postponed event is. announced: to come or under way.
# held: over, with a result that says so. overdue: over without a result, and never counted as held. cancelled: called
# off, or the result says that it was not held.
State: TypeAlias = Literal["planned", "announced", "held", "overdue", "cancelled"]
STATES: tuple[State, ...] = ("held", "overdue", "announced", "planned", "cancelled")
STATE_WORDS = {
    "planned": text("Planned"),
    "announced": text("Announced"),
    "held": text("Held"),
    "overdue": text("Result missing"),
    "cancelled": text("Cancelled or not held"),
}
# Of two states on one day, the one that counts for it comes first.
PRECEDENCE: Mapping[State, int] = {state: place for place, state in enumerate(STATES)}


class Unit(msgspec.Struct, frozen=True, array_like=True):
    """One thing that a target counts: an event, an occurrence or a day, with its state and its beginning."""

    state: State
    begins: datetime


class YearEvent(msgspec.Struct, frozen=True, array_like=True):
    """An event in a year: the keys of its facets, and its units in the year. It is `own` unless another site holds it.

    `whole` is the event itself, None if it only has days in the year. `closes` means that its last date is in the
    year, so that its participants count there; `participants` is None while their number is unknown.
    """

    id: str
    own: bool
    programme: str | None
    form: str | None
    level: Level
    themes: tuple[str, ...]
    audiences: tuple[str, ...]
    organisers: tuple[str, ...]
    co_organisers: tuple[str, ...]
    district: str | None
    sample: bool
    whole: Unit | None
    occurrences: tuple[Unit, ...]
    days: tuple[Unit, ...]
    closes: bool
    participants: int | None


class Tally(msgspec.Struct, frozen=True):
    """The numbers of units by their state. `participants` is the sum of those of held events, and `known` their number.

    For a target that counts participants the units are events.
    """

    planned: int = 0
    announced: int = 0
    held: int = 0
    overdue: int = 0
    cancelled: int = 0
    participants: int = 0
    known: int = 0


@table(tuple[YearEvent, ...])
def year_events(site: Asked) -> Mapping[str, tuple[YearEvent, ...]]:
    """The published events of each year, by their first dates."""
    return by_year(events(site).values(), period(site).since)


def by_year(found: Iterable[Linked], now: datetime) -> dict[str, tuple[YearEvent, ...]]:
    """The events of each year at a moment, local time, in the given order."""
    years: dict[str, list[YearEvent]] = defaultdict(list)
    for event in found:
        for year, one in _in_years(event, now):
            years[str(year)].append(one)
    return {year: tuple(years[year]) for year in sorted(years)}


def _in_years(event: Linked, now: datetime) -> Iterator[tuple[int, YearEvent]]:
    known = event.metadata
    occurrences = [_unit(periods, known, now) for periods in runs(known)]
    days = _days(known, now)
    going_on = [one for one in known.periods if one.status not in CALLED_OFF] or known.periods
    closing = going_on[-1].begins.year
    for year in sorted({*(one.begins.year for one in known.periods), *(one.begins.year for one in days)}):
        begun = [one for one in known.periods if one.begins.year == year]
        yield (
            year,
            YearEvent(
                id=event.id,
                own=event.home is None,
                programme=event.programme,
                form=event.form,
                level=known.level,
                themes=event.themes,
                audiences=event.audiences,
                organisers=event.organisers,
                co_organisers=event.co_organisers,
                district=event.district,
                sample=known.sample,
                whole=_unit(begun, known, now) if begun else None,
                occurrences=tuple(one for one in occurrences if one.begins.year == year),
                days=tuple(one for one in days if one.begins.year == year),
                closes=closing == year,
                participants=known.participants if closing == year and known.held else None,
            ),
        )


def runs(known: Metadata) -> list[Sequence[Period]]:
    """The occurrences of an event: one for each date, or one for all days of an exhibition with daily hours."""
    return [known.periods] if known.run else [(one,) for one in known.periods]


def _unit(periods: Sequence[Period], known: Metadata, now: datetime) -> Unit:
    return Unit(state_of(periods, known, now), periods[0].begins)


def state_of(periods: Iterable[Period], known: Metadata, now: datetime) -> State:
    """The state of some dates of an event at a moment."""
    periods = tuple(periods)
    going_on = [one for one in periods if one.status not in CALLED_OFF]
    if not going_on:
        return "planned" if any(one.status == "postponed" for one in periods) else "cancelled"
    if known.held is False:
        return "cancelled"
    over = [one.ends <= now for one in going_on]
    if known.held and any(over):
        return "held"
    return "overdue" if all(over) else "announced"


def _days(known: Metadata, now: datetime) -> tuple[Unit, ...]:
    """The days of an event, each once: two sessions on one day are one day. A day has the state of its occurrence."""
    found: dict[date, Unit] = {}
    for periods in runs(known):
        state = state_of(periods, known, now)
        for one in periods:
            of_day = state_of((one,), known, now) if one.status in CALLED_OFF else state
            for day in one.days():
                begins = max(one.begins, datetime.combine(day, datetime.min.time()))
                unit = Unit(of_day, begins)
                if day not in found or PRECEDENCE[of_day] < PRECEDENCE[found[day].state]:
                    found[day] = unit
    return tuple(found[day] for day in sorted(found))


def counting(found: Iterable[YearEvent], counts: Counts) -> list[YearEvent]:
    """The events that pass every filter that is given."""
    filters = [
        (frozenset(wanted), keys_of)
        for wanted, keys_of in (
            (counts.programme, _programme),
            (counts.form, _form),
            (counts.level, _level),
            (counts.theme, _themes),
            (counts.organiser, all_organisers),
            (counts.audience, _audiences),
        )
        if wanted
    ]
    return [event for event in found if all(not wanted.isdisjoint(keys_of(event)) for wanted, keys_of in filters)]


def _programme(event: YearEvent) -> tuple[str | None, ...]:
    return (event.programme,)


def _form(event: YearEvent) -> tuple[str | None, ...]:
    return (event.form,)


def _level(event: YearEvent) -> tuple[str | None, ...]:
    return (event.level,)


def _themes(event: YearEvent) -> tuple[str | None, ...]:
    return event.themes


def _audiences(event: YearEvent) -> tuple[str | None, ...]:
    return event.audiences


def all_organisers(event: YearEvent) -> tuple[str, ...]:
    """The keys of its organisers and co-organisers, each once."""
    return tuple(dict.fromkeys((*event.organisers, *event.co_organisers)))


def units(event: YearEvent, of: str) -> tuple[Unit, ...]:
    """The units of an event that a target counts. Of participants, the event is the unit in the year of its end."""
    if of == "occurrences":
        return event.occurrences
    if of == "days":
        return event.days
    if event.whole is None or (of == "participants" and not event.closes):
        return ()
    return (event.whole,)


def tally(found: Iterable[YearEvent], of: str) -> Tally:
    """The numbers of the units of some events."""
    chosen = list(found)
    states: Counter[str] = Counter(unit.state for event in chosen for unit in units(event, of))
    known = [event.participants for event in chosen if event.participants is not None and _counts_people(event)]
    return Tally(**states, participants=sum(known), known=len(known))


def _counts_people(event: YearEvent) -> bool:
    return event.whole is not None and event.whole.state == "held"


def forecast(numbers: Tally, of: str) -> int | None:
    """The figure by the year's end if all that is announced takes place; None if that cannot be told.

    Of events, occurrences and days: those held, and those announced. Of participants: those reported, and for each
    announced event the mean of the events whose number is known, rounded down. Overdue events are left out.
    """
    if of != "participants":
        return numbers.held + numbers.announced
    if not numbers.announced:
        return numbers.participants
    if not numbers.known:
        return None
    return numbers.participants + numbers.announced * numbers.participants // numbers.known


def achieved(numbers: Tally, of: str) -> int:
    """The figure that is held: a number of units, or of participants."""
    return numbers.participants if of == "participants" else numbers.held


def reported(target: Target) -> float | None:
    """The figure of a target that is known from elsewhere; None if there is none.

    Of each department the latest report counts, and these are added. With `reported_total: latest` only the latest
    report of all counts. A report without a date is older than one with a date; of two on one day the later in the
    file counts.
    """
    if not target.reported:
        return None
    ordered = sorted(target.reported, key=lambda one: one.date or date.min)
    if target.reported_total == "latest":
        return ordered[-1].figure
    return sum({one.by: one.figure for one in ordered}.values())


def real_events(found: Iterable[YearEvent], *, of_sample: bool) -> tuple[list[YearEvent], list[YearEvent]]:
    """The events that may count towards a plan, and made-up ones, which fulfil no target of a real plan."""
    chosen = list(found)
    if of_sample:
        return chosen, []
    return [one for one in chosen if not one.sample], [one for one in chosen if one.sample]


@table(tuple[YearEvent, ...])
def organiser_years(site: Asked) -> Mapping[str, tuple[YearEvent, ...]]:
    """The events that each organiser holds in each year (`kexie/2026`), by their first dates.

    Nobody answers for events that it only helps with, so that no event is reported twice.
    """
    found: dict[str, list[YearEvent]] = defaultdict(list)
    for year, of_year in year_events(site).items():
        for event in of_year:
            for key in event.organisers:
                found[f"{key}/{year}"].append(event)
    return {key: tuple(of_organiser) for key, of_organiser in found.items()}


def owes_result(event: YearEvent) -> bool:
    """Whether some occurrence of the year is over and lacks a result; others may be to come."""
    return any(one.state == "overdue" for one in event.occurrences)


def drafts_by_year(site: Asked) -> dict[str, tuple[YearEvent, ...]]:
    """The drafts of each year: planned, as nothing of them is public yet. Unknown names are left out."""
    by_name, now = labels(site), period(site).since
    found = [
        link(path, one, by_name, NEVER, Identity(path, ()))
        for path in drafts(site)
        if (one := metadata(site, path)) and one.periods
    ]
    return {year: tuple(_as_planned(event) for event in of_year) for year, of_year in by_year(found, now).items()}


def _as_planned(event: YearEvent) -> YearEvent:
    def planned(unit: Unit) -> Unit:
        return replace(unit, state="planned") if unit.state != "cancelled" else unit

    return replace(
        event,
        whole=planned(event.whole) if event.whole else None,
        occurrences=tuple(map(planned, event.occurrences)),
        days=tuple(map(planned, event.days)),
        participants=None,
    )


class Gap(msgspec.Struct, frozen=True):
    """Months, from `first` to `last`, in which a district has no event for an audience."""

    district: str
    audience: str
    first: int
    last: int

    @property
    def length(self) -> int:
        """The number of months."""
        return self.last - self.first + 1


def months_of_event(event: YearEvent) -> frozenset[int]:
    """The months of the year in which the event has a day that is not called off."""
    return frozenset(one.begins.month for one in event.days if one.state != "cancelled")


def gaps(
    covered: Mapping[tuple[str, str], Iterable[int]], districts: Iterable[str], audiences: Sequence[str]
) -> list[Gap]:
    """The gaps of a year, the longest first; `covered` gives the months with events by district and audience."""
    found = []
    for district in districts:
        for audience in audiences:
            months = sorted({0, 13, *covered.get((district, audience), ())})
            found += [
                Gap(district, audience, before + 1, after - 1)
                for before, after in pairwise(months)
                if after - before > 1
            ]
    return sorted(found, key=lambda gap: -gap.length)  # a stable sort: equal ones stay in the order of the lists
