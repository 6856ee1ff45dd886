"""The corpus: made-up events, the same in every run, written for this generator and for Hugo.

Sentences are random combinations of words, so that caching rendered sentences gains nothing.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from almanac.outputs import output_names

FIRST_DAY = date(2025, 7, 1)
DAYS = 730
NOW = datetime(2026, 7, 1, 8)  # noqa: DTZ001 - local time of the site
TITLE = "基准科普历"
BASE_URL = "https://bench.example/"

THEMES = dict(
    space="宇宙与航天",
    health="健康生活",
    nature="自然与生态",
    battery="电池与能源",
    computing="智能与计算",
    motion="力与运动",
    matter="物质与变化",
    food="餐桌上的科学",
    safety="安全与应急",
    farming="田野里的科学",
    culture="科学与人文",
    number="数与形",
)
PROGRAMMES = dict(
    week="科技活动周",
    month="全国科普月",
    monthly="一月一主题",
    lectures="大讲坛",
    tours="一日游",
    villages="百村行",
    youth="青少年科学营",
)
DISTRICTS = dict(
    tianning="天宁区",
    zhonglou="钟楼区",
    xinbei="新北区",
    wujin="武进区",
    jintan="金坛区",
    liyang="溧阳市",
    jingkai="经开区",
)
AUDIENCES = dict(youth="青少年", family="亲子家庭", workers="城镇劳动者", seniors="老年人", farmers="农民")
UNITS = (
    "科协 教育局 科技局 民政局 水利局 气象局 体育局 城管局 商务局 文旅局 卫健委 "
    "应急局 博物馆 图书馆 规划馆 植物园 少年宫 总工会 团市委 妇联"
).split()
ORGANISERS = {f"unit-{number:02}": f"常州市{unit}" for number, unit in enumerate(UNITS, 1)}
ROOMS = "一楼大厅 二楼展厅 报告厅 多功能厅 户外广场 第三教室 实验室 放映厅".split()
VENUES = {
    f"place-{number:02}": (f"{DISTRICTS[district]}{ROOMS[number % len(ROOMS)]}{number}", district)
    for number, district in enumerate(list(DISTRICTS) * 8, 1)
}  # fmt: skip

WHO = "工程师 医生 老师 研究员 讲解员 志愿者 馆员 飞行员 农艺师 消防员 潜水员 制图师 琴师 木匠 邮递员 守林人".split()
DOES = "带大家看 拆开来讲 一步步演示 用故事说明 和孩子们一起试 对照着比较 动手搭出 画图解释 测量并记录 从头推导".split()
WHAT = (
    "彗星的尾巴 心跳的节律 水渠的坡度 电流的方向 齿轮的咬合 种子的呼吸 冰的结构 "
    "影子的长短 声音的快慢 火焰的颜色 蜂巢的角度 潮水的涨落 桥梁的受力 土壤的酸碱 "
    "字母的加密 风筝的平衡"
).split()
WHERE = "在显微镜下 在操场上 在河岸边 在黑板前 在大棚里 在屋顶平台 在老茶馆 在列车模型旁 在旧厂房 在星空幕下".split()
ENDS = (
    "，请带好纸笔 ，全程约一小时 ，中途可以提问 ，雨天改在室内 ，结束后合影 ，名额先到先得 "
    "，材料由主办方准备 ，欢迎三代同来"
).split()
FORMS = "讲座 工作坊 开放日 观测 展览 竞赛 研学 体验课".split()
HEADINGS = "内容安排 怎样参加 带什么来 关于主讲 日程".split()


@dataclass(frozen=True)
class Event:
    """One event. The start and end of an all-day event are dates, of which the last is inclusive."""

    slug: str
    title: str
    summary: str
    start: date
    end: date
    updated: datetime
    programme: str
    themes: Sequence[str]
    organisers: Sequence[str]
    audiences: Sequence[str]
    venue: str
    status: str
    fee: str
    phone: str
    link: str
    repeat: str
    body: str

    @property
    def all_day(self) -> bool:
        return not isinstance(self.start, datetime)

    @property
    def district(self) -> str:
        return VENUES[self.venue][1]

    @property
    def path(self) -> str:
        return f"content/events/{self.start:%Y/%m}/{self.slug}.md"


def events(count: int) -> Iterator[Event]:
    """`count` events within two years, the same in every run."""
    chance = random.Random(7)
    for number in range(1, count + 1):
        yield _event(chance, number)


def _event(chance: random.Random, number: int) -> Event:
    day = FIRST_DAY + timedelta(days=chance.randrange(DAYS))
    start, end = _times(chance, day)
    what = chance.choice(WHAT)
    repeats = isinstance(start, datetime) and chance.random() < 0.03
    return Event(
        slug=f"{day:%Y-%m-%d}-{number:05}",
        title=f"{what}：{chance.choice(WHO)}的{chance.choice(FORMS)}（{number}）",
        summary=_sentence(chance),
        start=start,
        end=end,
        updated=datetime.combine(day - timedelta(days=chance.randint(3, 50)), time(chance.randint(8, 17))),
        programme=chance.choice(list(PROGRAMMES)),
        themes=chance.sample(list(THEMES), chance.choice((1, 1, 2))),
        organisers=chance.sample(list(ORGANISERS), chance.choice((1, 1, 2))),
        audiences=chance.sample(list(AUDIENCES), chance.choice((1, 2))),
        venue=chance.choice(list(VENUES)),
        status=chance.choices(("scheduled", "cancelled", "postponed"), (97, 2, 1))[0],
        fee=chance.choice(("免费", "免费，需预约", "每人十元")),
        phone=f"0519-{chance.randint(80000000, 89999999)}" if chance.random() < 0.5 else "",
        link=f"https://signup.example/{number}" if chance.random() < 0.6 else "",
        repeat=f"FREQ=WEEKLY;COUNT={chance.randint(3, 10)}" if repeats else "",
        body=_body(chance),
    )


def _times(chance: random.Random, day: date) -> tuple[date, date]:
    if chance.random() < 0.15:
        return day, day + timedelta(days=chance.randint(0, 5))
    start = datetime.combine(day, time(chance.randint(8, 19), chance.choice((0, 30))))
    return start, start + timedelta(minutes=chance.choice((60, 90, 120)))


def _sentence(chance: random.Random) -> str:
    who, where, does, what = (chance.choice(words) for words in (WHO, WHERE, DOES, WHAT))
    return f"{who}{where}{does}{what}，再说到{chance.choice(WHAT)}{chance.choice(ENDS)}。"


def _body(chance: random.Random) -> str:
    """About 250 characters of Markdown: paragraphs, headings and lists, and sometimes a link or a table."""
    headings = chance.sample(HEADINGS, 2)
    blocks = ["".join(_sentence(chance) for _ in range(chance.randint(1, 2))), f"## {headings[0]}", _list(chance, "-")]
    if chance.random() < 0.6:
        blocks.append(
            f"{_sentence(chance)}详情见[{chance.choice(FORMS)}说明](https://example.org/{chance.randrange(10**6)})。"
        )
    if chance.random() < 0.3:
        rows = [
            f"| {9 + row}:{chance.choice(('00', '20', '40'))} | {chance.choice(WHAT)} | {chance.choice(ROOMS)} |"
            for row in range(3)
        ]
        blocks.append("\n".join(["| 时间 | 内容 | 地点 |", "| --- | --- | --- |", *rows]))
    if chance.random() < 0.4:
        blocks += [f"## {headings[1]}", _list(chance, "1.")]
    return "\n\n".join(blocks) + "\n"


def _list(chance: random.Random, mark: str) -> str:
    return "\n".join(
        f"{mark} {chance.choice(DOES)}{_stressed(chance)}，{chance.choice(WHO)}{chance.choice(WHERE)}"
        for _ in range(chance.randint(2, 4))
    )


def _stressed(chance: random.Random) -> str:
    what, mark = chance.choice(WHAT), chance.choice(("**", "*", "", "", ""))
    return f"{mark}{what}{mark}"


COMPARED = {  # the outputs that the Hugo site has too, and those without which there is no site
    "archive", "assets", "districts", "event_files", "event_pages", "feeds", "home", "months", "organisers",
    "programmes", "robots", "scripts", "search", "sitemap", "themes", "workers",
}  # fmt: skip
ONLY_COMPARED = {name: False for name in output_names() if name not in COMPARED}


def write_for_us(folder: Path, count: int) -> None:
    """Writes the site for this generator, with only those outputs that the Hugo site has too."""
    write_site(folder, events(count), outputs=ONLY_COMPARED)


def write_site(folder: Path, found: Iterable[Event], **settings: object) -> None:
    """Writes a site of these events for this generator. `settings` are those of its config."""
    config = {
        "title": TITLE, "base_url": BASE_URL, "districts": DISTRICTS, "audiences": AUDIENCES, "feeds": {"pairs": False},
        **settings,
    }  # fmt: skip
    _write(folder / "config.yaml", json.dumps(config, ensure_ascii=False))
    for kind, names in (("themes", THEMES), ("organisers", ORGANISERS), ("programmes", PROGRAMMES)):
        for key, name in names.items():
            _write(folder / f"content/{kind}/{key}.md", f"---\nname: {name}\n---\n")
    for key, (name, district) in VENUES.items():
        place = f"name: {name}\ndistrict: {district}\naddress: {name}路{key[-2:]}号\ncoordinates: [119.97, 31.79]"
        _write(folder / f"content/venues/{key}.md", f"---\n{place}\n---\n")
    for event in found:
        _write(folder / event.path, _front(event, _our_keys(event)) + event.body)


def _our_keys(event: Event) -> dict[str, object]:
    signup = {name: value for name, value in (("url", event.link), ("phone", event.phone)) if value}
    return {
        **_common_keys(event),
        "start": _when(event.start),
        "end": _when(event.end),
        "programme": event.programme,
        "theme": event.themes,
        "organiser": event.organisers,
        "audience": event.audiences,
        "updated": _when(event.updated),
        **({"signup": signup} if signup else {}),
        **({"repeat": event.repeat} if event.repeat else {}),
    }


def write_for_hugo(folder: Path, count: int) -> None:
    """Writes the events for Hugo, and the names of the records they refer to. `bench/hugo` has layouts and settings."""
    places = {
        key: {"name": name, "district": DISTRICTS[district], "address": f"{name}路{key[-2:]}号"}
        for key, (name, district) in VENUES.items()
    }
    names = {
        "themes": THEMES,
        "organisers": ORGANISERS,
        "programmes": PROGRAMMES,
        "districts": DISTRICTS,
        "audiences": AUDIENCES,
        "venues": places,
    }
    _write(folder / "data/names.json", json.dumps(names, ensure_ascii=False))
    for event in events(count):
        _write(folder / event.path, _front(event, _hugo_keys(event)) + event.body)


def _hugo_keys(event: Event) -> dict[str, object]:
    return {
        **_common_keys(event),
        "date": _zoned(event.start),
        "finish": _zoned(event.end),
        "lastmod": _zoned(event.updated),
        "allday": event.all_day,
        "programmes": [event.programme],
        "themes": event.themes,
        "organisers": event.organisers,
        "districts": [event.district],
        "months": [f"{event.start:%Y-%m}"],
        "years": [f"{event.start:%Y}"],
        "audience": event.audiences,
        "phone": event.phone,
        "link": event.link,
        "rule": event.repeat,
    }


def _common_keys(event: Event) -> dict[str, object]:
    return {
        "title": event.title,
        "summary": event.summary,
        "venue": event.venue,
        "status": event.status,
        "fee": event.fee,
    }


def _front(event: Event, keys: dict[str, object]) -> str:
    del event
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in keys.items())
    return "\n".join(["---", *lines, "---", ""])


def _when(moment: date) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else f"{moment:%Y-%m-%d}"


def _zoned(moment: date) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}+08:00"


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
