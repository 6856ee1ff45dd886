"""A sketch of the city for pages: the outlines of districts from the config, with counts, and places as dots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import cos, radians

import msgspec

from almanac.content.fields import Outline
from almanac.model.events import Facet, Place
from almanac.model.site import Site
from almanac.site.views import Link, counted, facet_link

WIDTH = 1000  # units of the drawing
MARGIN = 12  # units around it


class Area(msgspec.Struct, frozen=True):
    """A district: its corners as SVG writes them, the middle of its name, and the link to its page.

    `here`: the map shows where this district is.
    """

    points: str
    x: int
    y: int
    link: Link
    here: bool = False


class Dot(msgspec.Struct, frozen=True):
    """A venue in units of the drawing."""

    x: int
    y: int
    name: str


class CityMap(msgspec.Struct, frozen=True):
    """A drawing of WIDTH × `height` units."""

    height: int
    areas: tuple[Area, ...]
    dots: tuple[Dot, ...] = ()


class Projection:
    """Degrees as units: an equirectangular projection, true to shape in the middle of the outlines."""

    def __init__(self, outlines: Iterable[Outline]) -> None:
        corners = [corner for outline in outlines for corner in outline]
        longitudes = [longitude for longitude, _ in corners]
        latitudes = [latitude for _, latitude in corners]
        self.west, self.east = min(longitudes), max(longitudes)
        self.south, self.north = min(latitudes), max(latitudes)
        self.narrowing = cos(radians((self.north + self.south) / 2))
        self.scale = (WIDTH - 2 * MARGIN) / ((self.east - self.west) * self.narrowing)
        self.height = round((self.north - self.south) * self.scale) + 2 * MARGIN

    def point(self, longitude: float, latitude: float) -> tuple[int, int]:
        """The point of a place, from the upper left corner."""
        x = (longitude - self.west) * self.narrowing * self.scale
        return round(x) + MARGIN, round((self.north - latitude) * self.scale) + MARGIN

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a place lies within the drawing."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


def city_map(site: Site, venues: Iterable[Facet] = ()) -> CityMap | None:
    """The map of all districts with the number of their events to come, and dots for venues; None without outlines."""
    outlines = _outlines(site)
    links = {key: counted(site, site.facet("districts", key)) for key in outlines}
    return _drawn(outlines, links, venues)


def locator(site: Site, district: str | None, venues: Iterable[Facet] = ()) -> CityMap | None:
    """The map that shows where a district and venues are; None if neither is on it."""
    outlines = _outlines(site)
    links = {key: facet_link(site.facet("districts", key)) for key in outlines}
    found = _drawn(outlines, links, venues, district)
    return found if found and (found.dots or any(area.here for area in found.areas)) else None


def _drawn(
    outlines: Mapping[str, Outline], links: Mapping[str, Link], venues: Iterable[Facet], here: str | None = None
) -> CityMap | None:
    if not outlines:
        return None
    projection = Projection(outlines.values())
    areas = tuple(_area(outline, links[key], projection, here=key == here) for key, outline in outlines.items())
    dots = (_dot(venue.place, projection) for venue in venues)
    return CityMap(projection.height, areas, tuple(dot for dot in dots if dot))


def _outlines(site: Site) -> Mapping[str, Outline]:
    """The outlines of the districts that have one, in the order of districts."""
    config = site.config
    return {key: config.outlines[key] for key in config.districts if key in config.outlines}


def _area(outline: Outline, link: Link, projection: Projection, *, here: bool) -> Area:
    corners = [projection.point(*corner) for corner in outline]
    middle = _middle(corners)
    return Area(" ".join(f"{x},{y}" for x, y in corners), *middle, link, here)


def _middle(corners: list[tuple[int, int]]) -> tuple[int, int]:
    """The centroid of a polygon."""
    pairs = list(zip(corners, [*corners[1:], corners[0]], strict=True))
    crosses = [x * next_y - next_x * y for (x, y), (next_x, next_y) in pairs]
    area = sum(crosses) * 3 or 1
    return (
        round(sum((x + next_x) * cross for ((x, _), (next_x, _)), cross in zip(pairs, crosses, strict=True)) / area),
        round(sum((y + next_y) * cross for ((_, y), (_, next_y)), cross in zip(pairs, crosses, strict=True)) / area),
    )


def _dot(place: Place, projection: Projection) -> Dot | None:
    if not place.coordinates or not projection.holds(*place.coordinates):
        return None
    return Dot(*projection.point(*place.coordinates), place.name)
