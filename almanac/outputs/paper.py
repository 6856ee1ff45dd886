"""`/print/`: what is printed.

- `/print/<yyyy>/` with the wall chart of the year, `<yyyy>.pdf` (A2)
- `/print/<yyyy>/<mm>/` with a sheet of the month for the city and for each district, `<yyyy-mm>-<district>.pdf` (A3)
- `/print/events/<id>.pdf`, the poster of an event (A4)

Nothing on paper depends on the moment of the build: a sheet hangs for a month, so it shows the whole month and says
no “today”.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

import msgspec

from almanac.incremental import table
from almanac.model.links import events, own_events
from almanac.model.site import Site
from almanac.site.calendar_days import months
from almanac.site.event_sheets import event_sheet
from almanac.site.handouts import PRINTED_POSTER, is_typeset
from almanac.site.menus import PRINT
from almanac.site.month_sheets import WHOLE_CITY, area_name, month_sheet
from almanac.site.pages import Page, page
from almanac.site.views import Head, Link, MonthLink
from almanac.site.year_charts import year_chart

PREVIEW = 40  # pixels per inch
SHEET_SIZE, CHART_SIZE = (468, 662), (936, 662)  # of previews, in pixels


class Preview(msgspec.Struct, frozen=True):
    """A sheet to print: its name, the PDF, and a small picture of it with its size in pixels."""

    name: str
    file: str
    picture: str
    size: tuple[int, int]


class PrintView(msgspec.Struct, frozen=True):
    """A page that lists sheets, then the months of a year or all years.

    `year` is 0 on the page of all years; `month` is None except on a month's page. `districts` lead to PDFs.
    """

    head: Head
    year: int
    month: date | None
    sheets: tuple[Preview, ...]
    districts: tuple[Link, ...]
    months: tuple[MonthLink, ...]
    years: tuple[Link, ...]


def pages(site: Site) -> Iterator[Page]:
    """The lists of sheets, the sheets with their previews, and the posters of events."""
    areas = printed_areas(site)
    yield page(PRINT.address, "html:print.html", print_view, indexed=True)
    for year in sorted({int(month[:4]) for month in areas}):
        yield page(f"/print/{year}/", "html:print.html", year_view, year, indexed=True)
        for form in ("pdf", "png"):
            yield page(chart_file(year, form), _renderer("chart", form), year_chart, year)
    for month, districts in areas.items():
        yield page(_month_page(month), "html:print.html", month_print_view, month, indexed=True)
        yield page(sheet_file(month, WHOLE_CITY, "png"), _renderer("month", "png"), month_sheet, month, WHOLE_CITY)
        for district in (WHOLE_CITY, *districts):
            yield page(sheet_file(month, district, "pdf"), _renderer("month", "pdf"), month_sheet, month, district)
    for event in filter(partial(is_typeset, site), own_events(site)):
        address = PRINTED_POSTER.format(id=event.id)
        yield page(address, "typst:poster-a4.pdf", event_sheet, event.id, source=event.path)


def _renderer(template: str, form: str) -> str:
    return f"typst:{template}.pdf" if form == "pdf" else f"typst:{template}@{PREVIEW}.png"


def sheet_file(month: str, district: str, form: str) -> str:
    """The address of the sheet of a month (2026-12), for a district or, if its key is empty, for the city."""
    area = f"-{district}" if district else ""
    return f"{_month_page(month)}{month}{area}.{form}"


def chart_file(year: int, form: str) -> str:
    """The address of the chart of a year."""
    return f"/print/{year}/{year}.{form}"


def _month_page(month: str) -> str:
    return f"/print/{month.replace('-', '/')}/"


@table(tuple[str, ...])
def printed_areas(site: Site) -> Mapping[str, tuple[str, ...]]:
    """The keys of the districts that have events in each month (2026-12), in the order of the districts."""
    known, order = events(site), [facet.key for facet in site.facets("districts")]
    found = {}
    for month, days in sorted(months(site).items()):
        keys = {known[event_id].district for dates in days.values() for event_id, _ in dates}
        found[month] = tuple(key for key in order if key in keys)
    return found


def print_view(site: Site) -> PrintView:
    """The page `/print/`: the chart of each year, the latest first."""
    years = sorted({int(month[:4]) for month in printed_areas(site)}, reverse=True)
    links = tuple(Link(str(year), f"/print/{year}/") for year in years)
    return PrintView(Head(PRINT.address, PRINT.name), 0, None, tuple(map(_chart, years)), (), (), links)


def year_view(site: Site, year: int) -> PrintView:
    """The page of a year: its chart and its months."""
    of_year = tuple(_month_link(month) for month in printed_areas(site) if month.startswith(f"{year}-"))
    return PrintView(Head(f"/print/{year}/", str(year), path=(PRINT,)), year, None, (_chart(year),), (), of_year, ())


def month_print_view(site: Site, month: str) -> PrintView:
    """The page of a month: its sheets."""
    first = date.fromisoformat(f"{month}-01")
    head = Head(_month_page(month), month, path=(PRINT, Link(str(first.year), f"/print/{first.year}/")))
    pdf, png = (sheet_file(month, WHOLE_CITY, form) for form in ("pdf", "png"))
    city = Preview(site.config.title, pdf, png, SHEET_SIZE)
    districts = tuple(
        Link(area_name(site, key), sheet_file(month, key, "pdf")) for key in printed_areas.entry(site, month)
    )
    return PrintView(head, first.year, first, (city,), districts, (), ())


def _chart(year: int) -> Preview:
    return Preview(str(year), chart_file(year, "pdf"), chart_file(year, "png"), CHART_SIZE)


def _month_link(month: str) -> MonthLink:
    return MonthLink(date.fromisoformat(f"{month}-01"), _month_page(month))
