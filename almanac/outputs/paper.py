"""`/print/`: what is printed.

- `/print/<yyyy>/` with the wall chart of the year, `<yyyy>.pdf` (A2)
- `/print/<yyyy>/<mm>/` with a sheet of the month for the city and for each district, `<yyyy-mm>-<district>.pdf` (A3)
- `/print/events/<id>.pdf`, the poster of an event (A4)

Nothing on paper depends on the moment of the build: a sheet hangs for a month, so it shows the whole month and says
no “today”.
"""

from __future__ import annotations

from calendar import SATURDAY, SUNDAY
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

import msgspec

from almanac.content.occurrences import Occurrence, day_of
from almanac.content.records.event import CALLED_OFF
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.incremental import table
from almanac.model.days_off import DaysOff, days_off, red
from almanac.model.events import Event
from almanac.model.links import events, own_events
from almanac.model.site import Site
from almanac.model.words import STATUS_WORDS
from almanac.outputs.cards import (
    ONLINE,
    WITH_STATUS,
    event_phone,
    event_sheet,
    joined_words,
    listed,
    signup_words,
    website,
)
from almanac.render.lunar import lunar_short, solar_term, written
from almanac.site.addresses import outputs_off, there
from almanac.site.calendar_days import DAYS_IN_WEEK, RANKS, first_weekday, months, weeks_of_month
from almanac.site.dates import WEEKDAYS, DateWords
from almanac.site.handouts import PRINTED_POSTER, is_typeset
from almanac.site.menus import PRINT
from almanac.site.pages import Page, page
from almanac.site.rhythms import rhythm_of
from almanac.site.settings import site_settings
from almanac.site.views import CodeTarget, Head, Link, MonthLink, month_address, place_name

LASTING = 8  # days of a month from which on an event stands above the grid and not on each day
HIGHLIGHTS = 12  # events of a month on the chart of a year
PREVIEW = 40  # pixels per inch
SHEET_SIZE, CHART_SIZE = (468, 662), (936, 662)  # of previews, in pixels
WHOLE_CITY = ""
LABELS = {
    "phone": text("Telephone"),
    "lasting": text("On several days"),
    "scan": text("Scan for details"),
    "change": text("Times and places may change; the website and the organiser know."),
    "none": text("No event is announced for this month."),
    "page": text("Page {number} of {total}"),
}

TITLE = text("Science events in {month}: {area}")
CHART = text("Science calendar of the year {year}: {site}")
MORE = text("and {count} more")
SAMPLES = text("A demonstration: most events here are made up. Please do not go there.")
AT = text("{day}, {time}")
SAME_WEEKDAY = text("{weekday} {days} {month_name}")
SEVERAL_DAYS = text("{days} {month_name}")
ONE_OF_DAYS = text("{day}")


class SheetDay(msgspec.Struct, frozen=True):
    """A day in the grid. `within` is false for days of other months; `numbers` are those of its events in the list."""

    day: int
    within: bool
    red: bool
    note: str
    numbers: tuple[int, ...]


class SheetEntry(msgspec.Struct, frozen=True):
    """An event in the list of a month. `off` if no date of it takes place in the month."""

    number: int
    title: str
    when: tuple[str, ...]
    place: str
    address: str
    fee: str
    signup: str
    phone: str
    organisers: str
    status: str
    off: bool
    sample: str


class MonthSheet(msgspec.Struct, frozen=True):
    """A month of the city or of a district. `lasting` are the numbers of events that stand above the grid."""

    language: str
    site: str
    title: str
    weekdays: tuple[str, ...]
    weekend: tuple[int, ...]  # its columns in the grid, counted from 0
    weeks: tuple[tuple[SheetDay, ...], ...]
    entries: tuple[SheetEntry, ...]
    lasting: tuple[int, ...]
    labels: dict[str, str]
    host: str
    phone: str
    website: str
    code: CodeTarget
    picture: str = ""


class ChartMonth(msgspec.Struct, frozen=True):
    """A month on the chart of a year: its grid, its most important events as pairs of day and title, and how many more.

    The `numbers` of a day hold how many events it has, if any.
    """

    name: str
    weeks: tuple[tuple[SheetDay, ...], ...]
    highlights: tuple[tuple[str, str], ...]
    more: str


class YearChart(msgspec.Struct, frozen=True):
    """The months of a year on one sheet."""

    language: str
    site: str
    title: str
    weekdays: tuple[str, ...]
    months: tuple[ChartMonth, ...]
    labels: dict[str, str]
    host: str
    phone: str
    website: str
    code: CodeTarget
    sample: str
    picture: str = ""


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
    districts = tuple(Link(_area(site, key), sheet_file(month, key, "pdf")) for key in printed_areas.entry(site, month))
    return PrintView(head, first.year, first, (city,), districts, (), ())


def _chart(year: int) -> Preview:
    return Preview(str(year), chart_file(year, "pdf"), chart_file(year, "png"), CHART_SIZE)


def _month_link(month: str) -> MonthLink:
    return MonthLink(date.fromisoformat(f"{month}-01"), _month_page(month))


def _area(site: Site, district: str) -> str:
    """The name of a district, or of the site for the whole city."""
    return site.facet("districts", district).name if district else site.config.title


def month_sheet(site: Site, month: str, district: str) -> MonthSheet:
    """The sheet of a month (2026-12), for a district or, if its key is empty, for the city."""
    settings, first = site_settings(site), date.fromisoformat(f"{month}-01")
    translate = gettext_of(settings.language, settings.messages)
    words = DateWords(translate)
    shown = _events_of(site, first, district)
    numbers = {event.id: number for number, event in enumerate(shown, 1)}
    days = {event.id: _days_in(event, first) for event in shown}
    lasting = {event_id for event_id, on in days.items() if len(on) >= LASTING}
    on_day: dict[date, list[int]] = defaultdict(list)
    for event_id, on in days.items():
        for day in on if event_id not in lasting else ():
            on_day[day].append(numbers[event_id])
    return MonthSheet(
        **_frame(site, translate),
        title=translate(TITLE.message).format(area=_area(site, district), month=words.month(first)),
        weekend=tuple((day - first_weekday(site)) % DAYS_IN_WEEK for day in (SATURDAY, SUNDAY)),
        weeks=_weeks(site, first, on_day),
        entries=tuple(_entry(event, numbers[event.id], first, words) for event in shown),
        lasting=tuple(sorted(numbers[event_id] for event_id in lasting)),
        code=_target(site, site.facet("districts", district).address if district else month_address(first)),
    )


def year_chart(site: Site, year: int) -> YearChart:
    """The chart of a year."""
    settings = site_settings(site)
    translate = gettext_of(settings.language, settings.messages)
    every = [_chart_month(site, date(year, month, 1), translate) for month in range(1, 13)]
    return YearChart(
        **_frame(site, translate),
        title=translate(CHART.message).format(year=year, site=settings.title),
        months=tuple(every),
        code=_target(site, "/calendar/"),
        sample=translate(SAMPLES.message) if settings.mostly_samples else "",
    )


def _target(site: Site, address: str) -> CodeTarget:
    """Where a QR code leads: the first page if the address belongs to an output that is turned off."""
    return CodeTarget(address if there(address, outputs_off(site.config)) else "/")


def _frame(site: Site, translate: Translate) -> dict[str, Any]:
    """What every sheet has: words and the name, the address and the number of the site."""
    settings, first = site_settings(site), first_weekday(site)
    return {
        "language": settings.language,
        "site": settings.title,
        "weekdays": tuple(translate(day.message) for day in (*WEEKDAYS[first:], *WEEKDAYS[:first])),
        "labels": {name: translate(label.message) for name, label in LABELS.items()},
        "host": settings.footer.host or settings.footer.undertaker or "",
        "phone": settings.footer.phone or "",
        "website": website(settings),
    }


def _events_of(site: Site, first: date, district: str) -> list[Event]:
    """The events of a month, by their first date in it."""
    days = months.get(site, f"{first:%Y-%m}") or {}
    ids = dict.fromkeys(event_id for _, dates in sorted(days.items()) for event_id, _ in dates)
    found = [site.event(event_id) for event_id in ids]
    return sorted(
        (event for event in found if not district or event.linked.district == district),
        key=lambda event: (_dates_in(event, first)[0].begins, event.id),
    )


def _dates_in(event: Event, first: date) -> list[Occurrence]:
    """The dates of an event that touch the month of `first`."""
    return [one for one in event.dates.occurrences if any(_same_month(day, first) for day in one.days())]


def _days_in(event: Event, first: date) -> list[date]:
    """The days of a month on which an event takes place."""
    dates = [one for one in _dates_in(event, first) if one.status not in CALLED_OFF]
    return sorted({day for one in dates for day in one.days() if _same_month(day, first)})


def _same_month(day: date, other: date) -> bool:
    return (day.year, day.month) == (other.year, other.month)


def _entry(event: Event, number: int, first: date, words: DateWords) -> SheetEntry:
    """The entry of an event in the list of a month."""
    fields, translate, dates = event.fields, words.translate, _dates_in(event, first)
    held = [one for one in dates if one.status not in CALLED_OFF]
    one_place = len(_places(event, held or dates)) == 1
    place = event.place_of((held or dates)[0]) if one_place else None
    statuses = {one.status for one in dates}
    status = statuses.pop() if len(statuses) == 1 else fields.status
    return SheetEntry(
        number=number,
        title=fields.title,
        when=tuple(_when(event, held or dates, words)) + tuple(_called_off(dates, words) if held else ()),
        place=place_name(place) or (translate(ONLINE.message) if fields.online and one_place else ""),
        address=(place.address or "") if place else "",
        fee=fields.fee or "",
        signup=signup_words(event, words) if held else "",
        phone=event_phone(event),
        organisers=listed([one.name for one in event.organisers], translate),
        status=translate(STATUS_WORDS[status].message) if status != "scheduled" else "",
        off=not held,
        sample=translate(text("Sample").message) if fields.sample else "",
    )


def _when(event: Event, dates: list[Occurrence], words: DateWords) -> Iterator[str]:
    """The dates of a month in words. Days with the same hours are one line; dates at several places name them."""
    rhythm = rhythm_of(event, dates[0])
    if rhythm and rhythm.kind == "daily":
        yield words.occasion(dates[0].start, dates[0].end, rhythm)
        return
    places = _places(event, dates)
    alike: dict[tuple[str, str], list[date]] = defaultdict(list)
    for one in dates:
        place = place_name(event.place_of(one)) if len(places) > 1 else ""
        if len(one.days()) > 1:
            yield joined_words(words.span_in_year(one.start, one.end), place)
        else:
            alike[words.hours(one.start, one.end), place].append(day_of(one.start))
    for (hours, place), days in alike.items():
        yield joined_words(words.translate(AT.message).format(day=_days(days, words), time=hours), place)


def _places(event: Event, dates: list[Occurrence]) -> set[str]:
    """The names of the places of some dates."""
    return {place_name(event.place_of(one)) for one in dates}


def _days(days: list[date], words: DateWords) -> str:
    """Days of one month in words: 12月5日（周六）, or 12月5、12、19日（周六）."""
    if len(days) == 1:
        return words.day_in_year(days[0])
    weekdays = {day.weekday() for day in days}
    pattern = SAME_WEEKDAY if len(weekdays) == 1 else SEVERAL_DAYS
    of_each = words.translate(ONE_OF_DAYS.message)
    return words.translate(pattern.message).format(
        days=listed([of_each.format(day=day.day) for day in days], words.translate),
        month=days[0].month,
        month_name=words.month_name(days[0]),
        weekday=words.weekday(days[0]),
        weekday_name=words.weekday_name(days[0]),
    )


def _called_off(dates: Iterable[Occurrence], words: DateWords) -> Iterator[str]:
    """The dates that do not take place, where others do."""
    for one in dates:
        if one.status in CALLED_OFF:
            said = words.translate(STATUS_WORDS[one.status].message)
            yield words.translate(WITH_STATUS.message).format(date=words.day_in_year(day_of(one.start)), status=said)


def _weeks(site: Site, first: date, on_day: Mapping[date, list[int]]) -> tuple[tuple[SheetDay, ...], ...]:
    """The grid of a month."""
    off, language = days_off(site), site.config.language
    return tuple(
        tuple(
            SheetDay(
                day=day.day,
                within=_same_month(day, first),
                red=red(day, off),
                note=_note(day, off, language),
                numbers=tuple(sorted(on_day.get(day, ()))) if _same_month(day, first) else (),
            )
            for day in week
        )
        for week in weeks_of_month(site, first)
    )


def _note(day: date, off: DaysOff, language: str) -> str:
    """The holiday of a day, else its solar term, else its day in the Chinese calendar."""
    return off.holidays.get(day, "") or written(solar_term(day) or lunar_short(day), language)


def _chart_month(site: Site, first: date, translate: Translate) -> ChartMonth:
    """A month on the chart: events of the city first, then those of districts and departments, then others."""
    words = DateWords(translate)
    shown = {event: days for event in _events_of(site, first, WHOLE_CITY) if (days := _days_in(event, first))}
    on_day: dict[date, int] = defaultdict(int)
    for days in shown.values():
        for day in days if len(days) < LASTING else days[:1]:
            on_day[day] += 1
    best = sorted(shown, key=lambda event: (RANKS[event.fields.level], shown[event][0], event.id))[:HIGHLIGHTS]
    best.sort(key=lambda event: (shown[event][0], event.id))
    return ChartMonth(
        name=words.month_name(first),
        weeks=_weeks(site, first, {day: [count] for day, count in on_day.items()}),
        highlights=tuple((str(shown[event][0].day), event.fields.title) for event in best),
        more=translate(MORE.message).format(count=len(shown) - len(best)) if len(shown) > len(best) else "",
    )
