"""`/plan/<year>/`: what a year's work plan promises, and how far the calendar has come."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.build.pages import Page
from almanac.content.metadata import Period
from almanac.content.records import Record
from almanac.content.records.event import CALLED_OFF
from almanac.content.records.plan import Counts, PlanFields, Target
from almanac.model.catalogue import Catalogue, Event
from almanac.site.views import Head, Link, facet_link, site_feed


class TargetView(msgspec.Struct, frozen=True):
    """One promise. `done` counts what has taken place, `planned` what is still announced; both are None where nothing can count.

    `samples` counts made-up events of a real plan: they are shown, and fulfil nothing.
    """

    target: Target
    organisers: tuple[Link, ...]
    done: int | None
    planned: int | None
    samples: int = 0


class PlanView(msgspec.Struct, frozen=True):
    """A year's plan."""

    head: Head
    plan: PlanFields
    issuers: tuple[Link, ...]
    body: str
    targets: tuple[TargetView, ...]
    archive: Link | None


def pages(catalogue: Catalogue) -> Iterator[Page]:
    """A page for each year's plan."""
    for record in catalogue.plans:
        yield Page(f"/plan/{record.fields.year}/", "html:plan.html", _view(catalogue, record), record.path)


def _view(catalogue: Catalogue, record: Record[PlanFields]) -> PlanView:
    plan = record.fields
    events = [event for event in catalogue.events if plan.year in event.years()]
    return PlanView(
        head=Head(f"/plan/{plan.year}/", plan.title, plan.summary or "", feeds=(site_feed(catalogue),)),
        plan=plan,
        issuers=_links(catalogue, plan.issuer),
        body=record.body,
        targets=tuple(_target(catalogue, target, plan, events) for target in plan.targets),
        archive=Link(str(plan.year), f"/archive/{plan.year}/", len(events)) if events else None,
    )


def _links(catalogue: Catalogue, keys: tuple[str, ...]) -> tuple[Link, ...]:
    organisers = {facet.key: facet for facet in catalogue.facets["organisers"]}
    return tuple(facet_link(organisers[key]) for key in keys if key in organisers)


def _target(catalogue: Catalogue, target: Target, plan: PlanFields, events: list[Event]) -> TargetView:
    organisers = _links(catalogue, target.organiser)
    if not target.counts:
        return TargetView(target, organisers, None, None)
    dates = [
        (event, one)
        for event in events
        if _counts(event, target.counts)
        for one in event.periods
        if one.begins.year == plan.year and one.status not in CALLED_OFF
    ]
    # What is made up fulfils no real target.
    real = [entry for entry in dates if plan.sample or not entry[0].facts.sample]
    made_up = [entry for entry in dates if not plan.sample and entry[0].facts.sample]
    ahead = [entry for entry in real if entry[1].ends > catalogue.now]
    return TargetView(
        target,
        organisers,
        done=_sum(_over(catalogue, real), target.counts),
        planned=_sum(ahead, target.counts),
        samples=_sum(_over(catalogue, made_up), target.counts),
    )


def _over(catalogue: Catalogue, dates: list[tuple[Event, Period]]) -> list[tuple[Event, Period]]:
    """The dates that are past, of events that took place."""
    return [entry for entry in dates if entry[1].ends <= catalogue.now and entry[0].facts.held]


def _counts(event: Event, counts: Counts) -> bool:
    """Whether the event passes every filter that is given."""
    facts = event.facts
    filters: list[tuple[tuple[str, ...], tuple[str | None, ...]]] = [
        (counts.programme, (facts.programme,)),
        (counts.theme, facts.theme),
        (counts.organiser, (*facts.organiser, *facts.co_organiser)),
        (counts.audience, facts.audience),
        (counts.level, (facts.level,)),
    ]
    return all(not wanted or set(wanted) & set(had) for wanted, had in filters)


def _sum(dates: list[tuple[Event, Period]], counts: Counts) -> int:
    if counts.of == "occurrences":
        return len(dates)
    events = {event.id: event for event, _ in dates}.values()
    if counts.of == "events":
        return len(events)
    return sum(event.facts.participants for event in events)
