"""`/plan/<year>/`: a year's work plan with its figures. Every figure leads to the list of what it counts.

- `/plan/<year>/targets/<id>/`: the lists of one target.
- `/plan/<year>/organisers/` and below: the results that departments owe.
- `/plan/<year>/coverage/`: where, when and for whom the year's events are.
- `/plan/<year>/report/`: the tables of `almanac report`, for printing.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from almanac.content.records.plan import Paragraph, PlanFields, ReportedFigure, Target
from almanac.core.problems import text
from almanac.model.reporting import counting
from almanac.model.site import Site
from almanac.site.bodies import shown_body
from almanac.site.coverage import coverage_view
from almanac.site.departments import department_view, departments, departments_view, rows_of_department
from almanac.site.pages import Page, page
from almanac.site.plan_figures import TargetFigures, counted_events, figures, plan_address, plan_at, target_figures
from almanac.site.plan_lists import ListedUnit, StateList, lines_of, organiser_links, sections_of
from almanac.site.report_tables import ReportTable, report_tables
from almanac.site.views import Head, Link, site_feed

FURTHER = {  # the pages about the year of a plan, by their folders
    "organisers": text("Results by organiser"),
    "coverage": text("Coverage"),
    "report": text("Report"),
}
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
    further: tuple[Link, ...]
    archive: Link | None
    others: tuple[Link, ...]


class ReportedLine(msgspec.Struct, frozen=True):
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
    sections: tuple[StateList, ...]
    samples: tuple[ListedUnit, ...]
    before: tuple[ListedUnit, ...]
    reports: tuple[ReportedLine, ...]


class ReportView(msgspec.Struct, frozen=True):
    """The tables of a year, for printing."""

    head: Head
    year: int
    plan: Link
    tables: tuple[ReportTable, ...]


def pages(site: Site) -> Iterator[Page]:
    """The pages of each year's plan."""
    for record in site.plans:
        address, about = plan_address(record.fields.year), {"source": record.path}
        yield page(address, "html:plan.html", plan_view, record.path, indexed=True, **about)
        for target in record.fields.targets:
            if _is_listed(target):
                listed = f"{address}targets/{target.id}/"
                yield page(listed, "html:plan_target.html", target_view, record.path, target.id, **about)
        yield page(f"{address}coverage/", "html:plan_coverage.html", coverage_view, record.path, indexed=True, **about)
        yield page(f"{address}report/", "html:plan_report.html", report_view, record.path, **about)
        yield page(f"{address}organisers/", "html:plan_organisers.html", departments_view, record.path, **about)
        for key in departments(site, record.fields):
            below = f"{address}organisers/{key}/"
            yield page(below, "html:plan_organiser.html", department_view, record.path, key, **about)
            yield page(f"{below}results.csv", "results", rows_of_department, record.path, key, **about)


def plan_view(site: Site, path: str) -> PlanView:
    """The view of the plan in a file."""
    plan = plan_at(site, path)
    counted = counted_events(site, plan)
    address = plan_address(plan.year)
    rows = [_row(site, one, address) for one in figures(plan, counted)]
    return PlanView(
        head=Head(address, plan.title, plan.summary or "", feeds=(site_feed(site),)),
        plan=plan,
        issuers=organiser_links(site, plan.issuer),
        body=shown_body(site, path),
        paragraphs=tuple(_paragraphs(site, plan, rows)),
        counts=any(row.figures.numbers for row in rows),
        further=tuple(Link(name.message, f"{address}{folder}/") for folder, name in FURTHER.items()),
        archive=Link(str(plan.year), f"/archive/{plan.year}/") if plan.year in site.year_numbers else None,
        others=tuple(Link(one.fields.title, plan_address(one.fields.year)) for one in site.plans if one.path != path),
    )


def report_view(site: Site, path: str) -> ReportView:
    """The view of the tables of a plan's year."""
    plan = plan_at(site, path)
    link = Link(plan.title, plan_address(plan.year))
    head = Head(f"{link.address}report/", text("Report").message, path=(link,), indexed=False)
    return ReportView(head, plan.year, link, report_tables(site, plan.year))


def _is_listed(target: Target) -> bool:
    """Whether there is anything to list of a target."""
    return bool(target.counts or target.reported)


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
    counted = counted_events(site, plan)
    counts = target.counts
    of = counts.of if counts else ""
    chosen = counting(counted.events, counts) if counts else []
    samples = counting(counted.samples, counts) if counts else []
    before = counting(counted.before or (), counts) if counts else []
    plan_link = Link(plan.title, plan_address(plan.year))
    return TargetView(
        head=Head(f"{plan_link.address}targets/{target.id}/", target.name, path=(plan_link,), indexed=False),
        plan=plan_link,
        year=plan.year,
        figures=target_figures(target, counted),
        organisers=organiser_links(site, target.organiser),
        sections=sections_of(site, chosen, of) if counts else (),
        samples=lines_of(site, samples, of),
        before=lines_of(site, before, of, "held"),
        reports=tuple(ReportedLine(one, _reporter(site, one.by)) for one in target.reported),
    )


def _reporter(site: Site, by: str | None) -> str:
    return next((facet.name for facet in site.facets("organisers") if facet.key == by), by or "")
