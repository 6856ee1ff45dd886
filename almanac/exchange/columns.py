"""The columns of a table of events: which header means which front-matter key, for reading and for writing.

A front-matter key without a column in this list gets a column of YAML, so that an export loses nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import msgspec

from almanac.content.declarations import annotation, declared_keys
from almanac.content.fields import Field
from almanac.content.records.event import EventFields
from almanac.core.messages import LANGUAGES, catalogue_files, gettext_of
from almanac.exchange.cell_types import (
    AGES,
    DATES,
    FLAG,
    FORM,
    LINE,
    MOMENT,
    NUMBER,
    PHONE,
    PLACE,
    PROSE,
    REMARK,
    SPEAKERS,
    WORDS,
    YAML,
    choice,
    name,
    names,
)
from almanac.exchange.cells import CellType

LEVELS = {"city": "市级重点", "key": "重点", "regular": "一般"}
STATUSES = {"scheduled": "正常", "cancelled": "取消", "postponed": "延期", "moved": "改地点", "full": "已满"}
CHOICES = {"level": LEVELS, "status": STATUSES}  # keys with a fixed list of values, and the words for these
STATUS_SYNONYMS = {
    "scheduled": ("正常举办", "如期", "如期举办", "已举办", "已完成"),
    "cancelled": ("已取消", "停办", "不举办"),
    "postponed": ("已延期", "推迟", "延后"),
    "moved": ("改地方", "地点变更", "换地点"),
    "full": ("名额已满", "报满", "满员"),
}


class Column(msgspec.Struct, frozen=True):
    """A column: its front-matter key, the header in exports, the type of its cells, and further headers, by blanks.

    A key with a dot is a part of a mapping. `width` is in characters; a column of width 0 is not exported. A table may
    have several columns of the same key if it `joins`: their texts are joined.
    """

    key: str
    header: str
    type: CellType
    also: str = ""
    width: int = 14
    joins: bool = False

    @property
    def aliases(self) -> tuple[str, ...]:
        """Further headers that are read."""
        return tuple(self.also.split())

    @property
    def group(self) -> str:
        """The front-matter key without the part."""
        return self.key.partition(".")[0]


LISTED = (
    Column(
        "title",
        "活动名称",
        LINE,
        "项目名称 名称 活动项目 活动标题 标题 题目 活动主题 讲座题目 课程名称 讲座名称 event eventname subject "
        "tapahtuma",
        36,
    ),
    Column(
        "start", "开始时间", MOMENT, "开始日期 起始时间 起始日期 活动开始时间 开始 startdate starttime", 17, joins=True
    ),
    Column("end", "结束时间", MOMENT, "结束日期 终止时间 活动结束时间 结束 enddate endtime", 17, joins=True),
    Column(
        "when",
        "活动时间",
        DATES,
        "举办时间 时间 日期 活动日期 举办日期 开展时间 具体时间 拟举办时间 时间安排 实施时间 起止时间 起止日期 "
        "时段 时间段 活动时段 午别 上下午 上/下午 上午/下午 上午/下午/晚上 date time päivä päivämäärä ajankohta",
        0,
        joins=True,
    ),
    Column("all_day", "全天", FLAG, "全天事件 全天活动 是否全天 alldayevent allday", 0),
    Column("programme", "品牌活动", name("programmes"), "所属品牌活动 系列 所属系列 活动系列 所属项目", 18),
    Column("theme", "主题", names("themes"), "主题分类 所属主题 科普主题", 18),
    Column("form", "活动形式", FORM, "形式 活动类型", 10),
    Column(
        "organiser",
        "主办单位",
        names("organisers"),
        "主办 主办方 主办部门 举办单位 牵头单位 牵头部门 责任单位 责任部门 组织单位 实施单位"
        " 主承办单位 主（承）办单位 单位 organizer järjestäjä",
        22,
    ),
    Column(
        "co_organiser",
        "承办单位",
        names("organisers", or_text=True),
        "承办 承办方 承办部门 协办 协办单位 协办方 协办部门 支持单位 承办协办单位",
        22,
        joins=True,
    ),
    Column("department", "主管部门", names("organisers"), "主管单位", 0),
    Column(
        "venue",
        "活动地点",
        PLACE,
        "举办地点 地点 场馆 活动场所 活动地址 举办地 实施地点 具体地点 位置 location tapahtumapaikka",
        24,
    ),
    Column("venue.address", "地址", LINE, "详细地址 地点地址", 24),
    Column(
        "district", "辖市区", name("districts"), "所属区 所在区 区域 所属地区 地区 区县 所属辖市区 辖市、区 行政区", 10
    ),
    Column(
        "audience",
        "面向人群",
        names("audiences"),
        "受众 受众人群 参加对象 活动对象 面向对象 服务对象 参与对象 适合人群 适合对象 参加人员 对象 人群",
        16,
    ),
    Column("ages", "适合年龄", AGES, "年龄 年龄段 适合年龄段 年龄要求", 10),
    Column("level", "级别", choice(LEVELS), "活动级别 活动层级 重点级别", 10),
    Column("status", "状态", choice(STATUSES, STATUS_SYNONYMS), "活动状态", 8),
    Column("status_note", "状态说明", LINE),
    Column("remark", "备注", REMARK, "备注说明 备考 情况说明", 0),
    Column("private", "私密", FLAG, "隐私 私有 私人 private", 0),
    Column("fee", "费用", LINE, "收费 活动费用 收费标准", 10),
    Column(
        "signup.how",
        "报名方式",
        LINE,
        "参与方式 报名办法 参加方式 报名方式及电话 报名方式和电话 报名方式及联系电话",
        24,
    ),
    Column("signup.phone", "报名电话", PHONE, "咨询电话 预约电话", 16),
    Column("signup.url", "报名链接", LINE, "报名网址 报名地址", 24),
    Column("signup.opens", "报名开始", MOMENT, "报名开始时间", 17),
    Column("signup.deadline", "报名截止", MOMENT, "报名截止时间 截止时间", 17),
    Column(
        "signup.capacity",
        "名额",
        NUMBER,
        "拟参加人数 参加人数 拟参与人数 参与人数 预计人数 预计参加人数 活动规模 规模 人数",
        8,
    ),
    Column("contact", "联系人", LINE, "项目负责人 负责人 活动负责人 联络人 经办人", 0),
    Column(
        "telephone",
        "联系电话",
        PHONE,
        "联系方式 电话 手机 手机号 手机号码 联系人电话 负责人电话 办公电话 联系人及电话 联络电话",
        0,
    ),
    Column("summary", "摘要", LINE, "一句话简介 一句话介绍", 36),
    Column(
        "body",
        "正文",
        PROSE,
        "活动内容 项目简介 活动简介 内容简介 主要内容 项目内容 内容 简介 活动介绍 主要内容及形式 活动内容及形式 "
        "内容及形式 活动形式及内容 说明 description kuvaus",
        40,
        joins=True,
    ),
    Column("online", "线上观看", LINE, "直播链接 直播地址 线上链接"),
    Column("language", "语言", LINE),
    Column("speakers", "主讲人", SPEAKERS, "主讲 主讲嘉宾 主讲专家 专家 授课老师", 0),
    Column("speakers", "主讲人（YAML）", YAML),
    Column("sessions", "场次（YAML）", YAML, width=30),
    Column("repeat", "重复规则", LINE),
    Column("except", "停办日期", WORDS),
    Column("overrides", "个别日期的变动（YAML）", YAML),
    Column("url", "活动链接", LINE, "网址 链接 网页"),
    Column("cover", "封面图", LINE),
    Column("cover_alt", "封面说明", LINE),
    Column("attachments", "附件（YAML）", YAML),
    Column("tags", "标签", WORDS, "关键词 类别 categories"),
    Column("result.held", "是否举办", FLAG),
    Column("result.participants", "实际参加人数", NUMBER, "实到人数 实际人数 实际参与人数"),
    Column("result.note", "举办情况", LINE),
    Column("updated", "更新日期", MOMENT, width=17),
    Column("draft", "草稿", FLAG, width=8),
    Column("sample", "示例", FLAG, width=8),
    Column("id", "固定编号（id）", LINE),
    Column("aliases", "旧网址（YAML）", YAML),
    Column("venue", "活动地点（YAML）", YAML),
    Column("signup", "报名（YAML）", YAML),
    Column("result", "举办结果（YAML）", YAML),
    Column("file", "文件", LINE, width=40),
)
# The kind of event in front of a header, which says nothing more: 讲座时间, 课程地点, 拟举办日期.
KIND = re.compile(
    "(?:活动|讲座|课程|课堂|培训|展览|展会|项目|赛事|比赛|竞赛|讲坛|科普|参观|具体|拟|计划|预计|开展|举办|举行|实施|开课|授课|上课|主要)+"
)
TITLES = ("主题", "活动", "讲座", "课程", "项目", "专题", "summary")  # headers of titles if no column has a better one
NOT_NAMED_BY_KEY = frozenset({"id", "file", "when", "remark"})  # keys that mean something else in foreign tables
UNUSED = frozenset({"序号", "编号", "no", "行号"})
# Characters of headers as Taiwan writes them, and as the mainland does.
SIMPLER = str.maketrans(
    "專個舉眾會關內況則別辦務動區協單縣參變號員圖場壇備頭實賓對層屬師開態報擬數舊時標點牽狀電碼稱競簽簡類約級線組細織終"
    "紹經結絡編聯觀規覽計訓講詞話詢詳語說課負責費賽轄鏈鍵門間際隱頁項預題額館齡註準複籤劃適",
    "专个举众会关内况则别办务动区协单县参变号员图场坛备头实宾对层属师开态报拟数旧时标点牵状电码称竞签简类约级线组细织终"
    "绍经结络编联观规览计训讲词话询详语说课负责费赛辖链键门间际隐页项预题额馆龄注准复签划适",
)
CONTACTS = frozenset({"contact", "telephone"})
LINKS = frozenset({"signup.url", "online", "url"})


@cache
def columns() -> tuple[Column, ...]:
    """Every column, in the order of exports; the file comes last."""
    listed = {column.group for column in LISTED}
    further = (Column(key, f"{key}（YAML）", YAML) for key in declared_keys(EventFields) if key not in listed)
    return (*LISTED[:-1], *further, LISTED[-1])


@cache
def exported_columns() -> tuple[Column, ...]:
    """The columns of an export, in its order."""
    return tuple(column for column in columns() if column.width)


@cache
def _by_header() -> Mapping[str, Column]:
    by_key = {normalised_header(column.key): column for column in reversed(columns()) if column.width or column.also}
    by_alias = {normalised_header(alias): column for column in columns() for alias in column.aliases}
    by_name = by_alias | {normalised_header(column.header): column for column in columns()}
    named = {key: column for key, column in (_by_label() | by_key).items() if key not in NOT_NAMED_BY_KEY}
    return named | by_name


def _by_label() -> dict[str, Column]:
    """The columns by the labels of their keys in each language but Chinese, of which the list has more words.

    Labels within a mapping mean something else where they stand alone, such as `How` in `signup`.
    """
    found: dict[str, Column] = {}
    for language in (one for one in LANGUAGES if not one.startswith("zh")):
        translate = gettext_of(language, catalogue_files(language))
        for column in columns():
            declared = annotation(EventFields, column.key, Field)
            if declared and column.type is not YAML:
                found.setdefault(normalised_header(translate(declared.label)), column)
    return found


def column_of(header: str) -> Column | None:
    """The column that a header names, also by its front-matter key.

    A remark in brackets after the header does not matter, nor does the kind of event in front of it.
    """
    known = _by_header()
    whole = normalised_header(header)
    short = re.sub(r"（.*", "", whole)
    return known.get(whole) or known.get(short) or known.get(KIND.sub("", short, count=1))


def title_among(headers: Sequence[str]) -> int | None:
    """The place of the header that means the title although it usually means something else; None if there is none."""
    normalised = [normalised_header(header) for header in headers]
    return next((normalised.index(title) for title in TITLES if title in normalised), None)


def column_with(key: str) -> Column:
    """The first column of a key."""
    return next(column for column in columns() if column.key == key)


def is_unused(header: str) -> bool:
    """Whether a column says nothing about events, such as the number of a row."""
    return not normalised_header(header) or normalised_header(header) in UNUSED


def normalised_header(header: str) -> str:
    """A header without differences that do not matter: width, blanks, marks of required columns, the Chinese script."""
    plain = re.sub(r"[\s*:★]", "", unicodedata.normalize("NFKC", header)).lower()
    return plain.replace("(", "（").replace(")", "）").translate(SIMPLER)


def known_headers() -> Iterable[str]:
    """Every header that is read."""
    return (header for column in columns() for header in (column.header, *column.aliases))


def count_recognised(headers: Sequence[str]) -> int:
    """The number of different columns that the cells of a row name."""
    return len({column.header for header in headers if (column := column_of(header))})
