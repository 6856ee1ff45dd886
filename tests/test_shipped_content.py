"""The shipped content by an editor's rules: marked samples, the plan in its own words, facts with sources."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from sites import REPOSITORY, Site

from almanac.build.checking import check
from almanac.build.options import Options
from almanac.model.events import Event
from almanac.model.site import Site as QueriedSite
from almanac.site.pictures import picture_of

CONTENT = REPOSITORY / "content"
TODAY = datetime(2026, 11, 30, 9, 0)
NOBODY = "（示例，不接受报名）"
EXAMPLE_HOST = "live.changzhou.example"
NUMBER, WECHAT = "86619627", "“龙城科普”"
FIRST_MONTHS = [date(2026, 12, 1), *(date(2027, month, 1) for month in range(1, 7))]
HOLIDAYS = {  # days of 2027 on which most people are away; the lunar ones follow from the calendar
    *(date(2027, 1, day) for day in (1, 2, 3)),
    *(date(2027, 2, day) for day in range(5, 11)),
    *(date(2027, 4, day) for day in (3, 4, 5)),
    *(date(2027, 5, day) for day in (1, 2, 3)),
    date(2027, 6, 9),
    date(2027, 9, 15),
    *(date(2027, 10, day) for day in range(1, 8)),
}
SENTENCE = 12  # letters from which a sentence must not stand twice
LONGEST_NOTICE = timedelta(days=60)  # before an event, in which it may already be full or called off


@dataclass(frozen=True)
class File:
    """A content file: its path below content/, its front matter and its body."""

    path: str
    front: dict[str, Any]
    body: str

    @property
    def key(self) -> str:
        return Path(self.path).stem

    @property
    def words(self) -> str:
        """The texts of a record that readers see."""
        names = ("name", "full_name", "address", "metro", "hours", "closed", "phone", "summary", "title")
        return "\n".join([*(str(self.front[name]) for name in names if name in self.front), self.body])


def files(folder: str) -> list[File]:
    """The files of a folder of content/, in the order of their paths."""
    found = []
    for path in sorted((CONTENT / folder).rglob("*.md")):
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        found.append(File(path.relative_to(CONTENT).as_posix(), yaml.safe_load(front), body))
    return found


def page(key: str) -> File:
    """The page of this key."""
    return next(file for file in files("pages") if file.key == key)


EVENTS = files("events")
SAMPLES = [event for event in EVENTS if event.front.get("sample")]
REAL = [event for event in EVENTS if not event.front.get("sample")]
PLAN = next(file for file in files("plans") if file.key == "2019")
SEED = (Path(__file__).parent / "plan_2019.txt").read_text(encoding="utf-8")


def paragraphs() -> dict[int, str]:
    """The plan's numbered paragraphs; 0 is what stands before the first, the general requirements."""
    parts = re.split(r"(?m)^(\d{1,2})[．.] ?", SEED)
    return {0: parts[0], **{int(number): text for number, text in zip(parts[1::2], parts[2::2], strict=True)}}


PARAGRAPHS = paragraphs()


@pytest.fixture(scope="module")
def catalogue() -> Iterator[QueriedSite]:
    with check(Options(REPOSITORY, REPOSITORY / "output", REPOSITORY / ".almanac", TODAY)) as (found, problems):
        assert problems == []
        assert found is not None
        yield found


# Samples are seen to be samples.


def test_no_sample_names_a_real_contact() -> None:
    for event in SAMPLES:
        signup = event.front.get("signup") or {}
        assert NOBODY in signup.get("how", ""), event.path
        assert not {"phone", "url"} & set(signup), event.path
        text = (CONTENT / event.path).read_text(encoding="utf-8")
        assert NUMBER not in text, event.path
        assert WECHAT not in text, event.path


def test_the_real_number_stands_on_pages_of_the_association_alone() -> None:
    with_number = {file.path for folder in ("organisers", "venues", "programmes", "pages") for file in files(folder)
                   if NUMBER in (CONTENT / file.path).read_text(encoding="utf-8")}  # fmt: skip
    assert with_number == {"organisers/kexie.md", "pages/about.md", "pages/quiz.md"}


def test_samples_are_shown_online_at_one_host_that_does_not_exist() -> None:
    hosts = {urlsplit(event.front["online"]).netloc for event in SAMPLES if "online" in event.front}
    assert hosts == {EXAMPLE_HOST}
    assert not [event.path for event in SAMPLES if "url" in event.front]


def test_an_event_that_is_no_sample_has_a_source() -> None:
    assert {(event.key, urlsplit(event.front["url"]).netloc.endswith((".gov.cn", ".org.cn"))) for event in REAL} == {
        ("2019-05-20-science-week-opening", True),
        ("2021-05-15-xinbei-activity-week", True),
        ("2022-09-21-jingkai-steel", True),
        ("2023-04-06-popular-science-tours-launch", True),
        ("2024-07-30-liyang-stars", True),
    }


# The plan of 2019, to the letter.


def units_named(paragraph: int) -> list[str]:
    """The units in the bracket at the end of a paragraph, without “市” before them and “等” after them."""
    (bracket,) = re.findall(r"（([^（）]+)）\s*$", PARAGRAPHS[paragraph].split("\n\n")[0].strip())
    units = re.split("[、，]", bracket)
    return [re.sub(r"等$|^市委?(?!场)", "", unit.strip()) for unit in units]


def names_of(key: str) -> set[str]:
    """The name of an organiser without the city before it."""
    front = next(file for file in files("organisers") if file.key == key).front
    names = {front["name"], front.get("full_name", ""), *front.get("aliases", [])}
    return {re.sub(r"^(中共)?常州市|^市委?(?!场)", "", name) for name in names} | names


def phrase(target: dict[str, Any]) -> str:
    """The words of the plan from a target's name to what follows its figure."""
    found = re.search(
        rf"{re.escape(target['name'])}(?P<rest>[^。；]{{0,16}}?{figure(target)}{target['unit']}(以上)?)",
        PARAGRAPHS[target["paragraph"]],
    )
    assert found, f"{target['id']}: the plan does not say so"
    return found["rest"]


def figure(target: dict[str, Any]) -> str:
    """A target's figure as the plan writes it."""
    if "figure_max" in target:
        return f"{target['figure']}-{target['figure_max']}"
    return "10万" if target["figure"] == 100_000 else str(target["figure"])


@pytest.mark.parametrize("target", PLAN.front["targets"], ids=lambda target: target["id"])
def test_each_target_has_the_words_figure_unit_and_bound_of_the_plan(target: dict[str, Any]) -> None:
    said = phrase(target)
    bound = "range" if "figure_max" in target else "at_least" if re.search("以上|不少于", said) else "exactly"
    assert target.get("bound", "at_least") == bound


@pytest.mark.parametrize("target", PLAN.front["targets"][1:], ids=lambda target: target["id"])
def test_each_target_names_the_units_of_its_paragraph(target: dict[str, Any]) -> None:
    wanted = units_named(target["paragraph"])
    assert len(wanted) == len(target["organiser"]), wanted
    for unit, key in zip(wanted, target["organiser"], strict=True):
        assert unit in names_of(key), (unit, key)


# The record of each activity that a paragraph names, in the words of the plan.
ACTIVITIES: dict[int, dict[str, str]] = {
    1: {"领导小组会议": "/leading-group/", "专题工作推进会": "/leading-group/"},
    2: {"目标责任制考核": "/leading-group/"},
    3: {"科普经费投入": "/leading-group/"},
    4: {"公民科学素质调查": "/literacy-survey/", "监测评估": "/literacy-survey/"},
    5: {
        "全国科技活动周": "/programmes/science-week/2019/",
        "第三十一届科普宣传周": "/programmes/science-week/2019/",
        "全国科普日": "/programmes/science-day/2019/",
    },
    6: {
        "节约能源资源": "/themes/energy-saving/",
        "保护生态环境": "/themes/environment/",
        "保障安全健康": "/themes/safety-health/",
        "促进创新创造": "/themes/innovation/",
        "航空航天": "/themes/aerospace/",
        "转基因": "/themes/biotechnology/",
        "人工智能": "/themes/artificial-intelligence/",
        "食品药品安全": "/themes/food-drug-safety/",
    },
    7: {
        "科普讲师团下基层": "/programmes/grassroots-talks/",
        "文化科技卫生“三下乡”": "/events/2019-01-24-three-to-villages/",
        "志愿者环保科普行动": "/events/2027-04-25-volunteer-green-action/",
        "公民科学素质大赛": "/programmes/literacy-contests/",
        "科普知识竞答": "/events/2026-12-20-quiz-challenge/",
        "应急疏散演练": "/events/2019-05-12-evacuation-drill/",
        "应急科普剧汇演": "/events/2027-11-09-fire-theatre/",
    },
    8: {
        "一月一主题": "/programmes/monthly-theme/",
        "世界地球日": "/events/2019-04-22-earth-day-minerals/",
        "气象日": "/events/2019-03-23-weather-day-balloon/",
        "环境日": "/events/2019-06-05-environment-day/",
        "防灾减灾日": "/events/2019-05-12-evacuation-drill/",
        "食品安全宣传周": "/events/2019-06-20-food-safety-week/",
    },
    9: {"我们爱科学": "/programmes/love-science/", "青少年科技俱乐部": "/events/2026-12-05-youth-science-club/"},
    10: {
        "表彰": "/events/2019-12-20-youth-science-awards/",
        "青少年特色科学工作室": "/events/2027-03-27-science-studio-open/",
        "青少年科技创新基地": "/events/2027-05-23-innovation-base-day/",
        "绿色学校": "/events/2027-06-04-green-school-audit/",
        "生态文明教育示范科学": "/events/2027-06-04-green-school-audit/",
        "科学教育综合示范学校": "/events/2027-03-31-demonstration-school-open/",
    },
    11: {
        "第三十一届青少年科技创新大赛": "/events/2019-11-30-youth-innovation-31/",
        "机器人": "/events/2027-05-09-robot-contest/",
        "国际数棋": "/events/2019-11-24-number-chess/",
        "航模": "/events/2027-01-10-xinbei-aeromodel-league/",
        "青少年科学调查": "/events/2019-07-06-science-survey/",
        "高校科学营": "/events/2019-07-15-university-camp/",
        "科技夏令营": "/events/2027-07-28-zhonglou-animal-camp/",
        "航空航天": "/themes/aerospace/",
        "早期培养": "/events/2027-03-07-early-talent/",
        "专项资助奖励": "/events/2019-12-20-youth-science-awards/",
    },
    12: {
        "科技助力脱贫致富奔小康工程": "/programmes/rural-science/",
        "科普惠农兴村计划": "/programmes/rural-science/",
        "专家对接": "/events/2027-01-21-expert-matching/",
        "农村科普示范基地": "/events/2027-04-28-farm-association-base/",
        "公司+协会+基地+农户": "/events/2027-04-28-farm-association-base/",
        "科普惠农服务站": "/events/2027-03-26-service-station-day/",
    },
    13: {
        "技能": "/programmes/skills-training/",
        "安全生产": "/events/2019-04-26-confined-space/",
        "农民工": "/events/2027-02-25-migrant-workers-course/",
        "妇女就业创业": "/events/2027-03-05-women-startup-course/",
    },
    14: {
        "高端科技报告会": "/programmes/officials-reports/",
        "现代科技知识讲座": "/programmes/officials-reports/",
    },
    15: {
        "互联网+科普": "/four-in-one/",
        "百城千校万村行动": "/events/2027-04-21-hundred-cities-action/",
        "科普信息化终端": "/four-in-one/",
    },
    16: {
        "电视科普频道": "/four-in-one/",
        "四位一体": "/four-in-one/",
        "全媒体呈现": "/events/2027-06-11-all-media-workshop/",
    },
    17: {
        "青少年科技辅导员专题培训": "/events/2027-03-13-science-teachers-weekend/",
        "企业实用科普人才": "/events/2027-06-10-enterprise-communicators/",
        "农村科普员": "/events/2027-04-13-rural-communicators/",
        "社区科普员": "/events/2027-05-11-community-communicators/",
        "科普志愿者交流、培训、表彰": "/programmes/volunteers/",
        "科普报告进基层": "/programmes/grassroots-talks/",
        "龙城科普大讲坛": "/programmes/longcheng-lectures/",
    },
    18: {
        "科普创作大赛": "/programmes/liangchun-cup/",
        "龙城科普丛书": "/events/2019-06-28-book-series-call/",
        "科普挂图": "/works/",
    },
    19: {
        "综合性科技馆": "/bases/",
        "科普教育基地": "/bases/",
        "特色科普场馆": "/events/2027-05-19-special-venues-day/",
        "科普一日游": "/programmes/day-tours/",
    },
}


def test_each_activity_of_each_paragraph_is_reached_from_the_page_of_the_plan(shipped: Site) -> None:
    assert set(ACTIVITIES) == set(PARAGRAPHS) - {0}
    page = shipped.page("/plan/2019/")
    for number, activities in ACTIVITIES.items():
        for words, address in activities.items():
            assert words in PARAGRAPHS[number], (number, words)
            assert (shipped.output / address.strip("/") / "index.html").is_file(), address
            assert f'href="{address}"' in page, (number, words, address)


# Facts from the seed or from public sources.

# Figures from public sources, in addition to the plan's.
SOURCED = {
    "kexie": {"32", "0519", "86619627"},
    "changzhou-museum": {"1", "1288", "9", "00", "16", "17"},
    "kebo-hall": {"6"},
    "science-week": {"2019", "2020", "2026", "2027", "524", "5", "20"},
    "science-day": {"2019", "2022", "2024", "2025", "2026", "2027", "12", "25", "9", "14", "20", "21"},
    "day-tours": {"2015", "2019", "2023", "2024", "4", "6"},
    "liangchun-cup": {"2016", "2018", "2019", "2022"},
}
DATED = {
    "2019",
    "2021",
    "2022",
    "2023",
    "2024",
    "4",
    "5",
    "6",
    "7",
    "9",
    "15",
    "20",
    "21",
    "30",
}  # of documented events
ALLOWED_PLACES = {
    "大庙弄32号", "龙城大道1288号", "常州文化广场6号楼", "环太湖艺术城", "武进城东小学",
}  # fmt: skip


def test_registries_give_no_number_without_a_source() -> None:
    plan = set(re.findall(r"\d+", SEED))
    for folder in ("organisers", "venues", "programmes"):
        for file in files(folder):
            if file.front.get("sample"):
                continue
            bare = re.sub(r"\]\([^)]*\)", "]", file.words)  # addresses of links hold dates
            found = set(re.findall(r"\d+", bare))
            unsourced = found - plan - DATED - SOURCED.get(file.key, set()) - {"110", "119"}
            assert not unsourced, (file.path, unsourced)


def test_real_venues_say_where_they_are_and_little_else() -> None:
    for venue in files("venues"):
        if not venue.front.get("sample"):
            known = {"name", "aliases", "address", "district", "full_name", "metro", "hours", "closed", "summary"}
            assert set(venue.front) <= known | {"coordinates", "approximate"}, venue.path
            assert venue.front.get("address", "大庙弄32号").removeprefix("常州市") in ALLOWED_PLACES, venue.path
            assert len(venue.body) < 100, venue.path
    with_hours = {venue.key for venue in files("venues") if "hours" in venue.front and not venue.front.get("sample")}
    assert with_hours == {"changzhou-museum"}


def test_no_point_on_a_map_looks_more_exact_than_it_is() -> None:
    for venue in files("venues"):
        assert ("coordinates" in venue.front) == venue.front.get("approximate", False), venue.path
        assert all(round(degrees, 2) == degrees for degrees in venue.front.get("coordinates", ())), venue.path


def test_the_directory_of_venues_says_what_their_files_say() -> None:
    rows = dict(re.findall(r"(?m)^- \*\*\[[^]]+\]\(/venues/([^)]+)/\)\*\*：(.*)$", page("bases").body))
    for venue in files("venues"):
        if "hours" in venue.front:
            for key in ("hours", "closed", "admission", "metro", "bus"):
                assert venue.front.get(key, "") in rows[venue.key], (venue.key, key)


def test_nothing_takes_place_on_the_day_on_which_a_venue_is_closed(catalogue: QueriedSite) -> None:
    closed = {
        venue.key: set(re.findall("周([一二三四五六日])", venue.front.get("closed", ""))) for venue in files("venues")
    }
    for event in catalogue.events:
        for one in event.dates.occurrences:
            place = event.place_of(one)
            assert not place or "一二三四五六日"[one.begins.weekday()] not in closed.get(place.key or "", ()), event.id


def test_units_outside_the_plan_say_so() -> None:
    named = {unit for number in ACTIVITIES for unit in units_named(number)}
    for organiser in files("organisers"):
        if organiser.front["kind"] == "government" and "district" not in organiser.front:
            in_plan = bool(named & names_of(organiser.key))
            assert in_plan != ("不在2019年要点点名的单位之列" in organiser.front["summary"]), organiser.path


def test_units_name_the_paragraphs_that_name_them() -> None:
    for organiser in files("organisers"):
        if found := re.search("要点第([^条]+)条的责任单位", organiser.front["summary"]):
            said = {number(written) for written in found[1].split("、")}
            names = names_of(organiser.key)
            assert said == {paragraph for paragraph in ACTIVITIES if names & set(units_named(paragraph))}, (
                organiser.path
            )


def test_the_day_became_a_month_in_2025(catalogue: QueriedSite) -> None:
    for found in catalogue.events:
        if found.programme and found.programme.key == "science-day" and found.begins.year < 2025:
            assert found.programme.name_on(found.begins.date()) == "全国科普日", found.id
    for event in EVENTS:
        if str(event.front.get("start", event.front.get("sessions", [{}])[0].get("start")))[:4] < "2025":
            assert "科普月" not in f"{event.front['title']}{event.front['summary']}{event.body}", event.path


# Language.

PLACES_OF_EVENTS = {venue.front["name"] for venue in files("venues")}
NORTHERN = re.compile("一拃|教员|一块儿|[这那哪]儿|旮旯|胡同|唠|甭|咱")
TOO_FAMILIAR = re.compile("你")


def prose() -> Iterator[tuple[str, str]]:
    """Every text that readers see, with the path of its file."""
    for folder in ("events", "pages", "programmes", "organisers", "venues", "themes", "forms", "plans", "holidays"):
        for file in files(folder):
            shown = [str(file.front[name]) for name in ("title", "name", "summary") if name in file.front]
            yield file.path, "\n".join([*shown, file.body])


def test_readers_are_addressed_politely_in_words_of_the_region() -> None:
    for path, text in prose():
        spoken = re.sub("“[^”]*”", "", text)
        assert not TOO_FAMILIAR.search(spoken), (path, TOO_FAMILIAR.findall(spoken))
        assert not NORTHERN.search(text), (path, NORTHERN.findall(text))


def test_the_workers_palace_has_one_name() -> None:
    for path, text in prose():
        assert not re.search("(?<!市工人)文化宫", text), path


def sentences(body: str) -> Iterator[str]:
    """The sentences of a body, without links' addresses and the marks of Markdown."""
    for sentence in re.split(r"[。！？；\n|]", re.sub(r"\]\([^)]*\)|<[^>]+>", "", body)):
        bare = re.sub(r"[\s#*`>\[\]-]", "", sentence)
        if len(bare) >= SENTENCE:
            yield bare


def test_no_sentence_stands_twice() -> None:
    written: dict[str, set[str]] = defaultdict(set)
    for folder in ("events", "pages", "programmes", "venues", "themes", "forms", "holidays"):
        for file in files(folder):
            for sentence in sentences(file.body):
                written[sentence].add(file.path)
    assert {sentence: paths for sentence, paths in written.items() if len(paths) > 1} == {}


def test_every_event_tells_enough() -> None:
    short = {event.path: len("".join(event.body.split())) for event in EVENTS}
    assert {path: letters for path, letters in short.items() if letters <= 80} == {}


# Logistics.


def test_what_is_shown_online_alone_needs_no_way_there() -> None:
    for event in EVENTS:
        if "venue" not in event.front and event.front.get("sample"):
            assert "online" in event.front, event.path
            assert not re.search("到场|签到|座位", event.front["signup"]["how"]), event.path


def test_a_tour_meets_where_the_page_says(catalogue: QueriedSite) -> None:
    for event in catalogue.events:
        steps = re.findall(r"(?m)^- (\d\d:\d\d .*)$", event.body)
        if event.fields.programme == "day-tours" and steps:
            venue = next(file for file in files("venues") if file.key == event.fields.venue)
            names = {venue.front["name"], *venue.front.get("aliases", [])}
            assert any(name in steps[0] for name in names), (event.id, steps[0])
            assert steps[0][:5] == event.dates.occurrences[0].begins.strftime("%H:%M"), event.id


def test_signing_up_is_open_until_shortly_before_the_last_batch(catalogue: QueriedSite) -> None:
    for event in catalogue.events:
        signup = event.fields.signup
        if event.fields.programme == "day-tours" and signup and isinstance(signup.deadline, datetime):
            assert event.dates.occurrences[-1].begins - signup.deadline <= timedelta(days=4), event.id


def test_no_state_is_known_long_before(catalogue: QueriedSite) -> None:
    for event in catalogue.events:
        states = {event.fields.status, *(one.status for one in event.dates.occurrences)}
        if event.dates.occurrences[0].begins > TODAY + LONGEST_NOTICE:
            assert states == {"scheduled"}, event.id


def test_repeated_events_pause_on_holidays(catalogue: QueriedSite) -> None:
    for event in catalogue.events:
        if event.fields.repeat:
            days = {one.begins.date() for one in event.dates.occurrences}
            assert not days & HOLIDAYS, (event.id, days & HOLIDAYS)


# Forms and ages.

GRADES = {grade: 6 + number for number, grade in enumerate("一二三四五六七八")}  # years of age at their beginning
NUMBERS = {number: value for value, number in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
QUARTERS = {"一": 15, "三": 45}
LENGTH = re.compile(
    "(?P<halves>[一两三四])个半小时|(?P<hours>[一两三四])个?小时(?:(?P<and>[二四]十)分|(?P<quarters>[一三])刻)?"
    "|(?P<minutes>一百|[三四五六七八九]十五?)分钟"
)
SHORT_OF = 10  # minutes, by which "nearly three hours" may be less


def ages_named(event: File) -> str | None:
    """The ages that follow from a grade or an age in title, summary or the way to sign up; None if none is named."""
    said = "。".join([event.front["title"], event.front["summary"], event.front["signup"]["how"]])
    if found := re.search(rf"([{''.join(GRADES)}])年级以上", said):
        return f"{GRADES[found[1]]}+"
    if found := re.search(rf"(?<!未)满([{''.join(NUMBERS)}])岁", said):
        return f"{NUMBERS[found[1]]}+"
    if found := re.search(rf"([{''.join(GRADES)}])至([{''.join(GRADES)}])年级", said):
        return f"{GRADES[found[1]]}-{GRADES[found[2]] + 1}"
    return None


def number(written: str) -> int:
    """A number below one hundred, or one hundred, in Chinese."""
    tens, ten, ones = written.rpartition("十")
    return 100 if written == "一百" else (NUMBERS.get(tens, 1) * 10 if ten else 0) + NUMBERS.get(ones, 0)


def lengths_named(summary: str) -> list[int]:
    """The minutes of each length of time from half an hour to some hours that a summary names."""
    found = []
    for one in LENGTH.finditer(summary):
        hours = 60 * number(one["halves"] or one["hours"] or "")
        more = 30 if one["halves"] else number(one["and"] or "") + QUARTERS.get(one["quarters"] or "", 0)
        found.append(hours + more + number(one["minutes"] or ""))
    return found


def test_a_summary_says_how_long_the_event_takes(catalogue: QueriedSite) -> None:
    for event in catalogue.events:
        summary, first = event.fields.summary or "", event.dates.occurrences[0]
        if not event.fields.sample or not isinstance(first.start, datetime):
            continue
        named = lengths_named(summary)
        assert named or re.search("天|上午|下午|晚上|周[六日]", summary), event.id
        if named and not re.search("天|每批|每场", summary):
            assert isinstance(first.end, datetime)
            minutes = (first.end - first.start).total_seconds() / 60
            assert any(length - SHORT_OF <= minutes <= length for length in (*named, sum(named))), event.id


def test_every_sample_says_its_form_its_ages_and_how_long_it_takes(catalogue: QueriedSite) -> None:
    assert {event.path for event in SAMPLES if not {"form", "ages"} <= set(event.front)} == set()
    for event in catalogue.events:
        for one in event.dates.occurrences:
            assert one.end or not isinstance(one.start, datetime), event.id


def test_ages_agree_with_the_grades_and_audiences_that_are_named() -> None:
    for event in SAMPLES:
        ages, audience = event.front["ages"], set(event.front["audience"])
        assert ages_named(event) in {None, ages}, event.path
        if audience <= {"workers", "farmers", "officials"}:
            assert ages == "18+", event.path
        if audience == {"seniors"}:
            assert ages == "60+", event.path


def test_a_drawing_that_an_event_chooses_is_described_in_its_own_words() -> None:
    words = {file.front["cover"]: file.front["cover_alt"] for kind in ("themes", "forms") for file in files(kind)}
    for event in EVENTS:
        if cover := event.front.get("cover"):
            said = words.get(cover) or re.findall("<title>([^<]+)", (CONTENT / cover).read_text(encoding="utf-8"))[0]
            assert event.front["cover_alt"] == said, event.path


def test_many_drawings_are_seen_and_none_everywhere(catalogue: QueriedSite) -> None:
    seen = Counter(picture.address for event in catalogue.events if (picture := picture_of(event)))
    assert len(seen) >= 80
    assert max(seen.values()) <= len(catalogue.events) / 12


def test_events_of_one_programme_have_its_form(catalogue: QueriedSite) -> None:
    for event in catalogue.events:
        if event.fields.sample and event.fields.programme in {"longcheng-lectures", "day-tours"}:
            wanted = {"longcheng-lectures": "lecture", "day-tours": "tour"}[event.fields.programme]
            assert event.fields.form == wanted, event.id


def test_there_is_something_of_each_form(catalogue: QueriedSite) -> None:
    assert {form.key for form in files("forms")} == {event.fields.form for event in catalogue.events} - {None}


# Coverage.


def months(event: Event) -> set[date]:
    return {one.begins.date().replace(day=1) for one in event.dates.occurrences}


def test_there_is_much_to_choose_from(catalogue: QueriedSite) -> None:
    assert len(catalogue.events) >= 380
    for month in FIRST_MONTHS:
        assert sum(month in months(event) for event in catalogue.events) >= 25, month


def test_the_weekends_of_a_district_are_seldom_empty(catalogue: QueriedSite) -> None:
    offered: dict[str, set[date]] = defaultdict(set)
    for event in catalogue.events:
        for one in event.dates.occurrences:
            for day in one.days():
                if event.district and day.weekday() >= 5:
                    offered[event.district.key].add(day - timedelta(days=day.weekday()))
    saturdays = [date(2026, 12, 5) + timedelta(weeks=week) for week in range(30)]
    for district in catalogue.config.districts:
        filled = [day for day in saturdays if day - timedelta(days=day.weekday()) in offered[district]]
        assert len(filled) >= 26, (district, sorted(set(saturdays) - set(filled)))


def test_each_month_has_ten_questions_with_an_explanation() -> None:
    pages = [page for page in files("pages") if re.fullmatch(r"quiz-\d\d", page.key)]
    assert len(pages) == 12
    for page in pages:
        found = re.findall(r"<details><summary>第\d+题答案</summary><p>([ABC])。(.*?)</p></details>", page.body)
        assert len(found) == 10, page.path
        assert all(len(explanation) >= 8 for _, explanation in found), page.path
        letters = "".join(letter for letter, _ in found)
        assert not re.search(r"(.)\1\1", letters), (page.path, "the same letter is right three times running")


def test_the_calendar_of_the_year_has_a_paragraph_on_each_month_and_day() -> None:
    months = next(file for file in files("programmes") if file.key == "monthly-theme").front["editions"][-1]["months"]
    parts = re.split(r"(?m)^## ", page("year").body)[1:]
    assert len(parts) == len(months) == 12
    for month, part in zip(months, parts, strict=True):
        heading, _, text = part.partition("\n")
        assert heading.split(" ", 1)[1] == month["title"]
        days = {f"{day['start'].month}月{day['start'].day}日 {day['name']}" for day in month.get("days", ())}
        days = {"整个九月 全国科普月" if day.endswith("全国科普月") else day for day in days}
        told = dict(re.findall(r"(?m)^\*\*(.+?)\*\* (.+)$", text))
        assert set(told) == days
        assert all(len(words) > 40 for words in told.values())
        assert "/events/" in text


def test_each_tour_to_come_has_its_days_and_its_meeting_time_on_the_page_of_routes(catalogue: QueriedSite) -> None:
    routes = {
        key: section
        for section in re.split(r"(?m)^## ", page("tour-routes").body)
        for key in re.findall(r"/events/([^/]+)/", section)
    }
    for event in catalogue.events:
        if event.fields.programme == "day-tours" and event.dates.occurrences[0].begins > TODAY:
            first = event.dates.occurrences[0].begins
            assert f"{first.hour}:{first:%M}" in routes[event.id], event.id
            assert all(f"{one.begins.day}日" in routes[event.id] for one in event.dates.occurrences), event.id


def test_the_page_of_fixtures_lists_each_repeated_event_on_its_weekday(catalogue: QueriedSite) -> None:
    rows = {key: row for row in page("regular").body.splitlines() for key in re.findall(r"/events/([^/]+)/", row)}
    repeated = {event.id: event for event in catalogue.events if event.fields.repeat}
    assert set(rows) == set(repeated)
    for key, event in repeated.items():
        assert f"周{'一二三四五六日'[event.dates.occurrences[0].begins.weekday()]}" in rows[key], key


def test_each_review_tells_the_result_three_questions_and_what_to_do_better(catalogue: QueriedSite) -> None:
    reviews = re.split(r"(?m)^## ", page("reports").body)[1:-1]  # the last section says how to write one
    assert len(reviews) >= 8
    results = {event.id: event.fields.result for event in catalogue.events}
    for review in reviews:
        (key,) = re.findall(r"/events/([^/]+)/", review)
        result = results[key]
        assert result is not None
        assert f"{result.participants}人" in review
        assert review.count("**问：") == 3
        assert "下一次：" in review
