"""`/plan/<year>/organisers/`: what each department has held in a year, and the results that it owes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from almanac.content.records.plan import PlanFields
from almanac.core.problems import text
from almanac.model.reporting import Tally, YearEvent, organiser_years, real_events, tally, year_events
from almanac.model.site import Site
from almanac.site.plan_figures import plan_address, plan_at
from almanac.site.plan_lists import ListedUnit, StateList, lines_of, sections_of
from almanac.site.results import owed, rows_to_fill_in
from almanac.site.views import Head, Link


class DepartmentRow(msgspec.Struct, frozen=True):
    """A department: its page, its events by state, and the number of its events without a result."""

    link: Link
    numbers: Tally
    owed: int


class DepartmentsView(msgspec.Struct, frozen=True):
    """All departments, those that owe most results first. `nobody` lists events whose files name no organiser."""

    head: Head
    year: int
    plan: Link
    rows: tuple[DepartmentRow, ...]
    nobody: tuple[ListedUnit, ...]


class DepartmentView(msgspec.Struct, frozen=True):
    """One department: its events without a result, over or going on, its table to fill in, and all its events."""

    head: Head
    name: str
    full_name: str
    year: int
    plan: Link
    over: tuple[ListedUnit, ...]
    going_on: tuple[ListedUnit, ...]
    table: str
    numbers: Tally
    sections: tuple[StateList, ...]


def departments(site: Site, plan: PlanFields) -> Iterator[str]:
    """The keys of the organisers that hold an event in the year of a plan, in the order of lists."""
    return (facet.key for facet in site.facets("organisers") if of_department(site, plan, facet.key))


def of_department(site: Site, plan: PlanFields, key: str) -> list[YearEvent]:
    """The events that an organiser holds in the year of a plan; it does not answer for those that it helps with."""
    found = organiser_years.get(site, f"{key}/{plan.year}") or ()
    return [event for event in real_events(found, of_sample=plan.sample)[0] if event.whole]


def departments_view(site: Site, path: str) -> DepartmentsView:
    """The view of all departments."""
    plan = plan_at(site, path)
    link = Link(plan.title, plan_address(plan.year))
    rows = [_row(site, plan, key) for key in departments(site, plan)]
    found = real_events(year_events.get(site, str(plan.year)) or (), of_sample=plan.sample)[0]
    return DepartmentsView(
        head=Head(f"{link.address}organisers/", text("Results by organiser").message, path=(link,), indexed=False),
        year=plan.year,
        plan=link,
        rows=tuple(sorted(rows, key=lambda row: -row.owed)),
        nobody=lines_of(site, [event for event in found if event.own and not event.organisers], "events"),
    )


def _row(site: Site, plan: PlanFields, key: str) -> DepartmentRow:
    found = of_department(site, plan, key)
    name = site.facet("organisers", key).name
    return DepartmentRow(Link(name, _address(plan, key)), tally(found, "events"), len(owed(found)))


def _address(plan: PlanFields, key: str) -> str:
    return f"{plan_address(plan.year)}organisers/{key}/"


def department_view(site: Site, path: str, key: str) -> DepartmentView:
    """The view of one department."""
    plan, facet = plan_at(site, path), site.facet("organisers", key)
    link, found = Link(plan.title, plan_address(plan.year)), of_department(site, plan, key)
    all_departments = Link(text("Results by organiser").message, f"{link.address}organisers/")
    owing = owed(found)
    return DepartmentView(
        head=Head(_address(plan, key), facet.name, path=(link, all_departments), indexed=False),
        name=facet.name,
        full_name=facet.full_name,
        year=plan.year,
        plan=link,
        over=_lines(site, owing, over=True),
        going_on=_lines(site, owing, over=False),
        table=f"{_address(plan, key)}results.csv" if owing else "",
        numbers=tally(found, "events"),
        sections=sections_of(site, found, "events"),
    )


def _lines(site: Site, owing: Sequence[YearEvent], *, over: bool) -> tuple[ListedUnit, ...]:
    chosen = [event for event in owing if event.whole and (event.whole.state == "overdue") == over]
    return lines_of(site, chosen, "events")


def rows_of_department(site: Site, path: str, key: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the table that a department fills in."""
    return tuple(rows_to_fill_in(site, owed(of_department(site, plan_at(site, path), key))))
