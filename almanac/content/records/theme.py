"""A theme: the subject by which events are grouped (CATEGORIES in iCalendar)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from almanac.content.fields import AssetPath, Colour, Field, Ignored, Keys, Line, Refers, When
from almanac.content.records import RecordKind


@dataclass(frozen=True, kw_only=True)
class ThemeFields:
    """The front matter of `content/themes/<key>.md`."""

    name: Annotated[Line, Field("Name", "Short; no commas, since calendars separate themes by them.", "人工智能")]
    full_name: Annotated[Line | None, Field("Full name", "If longer than the name.", "人工智能与机器人")] = None
    aliases: Annotated[Keys, Field("Other names", "What people type when they look for it.", ["AI"])] = ()
    colour: Annotated[Colour, Field("Colour", "A CSS colour name: feeds know no others.", "steelblue")] = "slategray"
    order: Annotated[int, Field("Order", "Place in lists.", 7)] = 1000
    summary: Annotated[Line | None, Field("Summary", "One sentence.", "机器怎样学会看、听、说")] = None
    cover: Annotated[
        AssetPath | None, Refers("assets"), Field("Picture", "A file below content/images.", "images/themes/ai.svg")
    ] = None
    cover_alt: Annotated[
        Line | None, Field("Picture in words", "Describes the picture to people who cannot see it.", "连成人脸的节点")
    ] = None
    sample: Annotated[bool, Field("Sample", "true marks it as made up.", False)] = False
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("themes", ThemeFields)
