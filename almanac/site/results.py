"""The results that departments owe: events that are over and of which nobody has said how they went."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from almanac.content.sources import CONTENT
from almanac.core.csv_rows import BOM, csv_row
from almanac.core.formulas import escape_formula
from almanac.model.events import Event
from almanac.model.labels import EVENTS
from almanac.model.reporting import YearEvent, owes_result
from almanac.model.site import Site

# The headers of the table to fill in. `import` knows the first two and the last three; it reports the others as unused,
# so that a changed day there changes no event. `tests/test_reports.py` fills the table in and imports it.
COLUMNS = ("文件", "活动名称", "何时举办", "由谁填写", "是否举办", "实际参加人数", "举办情况")
TO_FILL_IN = COLUMNS[4:]


def owed(found: Iterable[YearEvent]) -> list[YearEvent]:
    """The site's own events without a result: those that are over first, then those with dates to come, by time."""
    owing = [(event.whole, event) for event in found if event.own and event.whole and owes_result(event)]
    owing.sort(key=lambda pair: (pair[0].state != "overdue", pair[0].begins, pair[1].id))
    return [event for _, event in owing]


def file_name_of(event: Event) -> str:
    """The file of an event below `content/events` without its ending, by which `import` finds the event again."""
    return event.path.removeprefix(f"{CONTENT}/{EVENTS}/").removesuffix(".md")


def rows_to_fill_in(site: Site, found: Iterable[YearEvent]) -> Iterator[tuple[str, ...]]:
    """The row of each event, in the order of COLUMNS."""
    for one in found:
        event = site.event(one.id)
        organisers = "、".join(facet.name for facet in event.organisers)
        day = f"{one.whole.begins:%Y-%m-%d}" if one.whole else ""
        yield (file_name_of(event), event.fields.title, day, organisers, "", "", "")


def results_csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    """The table to fill in as CSV that Excel and WPS open."""
    written = (csv_row(map(escape_formula, row)) for row in rows)
    return f"{BOM}{csv_row(COLUMNS)}{''.join(written)}".encode()
