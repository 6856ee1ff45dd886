"""`/plan/<year>/`: what a year's work plan promises, and how far the calendar has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from almanac.catalogue import Catalogue, Event
from almanac.content.records import Record
from almanac.content.records.plan import Counts, PlanFields, Target
from almanac.occurrences import Occurrence
from almanac.pages import Page
from almanac.views import Head, Link, facet_link, site_feed


@dataclass(frozen=True)
class TargetView:
    """One promise. `done` counts what has taken place, `planned` what is still announced; both are None where nothing can count."""

    target: Target
    organisers: tuple[Link, ...]
    done: int | None
    planned: int | None


@dataclass(frozen=True)
class PlanView:
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
    # What is made up fulfils no real target.
    events = [
        event for event in catalogue.events if (plan.sample or not event.fields.sample) and any(one.begins.year == plan.year for one in event.dates.occurrences)
    ]
    return PlanView(
        head=Head(f"/plan/{plan.year}/", plan.title, plan.summary or "", feeds=(site_feed(catalogue),)),
        plan=plan,
        issuers=_links(catalogue, plan.issuer),
        body=record.body,
        targets=tuple(_target(catalogue, target, events, plan.year) for target in plan.targets),
        archive=Link(str(plan.year), f"/archive/{plan.year}/", len(events)) if events else None,
    )


def _links(catalogue: Catalogue, keys: tuple[str, ...]) -> tuple[Link, ...]:
    organisers = {facet.key: facet for facet in catalogue.facets["organisers"]}
    return tuple(facet_link(organisers[key]) for key in keys if key in organisers)


def _target(catalogue: Catalogue, target: Target, events: list[Event], year: int) -> TargetView:
    done = planned = None
    if target.counts:
        dates = [
            (event, one)
            for event in events
            if _counts(event, target.counts)
            for one in event.dates.occurrences
            if one.begins.year == year and one.status not in {"cancelled", "postponed"}
        ]
        over = [entry for entry in dates if entry[1].ends <= catalogue.now and _held(entry[0])]
        ahead = [entry for entry in dates if entry[1].ends > catalogue.now]
        done, planned = _sum(over, target.counts), _sum(ahead, target.counts)
    return TargetView(target, _links(catalogue, target.organiser), done, planned)


def _counts(event: Event, counts: Counts) -> bool:
    """Whether the event passes every filter that is given."""
    fields = event.fields
    filters: list[tuple[tuple[str, ...], tuple[str | None, ...]]] = [
        (counts.programme, (fields.programme,)),
        (counts.theme, fields.theme),
        (counts.organiser, (*fields.organiser, *fields.co_organiser)),
        (counts.audience, fields.audience),
        (counts.level, (fields.level,)),
    ]
    return all(not wanted or set(wanted) & set(had) for wanted, had in filters)


def _held(event: Event) -> bool:
    return event.fields.result is None or event.fields.result.held


def _sum(dates: list[tuple[Event, Occurrence]], counts: Counts) -> int:
    if counts.of == "occurrences":
        return len(dates)
    events = {event.id: event for event, _ in dates}.values()
    if counts.of == "events":
        return len(events)
    return sum(event.fields.result.participants or 0 for event in events if event.fields.result)
