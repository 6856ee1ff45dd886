"""A form: the way in which an event takes place, such as a lecture, an exhibition or a contest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from almanac.content.fields import AssetPath, Field, Ignored, Keys, Line, Refers, When
from almanac.content.records import RecordKind

# Kinds of activity that the national statistics of popular science count; `almanac/site/report_tables.py` names them.
Statistic: TypeAlias = Literal["lecture", "exhibition", "contest", "exchange", "camp", "training"]


@dataclass(frozen=True, kw_only=True)
class FormFields:
    """The front matter of `content/forms/<key>.md`."""

    name: Annotated[Line, Field("Name", "Short, as chips and cards show it.", "讲座")]
    full_name: Annotated[Line | None, Field("Full name", "If longer than the name.", "讲座与报告会")] = None
    aliases: Annotated[Keys, Field("Other names", "What people type when they look for it.", ["报告会"])] = ()
    order: Annotated[int, Field("Order", "Place in lists.", 1)] = 1000
    statistic: Annotated[
        Statistic | None,
        Field(
            "Statistic", "The line of the national statistics that counts these events; left out if none.", "lecture"
        ),
    ] = None
    summary: Annotated[Line | None, Field("Summary", "One sentence.", "坐下来听，听完可以问")] = None
    cover: Annotated[
        AssetPath | None, Refers("assets"), Field("Picture", "A file below content/images.", "images/forms/lecture.svg")
    ] = None
    cover_alt: Annotated[
        Line | None, Field("Picture in words", "Describes the picture to people who cannot see it.", "讲台与听众")
    ] = None
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("forms", FormFields)
