"""`/plan/<year>/`: a year's work plan with its figures. Every figure leads to the list of what it counts.

- `/plan/<year>/targets/<id>/`: the lists of one target.
- `/plan/<year>/organisers/` and below: the results that departments owe.
- `/plan/<year>/coverage/`: where, when and for whom the year's events are.
- `/plan/<year>/report/`: the tables of `almanac report`, for printing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time

import msgspec

from almanac.content.records.plan import Paragraph, PlanFields, ReportedFigure, Target
from almanac.model.reporting import STATES, State, Unit, YearEvent, counted, units
from almanac.model.site import Site
from almanac.site.bodies import shown_body
from almanac.site.pages import Page, page
from almanac.site.plan_figures import TargetFigures, figures, plan_at, sources_of, target_figures
from almanac.site.views import Head, Link, facet_link, site_feed

BAR = 1000  # the width of a drawn bar


class Bar(msgspec.Struct, frozen=True):
    """A drawn bar: the widths of what is held or reported and of what is announced, and the place of the promise."""

    held: int
    announced: int
    promise: int


class TargetRow(msgspec.Struct, frozen=True):
    """A target on the page of the plan. `address` is that of its lists, empty if there is nothing to list."""

    figures: TargetFigures
    address: str
    organisers: tuple[Link, ...]
    bar: Bar | None


class ParagraphRows(msgspec.Struct, frozen=True):
    """A paragraph and its targets. It has a name if the plan's file lists it; None holds the other targets."""

    number: int | None
    name: str
    organisers: tuple[Link, ...]
    rows: tuple[TargetRow, ...]


class PlanView(msgspec.Struct, frozen=True):
    """A year's plan. `others` leads to the plans of other years, `further` to the pages about this year."""

    head: Head
    plan: PlanFields
    issuers: tuple[Link, ...]
    body: str
    paragraphs: tuple[ParagraphRows, ...]
    counts: bool
    archive: Link | None
    others: tuple[Link, ...]


class Line(msgspec.Struct, frozen=True):
    """A line of a list: the event, its day, with the hour if it has one, and its participants if they are counted."""

    link: Link
    begins: datetime
    timed: bool
    participants: int | None = None


class Section(msgspec.Struct, frozen=True):
    """The lines of one state."""

    state: State
    lines: tuple[Line, ...]


class Report(msgspec.Struct, frozen=True):
    """A reported figure, and who reported it."""

    report: ReportedFigure
    by: str


class TargetView(msgspec.Struct, frozen=True):
    """The lists of a target: of its states, of made-up events, and of what was held in the year before."""

    head: Head
    plan: Link
    year: int
    figures: TargetFigures
    organisers: tuple[Link, ...]
    sections: tuple[Section, ...]
    samples: tuple[Line, ...]
    before: tuple[Line, ...]
    reports: tuple[Report, ...]


def pages(site: Site) -> Iterator[Page]:
    """The pages of each year's plan."""
    for record in site.plans:
        address, about = plan_address(record.fields.year), {"source": record.path}
        yield page(address, "html:plan.html", plan_view, record.path, indexed=True, **about)
        for target in record.fields.targets:
            if _is_listed(target):
                listed = f"{address}targets/{target.id}/"
                yield page(listed, "html:plan_target.html", target_view, record.path, target.id, **about)


def plan_address(year: int) -> str:
    """The page of a year's plan."""
    return f"/plan/{year}/"


def plan_view(site: Site, path: str) -> PlanView:
    """The view of the plan in a file."""
    plan = plan_at(site, path)
    sources = sources_of(site, plan)
    address = plan_address(plan.year)
    rows = [_row(site, one, address) for one in figures(plan, sources)]
    known = bool(sources.events or sources.samples)
    return PlanView(
        head=Head(address, plan.title, plan.summary or "", feeds=(site_feed(site),)),
        plan=plan,
        issuers=organiser_links(site, plan.issuer),
        body=shown_body(site, path),
        paragraphs=tuple(_paragraphs(site, plan, rows)),
        counts=any(row.figures.numbers for row in rows),
        archive=Link(str(plan.year), f"/archive/{plan.year}/") if known else None,
        others=tuple(Link(one.fields.title, plan_address(one.fields.year)) for one in site.plans if one.path != path),
    )


def _is_listed(target: Target) -> bool:
    """Whether there is anything to list of a target."""
    return bool(target.counts or target.reported)


def organiser_links(site: Site, keys: Iterable[str]) -> tuple[Link, ...]:
    """Links to organisers, without keys that no organiser has."""
    organisers = {facet.key: facet for facet in site.facets("organisers")}
    return tuple(facet_link(organisers[key]) for key in keys if key in organisers)


def _row(site: Site, found: TargetFigures, address: str) -> TargetRow:
    target = found.target
    return TargetRow(
        figures=found,
        address=f"{address}targets/{target.id}/" if _is_listed(target) else "",
        organisers=organiser_links(site, target.organiser),
        bar=_bar(found),
    )


def _bar(found: TargetFigures) -> Bar | None:
    if found.reached is None or found.target.figure <= 0:
        return None
    most = max(found.target.figure, found.reached, found.expected or 0)
    ahead = max((found.expected or 0) - found.reached, 0)
    return Bar(*(round(BAR * part / most) for part in (found.reached, ahead, found.target.figure)))


def _paragraphs(site: Site, plan: PlanFields, rows: list[TargetRow]) -> Iterator[ParagraphRows]:
    """The rows by paragraph, in the order of the numbers; targets without a paragraph come last."""
    listed: dict[int, Paragraph] = {one.number: one for one in plan.paragraphs}
    numbers: set[int | None] = {*listed, *(row.figures.target.paragraph for row in rows)}
    for number in sorted(numbers, key=lambda one: (one is None, one or 0)):
        paragraph = None if number is None else listed.get(number)
        of_paragraph = tuple(row for row in rows if row.figures.target.paragraph == number)
        yield ParagraphRows(
            number=number,
            name=paragraph.name if paragraph else "",
            organisers=organiser_links(site, paragraph.organiser) if paragraph else (),
            rows=of_paragraph,
        )


def target_view(site: Site, path: str, target_id: str) -> TargetView:
    """The view of the lists of one target."""
    plan = plan_at(site, path)
    target = next(one for one in plan.targets if one.id == target_id)
    sources = sources_of(site, plan)
    counts = target.counts
    of = counts.of if counts else ""
    chosen = counted(sources.events, counts) if counts else []
    samples = counted(sources.samples, counts) if counts else []
    before = counted(sources.before or (), counts) if counts else []
    plan_link = Link(plan.title, plan_address(plan.year))
    return TargetView(
        head=Head(f"{plan_link.address}targets/{target.id}/", target.name, path=(plan_link,), indexed=False),
        plan=plan_link,
        year=plan.year,
        figures=target_figures(target, sources),
        organisers=organiser_links(site, target.organiser),
        sections=tuple(Section(state, lines_of(site, chosen, of, state)) for state in STATES) if counts else (),
        samples=lines_of(site, samples, of),
        before=lines_of(site, before, of, "held"),
        reports=tuple(Report(one, _reporter(site, one.by)) for one in target.reported),
    )


def _reporter(site: Site, by: str | None) -> str:
    return next((facet.name for facet in site.facets("organisers") if facet.key == by), by or "")


def lines_of(site: Site, found: Iterable[YearEvent], of: str, state: State | None = None) -> tuple[Line, ...]:
    """A line for each unit of some events in a state, or in any state, by time."""
    chosen = [
        (unit.begins, event.id, event, unit)
        for event in found
        for unit in units(event, of)
        if state in {None, unit.state}
    ]
    return tuple(_line(site, event, unit, of) for _, _, event, unit in sorted(chosen, key=lambda one: one[:2]))


def _line(site: Site, event: YearEvent, unit: Unit, of: str) -> Line:
    shown = site.event(event.id)
    return Line(
        link=Link(shown.fields.title, shown.address),
        begins=unit.begins,
        timed=of == "occurrences" and unit.begins.time() != time(),
        participants=event.participants if of == "participants" and unit.state == "held" else None,
    )
