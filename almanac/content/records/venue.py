"""A venue: its address, the way there, and its accessibility."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from almanac.content.fields import Coordinates, Field, Ignored, Keys, Line, Refers, Url, When
from almanac.content.records import RecordKind
from almanac.content.records.event import CRS_WORDS, Crs


@dataclass(frozen=True, kw_only=True)
class VenueFields:
    """The front matter of `content/venues/<key>.md`."""

    name: Annotated[Line, Field("Name", "The name that people use.", "常州博物馆")]
    full_name: Annotated[Line | None, Field("Full name", "If longer than the name.", "常州博物馆·少儿自然博物馆")] = (
        None
    )
    aliases: Annotated[Keys, Field("Other names", "What people type when they look for it.", ["自然博物馆"])] = ()
    address: Annotated[Line | None, Field("Address", "Street and number.", "龙城大道1288号")] = None
    district: Annotated[
        Line | None, Refers("districts"), Field("District", "A key of districts in config.yaml.", "xinbei")
    ] = None
    coordinates: Annotated[
        Coordinates | None, Field("Coordinates", "Longitude, then latitude, in degrees.", [119.97, 31.81])
    ] = None
    crs: Annotated[
        Crs,
        CRS_WORDS,
        Field("Coordinate system", "gcj02 for coordinates from Amap or Tencent, wgs84 for GPS.", "gcj02"),
    ] = "wgs84"
    approximate: Annotated[
        bool, Field("Approximate", "true if the coordinates show no more than the part of the town.", True)
    ] = False
    wheelchair: Annotated[
        Literal["full", "partial", "none"] | None, Field("Wheelchair access", "full, partial or none.", "full")
    ] = None
    lift: Annotated[bool | None, Field("Lift", "Whether there is one.", True)] = None
    toilet: Annotated[bool | None, Field("Accessible toilet", "Whether there is one.", True)] = None
    metro: Annotated[Line | None, Field("Metro", "Line and station.", "1号线市民广场站")] = None
    bus: Annotated[Line | None, Field("Bus", "Lines and stop.", "B1路市民广场站")] = None
    parking: Annotated[Line | None, Field("Parking", "Where to leave a car.", "地下停车场")] = None
    hours: Annotated[Line | None, Field("Opening hours", "In words.", "9:00–17:00")] = None
    closed: Annotated[Line | None, Field("Closed on", "In words.", "周一")] = None
    admission: Annotated[Line | None, Field("Admission", "In words.", "免费")] = None
    phone: Annotated[Line | None, Field("Telephone", "A landline.", "0519-86619627")] = None
    url: Annotated[Url | None, Field("Website", "Its own site.", "https://example.org/")] = None
    summary: Annotated[Line | None, Field("Summary", "One sentence.", "历史与自然并陈的市级博物馆")] = None
    sample: Annotated[bool, Field("Sample", "true marks it as made up.", False)] = False
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("venues", VenueFields)
