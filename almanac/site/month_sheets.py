"""The sheet of a month: its grid, and its events as a numbered list, for the city or for a district."""

from __future__ import annotations

from calendar import SATURDAY, SUNDAY
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from almanac.content.occurrences import Occurrence, day_of
from almanac.content.records.event import CALLED_OFF
from almanac.core.messages import gettext_of
from almanac.core.problems import Translate, text
from almanac.model.days_off import DaysOff, days_off, red
from almanac.model.events import Event
from almanac.model.site import Site
from almanac.model.words import STATUS_WORDS
from almanac.site.addresses import outputs_off, there
from almanac.site.calendar_days import DAYS_IN_WEEK, first_weekday, months, weeks_of_month
from almanac.site.dates import WEEKDAYS, DateWords
from almanac.site.event_sheets import (
    ONLINE,
    WITH_STATUS,
    event_phone,
    joined_words,
    listed,
    signup_words,
    website,
)
from almanac.site.lunar import lunar_short, solar_term, written
from almanac.site.rhythms import rhythm_of
from almanac.site.settings import site_settings
from almanac.site.views import CodeTarget, month_address, place_name

LASTING = 8  # days of a month from which on an event stands above the grid and not on each day
WHOLE_CITY = ""  # in place of the key of a district
LABELS = {
    "phone": text("Telephone"),
    "lasting": text("On several days"),
    "scan": text("Scan for details"),
    "change": text("Times and places may change; the website and the organiser know."),
    "none": text("No event is announced for this month."),
    "page": text("Page {number} of {total}"),
}

TITLE = text("Science events in {month}: {area}")
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


def area_name(site: Site, district: str) -> str:
    """The name of a district, or of the site for the whole city."""
    return site.facet("districts", district).name if district else site.config.title


def month_sheet(site: Site, month: str, district: str) -> MonthSheet:
    """The sheet of a month (2026-12), for a district or, if its key is empty, for the city."""
    settings, first = site_settings(site), date.fromisoformat(f"{month}-01")
    translate = gettext_of(settings.language, settings.messages)
    words = DateWords(translate)
    shown = events_of_month(site, first, district)
    numbers = {event.id: number for number, event in enumerate(shown, 1)}
    days = {event.id: days_of_month(event, first) for event in shown}
    lasting = {event_id for event_id, on in days.items() if len(on) >= LASTING}
    on_day: dict[date, list[int]] = defaultdict(list)
    for event_id, on in days.items():
        for day in on if event_id not in lasting else ():
            on_day[day].append(numbers[event_id])
    return MonthSheet(
        **sheet_frame(site, translate),
        title=translate(TITLE.message).format(area=area_name(site, district), month=words.month(first)),
        weekend=tuple((day - first_weekday(site)) % DAYS_IN_WEEK for day in (SATURDAY, SUNDAY)),
        weeks=month_grid(site, first, on_day),
        entries=tuple(_entry(event, numbers[event.id], first, words) for event in shown),
        lasting=tuple(sorted(numbers[event_id] for event_id in lasting)),
        code=code_target(site, site.facet("districts", district).address if district else month_address(first)),
    )


def code_target(site: Site, address: str) -> CodeTarget:
    """Where a QR code leads: the first page if the address belongs to an output that is turned off."""
    return CodeTarget(address if there(address, outputs_off(site.config)) else "/")


def sheet_frame(site: Site, translate: Translate) -> dict[str, Any]:
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


def events_of_month(site: Site, first: date, district: str) -> list[Event]:
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


def days_of_month(event: Event, first: date) -> list[date]:
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


def month_grid(site: Site, first: date, on_day: Mapping[date, list[int]]) -> tuple[tuple[SheetDay, ...], ...]:
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
