"""The front matter of an event, `content/events/<key>.md`. The keys are public: they do not change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from almanac.content.fields import (
    Ages,
    Alias,
    AssetPath,
    Attached,
    ByShape,
    Coordinates,
    Day,
    Field,
    Identifier,
    Ignored,
    Keys,
    Line,
    OneOrMore,
    Refers,
    Url,
    When,
    Words,
)
from almanac.content.records import RecordKind

Status: TypeAlias = Literal["scheduled", "cancelled", "postponed", "moved", "full"]
CALLED_OFF: frozenset[Status] = frozenset({"cancelled", "postponed"})
Level: TypeAlias = Literal["city", "key", "regular"]
Crs: TypeAlias = Literal["wgs84", "gcj02"]
STATUS_WORDS = Words(
    {
        "正常": "scheduled",
        "如期": "scheduled",
        "如期举行": "scheduled",
        "照常": "scheduled",
        "取消": "cancelled",
        "已取消": "cancelled",
        "停办": "cancelled",
        "延期": "postponed",
        "已延期": "postponed",
        "推迟": "postponed",
        "改期": "postponed",
        "改地点": "moved",
        "换地点": "moved",
        "地点变更": "moved",
        "已满": "full",
        "满员": "full",
        "约满": "full",
        "报满": "full",
        "名额已满": "full",
    }
)
LEVEL_WORDS = Words({"市级重点": "city", "市级": "city", "重点": "key", "一般": "regular", "普通": "regular"})

CRS_WORDS = Words(
    {
        "卫星定位": "wgs84",
        "GPS": "wgs84",
        "WGS84": "wgs84",
        "高德、腾讯地图": "gcj02",
        "高德": "gcj02",
        "高德地图": "gcj02",
        "腾讯": "gcj02",
        "腾讯地图": "gcj02",
        "火星坐标": "gcj02",
        "GCJ02": "gcj02",
    }
)


@dataclass(frozen=True, kw_only=True)
class InlineVenue:
    """A place that has no file of its own in `content/venues/`."""

    name: Annotated[Line, Field("Name", "What the place is called.", "东坡公园")]
    address: Annotated[Line | None, Field("Address", "Street and number.", "延陵东路")] = None
    district: Annotated[
        Line | None, Refers("districts"), Field("District", "A key of districts in config.yaml.", "tianning")
    ] = None
    coordinates: Annotated[
        Coordinates | None, Field("Coordinates", "Longitude, then latitude, in degrees.", [119.98, 31.77])
    ] = None
    crs: Annotated[
        Crs,
        CRS_WORDS,
        Field("Coordinate system", "gcj02 for coordinates from Amap or Tencent, wgs84 for GPS.", "gcj02"),
    ] = "wgs84"


@dataclass(frozen=True, kw_only=True)
class Signup:
    """How to take part."""

    url: Annotated[Url | None, Field("Link", "The page where one signs up.", "https://signup.example.org/ai")] = None
    phone: Annotated[
        Line | None,
        Field(
            "Telephone", "A landline; never a private mobile number.", "0519-86619627", names=("报名电话", "联系电话")
        ),
    ] = None
    how: Annotated[
        Line | None,
        Field("How", "In words, where there is no address.", "现场签到，座位先到先得", names=("报名方式", "怎样报名")),
    ] = None
    opens: Annotated[
        When | None, Field("Opens", "When signing up becomes possible.", "2026-11-20 09:00", names=("报名开始",))
    ] = None
    deadline: Annotated[
        When | None,
        Field("Deadline", "The last day or moment for signing up.", "2026-12-04 17:00", names=("报名截止", "截止时间")),
    ] = None
    capacity: Annotated[int | None, Field("Places", "How many people can take part.", 120, names=("人数",))] = None


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """A speaker. Sample content gives a role, never an invented person."""

    name: Annotated[Line, Field("Name", "The speaker's name, or a role.", "气象台高级工程师", names=("姓名",))]
    title: Annotated[Line | None, Field("Title", "Position or part in the event.", "主讲", names=("职务", "职称"))] = (
        None
    )
    organisation: Annotated[Line | None, Field("Organisation", "Where the speaker works.", "常州市气象台")] = None
    bio: Annotated[Line | None, Field("About", "One sentence.", "从事短时强对流预报二十年")] = None


@dataclass(frozen=True, kw_only=True)
class Session:
    """A date that the file lists itself; people attend each session separately."""

    id: Annotated[Identifier, Field("Id", "Short and unique within the event; it never changes.", "a")]
    start: Annotated[When, Field("Start", "Local time.", "2026-10-17 08:30")]
    end: Annotated[When | None, Field("End", "Local time.", "2026-10-17 16:30")] = None
    status: Annotated[Status, STATUS_WORDS, Field("Status", "Of this session alone.", "full")] = "scheduled"
    venue: Annotated[
        Line | None, Refers("venues"), Field("Venue", "Where it differs from the event's.", "kebo-hall")
    ] = None
    capacity: Annotated[int | None, Field("Places", "How many people can take part.", 100)] = None
    note: Annotated[Line | None, Field("Note", "Shown beside the date.", "第一批")] = None


@dataclass(frozen=True, kw_only=True)
class Override:
    """The differences of one date of a repeating event."""

    start: Annotated[When | None, Field("Start", "The new date or time.", "2027-05-08 15:00")] = None
    end: Annotated[When | None, Field("End", "The new end.", "2027-05-08 16:30")] = None
    status: Annotated[Status | None, STATUS_WORDS, Field("Status", "Of this date alone.", "cancelled")] = None
    venue: Annotated[Line | None, Refers("venues"), Field("Venue", "Where it takes place this time.", "kebo-hall")] = (
        None
    )
    note: Annotated[Line | None, Field("Note", "Shown beside the date.", "本次改在科博馆")] = None


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A document that belongs to the event."""

    title: Annotated[Line, Field("Title", "What the document is.", "报名表")]
    url: Annotated[
        Attached, Refers("assets"), Field("Link", "https://… or a file below content/files.", "files/form.pdf")
    ]


@dataclass(frozen=True, kw_only=True)
class Result:
    """The outcome of the event; it counts towards the targets of the plan."""

    held: Annotated[bool, Field("Held", "Whether the event took place.", True)]
    participants: Annotated[int | None, Field("Participants", "How many people took part.", 320)] = None
    note: Annotated[Line | None, Field("Note", "One sentence.", "现场座无虚席")] = None


@dataclass(frozen=True, kw_only=True)
class Imported:
    """The source of an imported event; `import` writes and reads it."""

    source: Annotated[Line, Field("Source", "The name of the file it was read from.", "科普月活动汇总.xlsx")]
    row: Annotated[Line, Field("Row key", "Identifies the event among the others of that file.", "5f2d9c1e")]
    cells: Annotated[
        dict[Line, Line], Field("Cells", "A digest of each key's value in that file.", {"title": "8a1f03bc"})
    ] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EventFields:
    """The front matter of an event. Times are local times of the site."""

    title: Annotated[
        Line,
        Field("Title", "What the event is called, in one line.", "走进人工智能", names=("名称", "活动名称", "题目")),
    ]
    start: Annotated[
        When | None,
        Field(
            "Start",
            "Date and time, or a date alone for all day. Required unless sessions are given.",
            "2026-12-05 14:00",
            names=("开始时间", "开始日期", "时间", "日期"),
        ),
    ] = None
    end: Annotated[
        When | None,
        Field(
            "End",
            "For all-day events the last day, inclusive. A time over several days means these hours on each day.",
            "2026-12-05 16:00",
            names=("结束时间", "结束日期"),
        ),
    ] = None
    programme: Annotated[
        Line | None,
        Refers("programmes"),
        Field("Programme", "A file stem in content/programmes.", "longcheng-lectures", names=("品牌", "系列")),
    ] = None
    theme: Annotated[
        Keys,
        Refers("themes"),
        Field(
            "Themes",
            "One or more file stems in content/themes.",
            ["artificial-intelligence"],
            names=("分类", "主题分类"),
        ),
    ] = ()
    form: Annotated[
        Line | None,
        Refers("forms"),
        Field("Form of event", "A file stem in content/forms.", "lecture", names=("形式", "活动类型", "类型")),
    ] = None
    organiser: Annotated[
        Keys,
        Refers("organisers"),
        Field(
            "Organised by",
            "Who holds the event: file stems in content/organisers.",
            ["kexie"],
            names=("主办", "主办方", "单位"),
        ),
    ] = ()
    co_organiser: Annotated[
        Keys,
        Refers("organisers", or_text=True),
        Field(
            "Co-organisers",
            "Who carries it out or helps: file stems in content/organisers, or any other names.",
            ["keji-ju"],
            names=("承办", "承办单位", "协办", "协办单位"),
        ),
    ] = ()
    venue: Annotated[
        str | InlineVenue | None,
        ByShape(Line, InlineVenue),
        Refers("venues"),
        Field(
            "Venue",
            "A file stem in content/venues, or the place itself.",
            "changzhou-museum",
            names=("地点", "活动地点", "场地"),
        ),
    ] = None
    district: Annotated[
        Line | None,
        Refers("districts"),
        Field(
            "District",
            "A key of districts in config.yaml; by default the venue's.",
            "tianning",
            names=("地区", "区县", "所在区"),
        ),
    ] = None
    audience: Annotated[
        Keys,
        Refers("audiences"),
        Field("Audiences", "Keys of audiences in config.yaml.", ["youth"], names=("对象", "受众", "面向人群")),
    ] = ()
    ages: Annotated[
        Ages | None,
        Field(
            "Ages",
            "For whom it is made, in whole years: 6-12, or 6+ without an upper limit.",
            "6-12",
            names=("年龄", "年龄段"),
        ),
    ] = None
    level: Annotated[
        Level,
        LEVEL_WORDS,
        Field("Level", "city: of the whole city; key: of a district or department; regular.", "regular"),
    ] = "regular"
    status: Annotated[Status, STATUS_WORDS, Field("Status", "Whether it takes place as announced.", "scheduled")] = (
        "scheduled"
    )
    status_note: Annotated[
        Line | None, Field("Note on the status", "Why, and what now.", "因台风取消", names=("取消原因",))
    ] = None
    fee: Annotated[Line | None, Field("Fee", "What it costs.", "免费", names=("收费",))] = None
    online: Annotated[
        Url | None,
        Field(
            "Online",
            "The address at which people can follow it.",
            "https://live.example.org/ai",
            names=("直播", "线上观看"),
        ),
    ] = None
    language: Annotated[Line | None, Field("Language", "If not the site's.", "zh")] = None
    signup: Annotated[Signup | None, Field("Signing up", "How to take part.", {"how": "现场签到"})] = None
    speakers: Annotated[
        tuple[Speaker, ...],
        OneOrMore,
        Field("Speakers", "Who speaks.", [{"name": "气象台高级工程师"}], names=("主讲", "嘉宾")),
    ] = ()
    sessions: Annotated[
        tuple[Session, ...],
        OneOrMore,
        Field("Sessions", "Several dates of one event.", [{"id": "a", "start": "2026-10-17 08:30"}]),
    ] = ()
    repeat: Annotated[
        Line | None,
        Field("Repeat", "An RFC 5545 rule that ends by UNTIL or COUNT.", "FREQ=WEEKLY;BYDAY=SA;UNTIL=20270331"),
    ] = None
    except_: Annotated[
        tuple[Day, ...], OneOrMore, Field("Except", "Dates of the repeat on which nothing takes place.", ["2027-02-06"])
    ] = ()
    overrides: Annotated[
        dict[Day, Override],
        Field("Overrides", "By date: what is different that time.", {"2027-05-08": {"status": "cancelled"}}),
    ] = field(default_factory=dict)
    url: Annotated[
        Url | None, Field("Link", "The event's page elsewhere.", "https://example.org/ai", names=("链接", "活动链接"))
    ] = None
    summary: Annotated[
        Line | None,
        Field("Summary", "One sentence for lists and feeds.", "听工程师讲大模型如何学会说话", names=("简介", "一句话")),
    ] = None
    cover: Annotated[
        AssetPath | None,
        Refers("assets"),
        Field("Picture", "A file below content/images.", "images/ai.jpg", names=("封面", "封面图")),
    ] = None
    cover_alt: Annotated[
        Line | None, Field("Picture in words", "Describes the picture to people who cannot see it.", "机器人在下围棋")
    ] = None
    attachments: Annotated[
        tuple[Attachment, ...],
        OneOrMore,
        Field("Attachments", "Documents.", [{"title": "报名表", "url": "files/form.pdf"}]),
    ] = ()
    tags: Annotated[Keys, Field("Tags", "Free words.", ["讲座"], names=("关键词",))] = ()
    id: Annotated[
        Identifier | None,
        Field(
            "Id",
            "By default the file's name; feeds know the event by it, so it never changes.",
            "longcheng-2026-12",
            public=False,
        ),
    ] = None
    aliases: Annotated[
        tuple[Alias, ...], OneOrMore, Field("Old addresses", "They lead here.", ["/events/old-name/"], public=False)
    ] = ()
    updated: Annotated[
        When | None, Field("Updated", "When this file last changed for the public.", "2026-11-20", public=False)
    ] = None
    draft: Annotated[bool, Field("Draft", "true keeps it off the site.", False, public=False)] = False
    sample: Annotated[bool, Field("Sample", "true marks it as made up.", False)] = False
    result: Annotated[Result | None, Field("Result", "After the event.", {"held": True, "participants": 320})] = None
    ignore: Ignored = field(default_factory=dict, hash=False)
    imported: Annotated[
        Imported | None,
        Field(
            "Imported",
            "Written by import, so that a second import finds the event again.",
            {"source": "活动汇总.xlsx", "row": "5f2d9c1e"},
            public=False,
        ),
    ] = None


KIND = RecordKind("events", EventFields)
