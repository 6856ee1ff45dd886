"""Links that open the form for a new event in calendars on the web, filled in. They work without a key or a script.

An event of one date has them. Each of these calendars takes a single date by such a link, so other events have only
their calendar file.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import msgspec

from almanac.content.occurrences import Moment, Occurrence
from almanac.core.messages import gettext_of
from almanac.model.events import Event
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


class Invitation(msgspec.Struct, frozen=True):
    """The texts of a link. `start` and `end` are moments in UTC, or days; `end` is exclusive for days."""

    title: str
    place: str
    text: str
    start: Moment
    end: Moment


def other_calendars(event: Event, settings: Settings) -> tuple[Link, ...]:
    """A link for each calendar; none for an event with several dates."""
    if len(event.dates.occurrences) > 1:
        return ()
    (only,) = event.dates.occurrences
    translate = gettext_of(settings.language, settings.messages)
    start, end = _span(only, settings)
    place = full_place(event.place) if event.place else event.fields.online or ""
    title = titled(event.fields.title, only.status, translate, sample=event.fields.sample)
    invitation = Invitation(title, place, absolute(event.address, settings), start, end)
    return (_google(invitation, settings), *_outlook(invitation), _yahoo(invitation))


def _span(only: Occurrence, settings: Settings) -> tuple[Moment, Moment]:
    """Start and end in UTC, or the first day and the one after the last. A date without an end ends as it begins."""
    start, end = only.start, only.end or only.start
    if isinstance(start, datetime) and isinstance(end, datetime):
        return instant(start, settings.timezone), instant(end, settings.timezone)
    return start, end + timedelta(days=1)


def _google(one: Invitation, settings: Settings) -> Link:
    dates = f"{_compact(one.start)}/{_compact(one.end)}"
    query = {"action": "TEMPLATE", "text": one.title, "dates": dates, "ctz": settings.timezone}
    return Link("Google", _address(GOOGLE, query | {"location": one.place, "details": one.text}))


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
    end = {"et": _compact(one.end)} if isinstance(one.start, datetime) else {"dur": "allday"}
    return Link("Yahoo", _address(YAHOO, query | end))


def _compact(moment: Moment) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}" if isinstance(moment, datetime) else f"{moment:%Y%m%d}"


def _iso(moment: Moment) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if isinstance(moment, datetime) else moment.isoformat()


def _address(page: str, query: dict[str, str]) -> str:
    return f"{page}?{urlencode({name: value for name, value in query.items() if value}, quote_via=quote)}"
