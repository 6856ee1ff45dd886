"""The warnings of `check`: for each kind, content that is warned of, and similar content that is right."""

from __future__ import annotations

import json
import os
import re
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sites import REPOSITORY, Site, small_site

from almanac.advice import NEEDLESS, advisers, meanings
from almanac.build.checking import check
from almanac.build.options import Options
from almanac.cli.adviser import Adviser
from almanac.cli.app import Context, main
from almanac.cli.reports import as_text
from almanac.content.occurrences import Occurrence
from almanac.content.private_numbers import private_numbers, without_private_numbers
from almanac.core.problems import Problem
from almanac.model.events import Event
from almanac.model.given import site_of_files
from almanac.model.overlaps import MOST_AT_ONCE, Use, overlaps
from almanac.server.news import Advice, News

LONG = "带上望远镜和厚外套，志愿者会教大家辨认星座；阴雨天改在室内看投影，座位有限，先到先坐，欢迎全家一起来。"
TALK = {"venue": "library", "start": "2027-03-10 14:00", "end": "2027-03-10 16:00"}


@pytest.fixture
def quiet(tmp_path: Path) -> Site:
    """The small site without warnings: its texts are long enough, and no event is over."""
    site = small_site(tmp_path / "site")
    for file in (site.root / "content/events").rglob("*.md"):
        file.write_text(f"{file.read_text(encoding='utf-8')}\n{LONG}\n", encoding="utf-8")
    site.edit("config.yaml", "title:", "feeds: {uid_host: example.org}\ntitle:")
    assert site.warnings() == []
    return site


def found(site: Site, name: str) -> list[Problem]:
    """The warnings of the site, which must all be of one kind."""
    warnings = site.warnings()
    assert {warning.name for warning in warnings} <= {name}
    assert {warning.severity for warning in warnings} <= {"warning"}
    return warnings


def place(warning: Problem) -> tuple[str, int | None]:
    return warning.location.path.rpartition("/")[2], warning.location.line


def test_two_events_in_one_place_at_one_time(quiet: Site) -> None:
    quiet.event("first", LONG, title="看云", **TALK)
    quiet.event("second", LONG, title="听雨", **TALK | {"start": "2027-03-10 15:59", "updated": "2027-02-21"})
    (clash,) = found(quiet, "venue-clash")
    assert place(clash) == ("second.md", 7)
    assert clash.other == "content/events/first.md"
    assert "小城图书馆 is taken at 2027-03-10 15:59: “看云” (content/events/first.md)" in as_text([clash], "en")
    for no_clash in (
        {"start": "2027-03-10 16:00", "end": "2027-03-10 17:00"},
        {"status": "cancelled"},
        {"status": "postponed"},
        {"venue": "{name: 西郊水厂}"},
        {"start": "2027-03-10", "end": "2027-03-10"},
    ):
        quiet.event("second", LONG, title="听雨", **TALK | no_clash)
        assert found(quiet, "venue-clash") == []


def test_places_without_a_file_are_compared_by_name(quiet: Site) -> None:
    quiet.event("first", LONG, title="看云", **TALK | {"venue": "{name: 东广场}"})
    quiet.event("second", LONG, title="听雨", **TALK | {"venue": "{name: 西广场}"})
    assert found(quiet, "venue-clash") == []
    quiet.edit("content/events/second.md", "西广场", "东广场")
    assert len(found(quiet, "venue-clash")) == 1


def test_a_clash_of_two_repeating_events_is_reported_once(quiet: Site) -> None:
    quiet.event("first", LONG, title="看云", repeat="FREQ=WEEKLY;COUNT=5", **TALK)
    quiet.event("second", LONG, title="听雨", repeat="FREQ=WEEKLY;COUNT=5", **TALK)
    assert len(found(quiet, "venue-clash")) == 1


def test_an_ignored_clash_with_a_long_exhibition_hides_no_other_clash(quiet: Site) -> None:
    quiet.event(
        "hall",
        LONG,
        title="化石展",
        venue="library",
        start="2027-03-09 09:00",
        end="2027-03-12 17:00",
        ignore="{venue-clash: 展厅另有入口}",
    )
    quiet.event("first", LONG, title="看云", **TALK)
    quiet.event("second", LONG, title="听雨", **TALK)
    (clash,) = found(quiet, "venue-clash")
    assert {clash.location.path, clash.other} == {"content/events/first.md", "content/events/second.md"}


def test_one_speaker_in_two_places_at_one_time(quiet: Site) -> None:
    who = "[{name: 李明, organisation: 气象台}]"
    quiet.event("first", LONG, title="看云", speakers=who, **TALK)
    quiet.event("second", LONG, title="听雨", speakers=who, **TALK | {"venue": "{name: 西郊水厂}"})
    (clash,) = found(quiet, "speaker-clash")
    assert place(clash) == ("second.md", 7)
    assert "李明 is elsewhere at 2027-03-10 14:00: “看云” (content/events/first.md)." in as_text([clash], "en")
    quiet.edit("content/events/second.md", "气象台", "地震台")
    assert found(quiet, "speaker-clash") == []
    quiet.edit("content/events/second.md", ", organisation: 地震台", "")
    assert len(found(quiet, "speaker-clash")) == 1
    quiet.edit("content/events/second.md", "西郊水厂", "小城图书馆")
    quiet.edit("content/events/second.md", "end: 2027-03-10 16:00", "end: 2027-03-10 16:00\nstatus: cancelled")
    assert found(quiet, "speaker-clash") == []


def test_two_events_with_nearly_the_same_title(quiet: Site) -> None:
    quiet.event("first", LONG, title="春季植物观察与标本制作体验", start="2027-03-10 09:00")
    quiet.event("second", LONG, title="春季植物观察和标本制作体验！", start="2027-03-12 09:00")
    (double,) = found(quiet, "near-duplicate")
    assert double.other == "content/events/first.md"
    for start, title in (
        ("2027-03-20 09:00", "春季植物观察和标本制作体验！"),
        ("2027-03-12 09:00", "秋季鸟类观察"),
        ("2027-03-12 09:00", "春季植物观察与标本制作体验（2）"),
    ):
        quiet.event("second", LONG, title=title, start=start)
        assert found(quiet, "near-duplicate") == []


def test_an_event_on_a_make_up_workday(quiet: Site) -> None:
    quiet.write(
        "content/holidays/2027.md",
        "---\ntitle: 2027年节假日\nyear: 2027\nworkdays: [2027-03-13, 2027-03-17]\n---\n测试。\n",
    )
    club = "content/events/2027/2027-03-06-club.md"
    (warning,) = found(quiet, "make-up-workday")
    assert place(warning) == ("2027-03-06-club.md", 5), "the repeat has that Saturday as a date"
    quiet.edit(club, "except: [2027-04-03]", "except: [2027-03-13, 2027-04-03]")
    assert found(quiet, "make-up-workday") == []
    quiet.event("evening", LONG, start="2027-03-13 19:00")
    quiet.event("midweek", LONG, title="周三课堂", start="2027-03-17 09:00")
    quiet.event("exhibition", LONG, title="化石展", start="2027-03-12 09:00", end="2027-03-16 17:00")
    assert found(quiet, "make-up-workday") == []
    quiet.event(
        "talk",
        LONG,
        title="讲座",
        sessions="[{id: a, start: 2027-03-12 09:00}, {id: b, start: 2027-03-13 09:00}]",
        start="",
    )
    (warning,) = found(quiet, "make-up-workday")
    assert warning.location.key == ("sessions", 1, "start")


def test_a_co_organiser_with_a_name_like_a_registered_one(quiet: Site) -> None:
    quiet.event("talk", LONG, co_organiser="[科学技术协会, 小城天文社]")
    (warning,) = found(quiet, "co-organiser-name")
    assert place(warning)[0] == "talk.md"
    assert warning.hint
    assert warning.hint.show(str) == "Did you mean “市科协”?"


def test_a_former_name_of_a_programme(quiet: Site) -> None:
    quiet.write(
        "content/programmes/month.md",
        "---\nname: 科普月\nformer_names: [{name: 科普日, until: 2027-03-09}]\n---\n"
        "到2027年3月为止叫科普日，之后叫科普月。\n",
    )
    quiet.event("before", f"科普日开幕。{LONG}", start="2027-03-09 09:00")
    assert found(quiet, "former-name") == []
    quiet.event("after", f"{LONG}\n\n科普日闭幕。", title="闭幕")
    (warning,) = found(quiet, "former-name")
    assert place(warning) == ("after.md", 10)
    assert warning.location.columns == (1, 4)


def test_mobile_and_identity_card_numbers(quiet: Site) -> None:
    quiet.event(
        "phone", f"{LONG}\n\n电话：138 1234 5678。", signup="{phone: 0519-86619627, how: 找 11010519491231002X}"
    )
    assert [(warning.location.line, warning.location.columns) for warning in found(quiet, "private-number")] == [
        (7, (39, 57)),
        (11, (4, 17)),
    ]


def test_drafts_are_only_searched_for_private_numbers(quiet: Site) -> None:
    quiet.event("draft", "13812345678", draft="true", ignore="{venue-clash: 待定}")
    (warning,) = found(quiet, "private-number")
    assert place(warning) == ("draft.md", 10)


def test_a_draft_can_ignore_warnings_and_may_ignore_them_needlessly(quiet: Site) -> None:
    quiet.event("draft", "13812345678", draft="true", ignore="{private-number: 单位值班手机, venue-clash: 待定}")
    assert quiet.warnings() == []
    quiet.edit("content/events/draft.md", "draft: true\n", "")
    assert {warning.name for warning in quiet.warnings()} == {"needless-ignore", "short-text"}


OTHERS = [
    "0519-86619627",
    "86619627",
    "0519-86619627转8013",
    "4008123456",
    "https://example.org/13812345678",
    "HTTP://example.org/?tel=13812345678",
    "2027-03-10",
    "苏ICP备12345678901号",
    "12345678901",
    "913812345678",
    "20270310138123456789",
    "320402199013011234",
]
PRIVATE = [
    ("张三13812345678", "张三", "13812345678"),
    ("张三/13812345678", "张三/", "13812345678"),
    ("张三-13812345678", "张三-", "13812345678"),
    ("Tel13812345678", "Tel", "13812345678"),
    ("tel.138 1234 5678", "tel.", "138 1234 5678"),
    ("科技馆（138-1234-5678）", "科技馆", "138-1234-5678"),
    ("科技馆（张三１３８１２３４５６７８）", "科技馆（张三）", "１３８１２３４５６７８"),
    ("电话+86 13812345678转", "电话转", "+86 13812345678"),
    ("008613812345678", "", "008613812345678"),
    ("证号320402199012311234，", "证号，", "320402199012311234"),
    ("32040219901231123x", "", "32040219901231123x"),
    ("报名https://example.org/s，或13812345678", "报名https://example.org/s，或", "13812345678"),
    ("[报名](https://example.org/s)13812345678", "[报名](https://example.org/s)", "13812345678"),
]


@pytest.mark.parametrize("words", OTHERS)
def test_other_numbers_are_not_private(words: str) -> None:
    assert list(private_numbers(words)) == []
    assert without_private_numbers(words) == words


@pytest.mark.parametrize(("words", "public", "number"), PRIVATE)
def test_a_private_number_is_found_in_any_surrounding_text(words: str, public: str, number: str) -> None:
    assert [found.written for found in private_numbers(words)] == [number]
    assert without_private_numbers(words) == public


@given(
    st.text(alphabet="0123456789 １３８-+电话a/=.（）、", max_size=40),
    st.sampled_from(PRIVATE),
    st.text(alphabet="（）、 电138"),
)
def test_a_private_number_is_quoted_as_written_and_removed_completely(
    before: str, private: tuple[str, str, str], after: str
) -> None:
    words = f"{before}{private[2]}{after}"
    assert all(words[number.begin : number.end] == number.written for number in private_numbers(words))
    assert list(private_numbers(without_private_numbers(words))) == []


def test_text_that_is_cut_off_by_a_number_sign(quiet: Site) -> None:
    quiet.event("new", LONG, title="看云 #1", fee="免费 # 材料费10元", status_note='"一号 #1"', tags="[云]  # 注释")
    warnings = found(quiet, "cut-text")
    assert [(place(warning), warning.location.columns) for warning in warnings] == [
        (("new.md", 2), (11, 13)),
        (("new.md", 7), (9, 17)),
    ]
    report = as_text(warnings, "zh-CN")
    assert "“#1”不会显示" in report
    assert '请加引号：title: "看云 #1"；' in report
    quiet.edit("content/events/new.md", "title: 看云 #1", 'title: "看云 #1"')
    quiet.edit("content/events/new.md", "fee: 免费 # 材料费10元", "fee: 免费  # 材料费10元")
    assert found(quiet, "cut-text") == []
    quiet.edit("content/venues/library.md", "address: 东街1号", "address: 东街1号 #2")
    assert [place(warning) for warning in found(quiet, "cut-text")] == [("library.md", 3)]


def test_a_picture_without_a_description(quiet: Site) -> None:
    quiet.write("content/images/sky.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>')
    quiet.event("new", LONG, cover="images/sky.svg")
    quiet.edit("content/themes/water.md", "---\nname", "---\ncover: images/sky.svg\nname")
    assert [place(warning) for warning in found(quiet, "cover-alt")] == [("new.md", 7), ("water.md", 2)]


def test_signing_up_that_ends_after_the_start_or_opens_after_its_end(quiet: Site) -> None:
    quiet.event("new", LONG, signup="{opens: 2027-03-12, deadline: 2027-03-11}")
    assert {warning.location.key for warning in found(quiet, "signup-dates")} == {
        ("signup", "deadline"),
        ("signup", "opens"),
    }
    quiet.event("new", LONG, signup="{opens: 2027-03-01, deadline: 2027-03-10}")
    assert found(quiet, "signup-dates") == []
    for opens in ("2027-03-05", "2027-03-05 09:00"):
        quiet.event("new", LONG, signup=f"{{opens: {opens}, deadline: 2027-03-05}}")
        assert found(quiet, "signup-dates") == [], "a deadline without a time is the end of its day"
    for opens, deadline in (
        ("2027-03-06", "2027-03-05"),
        ("2027-03-05 09:01", "2027-03-05 09:00"),
        ("2027-03-06 00:00", "2027-03-05"),
    ):
        quiet.event("new", LONG, signup=f"{{opens: {opens}, deadline: {deadline}}}")
        assert [warning.location.key for warning in found(quiet, "signup-dates")] == [("signup", "opens")]
    quiet.event("new", LONG, start="2027-03-10", end="2027-04-10", signup="{deadline: 2027-04-01}")
    assert found(quiet, "signup-dates") == [], "people may join until the last day"


def test_an_event_that_is_over_needs_a_result(quiet: Site) -> None:
    quiet.now = datetime(2027, 3, 21)
    (warning,) = found(quiet, "no-result")
    assert place(warning) == ("2027-03-20-clouds.md", None)
    quiet.edit(
        "content/events/2027/2027-03-20-clouds.md", "fee: 免费", "fee: 免费\nresult: {held: true, participants: 30}"
    )
    assert found(quiet, "no-result") == []


def test_dates_that_are_called_off_need_no_result_and_delay_none(quiet: Site) -> None:
    for name, later in (
        ("off", "2027-03-02 14:00, status: cancelled"),
        ("rest-off", "2027-09-02 14:00, status: cancelled"),
    ):
        status = ", status: cancelled" if name == "off" else ""
        quiet.write(
            f"content/events/{name}.md",
            f"---\ntitle: {name}\ntheme: sky\norganiser: kexie\nvenue: library\nsessions:\n"
            f"  - {{id: a, start: 2027-03-02 10:00{status}}}\n  - {{id: b, start: {later}}}\n---\n{LONG}\n",
        )
    quiet.now = datetime(2027, 3, 4, 9, 0)
    assert [warning.location.path for warning in found(quiet, "no-result")] == ["content/events/rest-off.md"]


def test_a_very_short_text(quiet: Site) -> None:
    quiet.event("new", "来看。")
    (warning,) = found(quiet, "short-text")
    assert place(warning) == ("new.md", 8)


def test_a_place_outside_the_city(quiet: Site) -> None:
    quiet.event("new", LONG, venue="{name: 湖, coordinates: [31.8, 79.9]}")
    assert quiet.warnings() == [], "without bounds there is no warning"
    quiet.edit("config.yaml", "districts:", "bounds: [79, 31, 81, 32]\ndistricts:")
    assert {place(warning)[0] for warning in found(quiet, "coordinates")} == {"library.md", "new.md"}
    quiet.edit("content/venues/library.md", "coordinates: [119.97, 31.81]\n", "")
    (warning,) = found(quiet, "coordinates")
    assert "swapped" in warning.message.message
    assert warning.location.columns == (31, 43)
    quiet.edit("content/events/new.md", "[31.8, 79.9]", "[79.9, 33]")
    (warning,) = found(quiet, "coordinates")
    assert "79.9, 33.0 lies outside the city." in as_text([warning], "en")
    quiet.edit("content/events/new.md", "[79.9, 33]", "[79.9, 31.8]")
    assert found(quiet, "coordinates") == []


def test_either_of_two_files_can_ignore_a_warning_with_a_reason(quiet: Site) -> None:
    quiet.event("first", LONG, title="看云", **TALK)
    quiet.event("second", LONG, title="听雨", **TALK)
    for name in ("first", "second"):
        before = (quiet.root / f"content/events/{name}.md").read_bytes()
        quiet.edit(f"content/events/{name}.md", "venue:", "ignore: {venue-clash: 分楼层进行}\nvenue:")
        assert quiet.warnings() == []
        quiet.write(f"content/events/{name}.md", before)


def test_a_needless_ignore_is_a_warning(quiet: Site) -> None:
    quiet.event("new", LONG, ignore="{venue-clash: 分楼层进行}")
    quiet.edit("content/venues/library.md", "---\nname", "---\nignore: {coordinates: 在城外}\nname")
    assert [(place(warning), warning.location.columns) for warning in found(quiet, "needless-ignore")] == [
        (("new.md", 7), (10, 21)),
        (("library.md", 2), (10, 21)),
    ]


def test_no_ignore_is_needless_while_files_have_errors(quiet: Site) -> None:
    quiet.event("first", LONG, title="看云", ignore="{venue-clash: 分楼层进行}", **TALK)
    quiet.event("second", LONG, title="听雨", **TALK | {"theme": "skyy"})
    result = CliRunner().invoke(main, ["--root", str(quiet.root), "check", "--now", "2027-03-01", "--format", "json"])
    assert [problem["name"] for problem in json.loads(result.stdout)["problems"]] == [None]


NOWHERE = site_of_files(Path(), {})
hours = st.integers(0, 40)


@given(st.lists(st.tuples(st.integers(0, 3), hours, st.integers(0, 10)), max_size=MOST_AT_ONCE))
def test_overlaps_equal_a_comparison_of_all_pairs(dates: list[tuple[int, int, int]]) -> None:
    uses = [_use(event, start, length) for event, start, length in dates]
    found_overlaps = {frozenset((overlap.first.event.id, overlap.second.event.id)) for overlap in overlaps(uses)}
    by_hand = {
        frozenset((first.event.id, second.event.id))
        for first in uses
        for second in uses
        if first.event.id != second.event.id and first.occurrence.begins <= second.occurrence.begins
        if first.occurrence.ends > second.occurrence.begins or first.occurrence.begins == second.occurrence.begins
    }
    assert found_overlaps == by_hand


def _use(number: int, start: int, length: int) -> Use:
    begins = datetime(2027, 3, 1) + timedelta(hours=start)
    occurrence = Occurrence(begins, begins + timedelta(hours=length))
    return Use(("here",), Event(NOWHERE, str(number), withdrawn=False), occurrence)


def test_every_kind_of_advice_has_a_meaning() -> None:
    assert set(meanings()) == set(advisers())
    assert all(meaning.message for meaning in meanings().values())


def test_the_guide_lists_every_kind_of_advice() -> None:
    guide = (REPOSITORY / "docs/checking.zh-CN.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)` \|", guide, re.MULTILINE)) == {*advisers(), NEEDLESS}


def test_serve_shows_new_warnings_in_the_terminal_and_all_warnings_in_open_pages(
    quiet: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    news = News()
    adviser = Adviser(Context(quiet.root, "en"), news)

    def save() -> str:
        with check(Options(quiet.root, quiet.output, quiet.root / ".almanac", quiet.now)) as (found, _):
            assert found
            adviser.look = lambda: found
            adviser.tell()
        return capsys.readouterr().err

    assert save() == ""
    assert news.state.number == 0
    quiet.event("short", "来。")
    assert "short.md:8: warning:" in save()
    quiet.event("other", "去。", title="去看海", start="2027-06-01")
    assert save().count("warning:") == 1
    assert news.state.advice.count == "2 warnings"
    assert news.state.advice.report.count("warning:") == 2
    before = news.state.number
    assert save() == ""
    assert news.state.number == before, "without a new warning, open pages hear nothing"
    assert news.state.build == 0, "pages are not loaded again"
    quiet.delete("content/events/short.md")
    quiet.delete("content/events/other.md")
    assert save() == ""
    assert news.state.advice == Advice()


def test_the_shipped_content_has_no_warnings() -> None:
    assert Site(REPOSITORY, datetime(2026, 12, 1, 9, 0)).warnings() == []


def test_the_time_for_advice_grows_in_proportion_to_the_events(tmp_path: Path) -> None:
    """All events have one organiser and one place; 200 a year, for one year and for ten."""
    few, many = (_seconds(_crowded(tmp_path / f"{count}", count)) for count in (200, 2000))
    assert many < 40 * few


def _crowded(root: Path, count: int) -> Site:
    site = small_site(root)
    for number in range(count):
        site.event(
            f"e{number}",
            LONG,
            title=f"课堂{number:04x}",
            start=f"{2027 + number // 200}-{number % 12 + 1:02}-{number % 28 + 1:02} {number % 24:02}:00",
            venue="library",
        )
    return site


def _seconds(site: Site) -> float:
    best = []
    with check(Options(site.root, site.output, site.root / ".almanac", site.now)) as (found, _):
        assert found is not None
        for _ in range(3):
            begun = perf_counter()
            for module in advisers().values():
                list(module.find(found))
            best.append(perf_counter() - begun)
    return min(best)


def test_an_ignored_warning_changes_no_published_file(site: Site) -> None:
    site.build()
    site.edit("content/events/2027/2027-03-20-clouds.md", "fee: 免费", "fee: 免费\nignore: {short-text: 海报上有全文}")
    site.edit("content/venues/library.md", "---\nname", "---\nignore: {coordinates: 在城外}\nname")
    assert site.build().written == 0


def test_dates_of_the_last_change_that_cannot_be_right(quiet: Site) -> None:
    quiet.event("ahead", LONG, title="看云", updated="2062-02-20")
    (ahead,) = found(quiet, "updated-ahead")
    assert place(ahead) == ("ahead.md", 6)
    quiet.event("ahead", LONG, title="看云", updated="2027-03-01 23:00")
    assert found(quiet, "updated-ahead") == [], "today is not the future"


def test_a_date_that_moved_in_git_while_updated_stayed(quiet: Site) -> None:
    def commit(day: str) -> None:
        stamp = {"GIT_AUTHOR_DATE": f"{day}T10:00:00+08:00", "GIT_COMMITTER_DATE": f"{day}T10:00:00+08:00"}
        for arguments in (["add", "content", "config.yaml"], ["commit", "-qm", "A change"]):
            command = ["git", "-C", str(quiet.root), "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
            subprocess.run(command, check=True, env=os.environ | stamp)

    subprocess.run(["git", "-C", str(quiet.root), "init", "-q"], check=True)
    quiet.event("talk", LONG, title="看云", updated="2027-02-01")
    commit("2027-02-01")
    quiet.edit("content/events/talk.md", "看云", "云")
    commit("2027-02-10")
    assert found(quiet, "updated-stale") == [], "a title may change without it"
    quiet.edit("content/events/talk.md", "2027-03-10 14:00", "2027-03-11 15:00")
    commit("2027-02-20")
    (stale,) = found(quiet, "updated-stale")
    assert place(stale) == ("talk.md", 6)
    assert "changed at 2027-02-20 10:00" in as_text([stale], "en")
    quiet.edit("content/events/talk.md", "updated: 2027-02-01", "updated: 2027-02-20 10:00")
    assert found(quiet, "updated-stale") == []


@pytest.mark.parametrize(
    ("start", "words"), [("2027-03-28 02:30", "does not exist"), ("2027-10-31 02:30", "exists twice")]
)
def test_a_time_in_the_hour_in_which_clocks_change(quiet: Site, start: str, words: str) -> None:
    quiet.event("night", LONG, title="看云", start=start)
    assert found(quiet, "clock-change") == [], "clocks in China never change"
    quiet.edit("config.yaml", "title:", "timezone: Europe/Berlin\ntitle:")
    (night,) = found(quiet, "clock-change")
    assert words in as_text([night], "en")


def test_a_site_without_a_host_for_its_uids(quiet: Site) -> None:
    quiet.edit("config.yaml", "feeds: {uid_host: example.org}\n", "")
    (host,) = found(quiet, "uid-host")
    assert "feeds: {uid_host: example.org}" in as_text([host], "en")
