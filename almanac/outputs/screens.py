"""`/screen/` and `/screen/<kind>/<key>/`: big screens for halls and foyers, each with its data.

A screen's script decides by its own clock what is on, next and over. `docs/decisions/0016-screens-and-workers.md` tells
how it lives through cut networks, new builds and restarts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import quote

import msgspec

from almanac.content.occurrences import Occurrence, as_datetime
from almanac.content.recurrence import Moment
from almanac.core.messages import gettext_of
from almanac.incremental import query
from almanac.model.events import Event
from almanac.model.indexes import members
from almanac.model.links import events, order
from almanac.model.site import Site
from almanac.site.addresses import made
from almanac.site.campaigns import campaigns, month_themes
from almanac.site.dates import DateWords, iso
from almanac.site.menus import SCREEN
from almanac.site.pages import Page, no_view, page
from almanac.site.pictures import picture_of
from almanac.site.rhythms import rhythm_of
from almanac.site.screen_data import (
    FORMAT,
    ScreenCampaign,
    ScreenData,
    ScreenDate,
    ScreenDay,
    ScreenEvent,
    ScreenMonth,
)
from almanac.site.screens import (
    code_targets,
    day_of_build,
    page_of_campaign,
    page_of_month,
    screen_address,
    screen_code_address,
    screen_stems,
)
from almanac.site.settings import base_path, site_settings
from almanac.site.views import CodeTarget, Head, code_address, colour_of, place_name

DAYS_AHEAD = 120  # that a screen knows, so that it is true on a site that is not built again
MOST_DATES = 400  # on a screen; beyond it the screen knows fewer days
MOST_LISTED = 60  # dates in the list for browsers without scripts
SHELL = ("/static/style.css", "/static/screen.css", "/static/icon.svg", f"{SCREEN.address}screen.js")


class Listed(msgspec.Struct, frozen=True):
    """A date in the list for browsers without scripts."""

    title: str
    start: Moment
    end: Moment | None
    place: str
    status: str


class ScreenView(msgspec.Struct, frozen=True):
    """The page of a screen; `name` is that of its facet, empty for all events. `code` is the picture of a QR code."""

    head: Head
    name: str
    code: str
    listed: tuple[Listed, ...]


def pages(site: Site) -> Iterator[Page]:
    """The script of all screens, their codes, then each screen with its data."""
    yield page(f"{SCREEN.address}screen.js", "html:scripts/screen.js", no_view)
    for target in code_targets(site):
        yield page(screen_code_address(target), "qr", code, target)
    for stem in screen_stems(site):
        yield page(screen_address(stem), "html:screen.html", screen_view, stem)
        yield page(f"{screen_address(stem)}data.json", "json:versioned", screen_data, stem, large=True)


def code(site: Site, target: str) -> CodeTarget:
    """The page to which a code leads."""
    del site
    return CodeTarget(target)


def screen_view(site: Site, stem: str) -> ScreenView:
    """The view of a screen's page: its frame, and the next dates for browsers without scripts."""
    dates, _ = _dates_ahead(site, stem)
    return ScreenView(
        head=Head(screen_address(stem), SCREEN.name, indexed=False),
        name=_name(site, stem),
        code=screen_code_address(f"/{stem}/" if stem else "/"),
        listed=tuple([_listed(site.event(event_id), number) for event_id, number in dates[:MOST_LISTED]]),
    )


def screen_data(site: Site, stem: str) -> ScreenData:
    """The data of a screen."""
    dates, until = _dates_ahead(site, stem)
    chosen: dict[str, set[int]] = {}
    for event_id, number in dates:
        chosen.setdefault(event_id, set()).add(number)
    base = base_path(site)
    shown = tuple([_only(screen_event(site, event_id), numbers) for event_id, numbers in chosen.items()])
    day, own_code = day_of_build(site), _within(base, screen_code_address(f"/{stem}/" if stem else "/"))
    ahead, months = _campaigns(site, base, day), _months(site, base, day)
    pictured: list[ScreenEvent | ScreenCampaign | ScreenMonth] = [*shown, *ahead, *months]
    pictures = [own_code, *(address for one in pictured for address in (one.picture, one.code))]
    return ScreenData(
        format=FORMAT,
        name=_name(site, stem),
        built=iso(datetime.combine(day, time()), site_settings(site).zone),
        until=until,
        code=own_code,
        events=shown,
        campaigns=ahead,
        months=months,
        shell=tuple([_within(base, address) for address in (screen_address(stem), *SHELL)]),
        assets=tuple([address for address in dict.fromkeys(pictures) if address]),
    )


@query(ScreenEvent)
def screen_event(site: Site, event_id: str) -> ScreenEvent:
    """An event on a screen with all its dates."""
    event, settings, base = site.event(event_id), site_settings(site), base_path(site)
    fields, picture = event.fields, picture_of(event)
    words = DateWords(gettext_of(settings.language, settings.messages))
    occurrences = event.dates.occurrences
    rhythm = next((found for one in occurrences if (found := rhythm_of(event, one))), None)

    def dated(one: Occurrence) -> ScreenDate:
        starts, ends = (iso(as_datetime(moment), settings.zone) for moment in (one.start, one.ends))
        return ScreenDate(starts, ends, words.hours(one.start, one.end), one.status, place_name(event.place_of(one)))

    facts = (event.form.name if event.form else "", fields.fee or "")
    has_code = event.home is None and made("event_codes", site.config)
    return ScreenEvent(
        title=fields.title,
        colour=colour_of(event),
        level=fields.level,
        dates=tuple([dated(one) for one in occurrences]),
        repeats=rhythm.kind if rhythm else "sessions" if len(occurrences) > 1 else "",
        district=event.district.name if event.district else "",
        picture=_within(base, picture.address) if picture else "",
        code=_within(base, code_address(event)) if has_code else "",
        facts=tuple(filter(None, facts)),
        sample=fields.sample and not site.config.mostly_samples,
    )


def _only(event: ScreenEvent, numbers: set[int]) -> ScreenEvent:
    """An event with some of its dates."""
    return msgspec.structs.replace(event, dates=tuple([event.dates[number] for number in sorted(numbers)]))


def _dates_ahead(site: Site, stem: str) -> tuple[list[tuple[str, int]], date]:
    """The dates that a screen knows, by time: ids with the number of the date; and the day from which it knows none."""
    first = day_of_build(site)
    since, until = datetime.combine(first, time()), first + timedelta(days=DAYS_AHEAD)
    ids = members.get(site, stem) or () if stem else order(site)
    found = sorted(
        (period.begins, event_id, number)
        for event_id in ids
        if (event := events.entry(site, event_id)).ends > since and event.begins.date() < until
        for number, period in enumerate(event.metadata.periods)
        if period.ends > since and period.begins.date() < until
    )
    if len(found) > MOST_DATES:
        until = max(found[MOST_DATES][0].date(), first + timedelta(days=1))
    return [(event_id, number) for begins, event_id, number in found if begins.date() < until], until


def _listed(event: Event, number: int) -> Listed:
    one = event.dates.occurrences[number]
    place = place_name(event.place_of(one))
    return Listed(event.fields.title, one.start, one.end, place, one.status)


def _campaigns(site: Site, base: str, day: date) -> tuple[ScreenCampaign, ...]:
    return tuple(
        ScreenCampaign(
            name=one.link.name,
            first=one.start,
            last=one.end,
            slogan=one.slogan,
            colour=one.colour,
            picture=_within(base, one.picture),
            code=_within(base, screen_code_address(page_of_campaign(site, one.link))),
        )
        for one in campaigns(site, day)
    )


def _months(site: Site, base: str, day: date) -> tuple[ScreenMonth, ...]:
    return tuple(
        ScreenMonth(
            month=f"{one.month:%Y-%m}",
            title=one.title,
            days=tuple([ScreenDay(each.name, each.start, each.end or each.start) for each in one.days]),
            colour=one.colour,
            picture=_within(base, one.picture),
            code=_within(base, screen_code_address(page_of_month(site, one))),
        )
        for one in month_themes(site, day)
    )


def _name(site: Site, stem: str) -> str:
    return site.facet(*stem.split("/", 1)).name if stem else ""


def _within(base: str, address: str) -> str:
    """An address below the base path; empty stays empty."""
    return base + quote(address.lstrip("/")) if address else ""
