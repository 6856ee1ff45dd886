"""A programme: science week, lectures, day tours …. An edition is one year's run of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from almanac.content.fields import (
    Ages,
    AssetPath,
    Colour,
    Day,
    Field,
    Ignored,
    Keys,
    Line,
    OneOrMore,
    Refers,
    Url,
    When,
)
from almanac.content.records import RecordKind
from almanac.content.records.event import Level, Signup


@dataclass(frozen=True, kw_only=True)
class ObservedDay:
    """A day or week that a month's theme observes, such as World Water Day."""

    name: Annotated[Line, Field("Name", "What the day is called.", "世界水日")]
    start: Annotated[Day, Field("Start", "The day, or the first of several.", "2027-03-22")]
    end: Annotated[Day | None, Field("End", "The last day, inclusive.", "2027-03-28")] = None


@dataclass(frozen=True, kw_only=True)
class Month:
    """The plan of a programme for one month of the year."""

    month: Annotated[int, Field("Month", "1 to 12.", 3)]
    title: Annotated[Line, Field("Title", "The month's motto.", "珍惜水资源 看懂天气")]
    theme: Annotated[Keys, Refers("themes"), Field("Themes", "File stems in content/themes.", ["water"])] = ()
    days: Annotated[
        tuple[ObservedDay, ...],
        OneOrMore,
        Field("Days observed", "The days it observes.", [{"name": "世界水日", "start": "2027-03-22"}]),
    ] = ()


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One year's run of a programme. Its dates are data: the nominal rules do not match the real dates."""

    year: Annotated[int, Field("Year", "The year of this run.", 2019)]
    ordinal: Annotated[int | None, Field("Number", "31 for the 31st run.", 31)] = None
    name: Annotated[
        Line | None, Field("Name", "Only if this run has a name of its own.", "常州市第三十一届科普宣传周")
    ] = None
    start: Annotated[Day | None, Field("Start", "First day.", "2019-05-19")] = None
    end: Annotated[Day | None, Field("End", "Last day, inclusive.", "2019-05-26")] = None
    slogan: Annotated[Line | None, Field("Slogan", "As announced; left out while unknown.", "科技强国 科普惠民")] = None
    url: Annotated[Url | None, Field("Website", "The website of this run.", "https://example.org/")] = None
    months: Annotated[
        tuple[Month, ...], OneOrMore, Field("Months", "Month by month.", [{"month": 3, "title": "珍惜水资源"}])
    ] = ()


@dataclass(frozen=True, kw_only=True)
class FormerName:
    """A name that the programme has given up."""

    name: Annotated[Line, Field("Name", "The name that was given up.", "全国科普日")]
    until: Annotated[Day, Field("Used until", "The last day on which it was the name.", "2024-12-31")]


@dataclass(frozen=True, kw_only=True)
class Archetype:
    """The defaults that `new` writes into an event of this programme. Keys and meanings are those of events."""

    theme: Annotated[Keys, Refers("themes"), Field("Themes", "File stems in content/themes.", ["innovation"])] = ()
    form: Annotated[
        Line | None, Refers("forms"), Field("Form of event", "A file stem in content/forms.", "lecture")
    ] = None
    organiser: Annotated[
        Keys, Refers("organisers"), Field("Organisers", "File stems in content/organisers.", ["kexie"])
    ] = ()
    co_organiser: Annotated[
        Keys,
        Refers("organisers", or_text=True),
        Field("Co-organisers", "File stems in content/organisers, or any other names.", ["keji-ju"]),
    ] = ()
    venue: Annotated[Line | None, Refers("venues"), Field("Venue", "A file stem in content/venues.", "kebo-hall")] = (
        None
    )
    audience: Annotated[
        Keys, Refers("audiences"), Field("Audiences", "Keys of audiences in config.yaml.", ["public"])
    ] = ()
    ages: Annotated[Ages | None, Field("Ages", "In whole years: 6-12, or 6+.", "6-12")] = None
    level: Annotated[
        Level, Field("Level", "city: of the whole city; key: of a district or department; regular.", "regular")
    ] = "regular"
    fee: Annotated[Line | None, Field("Fee", "What it costs.", "免费")] = None
    signup: Annotated[Signup | None, Field("Signing up", "How to take part.", {"how": "现场签到"})] = None
    tags: Annotated[Keys, Field("Tags", "Free words.", ["讲座"])] = ()


@dataclass(frozen=True, kw_only=True)
class ProgrammeFields:
    """The front matter of `content/programmes/<key>.md`."""

    name: Annotated[Line, Field("Name", "The name that people use.", "龙城科普大讲坛")]
    full_name: Annotated[
        Line | None, Field("Full name", "If longer than the name.", "全国科技活动周暨常州市科普宣传周")
    ] = None
    aliases: Annotated[Keys, Field("Other names", "What people type when they look for it.", ["大讲坛"])] = ()
    former_names: Annotated[
        tuple[FormerName, ...],
        OneOrMore,
        Field(
            "Former names",
            "Events until then are shown with them. `check` points out later events that still use them.",
            [{"name": "全国科普日", "until": "2024-12-31"}],
        ),
    ] = ()
    featured: Annotated[bool, Field("Featured", "true shows its next date on the first page.", True)] = False
    colour: Annotated[Colour, Field("Colour", "A CSS colour name: feeds know no others.", "steelblue")] = "slategray"
    order: Annotated[int, Field("Order", "Place in lists.", 4)] = 1000
    organiser: Annotated[
        Keys, Refers("organisers"), Field("Lead organisers", "File stems in content/organisers.", ["kexie"])
    ] = ()
    paragraph: Annotated[
        int | None, Field("Paragraph", "The paragraph of the plan that the programme carries out.", 17)
    ] = None
    audience: Annotated[
        Keys, Refers("audiences"), Field("Audiences", "Keys of audiences in config.yaml.", ["public"])
    ] = ()
    archetype: Annotated[
        Archetype | None,
        Field(
            "Archetype",
            "What a new event of this programme begins with.",
            {"fee": "免费", "signup": {"how": "现场签到"}},
        ),
    ] = None
    editions: Annotated[tuple[Edition, ...], OneOrMore, Field("Editions", "Year by year.", [{"year": 2019}])] = ()
    statistic: Annotated[
        Literal["science_week"] | None,
        Field("Statistic", "The line of the national statistics that counts these events.", "science_week"),
    ] = None
    summary: Annotated[Line | None, Field("Summary", "One sentence.", "请科学家给市民讲课")] = None
    cover: Annotated[
        AssetPath | None,
        Refers("assets"),
        Field("Picture", "A file below content/images.", "images/programmes/lectures.svg"),
    ] = None
    cover_alt: Annotated[
        Line | None, Field("Picture in words", "Describes the picture to people who cannot see it.", "讲台与听众")
    ] = None
    sample: Annotated[bool, Field("Sample", "true marks it as made up.", False)] = False
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    ignore: Ignored = field(default_factory=dict, hash=False)


KIND = RecordKind("programmes", ProgrammeFields)
