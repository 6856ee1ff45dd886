"""Where, when and for whom the events of a year are, and where there are none.

An event counts in a month if it has a day there that is not called off; it counts for the audiences that its file
names, and nowhere else: an event for the public does not count for seniors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from almanac.content.records.plan import PlanFields
from almanac.core.problems import text
from almanac.model.events import Facet
from almanac.model.reporting import Gap, YearEvent, gaps, months_of_event
from almanac.model.site import Site
from almanac.site.plan_figures import counted_events, plan_address, plan_at
from almanac.site.views import Head, Link

MONTH_NUMBERS = range(1, 13)
MOST_GAPS = 24  # sentences on the page; the others are counted, and the tables show them
SHADES = 4  # of cells with events; a cell without events has none
NOWHERE = ""  # the key of a district or form that the files do not name


class Shaded(msgspec.Struct, frozen=True):
    """A number, and how dark its cell is, from 0 for no event to SHADES for the most events of the table."""

    count: int
    shade: int


class ShadedRow(msgspec.Struct, frozen=True):
    """A row of a table; without a name it holds the events of which the files name no facet."""

    name: str
    cells: tuple[Shaded, ...]
    total: int


class ShadedTable(msgspec.Struct, frozen=True):
    """A table with a name, and the names of its columns; months have none."""

    key: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[ShadedRow, ...]


class GapWords(msgspec.Struct, frozen=True):
    """A gap in words: the district, the audience, and the first and the last month."""

    district: str
    audience: str
    first: int
    last: int


class CoverageView(msgspec.Struct, frozen=True):
    """The coverage of a year: districts by months, of all audiences and of each, forms by districts, and the gaps."""

    head: Head
    year: int
    plan: Link
    total: int
    districts: ShadedTable
    audiences: tuple[ShadedTable, ...]
    forms: ShadedTable
    gaps: tuple[GapWords, ...]
    more: int


def coverage_view(site: Site, path: str) -> CoverageView:
    """The view of the coverage of a plan's year."""
    plan = plan_at(site, path)
    link = Link(plan.title, plan_address(plan.year))
    found = covering(site, plan)
    open_gaps = year_gaps(site, found)
    return CoverageView(
        head=Head(f"{link.address}coverage/", text("Coverage").message, path=(link,)),
        year=plan.year,
        plan=link,
        total=len(found),
        districts=district_table(site, found),
        audiences=audience_tables(site, found),
        forms=form_table(site, found),
        gaps=tuple(_words(site, gap) for gap in open_gaps[:MOST_GAPS]),
        more=max(len(open_gaps) - MOST_GAPS, 0),
    )


def covering(site: Site, plan: PlanFields) -> tuple[YearEvent, ...]:
    """The events that cover the year of a plan: those that may count for it and are not called off."""
    return tuple(event for event in counted_events(site, plan).events if months_of_event(event))


def district_table(site: Site, found: Sequence[YearEvent]) -> ShadedTable:
    """The table of districts by months, for all audiences together."""
    numbers = Counter((event.district or NOWHERE, month) for event in found for month in months_of_event(event))
    totals = Counter(event.district or NOWHERE for event in found)
    most = max(numbers.values(), default=0)
    rows = tuple(
        ShadedRow(name, tuple(shaded(numbers[key, month], most) for month in MONTH_NUMBERS), totals[key])
        for key, name in _with_nowhere(site.facets("districts"), {*totals})
    )
    return ShadedTable("districts", "", (), rows)


def audience_tables(site: Site, found: Sequence[YearEvent]) -> tuple[ShadedTable, ...]:
    """A table of districts by months for each audience."""
    numbers: Counter[tuple[str, str, int]] = Counter(
        (audience, event.district or NOWHERE, month)
        for event in found
        for audience in event.audiences
        for month in months_of_event(event)
    )
    totals: Counter[tuple[str, str]] = Counter(
        (audience, event.district or NOWHERE) for event in found for audience in event.audiences
    )
    most = max(numbers.values(), default=0)
    districts = _with_nowhere(site.facets("districts"), {district for _, district, _ in numbers})
    return tuple(
        ShadedTable(
            audience.key,
            audience.name,
            (),
            tuple(
                ShadedRow(
                    name,
                    tuple(shaded(numbers[audience.key, district, month], most) for month in MONTH_NUMBERS),
                    totals[audience.key, district],
                )
                for district, name in districts
            ),
        )
        for audience in site.facets("audiences")
    )


def form_table(site: Site, found: Iterable[YearEvent]) -> ShadedTable:
    """The table of forms by districts."""
    numbers = Counter((event.form or NOWHERE, event.district or NOWHERE) for event in found)
    most = max(numbers.values(), default=0)
    districts = _with_nowhere(site.facets("districts"), {district for _, district in numbers})
    forms = _with_nowhere(site.facets("forms"), {form for form, _ in numbers})
    rows = tuple(
        ShadedRow(
            name,
            tuple(shaded(numbers[form, district], most) for district, _ in districts),
            sum(numbers[form, district] for district, _ in districts),
        )
        for form, name in forms
    )
    return ShadedTable("forms", "", tuple(name for _, name in districts), rows)


def _with_nowhere(facets: Iterable[Facet], used: set[str]) -> list[tuple[str, str]]:
    """The keys and names of facets, and of none if events name none."""
    return [*((facet.key, facet.name) for facet in facets), *([(NOWHERE, "")] if NOWHERE in used else [])]


def shaded(count: int, most: int) -> Shaded:
    """A number with its shade: none for 0, else the quarter of the largest number in which it lies."""
    return Shaded(count, -(-count * SHADES // most) if count else 0)


def year_gaps(site: Site, found: Iterable[YearEvent]) -> list[Gap]:
    """The gaps of the year, the longest first: the months in which a district has no event for an audience."""
    covered: dict[tuple[str, str], set[int]] = {}
    for event in found:
        for audience in event.audiences:
            covered.setdefault((event.district or NOWHERE, audience), set()).update(months_of_event(event))
    districts, audiences = (tuple(facet.key for facet in site.facets(kind)) for kind in ("districts", "audiences"))
    return gaps(covered, districts, audiences)


def _words(site: Site, gap: Gap) -> GapWords:
    district, audience = site.facet("districts", gap.district), site.facet("audiences", gap.audience)
    return GapWords(district.name, audience.name, gap.first, gap.last)
