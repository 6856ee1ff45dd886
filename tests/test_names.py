"""Names in place of keys: a registered name, full name or alias means its record; guesses are only hints."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import Site, small_site

from almanac.cli.reports import translator
from almanac.content.names import Registry, names_of, registry_of, unknown_name
from almanac.content.records import Record, kinds
from almanac.content.records.event import EventFields, InlineVenue, Session
from almanac.content.records.plan import Counts, PlanFields, Target
from almanac.content.references import Reference, with_keys
from almanac.core.printing import display as said
from almanac.model.given import site_on_disk
from almanac.model.labels import name_registries

ORGANISERS = registry_of(
    {
        "kexie": ("市科协", "常州市科学技术协会", "科协"),
        "kexie-wujin": ("武进区科协", "武进区科学技术协会"),
        "jiaoyu": ("市教育局",),
        "tiyu": ("市体育局",),
        "farmers": ("农民",),
        "elderly": ("老年人",),
        "twin-a": ("双胞胎",),
        "twin-b": ("双胞胎",),
        "cao": ("曹、王工作室",),
    }
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("kexie", "kexie"),
        ("市科协", "kexie"),
        ("常州市科学技术协会", "kexie"),
        (" 市 科 协 ", "kexie"),
        ("ＫＥＸＩＥ", "kexie"),
        ("曹、王工作室", "cao"),
        ("双胞胎", None),
        ("市科技协会", None),
        ("科协、市教育局", None),
    ],
)
def test_a_name_means_one_record_or_none(name: str, key: str | None) -> None:
    assert ORGANISERS.key_of(name) == key


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("双胞胎", "请写代号，是哪一个就写哪一个：twin-a, twin-b。"),
        ("kexie-wujin，kexie", "这里写了几个名称，请分开写：[kexie-wujin, kexie]"),
        ("武进区科协、市科协", "这里写了几个名称，请分开写：[kexie-wujin, kexie]"),
        ("武进区科协和市教育局", "这里写了几个名称，请分开写：[kexie-wujin, jiaoyu]"),
        ("武进科协", "是不是想写“武进区科协”？"),
        ("市科技协会", "是不是想写“市科协”？"),
        ("教育局", "是不是想写“市教育局”？"),
        ("kexie-wujn", "是不是想写“kexie-wujin”？"),
    ],
)
def test_a_hint_names_what_may_be_meant(name: str, hint: str) -> None:
    found = unknown_name("a.md", Reference(("organiser", 0), "organisers", name), ORGANISERS).hint
    assert found
    assert said(found, translator("zh-CN")) == hint


@pytest.mark.parametrize("name", ["全体市民", "农民工", "市气象局", "科技局", "武进区科协、某某社"])
def test_no_guess_picks_another_record_or_drops_a_name(name: str) -> None:
    assert ORGANISERS.near(name) is None
    assert ORGANISERS.keys_of_several(name) == []


@given(st.text(max_size=12))
def test_every_key_of_a_guess_exists(name: str) -> None:
    key = ORGANISERS.key_of(name)
    assert key is None or key in ORGANISERS.shown
    assert set(ORGANISERS.keys_of_several(name)) <= set(ORGANISERS.shown)


@pytest.fixture
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Registry]:
    site = small_site(tmp_path_factory.mktemp("site") / "small")
    return registries_of(site)


def registries_of(site: Site) -> dict[str, Registry]:
    return name_registries(site_on_disk(site.root))


def test_the_registries_of_a_site_hold_its_records_and_the_lists_of_its_config(known: dict[str, Registry]) -> None:
    assert known["organisers"].key_of("市科协") == "kexie"
    assert known["venues"].key_of("小城图书馆") == "library"
    assert known["districts"].key_of("东区") == "east"
    assert known["audiences"].key_of("青少年") == "youth"
    assert known["forms"].key_of("报告会") == "lecture"


def test_other_names_of_audiences_and_districts_are_data_of_the_config(site: Site) -> None:
    site.edit("config.yaml", "youth: 青少年", "youth: {name: 青少年, aliases: [中小学生, 少儿]}")
    site.edit("config.yaml", "east: 东区", "east: {name: 东区, aliases: 城东}")
    site.event("talk", title="谈天", audience="[少儿, 青少年]", district="城东", start="2027-03-20 14:00")
    site.build()
    assert "谈天" in site.page("/audiences/youth/")
    assert "谈天" in site.page("/districts/east/")
    assert "少儿" not in site.page("/events/talk/")
    (talk,) = [event for event in json.loads(site.file("/data/events.json"))["events"] if event["id"] == "talk"]
    assert [one["key"] for one in talk["audiences"]] == ["youth"], "two names of one audience count once"
    site.edit("config.yaml", "public: 公众", "public: {name: 公众, aliases: [少儿]}")
    assert "“少儿” is the name of several audiences." in site.problems()


def test_a_co_organiser_that_is_not_registered_is_plain_text(site: Site) -> None:
    site.event("talk", title="谈天", co_organiser="[市科协, 小城天文社]", start="2027-03-20 14:00")
    site.build()
    assert '<a href="/kepu/organisers/kexie/">市科协</a>、小城天文社' in site.page("/events/talk/")
    (talk,) = [event for event in json.loads(site.file("/data/events.json"))["events"] if event["id"] == "talk"]
    assert [one["key"] for one in talk["co_organisers"]] == ["kexie"]
    assert talk["other_co_organisers"] == ["小城天文社"]
    assert "小城天文社" in site.file("/data/events.csv").decode()
    assert "小城天文社" in site.file("/search/2027.json").decode()


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("kexi", "“kexi” is not known among the organisers."),
        ("市科协、小城天文社", "“市科协、小城天文社” is not known among the organisers."),
        ("双胞胎", "“双胞胎” is the name of several organisers."),
    ],
)
def test_a_co_organiser_that_looks_like_a_key_or_several_names_is_none(site: Site, written: str, wrong: str) -> None:
    for key in ("twin-a", "twin-b"):
        site.write(f"content/organisers/{key}.md", "---\nname: 双胞胎\n---\n")
    site.event("talk", co_organiser=f"[{written}]", organiser="[kexie]")
    assert wrong in site.problems()


def test_names_in_a_record_become_keys_at_every_level(known: dict[str, Registry]) -> None:
    def key_of(to: str, name: str) -> str | None:
        return known[to].key_of(name) if to in known else None

    event = EventFields(
        title="看云",
        start=None,
        organiser=("市科协", "kexie", "某某社"),
        theme=("气象",),
        programme="小城讲坛",
        venue=InlineVenue(name="东坡公园", district="东区"),
        audience=("青少年",),
        sessions=(Session(id="a", start=None, venue="小城图书馆"),),  # type: ignore[arg-type]  # no date is needed here
        cover="images/a.jpg",
    )
    found = with_keys(event, key_of)
    assert found.organiser == ("kexie", "某某社")
    assert (found.theme, found.programme, found.audience) == (("sky",), "lectures", ("youth",))
    assert found.venue == InlineVenue(name="东坡公园", district="east")
    assert found.sessions[0].venue == "library"
    assert (found.title, found.cover) == (event.title, event.cover)
    assert with_keys(found, key_of) is found
    plan = PlanFields(
        title="计划",
        year=2027,
        targets=(Target(id="a", name="讲座", figure=1, unit="场", counts=Counts(of="events", theme=("气象",))),),
    )
    counts = with_keys(plan, key_of).targets[0].counts
    assert counts
    assert counts.theme == ("sky",)


def test_the_name_to_show_comes_first() -> None:
    site_record = Record("content/organisers/a.md", "a", kinds()["organisers"].fields(name="甲", aliases=("乙",)))
    assert names_of(site_record) == ("甲", "乙")


def test_a_name_that_several_records_share_is_a_question() -> None:
    problem = unknown_name("a.md", Reference(("organiser", 0), "organisers", "双胞胎"), ORGANISERS)
    assert said(problem.message, translator("zh-CN")) == "有几个单位都叫“双胞胎”。"
    assert problem.hint
    assert said(problem.hint, translator("zh-CN")) == "请写代号，是哪一个就写哪一个：twin-a, twin-b。"


def test_an_event_may_name_its_records_in_words(site: Site) -> None:
    site.event("talk", title="谈天", organiser="市科协", theme="气象", form="报告会", start="2027-03-20 14:00")
    site.build()
    assert "谈天" in site.page("/organisers/kexie/")
    assert "谈天" in site.page("/themes/sky/")
    assert "谈天" in site.page("/forms/lecture/")
    assert "谈天" in site.file("/feeds/forms/lecture.ics").decode()
    site.edit("content/organisers/kexie.md", "市科协", "科学技术协会")
    assert "“市科协” is not known among the organisers." in site.problems()
