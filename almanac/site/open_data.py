"""The open data of an event, as `almanac/content/open_data.py` declares it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from msgspec import UNSET, UnsetType

from almanac.content.occurrences import Occurrence, Series
from almanac.content.open_data import DateData, EventData, Named, PlaceData, RepeatData, ResultData, SignupData
from almanac.content.records.event import Result, Signup
from almanac.content.recurrence import Moment
from almanac.model.events import Event, Facet, Place
from almanac.site.dates import iso
from almanac.site.views import file_address, free


def event_data(event: Event, zone: ZoneInfo) -> EventData:
    """The open data of an event."""
    fields = event.fields
    return EventData(
        id=event.id,
        uid=event.uid,
        url=event.address,
        ics=file_address(event),
        title=fields.title,
        status=fields.status,
        level=fields.level,
        dates=tuple(_date(event, occurrence, zone) for occurrence in event.dates.occurrences),
        organisers=_named(event.organisers),
        updated=iso(event.updated, zone),
        summary=fields.summary or UNSET,
        status_note=fields.status_note or UNSET,
        programme=_named((event.programme,))[0] if event.programme else UNSET,
        themes=_named(event.themes),
        form=_named((event.form,))[0] if event.form else UNSET,
        co_organisers=_named(event.co_organisers),
        other_co_organisers=event.other_co_organisers,
        audiences=_named(event.audiences),
        ages=fields.ages or UNSET,
        district=_named((event.district,))[0] if event.district else UNSET,
        venue=_place(event.place) if event.place else UNSET,
        online=fields.online or UNSET,
        fee=fields.fee or UNSET,
        free=free(fields.fee),
        language=fields.language or UNSET,
        signup=_signup(fields.signup, zone) if fields.signup else UNSET,
        tags=fields.tags,
        sample=fields.sample,
        result=_result(fields.result) if fields.result else UNSET,
        repeat=_repeat(event.dates.series, zone),
    )


def _named(facets: tuple[Facet, ...]) -> tuple[Named, ...]:
    return tuple(Named(facet.key, facet.name) for facet in facets)


def _place(place: Place) -> PlaceData:
    longitude, latitude = place.exact_coordinates or (UNSET, UNSET)
    return PlaceData(place.name, place.key or UNSET, place.address or UNSET, longitude, latitude)


def _date(event: Event, occurrence: Occurrence, zone: ZoneInfo) -> DateData:
    place = event.place_of(occurrence)
    return DateData(
        start=iso(occurrence.start, zone),
        status=occurrence.status,
        end=_iso(occurrence.end, zone),
        session=occurrence.session or UNSET,
        venue=_place(place) if place and place != event.place else UNSET,
        capacity=occurrence.capacity or UNSET,
        note=occurrence.note or UNSET,
        instead_of=_iso(occurrence.recurrence, zone),
    )


def _repeat(series: Series | None, zone: ZoneInfo) -> RepeatData | UnsetType:
    if series is None or series.rule is None:
        return UNSET
    excluded = tuple(str(day) for day in series.excluded)
    return RepeatData(iso(series.start, zone), series.rule, _iso(series.end, zone), excluded)


def _signup(signup: Signup, zone: ZoneInfo) -> SignupData:
    return SignupData(
        url=signup.url or UNSET,
        phone=signup.phone or UNSET,
        how=signup.how or UNSET,
        opens=_iso(signup.opens, zone),
        deadline=_iso(signup.deadline, zone),
        capacity=signup.capacity or UNSET,
    )


def _result(result: Result) -> ResultData:
    return ResultData(result.held, UNSET if result.participants is None else result.participants, result.note or UNSET)


def _iso(moment: Moment | None, zone: ZoneInfo) -> str | UnsetType:
    return iso(moment, zone) if moment else UNSET
