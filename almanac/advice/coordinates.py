"""Coordinates outside the city."""

from __future__ import annotations

from collections.abc import Iterator

from almanac.content.fields import Bounds
from almanac.content.records.event import InlineVenue
from almanac.core.problems import KeyPath, Location, Problem, text
from almanac.model.site import Site

MEANING = text("The coordinates lie outside the bounds in config.yaml.")


def find(site: Site) -> Iterator[Problem]:
    """Venues and places of events outside the config's `bounds`; none if the config has no bounds."""
    if bounds := site.config.bounds:
        for path, key, point in _points(site):
            if not _within(point, bounds):
                yield _problem(path, key, point, bounds)


def _points(site: Site) -> Iterator[tuple[str, KeyPath, tuple[float, float]]]:
    for facet in site.facets("venues"):
        if facet.record and facet.fields.coordinates:
            yield facet.record.path, ("coordinates",), facet.fields.coordinates
    for event in site.events:
        if isinstance(event.fields.venue, InlineVenue) and event.fields.venue.coordinates:
            yield event.path, ("venue", "coordinates"), event.fields.venue.coordinates


def _within(point: tuple[float, float], bounds: Bounds) -> bool:
    west, south, east, north = bounds
    return west <= point[0] <= east and south <= point[1] <= north


def _problem(path: str, key: KeyPath, point: tuple[float, float], bounds: Bounds) -> Problem:
    longitude, latitude = point
    if _within((latitude, longitude), bounds):
        message = text("Longitude and latitude are swapped.")
        hint = text("Longitude comes first: [{latitude}, {longitude}].", latitude=latitude, longitude=longitude)
    else:
        message = text("{longitude}, {latitude} lies outside the city.", longitude=longitude, latitude=latitude)
        hint = text("Look the place up on the map again, or widen bounds in config.yaml.")
    return Problem(Location(path, key=key), message, hint)
