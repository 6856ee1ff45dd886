"""What the texts for passing on say of an event: for groups, for Weibo, for articles and for the weekly digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from almanac.content.occurrences import Occurrence
from almanac.content.records.event import CALLED_OFF, Signup, Status
from almanac.content.recurrence import Moment
from almanac.model.events import Event, Place
from almanac.model.site import Site
from almanac.site.pictures import picture_of, share_address
from almanac.site.replacements import replacement
from almanac.site.rhythms import Rhythm, rhythm_of

PICTURES = (".png", ".jpg", ".jpeg", ".gif")  # the forms that article editors and mail programs accept


class SharedPlace(msgspec.Struct, frozen=True):
    """A place; `address` may be empty."""

    name: str
    address: str


class SharedDate(msgspec.Struct, frozen=True):
    """A date of an event. `place` is None unless it differs from the event's; `regular` dates follow the rhythm."""

    start: Moment
    end: Moment | None
    status: Status
    place: SharedPlace | None
    regular: bool


class SharedEvent(msgspec.Struct, frozen=True):
    """An event with all its dates, or with those of a week or a month.

    `rhythm` describes the dates, if all of them are meant. `signup` is None where
    one cannot sign up. `picture` is the address of a picture that every program shows, else empty.
    """

    address: str
    title: str
    status: Status
    status_note: str
    sample: bool
    rhythm: Rhythm | None
    dates: tuple[SharedDate, ...]
    place: SharedPlace | None
    online: str
    fee: str
    signup: Signup | None
    summary: str
    picture: str


def shared_event(site: Site, event: Event, *, pictures: bool, numbers: Sequence[int] | None = None) -> SharedEvent:
    """An event as texts tell it. `numbers` are those of the dates that are meant, counted from 0; None for all.

    `pictures`: whether drawings have PNG pictures beside them.
    """
    fields, found = event.fields, event.dates.occurrences
    chosen = found if numbers is None else [found[number] for number in numbers]
    rhythm = rhythm_of(event, chosen[0])
    if rhythm and rhythm.kind != "daily" and numbers is not None:
        rhythm = None
    status = fields.status if numbers is None else _common_status(event, chosen)
    place = event.place if numbers is None else _common_place(event, chosen)
    return SharedEvent(
        address=event.address,
        title=fields.title,
        status=status,
        status_note=replacement(site, event)[0],
        sample=fields.sample,
        rhythm=rhythm,
        dates=tuple(_date(event, one, place) for one in chosen),
        place=_shared_place(place),
        online=fields.online or "",
        fee=fields.fee or "",
        signup=fields.signup if status not in CALLED_OFF else None,
        summary=fields.summary or "",
        picture=_picture(event, pictures=pictures),
    )


def _date(event: Event, one: Occurrence, usual: Place | None) -> SharedDate:
    place = event.place_of(one)
    elsewhere = _shared_place(place) if place != usual else None
    return SharedDate(one.start, one.end, one.status, elsewhere, one.recurrence is None)


def _shared_place(place: Place | None) -> SharedPlace | None:
    return SharedPlace(place.name, place.address or "") if place else None


def _common_status(event: Event, dates: Iterable[Occurrence]) -> Status:
    """The status that all dates share, else the event's."""
    found = {one.status for one in dates}
    return found.pop() if len(found) == 1 else event.fields.status


def _common_place(event: Event, dates: Sequence[Occurrence]) -> Place | None:
    """The place that all dates share, else the event's."""
    first = event.place_of(dates[0])
    return first if all(event.place_of(one) == first for one in dates) else event.place


def _picture(event: Event, *, pictures: bool) -> str:
    found = picture_of(event)
    address = (share_address(found.address) if pictures else found.address) if found else ""
    return address if address.lower().endswith(PICTURES) else ""
