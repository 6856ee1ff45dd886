"""Events for search engines: JSON-LD by https://schema.org/Event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from almanac.content.recurrence import Moment
from almanac.site.addresses import there
from almanac.site.settings import Settings
from almanac.site.views import Link, free

EVENT_STATUS = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}
MOST_IN_JSON = 20


def event_json(
    view: Any,
    settings: Settings,
    absolute: Callable[[str], str],
    share: Callable[[str], str],
    iso: Callable[[Moment], str],
) -> list[dict[str, Any]]:
    """schema.org Events for an event page's view, one for each of its dates (https://schema.org/Event).

    `share` gives the raster picture beside a drawing: search engines read no SVG.
    """
    common: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": view.title,
        "url": absolute(view.head.address),
        "description": view.summary or view.title,
        "organizer": [_organisation_json(link, settings, absolute) for link in view.organisers],
        "isAccessibleForFree": free(view.fee),
    }
    if view.head.picture:
        common["image"] = [absolute(share(view.head.picture.address))]
    if view.signup and view.signup.url:
        availability = "SoldOut" if view.status == "full" else "InStock"
        common["offers"] = {
            "@type": "Offer",
            "url": view.signup.url,
            "availability": f"https://schema.org/{availability}",
        }
        if common["isAccessibleForFree"]:
            common["offers"] |= {"price": 0, "priceCurrency": settings.currency}
    return [{**common, **_occurrence_json(date, view, settings, iso)} for date in view.dates[:MOST_IN_JSON]]


def _organisation_json(link: Link, settings: Settings, absolute: Callable[[str], str]) -> dict[str, str]:
    found = {"@type": "Organization", "name": link.name}
    return {**found, "url": absolute(link.address)} if there(link.address, settings.off) else found


def _occurrence_json(date: Any, view: Any, settings: Settings, iso: Callable[[Moment], str]) -> dict[str, Any]:
    places: list[dict[str, Any]] = []
    if place := date.place or view.place:
        places.append(_place_json(place, settings))
    if view.online:
        places.append({"@type": "VirtualLocation", "url": view.online})
    mode = (
        "MixedEventAttendanceMode"
        if len(places) > 1
        else "OnlineEventAttendanceMode"
        if view.online
        else "OfflineEventAttendanceMode"
    )
    found: dict[str, Any] = {
        "startDate": iso(date.start),
        "eventStatus": f"https://schema.org/{EVENT_STATUS.get(date.status, 'EventScheduled')}",
        "eventAttendanceMode": f"https://schema.org/{mode}",
    }
    if date.end:
        found["endDate"] = iso(date.end)
    if places:
        found["location"] = places[0] if len(places) == 1 else places
    return found


def _place_json(place: Any, settings: Settings) -> dict[str, Any]:
    parts = {
        "streetAddress": place.address or place.name,
        "addressLocality": settings.facet_names.get(f"district/{place.district}"),
    }
    address = {"@type": "PostalAddress", **{name: part for name, part in parts.items() if part}}
    found: dict[str, Any] = {"@type": "Place", "name": place.name, "address": address}
    if coordinates := place.exact_coordinates:
        found["geo"] = {"@type": "GeoCoordinates", "longitude": coordinates[0], "latitude": coordinates[1]}
    return found
