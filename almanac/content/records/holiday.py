"""A year's public holidays and make-up workdays. They are announced year by year, so they are data and not a rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from almanac.content.fields import Day, Field, Ignored, Line, OneOrMore, When
from almanac.content.records import RecordKind


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """A holiday and the days off around it."""

    name: Annotated[Line, Field("Name", "What it is called.", "国庆节")]
    start: Annotated[Day, Field("Start", "First day off.", "2026-10-01")]
    end: Annotated[Day, Field("End", "Last day off, inclusive.", "2026-10-07")]


@dataclass(frozen=True, kw_only=True)
class HolidaysFields:
    """The front matter of `content/holidays/<year>.md`."""

    title: Annotated[Line, Field("Title", "The heading.", "2026年节假日与调休")]
    year: Annotated[int, Field("Year", "The year that the file covers.", 2026)]
    source: Annotated[
        Line | None, Field("Source", "The notice it follows.", "国务院办公厅关于2026年部分节假日安排的通知")
    ] = None
    holidays: Annotated[
        tuple[Holiday, ...],
        OneOrMore,
        Field("Holidays", "Days off.", [{"name": "元旦", "start": "2026-01-01", "end": "2026-01-03"}]),
    ] = ()
    workdays: Annotated[
        tuple[Day, ...], OneOrMore, Field("Make-up workdays", "Weekend days on which people work.", ["2026-01-04"])
    ] = ()
    pending: Annotated[bool, Field("Pending", "true while no notice has been given.", False)] = False
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("holidays", HolidaysFields)
