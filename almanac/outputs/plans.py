"""`/plan/<year>/`: the targets of a year's work plan, and how many the calendar has fulfilled."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from almanac.content.metadata import Period
from almanac.content.records.event import CALLED_OFF
from almanac.content.records.plan import Counts, PlanFields, Target
from almanac.model.indexes import first_months
from almanac.model.links import Linked
from almanac.model.links import events as linked
from almanac.model.site import Site
from almanac.site.bodies import shown_body
from almanac.site.pages import Page, page
from almanac.site.views import Head, Link, facet_link, site_feed


class TargetView(msgspec.Struct, frozen=True):
    """A target. `done` counts past events, `planned` those to come; both are None if the target counts nothing.

    `samples` counts made-up events of a real plan separately: they fulfil nothing.
    """

    target: Target
    organisers: tuple[Link, ...]
    done: int | None
    planned: int | None
    samples: int = 0


class PlanView(msgspec.Struct, frozen=True):
    """A year's plan. `others` leads to the plans of other years."""

    head: Head
    plan: PlanFields
    issuers: tuple[Link, ...]
    body: str
    targets: tuple[TargetView, ...]
    archive: Link | None
    others: tuple[Link, ...]


def pages(site: Site) -> Iterator[Page]:
    """A page for each year's plan."""
    for record in site.plans:
        address = f"/plan/{record.fields.year}/"
        yield page(address, "html:plan.html", plan_view, record.path, source=record.path, indexed=True)


def plan_view(site: Site, path: str) -> PlanView:
    """The view of the plan in a file."""
    plan: PlanFields = next(record.fields for record in site.plans if record.path == path)
    ids = chain.from_iterable((first_months.get(site, f"/{plan.year}") or {}).values())
    events = [linked.entry(site, event_id) for event_id in ids]
    return PlanView(
        head=Head(f"/plan/{plan.year}/", plan.title, plan.summary or "", feeds=(site_feed(site),)),
        plan=plan,
        issuers=_links(site, plan.issuer),
        body=shown_body(site, path),
        targets=tuple(_target(site, target, plan, events) for target in plan.targets),
        archive=Link(str(plan.year), f"/archive/{plan.year}/", len(events)) if events else None,
        others=tuple(Link(one.fields.title, f"/plan/{one.fields.year}/") for one in site.plans if one.path != path),
    )


def _links(site: Site, keys: tuple[str, ...]) -> tuple[Link, ...]:
    organisers = {facet.key: facet for facet in site.facets("organisers")}
    return tuple(facet_link(organisers[key]) for key in keys if key in organisers)


def _target(site: Site, target: Target, plan: PlanFields, events: list[Linked]) -> TargetView:
    organisers = _links(site, target.organiser)
    if not target.counts:
        return TargetView(target, organisers, None, None)
    dates = [
        (event, one)
        for event in events
        if _counts(event, target.counts)
        for one in event.metadata.periods
        if one.begins.year == plan.year and one.status not in CALLED_OFF
    ]
    # Made-up events fulfil no target of a real plan.
    real = [entry for entry in dates if plan.sample or not entry[0].metadata.sample]
    made_up = [entry for entry in dates if not plan.sample and entry[0].metadata.sample]
    ahead = [entry for entry in real if entry[1].ends > site.now]
    return TargetView(
        target,
        organisers,
        done=_sum(_over(site, real), target.counts),
        planned=_sum(ahead, target.counts),
        samples=_sum(_over(site, made_up), target.counts),
    )


def _over(site: Site, dates: list[tuple[Linked, Period]]) -> list[tuple[Linked, Period]]:
    """The past dates of events that took place."""
    return [entry for entry in dates if entry[1].ends <= site.now and entry[0].metadata.held]


def _counts(event: Linked, counts: Counts) -> bool:
    """Whether the event passes every filter that is given."""
    filters: list[tuple[tuple[str, ...], tuple[str | None, ...]]] = [
        (counts.programme, (event.programme,)),
        (counts.theme, event.themes),
        (counts.organiser, (*event.organisers, *event.co_organisers)),
        (counts.audience, event.audiences),
        (counts.level, (event.metadata.level,)),
    ]
    return all(not wanted or set(wanted) & set(had) for wanted, had in filters)


def _sum(dates: list[tuple[Linked, Period]], counts: Counts) -> int:
    if counts.of == "occurrences":
        return len(dates)
    events = {event.id: event for event, _ in dates}.values()
    if counts.of == "events":
        return len(events)
    return sum(event.metadata.participants for event in events)
