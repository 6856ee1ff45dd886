"""The form for staff at `/admin/`: it writes what `new` writes, says what `check` says, and works in Chromium."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from event_values import BODIES, EVENTS, REGISTRIES, fields_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page, Request, expect
from serving import serving
from sites import NOW, REPOSITORY, SMALL_SITE, Site, small_site
from test_browser import violations, visit

from almanac.build.checking import check
from almanac.build.options import Options
from almanac.content.declarations import declared_keys
from almanac.content.front_matter_text import QUESTION, key_lines, moment_text, tree_of
from almanac.content.frontmatter import Document, Tree
from almanac.content.names import names_in_order
from almanac.content.new_event_text import listed_values
from almanac.content.occurrences import Impossible, dates
from almanac.content.parse import validate
from almanac.content.records.event import EventFields
from almanac.core.messages import catalogue_files, gettext_of
from almanac.core.problems import Text
from almanac.exchange.contents import SiteContents, read_contents
from almanac.exchange.files import edited_text
from almanac.exchange.new_events import NewEventRequest, new_event
from almanac.exchange.told_events import read_told
from almanac.outputs import listing
from almanac.site.event_sources import event_source
from almanac.site.staff_form import staff_form

SCRIPTS = REPOSITORY / "themes" / "default" / "templates" / "scripts"
CHINESE = gettext_of("zh-CN", catalogue_files("zh-CN"))
MANY = 2  # events that one call of the browser writes


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> SiteContents:
    """The small site with the registries of the generated events."""
    found = read_contents(small_site(tmp_path_factory.mktemp("admin") / "site").root)
    assert isinstance(found, SiteContents)
    return msgspec.structs.replace(found, registries=REGISTRIES, taken=frozenset())


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the script of the form is told, with the same registries."""
    root = small_site(tmp_path_factory.mktemp("admin") / "site").root
    with check(Options(root, root / "output", root / ".almanac", NOW)) as (site, problems):
        assert site is not None
        assert not problems
        told = staff_form(site)
    names = {folder: names_in_order(registry) for folder, registry in REGISTRIES.by_folder.items()}
    assets = tuple((path, path) for path in ("images/ai.jpg", "files/报名表 (1).pdf"))
    comments = msgspec.structs.replace(told.comments, listed=tuple(listed_values(REGISTRIES.by_folder, CHINESE)))
    told = msgspec.structs.replace(told, names=names | {"assets": assets}, comments=comments)
    decoded: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(told))
    return decoded


@pytest.fixture(scope="module")
def scripts(browser: Browser) -> Iterator[Page]:
    """A page that can import the modules of the form."""
    with serving(SCRIPTS) as address:
        page = browser.new_page()
        page.goto(f"{address}/admin/writing.js")
        yield page
        page.close()


def without_questions(text: str) -> str:
    """A file without the questions that `new` asks about impossible dates: the form asks them on its page."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(QUESTION))


def without_empty(value: Tree) -> Tree:
    """Front matter without empty mappings, which no form can hold."""
    if isinstance(value, dict):
        kept = {key: without_empty(entry) for key, entry in value.items()}
        return {key: entry for key, entry in kept.items() if entry not in ({}, [])}
    return [one for entry in value if (one := without_empty(entry)) != {}] if isinstance(value, list) else value


def bare_tree(fields: EventFields) -> dict[str, Tree]:
    """The front matter of an event as a form can hold it: also without the key that only programs write."""
    tree = without_empty({key: value for key, value in tree_of(fields).items() if key != "imported"})
    assert isinstance(tree, dict)
    return tree


WRITTEN = """async ([form, events]) => {
    const [{ fileText }, { read }, { typedOf }] = await Promise.all(
        ["writing", "reading", "typing"].map((name) => import(`/admin/${name}.js`)));
    return events.map(([tree, body]) => {
        const found = read(form, typedOf(form, tree));
        return found.problems.length ? JSON.stringify(found.problems) : fileText(form, found.tree, body);
    });
}"""


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_the_form_writes_what_new_writes(
    data: st.DataObject, scripts: Page, form: dict[str, Any], contents: SiteContents
) -> None:
    events = data.draw(st.lists(st.tuples(EVENTS, BODIES), min_size=1, max_size=MANY))
    trees = [(bare_tree(fields), body) for fields, body in events]
    written = scripts.evaluate(WRITTEN, [form, trees])
    for (tree, body), text in zip(trees, written, strict=True):
        request = NewEventRequest(str(tree["title"]), tree=tree, body=body)
        head, body_of_new = new_event(request, contents, CHINESE).content.split("\n---\n", 1)
        assert text == f"{without_questions(head)}\n---\n{body_of_new}"


DATED = """async ([form, events]) => {
    const [{ datesOf }, { problemOf }] = await Promise.all(
        ["dating", "messages"].map((name) => import(`/admin/${name}.js`)));
    return events.map((tree) => {
        try {
            return datesOf(form, tree).map(({ start, end }) => [start, end ?? null]);
        } catch (error) {
            const { path, message, hint } = problemOf(form, error.path, error);
            return [path, message, hint];
        }
    });
}"""
WEEKDAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
PLACED = st.tuples(st.sampled_from(["", "1", "+2", "-1", "5"]), WEEKDAYS).map("".join)


def joined(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return st.lists(entries.map(str), min_size=1, max_size=3, unique=True).map(",".join)


PARTS = {
    "INTERVAL": st.integers(0, 4).map(str),
    "BYDAY": joined(PLACED),
    "BYMONTHDAY": joined(st.sampled_from([1, 15, 29, 31, -1, -2])),
    "BYMONTH": joined(st.integers(1, 12)),
    "BYSETPOS": joined(st.sampled_from([1, 2, -1])),
    "WKST": WEEKDAYS,
}
ENDS = st.sampled_from(
    [
        "UNTIL=20270601",
        "UNTIL=20270410T143000",
        "COUNT=5",
        "COUNT=0",
        "UNTIL=20400101",
        "UNTIL=20270231",
        "COUNT=900",
        "",
    ]
)


@st.composite
def repeats(draw: st.DrawFn) -> dict[str, Tree]:
    """Front matter of a repeating event, right or wrong. Half of the starts are the first day of the rule."""
    day = draw(st.dates(date(2026, 12, 1), date(2027, 4, 30)))
    hours = draw(st.sampled_from([("", ""), (" 14:00", " 16:00"), (" 22:00", " 01:30")]))
    start = f"{day}{hours[0]}"
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY"]))
    parts = draw(st.fixed_dictionaries({}, optional=PARTS))
    rule = ";".join([f"FREQ={frequency}", *(f"{name}={value}" for name, value in parts.items()), draw(ENDS)])
    tree: dict[str, Tree] = {"title": "一", "start": start, "repeat": rule}
    if draw(st.booleans()):
        tree["start"] = first_start(tree) or start
    if draw(st.booleans()):
        ending = day + timedelta(days=draw(st.integers(-1, 2)))
        tree["end"] = f"{ending}{hours[1]}"
    if draw(st.booleans()):
        tree["except"] = [str(day + timedelta(days=draw(st.sampled_from([0, 7, 14]))))]
    return tree


def first_start(tree: dict[str, Tree]) -> str | None:
    """The start that the engine asks for, if there is one."""
    try:
        dates(fields_of(tree))
    except Impossible as impossible:
        hint = impossible.fault[2]
        return str(hint.values["first"]) if hint and "first" in hint.values else None
    return None


def engine_dates(tree: dict[str, Tree]) -> list[Any]:
    """The dates of the engine as front matter writes moments, or the path of its problem, the message and the hint."""
    try:
        found = dates(fields_of(tree)).occurrences
    except Impossible as impossible:
        path, message, hint = impossible.fault
        return [list(path), message.show(CHINESE), hint.show(CHINESE) if hint else ""]
    return [[moment_text(one.start), moment_text(one.end) if one.end else None] for one in found]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees=st.lists(repeats(), min_size=1, max_size=4))
def test_the_form_knows_the_dates_that_the_engine_makes(
    trees: list[dict[str, Tree]], scripts: Page, form: dict[str, Any]
) -> None:
    found = scripts.evaluate(DATED, [form, trees])
    assert dict(enumerate(found)) == dict(enumerate(map(engine_dates, trees)))


RIGHT_RULES = [
    "freq=weekly; byday=mo,we;count=3;",
    "FREQ=YEARLY;BYDAY=53MO,-1SU;COUNT=4",
    "FREQ=YEARLY;BYMONTH=02;BYMONTHDAY=-1;COUNT=3",
    "FREQ=YEARLY;BYMONTHDAY=1,+15,-1;BYSETPOS=-1,35;COUNT=6",
    "FREQ=YEARLY;BYMONTH=4;BYDAY=2MO,-1TU;COUNT=5",
    "FREQ=MONTHLY;BYDAY=SA,+2MO;BYSETPOS=1,1;COUNT=007",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU;COUNT=9",
    "FREQ=DAILY;BYMONTH=3;BYMONTHDAY=1;COUNT=3",
    "FREQ=DAILY;INTERVAL=999;COUNT=4",
    "FREQ=DAILY;COUNT=750",
    "FREQ=DAILY;BYSETPOS=1;BYDAY=MO;COUNT=3",
    "FREQ=DAILY;UNTIL=20270301T140000",
    "FREQ=WEEKLY;INTERVAL=52;UNTIL=20370301T140000",
]
WRONG_RULES = [
    "每周六",
    "FREQ=HOURLY;COUNT=3",
    "FREQ=DAILY;BYHOUR=9;COUNT=3",
    f"FREQ=DAILY;COUNT=3;BYMONTH=1{',1' * 250}",
    f"𠮷{'一' * 600}",
    "FREQ=DAILY;COUNT=3;COUNT=4",
    "FREQ=DAILY;COUNT=3;UNTIL=20270401",
    "FREQ=DAILY",
    *(f"FREQ=DAILY;UNTIL={until}" for until in ("", "+2027", "20270229", "00000101", "20270401T240000", "20270401T9")),
    "FREQ=DAILY;UNTIL=20370301T140001",
    *(f"FREQ=DAILY;{part};COUNT=3" for part in ("INTERVAL=0", "INTERVAL=1000", "INTERVAL=+1", "BYDAY=1MO", "WKST=1")),
    *(f"FREQ=YEARLY;{part};COUNT=3" for part in ("BYDAY=54MO", "BYMONTHDAY=32", "BYMONTH=13", "BYMONTH=", "BYDAY=MO,")),
    "FREQ=WEEKLY;BYMONTHDAY=1;COUNT=3",
    "FREQ=YEARLY;BYSETPOS=1;COUNT=3",
    "FREQ=YEARLY;BYMONTH=3;BYSETPOS=367;COUNT=3",
    "FREQ=DAILY;COUNT=0",
    "FREQ=DAILY;COUNT=751",
    "FREQ=DAILY;UNTIL=20290330",
    "FREQ=YEARLY;COUNT=12",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
    "FREQ=DAILY;UNTIL=20270228",
]
WRONG_SPANS: list[dict[str, Tree]] = [
    {"end": "2027-03-01"},
    {"end": "2027-03-01 13:00"},
    {"end": "2027-03-01 14:00"},
    {"end": "2037-03-01 14:01"},
    {"end": "2029-03-30 16:00"},
    {"repeat": "FREQ=DAILY;COUNT=3", "except": ["2027-03-01", "2027-03-02", "2027-03-03"]},
]


def test_the_form_takes_and_refuses_the_rules_that_the_engine_does(scripts: Page, form: dict[str, Any]) -> None:
    """Each start is the first date of its rule, or the rule is wrong."""
    bare: dict[str, Tree] = {"title": "一", "start": "2027-03-01 14:00"}
    right: list[dict[str, Tree]] = [{**bare, "repeat": rule} for rule in RIGHT_RULES]
    right = [{**tree, "start": first_start(tree) or tree["start"]} for tree in right]
    wrong: list[dict[str, Tree]] = [*({**bare, "repeat": rule} for rule in WRONG_RULES)]
    wrong += [bare | keys for keys in WRONG_SPANS]
    for tree in right:
        assert dates(fields_of(tree)).occurrences, tree
    for tree in wrong:
        with pytest.raises(Impossible):
            dates(fields_of(tree))
    for tree, found in zip([*right, *wrong], scripts.evaluate(DATED, [form, [*right, *wrong]]), strict=True):
        assert found == engine_dates(tree), tree


MONDAY = "2027-03-01T09:00:00+08:00"
MOST_BYTES = 40 * 1024
HASHED = re.compile(r"hashed/(\w+)\.[0-9a-f]+")  # the address of a static file by a digest of its bytes


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the small site with the form, at the root of its host."""
    site = small_site(tmp_path_factory.mktemp("desk") / "site")
    site.edit("config.yaml", "base_url: https://example.org/kepu/", DESK_CONFIG)
    site.edit("content/programmes/lectures.md", "organiser: kexie", LECTURES)
    site.build()
    with serving(site.output) as address:
        yield address


DESK_CONFIG = """base_url: https://example.org/
outputs: {admin: true}
submission: {repository: "https://github.com/kexie/kepu", mail: kepu@example.org}"""
LECTURES = "organiser: 市科协\narchetype: {fee: 免费, signup: {how: 现场签到}}"


@contextmanager
def opened(browser: Browser, desk: str, width: int = 1280) -> Iterator[Page]:
    """The form as a new visitor opens it on a Monday."""
    with visit(browser, width=width, now=MONDAY) as page:
        page.goto(f"{desk}/admin/")
        expect(page.locator("#admin-form")).to_be_visible()
        yield page


def file_of(page: Page) -> str:
    """The file that the form shows, once all that was typed is in it."""
    page.clock.run_for(1000)
    return page.locator("#admin-text").text_content() or ""


def wrong_at(page: Page, path: str) -> str:
    page.clock.run_for(1000)
    return page.locator(f"[data-path='{path}'] > .wrong").inner_text()


def front_matter(text: str) -> list[str]:
    """The lines of the keys."""
    return [line for line in text.split("---\n")[1].splitlines() if not line.startswith("#")]


def test_without_the_config_there_is_no_form(site: Site) -> None:
    with check(site.options()) as (found, _):
        assert found is not None
        assert listing(found, "admin") == ()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_event_is_written_in_words_and_by_ticks(browser: Browser, desk: str, width: int) -> None:
    with opened(browser, desk, width) as page:
        page.get_by_label("标题").first.fill("  星空  之下 ")
        page.get_by_label("用文字写").fill("下周六下午两点到四点")
        page.get_by_label("场馆").first.fill("小城图书馆")
        page.get_by_role("group", name="主题").get_by_label("水资源").check()
        page.get_by_role("group", name="主题").get_by_label("气象").check()
        page.get_by_role("group", name="承办").get_by_placeholder("别的名称").fill("小城中学、天文社")
        page.get_by_label("正文", exact=True).fill("带一双眼睛来。\n")
        text = file_of(page)
        assert front_matter(text) == [
            "title: 星空 之下",
            "start: 2027-03-13 14:00",
            "end: 2027-03-13 16:00",
            "theme: [water, sky]",
            "co_organiser: [小城中学, 天文社]",
            "venue: library",
        ]
        assert text.endswith("---\n带一双眼睛来。\n")
        assert page.locator("#admin-path").text_content() == ("content/events/2027/03/2027-03-13-xing-kong-zhi-xia.md")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_programme_brings_its_usual_values_as_new_does(browser: Browser, desk: str) -> None:
    with opened(browser, desk) as page:
        page.get_by_label("标题").first.fill("云")
        page.get_by_label("品牌活动").select_option("lectures")
        assert front_matter(file_of(page)) == [
            "title: 云",
            "programme: lectures",
            "organiser: [市科协]",
            "fee: 免费",
            "signup: {how: 现场签到}",
        ]
        expect(page.get_by_role("group", name="主办单位").get_by_label("市科协")).to_be_checked()


def test_a_repeat_shows_its_dates_and_loses_one_with_its_tick(browser: Browser, desk: str) -> None:
    with opened(browser, desk) as page:
        page.get_by_label("用文字写").fill("3月6日 10:00-11:30")
        page.get_by_label("重复").select_option("weekly")
        page.get_by_label("最后一天").fill("2027-03-20")
        file_of(page)
        dates = page.locator("#admin-dates li")
        expect(dates).to_have_text(
            ["2027-03-06 周六 10:00 – 11:30", "2027-03-13 周六 10:00 – 11:30", "2027-03-20 周六 10:00 – 11:30"]
        )
        dates.nth(1).get_by_role("checkbox").uncheck()
        lines = front_matter(file_of(page))
        assert "repeat: FREQ=WEEKLY;BYDAY=SA;UNTIL=20270320" in lines
        assert "except: [2027-03-13]" in lines
        expect(page.locator("#admin-date-count")).to_contain_text("共 2 场")


def test_sessions_follow_the_start_and_are_taken_back(browser: Browser, desk: str) -> None:
    with opened(browser, desk) as page:
        page.get_by_label("用文字写").fill("4月3日9点到11点")
        add = page.get_by_role("button", name="添加场次")
        add.click()
        add.click()
        page.get_by_role("group", name="场次 2").get_by_label("状态").select_option(label="取消")
        add.click()
        file_of(page)
        expect(page.locator("#admin-dates li")).to_have_count(3)
        page.get_by_role("button", name="删除：场次 2").click()
        lines = front_matter(file_of(page))
        assert lines == [
            "sessions:",
            "  - {id: a, start: 2027-04-03 09:00, end: 2027-04-03 11:00}",
            "  - {id: c, start: 2027-04-17 09:00, end: 2027-04-17 11:00}",
        ]


def test_problems_appear_as_one_types_in_the_words_of_check(browser: Browser, desk: str) -> None:
    with opened(browser, desk) as page:
        page.get_by_label("线上").fill("example")
        assert wrong_at(page, "online") == "“example”不是网址。 请写以 https:// 开头的完整网址。"
        page.get_by_label("线上").fill("https://example.org/")
        page.get_by_label("电话").fill("139 1234 5678")
        assert wrong_at(page, "signup.phone").startswith("这里有一个手机号：139****78。")
        page.get_by_label("用文字写").fill("3月20日下午3点到2点")
        assert wrong_at(page, "end").startswith("结束（2027-03-20 14:00）早于开始（2027-03-20 15:00）。")
        page.get_by_label("用文字写").fill("3月20日下午3点到5点")
        page.get_by_label("场馆").first.fill("小城图书馆")
        page.get_by_label("标题").first.fill("云从哪里来？")
        page.get_by_role("group", name="主办单位").get_by_label("市科协").check()
        assert "2027-03-20 15:00，小城图书馆已有另一场活动“云从哪里来”" in wrong_at(page, "venue")
        assert wrong_at(page, "title").startswith("可能与 2027-03-20 的“云从哪里来”（/events/2027-03-20-clouds/）")


def test_what_is_missing_is_said_once_somebody_sends(browser: Browser, desk: str) -> None:
    with opened(browser, desk) as page:
        expect(page.locator(".wrong:visible")).to_have_count(0)
        page.get_by_role("button", name="下载文件").click()
        assert wrong_at(page, "title") == "缺少“标题”。"
        expect(page.get_by_label("标题").first).to_be_focused()
        expect(page.locator("#admin-state")).to_have_text("还缺：标题、开始。")


def test_the_text_is_shown_as_it_will_look(browser: Browser, desk: str) -> None:
    with opened(browser, desk) as page:
        shown = page.locator("#admin-preview")
        expect(shown).to_be_hidden()
        page.get_by_label("正文", exact=True).fill(
            "## 安排\n\n- **9点**集合\n- [地图](https://example.org/)\n\n<b>早</b>\n到。"
        )
        file_of(page)
        assert shown.inner_html() == (
            "<h3>安排</h3><ul><li><strong>9点</strong>集合</li>"
            '<li><a href="https://example.org/" rel="noopener">地图</a></li></ul><p>&lt;b&gt;早&lt;/b&gt; 到。</p>'
        )


def test_a_draft_survives_a_crash(browser: Browser, desk: str) -> None:
    with opened(browser, desk) as page:
        page.get_by_label("标题").first.fill("星空之下")
        page.get_by_label("场馆").first.fill("东坡公园")
        page.get_by_label("地址", exact=True).fill("延陵东路")
        page.get_by_label("正文", exact=True).fill("正文")
        before = file_of(page)
        assert "venue: {name: 东坡公园, address: 延陵东路}" in before
        page.goto("about:blank")
        page.goto(f"{desk}/admin/")
        expect(page.get_by_label("标题").first).to_have_value("星空之下")
        assert file_of(page) == before


def test_the_ways_out_carry_the_whole_event(browser: Browser, desk: str) -> None:
    with opened(browser, desk) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_label("标题").first.fill("星空之下 & 云")
        page.get_by_label("用文字写").fill("2027-03-13 19:00")
        text = file_of(page)
        with page.expect_download() as saving:
            page.get_by_role("button", name="下载文件").click()
        assert saving.value.suggested_filename == "2027-03-13-xing-kong-zhi-xia-yun.md"
        assert saving.value.path().read_text(encoding="utf-8") == text
        page.get_by_role("button", name="复制文件内容").click()
        expect(page.locator("#admin-said")).to_have_text("已复制")
        assert page.evaluate("navigator.clipboard.readText()") == text
        page.get_by_role("button", name="复制成一段话").click()
        expect(page.locator("#admin-said")).to_contain_text("粘贴到邮件")
        assert page.evaluate("navigator.clipboard.readText()") == "标题：星空之下 & 云\n开始：2027-03-13 19:00"


FORGES = [
    ({"repository": "https://github.com/kexie/kepu/"}, "https://github.com/kexie/kepu/new/main/", True),
    ({"repository": "https://codeberg.org/kexie/kepu"}, "https://codeberg.org/kexie/kepu/_new/main/", True),
    ({"repository": "https://git.example.org/a/b", "branch": "site"}, "https://git.example.org/a/b/_new/site/", True),
    ({"repository": "https://gitlab.com/kexie/kepu"}, "https://gitlab.com/kexie/kepu/-/new/main", False),
    ({"repository": "https://gitee.com/kexie/kepu"}, "https://gitee.com/kexie/kepu/tree/main/content/events", False),
    (
        {"repository": "https://code.example.org/a/b", "forge": "gitlab"},
        "https://code.example.org/a/b/-/new/main",
        False,
    ),
]


@pytest.mark.parametrize(("submission", "page_of_forge", "filled"), FORGES)
def test_a_forge_opens_its_page_of_a_new_file(
    scripts: Page,
    submission: dict[str, str],
    page_of_forge: str,
    filled: bool,  # noqa: FBT001 - a parameter of the cases
) -> None:
    call = "([told, path, text]) => import('/admin/sending.js').then((one) => one.forgeAddress(told, path, text))"
    text = "---\ntitle: 云 & 雨\n---\n正文\n"
    found = scripts.evaluate(call, [submission, "content/events/a.md", text])
    assert found["isFilled"] is filled
    address = urlsplit(found["address"])
    assert address._replace(query="").geturl() == page_of_forge
    assert dict(parse_qsl(address.query)).get("value", text) == text
    assert not scripts.evaluate(call, [submission, "content/events/a.md", "长" * 5000])["isFilled"]


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_in_the_form(browser: Browser, desk: str, width: int) -> None:
    with opened(browser, desk, width) as page:
        page.get_by_role("button", name="添加场次").click()
        page.get_by_label("重复").select_option("weekly")
        page.get_by_role("button", name="下载文件").click()
        page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
        file_of(page)
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, only=["color-contrast"]) == []


def test_the_form_is_light_and_asks_no_other_host(browser: Browser, desk: str) -> None:
    with visit(browser, now=MONDAY) as page:
        sizes: dict[str, int] = {}
        hosts: set[str] = set()

        def weigh(request: Request) -> None:
            sizes[HASHED.sub(r"\1", urlsplit(request.url).path)] = request.sizes()["responseBodySize"]
            hosts.add(urlsplit(request.url).netloc)

        page.on("requestfinished", weigh)
        page.goto(f"{desk}/admin/")
        page.wait_for_load_state("networkidle")
        assert hosts == {urlsplit(desk).netloc}
        assert {"/admin/", "/admin.js", "/admin.css"} <= set(sizes)
        assert sum(size for path, size in sizes.items() if path != "/data/events.json") <= MOST_BYTES, sizes


def test_the_keyboard_alone_writes_an_event(browser: Browser, desk: str) -> None:
    with opened(browser, desk) as page:
        page.get_by_label("标题").first.focus()
        page.keyboard.type("星空之下")
        while page.evaluate("document.activeElement.id") != "admin-when":
            page.keyboard.press("Tab")
        page.keyboard.type("后天 9:30")
        while page.evaluate("document.activeElement.dataset.way") != "download":
            page.keyboard.press("Tab")
        with page.expect_download():
            page.keyboard.press("Enter")
        assert front_matter(file_of(page)) == ["title: 星空之下", "start: 2027-03-03 09:30"]


def matching(pattern: str) -> st.SearchStrategy[str]:
    """Texts of a pattern as a control holds them, without blanks at their ends."""
    return st.from_regex(pattern, fullmatch=True).filter(lambda one: one == " ".join(one.split()) and bool(one))


TYPED = {
    ("title",): matching("云[云a\u0001\u200b\u202e ]{0,3}"),
    ("start",): matching("(19[45][0-9]|2[01]0[0-9])-[01]?[0-9]-[0-3]?[0-9]( [0-2]?[0-9]:[0-6][0-9])?"),
    ("online",): matching("(https?:|ftp:)?/{0,2}[a-z例][a-z .例]{0,6}"),
    ("id",): matching("[a-cA0._ 甲-]{1,6}"),
    ("ages",): matching("[0-9]{1,3}[-+~]?[0-9]{0,2}"),
    ("cover",): matching(r"(\./)?(content/)?(images|files|x)?/?[a.\\/]{1,6}"),
    ("signup", "capacity"): matching("[+-]?[0-9]{0,3}[a个]?"),
    ("venue", "coordinates"): matching(r"-?[0-9]{1,3}(\.[0-9])?(, ?-?[0-9]{1,3})?"),
}
SAID = """async ([form, events]) => {
    const [{ read }, { typedOf }] = await Promise.all(["reading", "typing"].map((name) => import(`/admin/${name}.js`)));
    return events.map((tree) => read(form, typedOf(form, tree)).problems);
}"""
NO_FILE = "no_file"  # `check` looks for files later, and in words of its own


def tree_with(path: tuple[str, ...], value: str) -> dict[str, Tree]:
    base: dict[str, Tree] = {"title": "一"}
    if path[0] == "venue":
        return {**base, "venue": {"name": "公园", path[1]: value}}
    return {**base, path[0]: {path[1]: value} if len(path) > 1 else value}


def said_by_check(tree: dict[str, Tree]) -> tuple[str, str] | None:
    """The message of `check` about a value, and what helps; nothing where the value is right."""
    found = validate(EventFields, Document(tree, {}, "", 0), "")
    if not isinstance(found, list):
        return None
    (problem,) = found
    inner = problem.message.values.get("message")
    message = inner if isinstance(inner, Text) else problem.message
    shown = Text(message.message, {**message.values, "name": "名额"}).show(CHINESE)
    return shown, problem.hint.show(CHINESE) if problem.hint else ""


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_form_refuses_what_check_refuses_in_its_words(
    data: st.DataObject, scripts: Page, form: dict[str, Any]
) -> None:
    trees = [tree_with(path, data.draw(values)) for path, values in TYPED.items()]
    for tree, problems in zip(trees, scripts.evaluate(SAID, [form, trees]), strict=True):
        said = [(one["message"], one["hint"]) for one in problems if one["name"] != NO_FILE]
        expected = said_by_check(tree)
        assert [message for message, _ in said] == ([expected[0]] if expected else []), tree


TOLD = """async ([form, events, words]) => {
    const [{ told }, { read }, { typedOf }] = await Promise.all(
        ["telling", "reading", "typing"].map((name) => import(`/admin/${name}.js`)));
    return events.map(([tree, body]) => told(form, read(form, typedOf(form, tree)).tree, body, words));
}"""


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_new_reads_the_text_of_the_form_without_loss(data: st.DataObject, scripts: Page, form: dict[str, Any]) -> None:
    events = data.draw(st.lists(st.tuples(EVENTS, BODIES), min_size=1, max_size=MANY))
    trees = [(bare_tree(fields), f"{body.strip()}\n") for fields, body in events]
    words = {"yes": "是", "no": "否", "body": "正文"}
    for (tree, body), text in zip(trees, scripts.evaluate(TOLD, [form, trees, words]), strict=True):
        found = read_told(text, REGISTRIES.by_folder, CHINESE)
        assert found.questions == ()
        assert dict(found.tree) == tree
        assert found.body == body


def test_new_asks_about_lines_that_it_cannot_read(site: Site) -> None:
    told = "各位好，报一场活动：\n标题：星空之下\r\n开始：2027-03-13 19:00\n地点在哪：公园\n正文：\n带外套。"
    site.write("told.txt", told)
    done = subprocess.run(
        site.command("new", "--from-text", site.root / "told.txt"), capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[0] == "content/events/2027/03/2027-03-13-xing-kong-zhi-xia.md"
    text = site.root.joinpath(done.stdout.splitlines()[0]).read_text(encoding="utf-8")
    assert text.startswith(
        "---\n#? This line of the text cannot be read: 各位好，报一场活动：\n"
        "#? This line of the text cannot be read: 地点在哪：公园\n"
        "title: 星空之下\nstart: 2027-03-13 19:00\ndraft: true\n"
    )
    assert text.endswith("---\n带外套。\n")


CHANGED = """async ([form, cases]) => {
    const [{ changesOf, changedText }, { read }, { typedOf }] = await Promise.all(
        ["editing", "reading", "typing"].map((name) => import(`/admin/${name}.js`)));
    const treeOf = (tree) => read(form, typedOf(form, tree)).tree;
    return cases.map(([source, after]) =>
        changedText(form, source, changesOf(treeOf(source.tree), treeOf(after)), undefined));
}"""
REMARKS = st.lists(st.sampled_from(["# 与图书馆确认过", "", "#", "# title: 旧题目"]), max_size=3)


@st.composite
def commented_files(draw: st.DrawFn) -> str:
    """The file of an event with comments and blank lines between its keys, which stand in any order."""
    tree = bare_tree(draw(EVENTS))
    keys = draw(st.permutations(list(tree)))
    lines = [line for key in keys for line in (*draw(REMARKS), key_lines(key, tree[key]).rstrip("\n"))]
    return "\n".join(["---", *lines, *draw(REMARKS), "---", draw(BODIES)])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(content=commented_files(), other=EVENTS, data=st.data())
def test_a_change_touches_no_other_line(
    content: str, other: EventFields, data: st.DataObject, scripts: Page, form: dict[str, Any]
) -> None:
    source = event_source("content/events/a.md", content.encode())
    assert source is not None
    new = bare_tree(other)
    changed = data.draw(st.sets(st.sampled_from(sorted({*source.tree, *new} - {"title"})), max_size=4))
    changes = {key: new.get(key) for key in changed}
    after = {key: value for key, value in {**source.tree, **changes}.items() if value is not None}
    declared = {key: after[key] for key in declared_keys(EventFields) if key in after}
    (text,) = scripts.evaluate(CHANGED, [form, [(msgspec.to_builtins(source), declared)]])
    in_order = {key: changes[key] for key in declared_keys(EventFields) if key in changes}
    assert text == edited_text(content, in_order, None)
    if not changes:
        assert text == content


@pytest.mark.parametrize(
    "content",
    [
        "---\n{title: 云, start: 2027-03-13}\n---\n",
        "---\r\ntitle: 云\r\nstart: 2027-03-13\r\n---\r\n",
        "\ufeff---\ntitle: 云\nstart: 2027-03-13\n---\n",
    ],
)
def test_a_file_that_no_line_can_be_changed_of_stays_out_of_the_form(content: str) -> None:
    assert event_source("content/events/a.md", content.encode()) is None


def test_an_event_opens_in_the_form_from_its_page(browser: Browser, desk: str) -> None:
    with visit(browser, now=MONDAY) as page:
        page.goto(f"{desk}/events/2027-03-20-clouds/")
        page.get_by_role("link", name="修改这场活动").click()
        expect(page.get_by_label("标题").first).to_have_value("云从哪里来")
        expect(page.locator("#admin-state")).to_have_text("都齐了。")
        assert page.locator("#admin-text :is(ins, del)").count() == 0
        page.get_by_label("费用").fill("10元")
        page.get_by_label("线上").fill("https://example.org/")
        file_of(page)
        assert page.locator("#admin-text del").all_text_contents() == ["- fee: 免费\n"]
        assert page.locator("#admin-text ins").all_text_contents() == [
            "+ fee: 10元\n",
            "+ online: https://example.org/\n",
        ]
        with page.expect_download() as saving:
            page.get_by_role("button", name="下载文件").click()
        original = (SMALL_SITE / "content/events/2027/2027-03-20-clouds.md").read_text(encoding="utf-8")
        saved = saving.value.path().read_text(encoding="utf-8")
        assert saved == original.replace("fee: 免费", "fee: 10元").replace(
            "updated: 2027-02-20\n", "updated: 2027-02-20\nonline: https://example.org/\n"
        )


SPANS = {
    "下周六下午两点到四点": ("2027-03-13 14:00", "2027-03-13 16:00"),
    "12月5日 14:00-16:00": ("2027-12-05 14:00", "2027-12-05 16:00"),
    "2027年3月6日（周六）上午十点半": ("2027-03-06 10:30", None),
    "今晚七点一刻至九点": ("2027-03-01 19:15", "2027-03-01 21:00"),
    "2027-04-01": ("2027-04-01", None),
    "4月1日至4月5日": ("2027-04-01", "2027-04-05"),
    "中午十二点": None,
    "下午25点": None,
}


def test_dates_in_words_become_start_and_end(scripts: Page, form: dict[str, Any]) -> None:
    call = """async ([dates, texts]) => {
        const { spanIn } = await import("/admin/wording.js");
        return texts.map((text) => spanIn(text, "2027-03-01", dates));
    }"""
    found = scripts.evaluate(call, [form["dates"], list(SPANS)])
    spans = [(span["start"], span.get("end")) if span else None for span in found]
    assert dict(zip(SPANS, spans, strict=True)) == SPANS
