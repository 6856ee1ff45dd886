"""Converts Chinese map coordinates (GCJ-02) to WGS-84, the system of GPS, feeds and search engines."""

from __future__ import annotations

from decimal import Decimal
from math import cos, pi, radians, sin, sqrt

# GCJ-02 computes its offsets on the Krasovsky 1940 ellipsoid. The major axis is in metres.
MAJOR_AXIS = 6378245.0
ECCENTRICITY_SQUARED = 0.00669342162296594323
CHINA = (73.66, 135.05, 3.86, 53.55)  # west, east, south, north in degrees; elsewhere GCJ-02 equals WGS-84


def degrees(number: float) -> str:
    """A coordinate in decimal digits, never with an exponent."""
    return format(Decimal(repr(number)), "f")


def wgs84(longitude: float, latitude: float, crs: str) -> tuple[float, float]:
    """Longitude and latitude in WGS-84, in degrees, exact to about a metre.

    `crs` names the system of the given point: `wgs84` or `gcj02`. GCJ-02 has no official inverse, so the point is found
    by fixed-point iteration: four steps are enough for a metre.
    """
    west, east, south, north = CHINA
    if crs != "gcj02" or not (west <= longitude <= east and south <= latitude <= north):
        return longitude, latitude
    found = longitude, latitude
    for _ in range(4):
        offset = _offset(*found)
        found = longitude - offset[0], latitude - offset[1]
    return round(found[0], 6), round(found[1], 6)


def _offset(longitude: float, latitude: float) -> tuple[float, float]:
    """The offset that GCJ-02 adds to a WGS-84 point, in degrees (published, reverse-engineered polynomial)."""
    x, y = longitude - 105.0, latitude - 35.0
    waves = 20.0 * (sin(6.0 * pi * x) + sin(2.0 * pi * x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (
        (
            waves
            + 20.0 * sin(pi * y)
            + 40.0 * sin(pi * y / 3.0)
            + 160.0 * sin(pi * y / 12.0)
            + 320.0 * sin(pi * y / 30.0)
        )
        * 2.0
        / 3.0
    )
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (
        (
            waves
            + 20.0 * sin(pi * x)
            + 40.0 * sin(pi * x / 3.0)
            + 150.0 * sin(pi * x / 12.0)
            + 300.0 * sin(pi * x / 30.0)
        )
        * 2.0
        / 3.0
    )
    angle = radians(latitude)
    magic = 1.0 - ECCENTRICITY_SQUARED * sin(angle) ** 2
    metres_north = MAJOR_AXIS * (1.0 - ECCENTRICITY_SQUARED) / magic**1.5
    metres_east = MAJOR_AXIS / sqrt(magic) * cos(angle)
    return east * 180.0 / (metres_east * pi), north * 180.0 / (metres_north * pi)
