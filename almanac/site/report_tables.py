"""The tables of `almanac report`, which the workbook and the printable page show alike.

The national statistics of popular science (全国科普统计, led by the Ministry of Science and Technology) ask for
personnel, venues, funds, media and activities. Their published results count lectures, thematic exhibitions and
contests by times and participants, events of the science week by times, and institutes and universities that open
their doors by their number and their visitors: 科技部, 2020 and 2021年度全国科普统计数据 (reported by 科技日报 on
2021-11-23 and 新华社 on 2022-12-31), and 2018年度 (科技日报, 2019-12-25). Camps, trainings, international exchange and
science groups of young people are lines of the forms of former years as they are commonly quoted; the form of the year
in question was not at hand, so the names of lines are to be compared with it. Participants are counted as 人次.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import msgspec

from almanac.core.problems import Text, text
from almanac.model.reporting import (
    STATE_WORDS,
    YearEvent,
    drafts_by_year,
    months_of_event,
    organiser_years,
    real_events,
    tally,
    year_events,
)
from almanac.model.site import Site
from almanac.site.coverage import MONTH_NUMBERS, ShadedTable, audience_tables, form_table
from almanac.site.plan_figures import CountedEvents, TargetFigures, figures, plan_of_year
from almanac.site.results import COLUMNS, TO_FILL_IN, owed, rows_to_fill_in

Value: TypeAlias = str | int | float | None


class ReportCell(msgspec.Struct, frozen=True):
    """A cell. The value is a message if `worded`. A cell to `fill_in` is empty and coloured."""

    value: Value = None
    worded: bool = False
    fill_in: bool = False


class ReportTable(msgspec.Struct, frozen=True):
    """A table: its key, its title and a note, which are messages, its headers, which are messages too, and its rows."""

    key: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[ReportCell, ...], ...]


class ReportEvents(msgspec.Struct, frozen=True):
    """The events that a report counts: published ones, drafts, made-up ones that do not count, and last year's."""

    events: Sequence[YearEvent]
    drafts: Sequence[YearEvent]
    samples: Sequence[YearEvent]
    before: Sequence[YearEvent] | None


BLANK = ReportCell(fill_in=True)
NUMBER_COLUMNS = (
    text("Events"),
    text("Times"),
    text("Person-times"),
    text("Events without a number of participants"),
    text("Events without a result"),
)
# Activities that forms and programmes name by their key `statistic`; the lines are in the order of the statistics.
STATISTICS = {
    "lecture": text("Lectures on popular science"),
    "exhibition": text("Thematic exhibitions of popular science"),
    "contest": text("Contests of popular science"),
    "exchange": text("International exchange"),
    "camp": text("Summer and winter camps of science"),
    "science_week": text("Events of the science week"),
    "training": text("Trainings of practical skills"),
}
ONCE = frozenset({"exhibition"})  # held once, however many days they are open
# What the statistics ask for and no calendar knows.
UNKNOWN = (
    text("Personnel: full-time and part-time staff, volunteers"),
    text("Venues: number, area and visitors"),
    text("Funds: raised and spent"),
    text("Media: books, periodicals, programmes, websites and accounts"),
    text("Science groups of young people: number and members"),
    text("Universities and institutes that open to the public: number and visitors"),
    text("Online audience of lectures, exhibitions and contests"),
)


def report_tables(
    site: Site, year: int, organiser: str | None = None, *, drafts: bool = False
) -> tuple[ReportTable, ...]:
    """The tables of a year, of one organiser or of all. Only a report for staff may count `drafts`."""
    found = report_events(site, year, organiser, drafts=drafts)
    return (
        targets_table(site, year, found),
        statistics_table(site, found),
        forms_table(site, found),
        organisers_table(site, found),
        coverage_table(site, found),
        districts_table(site, found),
        overdue_table(site, found),
        unknown_table(),
    )


def report_events(site: Site, year: int, organiser: str | None, *, drafts: bool) -> ReportEvents:
    """The events of a report. Without a plan of the year made-up events count, as they do for a made-up plan."""
    plan = plan_of_year(site, year)
    made_up = plan is None or plan.sample

    def chosen(of_year: int) -> tuple[YearEvent, ...] | None:
        if organiser is None:
            return year_events.get(site, str(of_year))
        return organiser_years.get(site, f"{organiser}/{of_year}")

    real, samples = real_events(chosen(year) or (), of_sample=made_up)
    before = chosen(year - 1)
    unpublished = drafts_by_year(site).get(str(year), ()) if drafts else ()
    of_organiser = [one for one in unpublished if organiser is None or organiser in one.organisers]
    return ReportEvents(
        real,
        real_events(of_organiser, of_sample=made_up)[0],
        samples,
        None if before is None else real_events(before, of_sample=made_up)[0],
    )


def targets_table(site: Site, year: int, found: ReportEvents) -> ReportTable:
    """The targets of the year's plan; no rows if it has none."""
    plan = plan_of_year(site, year)
    sources = CountedEvents((*found.events, *found.drafts), found.samples, found.before)
    rows = [_target_row(one) for one in figures(plan, sources)] if plan else []
    columns = (
        text("Paragraph"), text("Target"), text("Figure"), text("Unit"), STATE_WORDS["held"], STATE_WORDS["overdue"],
        STATE_WORDS["announced"], STATE_WORDS["planned"], STATE_WORDS["cancelled"], text("Reported"),
        text("Expected by the end of the year"), text("Year before"), text("Samples, not counted"),
    )  # fmt: skip
    note = text("Held means over, with a result that says so. Of participants, the other states count events.")
    return _table("targets", text("Targets"), note, columns, rows)


def _target_row(found: TargetFigures) -> tuple[Value, ...]:
    target, numbers = found.target, found.numbers
    states: tuple[Value, ...] = (None,) * 5
    if numbers:
        states = (found.held, numbers.overdue, numbers.announced, numbers.planned, numbers.cancelled)
    bound = {"at_least": f"≥ {target.figure:g}", "range": f"{target.figure:g}–{target.figure_max or target.figure:g}"}
    return (
        target.paragraph,
        target.name,
        bound.get(target.bound, f"{target.figure:g}"),
        target.unit,
        *states,
        found.reported,
        found.expected,
        found.before,
        found.samples or None,
    )


def statistics_table(site: Site, found: ReportEvents) -> ReportTable:
    """Held events by the lines of the national statistics."""
    forms = {facet.key: getattr(facet.fields, "statistic", None) for facet in site.facets("forms")}
    programmes = {facet.key: getattr(facet.fields, "statistic", None) for facet in site.facets("programmes")}
    rows = []
    for key, line in STATISTICS.items():
        of_line = [
            event
            for event in found.events
            if key in {forms.get(event.form or ""), programmes.get(event.programme or "")}
        ]
        rows.append((line, *_numbers(of_line, once=key in ONCE)))
    columns = (text("Line of the statistics"), *NUMBER_COLUMNS)
    note = text("Only what is held counts. The same event may stand in two lines: a lecture of the science week.")
    return _table("statistics", text("National statistics"), note, columns, rows)


def _numbers(found: Sequence[YearEvent], *, once: bool = False) -> tuple[Value, ...]:
    """Held events, times, participants, held events without a number of them, and events without a result.

    The times are occurrences; of events that count `once`, such as exhibitions, they are the events.
    """
    numbers, occurrences = tally(found, "events"), tally(found, "occurrences")
    people = tally(found, "participants")
    times = numbers.held if once else occurrences.held
    return (numbers.held, times, people.participants, people.held - people.known, len(owed(found)))


def forms_table(site: Site, found: ReportEvents) -> ReportTable:
    """Held events by their forms."""
    rows: list[tuple[Value | Text, ...]] = [
        (
            facet.name,
            *_numbers(
                [event for event in found.events if event.form == facet.key],
                once=getattr(facet.fields, "statistic", None) in ONCE,
            ),
        )
        for facet in site.facets("forms")
    ]
    formless = [event for event in found.events if event.form is None]
    rows += [(text("Without a form"), *_numbers(formless))] if formless else []
    rows.append((text("Total"), *_numbers(found.events)))
    note = text("Only what is held counts. An exhibition is held once, however many days it is open.")
    return _table("forms", text("By form"), note, (text("Form of event"), *NUMBER_COLUMNS), rows)


def organisers_table(site: Site, found: ReportEvents) -> ReportTable:
    """Events by the organisers that hold them; an event of two organisers stands with both."""
    by_key: dict[str, list[YearEvent]] = {}
    for event in found.events:
        for key in event.organisers:
            by_key.setdefault(key, []).append(event)
    rows = [
        (facet.name, *_numbers(of_organiser), tally(of_organiser, "events").announced)
        for facet in site.facets("organisers")
        if (of_organiser := by_key.get(facet.key))
    ]
    columns = (text("Organiser"), *NUMBER_COLUMNS, STATE_WORDS["announced"])
    note = text("An event of two organisers stands with both, so the rows have no sum.")
    return _table("organisers", text("Organisers"), note, columns, rows)


def coverage_table(site: Site, found: ReportEvents) -> ReportTable:
    """Events by audience, district and month."""
    covering = [event for event in found.events if months_of_event(event)]
    rows = [
        (table.name, row.name or text("no district"), *(cell.count or None for cell in row.cells), row.total)
        for table in audience_tables(site, covering)
        for row in table.rows
    ]
    columns = (text("Audience"), text("District"), *(Text(str(month)) for month in MONTH_NUMBERS), text("Total"))
    note = text("Events by the months in which they have a day. The total counts each event once.")
    return _table("coverage", text("Coverage"), note, columns, rows)


def districts_table(site: Site, found: ReportEvents) -> ReportTable:
    """Events by form and district."""
    table: ShadedTable = form_table(site, [event for event in found.events if months_of_event(event)])
    rows = [
        (row.name or text("Without a form"), *(cell.count or None for cell in row.cells), row.total)
        for row in table.rows
    ]
    districts = (Text(name) if name else text("no district") for name in table.columns)
    columns = (text("Form of event"), *districts, text("Total"))
    note = text("Every event that is not called off counts.")
    return _table("districts", text("Forms and districts"), note, columns, rows)


def overdue_table(site: Site, found: ReportEvents) -> ReportTable:
    """The events without a result, as a table to fill in; `import` reads it back."""
    rows = [
        (*map(ReportCell, row[: -len(TO_FILL_IN)]), *[BLANK] * len(TO_FILL_IN))
        for row in rows_to_fill_in(site, owed(found.events))
    ]
    note = text("Fill in the coloured cells: 是 or 否, then how many people came. `almanac import` reads this sheet.")
    return ReportTable("overdue", text("Results missing").message, note.message, COLUMNS, tuple(rows))


def unknown_table() -> ReportTable:
    """What the statistics ask for and no calendar can know: left blank, to be filled in by hand."""
    rows = tuple((ReportCell(line.message, worded=True), BLANK, BLANK) for line in UNKNOWN)
    columns = (text("Line of the statistics"), text("Figure"), text("Written in"))
    note = text("No calendar knows these: fill them in by hand, by the form of the year.")
    return ReportTable(
        "unknown", text("Not known from a calendar").message, note.message, tuple(one.message for one in columns), rows
    )


def _table(
    key: str, title: Text, note: Text, columns: Iterable[Text], rows: Iterable[Iterable[Value | Text]]
) -> ReportTable:
    return ReportTable(
        key=key,
        title=title.message,
        note=note.message,
        columns=tuple(column.message for column in columns),
        rows=tuple(tuple(_cell(value) for value in row) for row in rows),
    )


def _cell(value: Value | Text) -> ReportCell:
    return ReportCell(value.message, worded=True) if isinstance(value, Text) else ReportCell(value)
