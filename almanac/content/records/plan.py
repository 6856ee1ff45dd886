"""A year's work plan and its targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from almanac.content.fields import Day, Field, Identifier, Ignored, Keys, Line, OneOrMore, Refers, When
from almanac.content.records import RecordKind
from almanac.content.records.event import Level


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The events of the year that count towards a target: those that match every given filter."""

    of: Annotated[Literal["events", "occurrences", "participants"], Field("Counted", "What is counted.", "events")]
    programme: Annotated[
        Keys, Refers("programmes"), Field("Programmes", "File stems in content/programmes.", ["science-week"])
    ] = ()
    theme: Annotated[Keys, Refers("themes"), Field("Themes", "File stems in content/themes.", ["water"])] = ()
    organiser: Annotated[
        Keys, Refers("organisers"), Field("Organisers", "File stems in content/organisers.", ["kexie"])
    ] = ()
    audience: Annotated[
        Keys, Refers("audiences"), Field("Audiences", "Keys of audiences in config.yaml.", ["farmers"])
    ] = ()
    level: Annotated[tuple[Level, ...], OneOrMore, Field("Levels", "Levels of events.", ["city"])] = ()


@dataclass(frozen=True, kw_only=True)
class Target:
    """One figure of the plan."""

    id: Annotated[Identifier, Field("Id", "Short and unique within the plan.", "key-activities")]
    name: Annotated[Line, Field("Name", "What is promised.", "重点科普活动")]
    figure: Annotated[float, Field("Figure", "How many.", 700)]
    unit: Annotated[Line, Field("Unit", "The unit of the figure.", "项")]
    bound: Annotated[
        Literal["at_least", "exactly", "range"], Field("Bound", "How the figure is meant.", "at_least")
    ] = "at_least"
    figure_max: Annotated[float | None, Field("Upper figure", "The upper end of a range.", 5)] = None
    paragraph: Annotated[int | None, Field("Paragraph", "The paragraph of the plan.", 5)] = None
    organiser: Annotated[
        Keys, Refers("organisers"), Field("Responsible", "File stems in content/organisers.", ["kexie"])
    ] = ()
    counts: Annotated[
        Counts | None, Field("What counts", "Left out where no event of the calendar can count.", {"of": "events"})
    ] = None
    reported: Annotated[float | None, Field("Reported", "A figure known from elsewhere.", 14)] = None
    note: Annotated[Line | None, Field("Note", "One sentence.", "以年度调查结果为准")] = None


@dataclass(frozen=True, kw_only=True)
class PlanFields:
    """The front matter of `content/plans/<year>.md`."""

    title: Annotated[Line, Field("Title", "The title of the document.", "2019年常州市全民科学素质工作要点")]
    year: Annotated[int, Field("Year", "The year that the file covers.", 2019)]
    number: Annotated[Line | None, Field("Number", "The number of the document.", "常全科组办发〔2019〕4号")] = None
    issued: Annotated[Day | None, Field("Issued", "Its date.", "2019-05-27")] = None
    issuer: Annotated[
        Keys, Refers("organisers"), Field("Issued by", "File stems in content/organisers.", ["lingdao-xiaozu"])
    ] = ()
    summary: Annotated[Line | None, Field("Summary", "One sentence.", "全市公民具备科学素质的比例达到14%")] = None
    targets: Annotated[
        tuple[Target, ...],
        OneOrMore,
        Field(
            "Targets",
            "What it promises.",
            [{"id": "key-activities", "name": "重点科普活动", "figure": 700, "unit": "项"}],
        ),
    ] = ()
    sample: Annotated[bool, Field("Sample", "true marks it as made up.", False)] = False
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("plans", PlanFields)
