"""A year's work plan and its targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from almanac.content.fields import Day, Field, Identifier, Ignored, Keys, Line, OneOrMore, Reads, Refers, When
from almanac.content.records import RecordKind
from almanac.content.records.event import Level


@dataclass(frozen=True, kw_only=True)
class Counts:
    """The events of the year that count towards a target: those that match every given filter."""

    of: Annotated[
        Literal["events", "occurrences", "days", "participants"],
        Field("Counted", "What is counted: a camp of three days is one event, one occurrence or three days.", "events"),
    ]
    programme: Annotated[
        Keys, Refers("programmes"), Field("Programmes", "File stems in content/programmes.", ["science-week"])
    ] = ()
    form: Annotated[Keys, Refers("forms"), Field("Forms", "File stems in content/forms.", ["lecture"])] = ()
    theme: Annotated[Keys, Refers("themes"), Field("Themes", "File stems in content/themes.", ["water"])] = ()
    organiser: Annotated[
        Keys, Refers("organisers"), Field("Organisers", "File stems in content/organisers.", ["kexie"])
    ] = ()
    audience: Annotated[
        Keys, Refers("audiences"), Field("Audiences", "Keys of audiences in config.yaml.", ["farmers"])
    ] = ()
    level: Annotated[tuple[Level, ...], OneOrMore, Field("Levels", "Levels of events.", ["city"])] = ()


@dataclass(frozen=True, kw_only=True)
class ReportedFigure:
    """A figure that is known from elsewhere, such as schools, books or bases, which are no events."""

    figure: Annotated[float, Field("Figure", "How many, from the beginning of the year.", 14)]
    date: Annotated[Day | None, Field("Date", "The day up to which the figure counts.", "2026-11-30")] = None
    source: Annotated[Line | None, Field("Written in", "Where the figure is written.", "年度调查报告")] = None
    by: Annotated[
        Line | None,
        Refers("organisers", or_text=True),
        Field("Reported by", "A file stem in content/organisers, or any other name.", "jiaoyu-ju"),
    ] = None


def _read_reported(value: object) -> object:
    """A list of mappings, of one mapping or of a number alone."""
    if isinstance(value, list):
        return value
    return [value if isinstance(value, dict) else {"figure": value}]


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
    reported: Annotated[
        tuple[ReportedFigure, ...],
        Reads(_read_reported),
        Field(
            "Reported",
            "A figure known from elsewhere, or a list: of each department the latest counts, and these are added.",
            [{"figure": 6, "date": "2026-11-30", "source": "教育局来函", "by": "jiaoyu-ju"}],
        ),
    ] = ()
    reported_total: Annotated[
        Literal["sum", "latest"],
        Field("Total of reports", "latest: only the latest report counts, as of a percentage.", "latest"),
    ] = "sum"
    note: Annotated[Line | None, Field("Note", "One sentence.", "以年度调查结果为准")] = None


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """A paragraph of the plan, with or without figures."""

    number: Annotated[int, Field("Number", "As the plan numbers it; 0 is what stands before the first.", 5)]
    name: Annotated[Line, Field("Name", "What it is about, in a few words.", "科技活动周和科普日")]
    organiser: Annotated[
        Keys, Refers("organisers"), Field("Responsible", "File stems in content/organisers.", ["kexie"])
    ] = ()


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
    paragraphs: Annotated[
        tuple[Paragraph, ...],
        OneOrMore,
        Field(
            "Paragraphs",
            "All paragraphs, so that the page lists those without figures too.",
            [{"number": 5, "name": "科技活动周和科普日", "organiser": ["kexie"]}],
        ),
    ] = ()
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
