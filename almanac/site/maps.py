"""Links to maps that work in China without a key: to a place by its coordinates, or to a search by its name."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlencode

from almanac.core.coordinates import degrees
from almanac.core.problems import text
from almanac.model.events import Place
from almanac.site.views import Link

AMAP = text("Amap").message
BAIDU = text("Baidu Maps").message
TENCENT = text("Tencent Maps").message
SOURCE = "almanac"


def map_links(place: Place) -> tuple[Link, ...]:
    """One link for each map; the names are messages. Exact coordinates are WGS-84, which each link states."""
    if coordinates := place.exact_coordinates:
        return _markers(place.name, place.address or place.name, *coordinates)
    return _searches(f"{place.address or ''} {place.name}".strip()) if place.address else ()


@lru_cache(1 << 12)  # many events share few venues, and encoding addresses is slow
def _markers(name: str, where: str, *coordinates: float) -> tuple[Link, ...]:
    longitude, latitude = map(degrees, coordinates)
    amap = {"position": f"{longitude},{latitude}", "name": name, "coordinate": "wgs84", "callnative": "0"}
    baidu = {
        "location": f"{latitude},{longitude}",
        "title": name,
        "content": where,
        "coord_type": "wgs84",
        "output": "html",
        "src": SOURCE,
    }
    tencent = {
        "marker": f"coord:{latitude},{longitude};title:{name};addr:{where}",
        "coord_type": "1",
        "referer": SOURCE,
    }
    return (
        Link(AMAP, _address("https://uri.amap.com/marker", amap)),
        Link(BAIDU, _address("https://api.map.baidu.com/marker", baidu)),
        Link(TENCENT, _address("https://apis.map.qq.com/uri/v1/marker", tencent)),
    )


@lru_cache(1 << 12)  # likewise
def _searches(words: str) -> tuple[Link, ...]:
    return (
        Link(AMAP, _address("https://uri.amap.com/search", {"keyword": words, "callnative": "0"})),
        Link(
            BAIDU, _address("https://api.map.baidu.com/place/search", {"query": words, "output": "html", "src": SOURCE})
        ),
        Link(TENCENT, _address("https://apis.map.qq.com/uri/v1/search", {"keyword": words, "referer": SOURCE})),
    )


def _address(page: str, query: dict[str, str]) -> str:
    return f"{page}?{urlencode(query, quote_via=quote)}"
