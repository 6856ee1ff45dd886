"""Links that open the form for a new event in calendars on the web, filled in. They work without a key or a script.

Each of these calendars takes one date by such a link; Google takes a rule as well (`recur`). Parameters, which no
calendar documents: https://github.com/InteractionDesignFoundation/add-event-to-calendar-docs
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import msgspec

from almanac.content.occurrences import Occurrence, taking_place
from almanac.content.recurrence import Moment, published_rule
from almanac.core.messages import gettext_of
from almanac.model.events import Event, Place
from almanac.model.moments import instant
from almanac.site.announcements import titled
from almanac.site.settings import Settings, absolute
from almanac.site.views import Link, full_place

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = (
    ("Outlook.com", "https://outlook.live.com/calendar/0/deeplink/compose"),
    ("Microsoft 365", "https://outlook.office.com/calendar/0/deeplink/compose"),
)
YAHOO = "https://calendar.yahoo.com/"


class OtherCalendars(msgspec.Struct, frozen=True):
    """A link for each calendar, for the date from `start` to `end`: the first that is not called off.

    `whole` is the link for all dates, where one rule makes them. A script changes the links to another date, its note
    and its place; `title` and `place` are those of the event.
    """

    start: Moment
    end: Moment | None
    title: str
    place: str
    links: tuple[Link, ...]
    whole: Link | None


class Invitation(msgspec.Struct, frozen=True):
    """The texts of a link. `start` and `end` are moments in UTC, or days; `end` is exclusive for days."""

    title: str
    place: str
    text: str
    start: Moment
    end: Moment


def other_calendars(event: Event, settings: Settings) -> OtherCalendars:
    """The links of an event."""
    translate = gettext_of(settings.language, settings.messages)
    first = taking_place(event.dates.occurrences)[0]
    place = _place(event.place, event)
    title = titled(event.fields.title, event.fields.status, translate, sample=event.fields.sample)
    noted = f"{title} · {first.note}" if first.note else title
    start, end = _span(first, settings)
    there = _place(event.place_of(first), event)
    invitation = Invitation(noted, there, absolute(event.address, settings), start, end)
    links = (_google(invitation, settings), *_outlook(invitation), _yahoo(invitation))
    whole = _whole(event, msgspec.structs.replace(invitation, title=title, place=place), settings)
    return OtherCalendars(first.start, first.end, title, place, links, whole)


def _place(place: Place | None, event: Event) -> str:
    return full_place(place) if place else event.fields.online or ""


def _whole(event: Event, invitation: Invitation, settings: Settings) -> Link | None:
    """Google's link for all dates. No parameter takes a date out of a rule, so every date must be as the rule says."""
    series = event.dates.series
    if series is None or series.rule is None or series.excluded or event.dates.apart:
        return None
    return _google(invitation, settings, published_rule(series.rule, series.start, settings.zone))


def _span(one: Occurrence, settings: Settings) -> tuple[Moment, Moment]:
    """Start and end in UTC, or the first day and the one after the last. A date without an end ends as it begins."""
    start, end = one.start, one.end or one.start
    if isinstance(start, datetime) and isinstance(end, datetime):
        return instant(start, settings.timezone), instant(end, settings.timezone)
    return start, end + timedelta(days=1)


def _google(one: Invitation, settings: Settings, rule: str = "") -> Link:
    dates = f"{_compact(one.start)}/{_compact(one.end)}"
    query = {"action": "TEMPLATE", "text": one.title, "dates": dates, "ctz": settings.timezone}
    query |= {"location": one.place, "details": one.text}
    return Link("Google", _address(GOOGLE, query | ({"recur": f"RRULE:{rule}"} if rule else {})))


def _outlook(one: Invitation) -> tuple[Link, ...]:
    query = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": one.title,
        "startdt": _iso(one.start),
        "enddt": _iso(one.end),
        "allday": "false" if isinstance(one.start, datetime) else "true",
        "location": one.place,
        "body": one.text,
    }
    return tuple(Link(name, _address(page, query)) for name, page in OUTLOOK)


def _yahoo(one: Invitation) -> Link:
    query = {"v": "60", "title": one.title, "st": _compact(one.start), "in_loc": one.place, "desc": one.text}
    if isinstance(one.start, datetime):
        return Link("Yahoo", _address(YAHOO, query | {"et": _compact(one.end)}))
    last = one.end - timedelta(days=1)  # inclusive here alone
    return Link("Yahoo", _address(YAHOO, query | {"et": _compact(last), "dur": "allday"}))


def _compact(moment: Moment) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}" if isinstance(moment, datetime) else f"{moment:%Y%m%d}"


def _iso(moment: Moment) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if isinstance(moment, datetime) else moment.isoformat()


def _address(page: str, query: dict[str, str]) -> str:
    return f"{page}?{urlencode(query, quote_via=quote)}"  # Outlook shows a plus sign where it should be a blank
