"""Stories of a site: build it, read its pages, change something, build again, read them again."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from urllib.parse import unquote

import pytest
from sites import REPOSITORY, Site

from almanac.outputs import NEEDED, outputs

TALK = "content/events/2027/2027-03-20-clouds.md"


def structured_data(page: str) -> list[dict[str, object]]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found, "the page has no JSON-LD"
    data = json.loads(found[1])
    return data if isinstance(data, list) else [data]


def test_a_first_build_makes_every_kind_of_page(site: Site) -> None:
    site.build()
    expected = [
        "index.html",
        "404.html",
        "robots.txt",
        "sitemap.xml",
        "about/index.html",
        "archive/index.html",
        "archive/2027/index.html",
        "calendar/2027/03/index.html",
        "events/2027-03-20-clouds/index.html",
        "events/2027-03-20-clouds.ics",
        "events/2027-04-03-tour.ics",
        "events/2027-04-03-tour/b.ics",
        "themes/index.html",
        "themes/water/index.html",
        "forms/index.html",
        "forms/lecture/index.html",
        "organisers/kexie/index.html",
        "programmes/lectures/index.html",
        "programmes/lectures/2027/index.html",
        "districts/east/index.html",
        "audiences/youth/index.html",
        "venues/library/index.html",
        "plan/2027/index.html",
        "subscribe/index.html",
        "feeds/all.ics",
        "feeds/themes/water.ics",
        "feeds/forms/lecture.ics",
        "feeds/forms/lecture.atom",
        "feeds/forms/tour.json",
        "feeds/organisers/kexie.ics",
        "feeds/programmes/lectures.ics",
        "feeds/districts/west.ics",
        "feeds/audiences/public.ics",
        "feeds/archive/2027.ics",
    ]
    assert not set(expected) - set(site.files())


def test_an_event_page_shows_all_facts_of_the_event(site: Site) -> None:
    site.build()
    page = site.page("/events/2027-03-20-clouds/")
    for words in (
        "云从哪里来",
        "2027年3月20日（周六）14:00\u2060—\u206016:00",
        "小城图书馆",
        "东街1号",
        "东区",
        "免费",
        "市科协",
        "小城讲坛",
        "气象",
        "青少年",
        "讲座",
        "6—12岁",
        "带一双眼睛来",
    ):
        assert words in page, words
    assert '<meta property="og:title"' in page
    (event,) = structured_data(page)
    assert event["@type"] == "Event"
    assert event["startDate"] == "2027-03-20T14:00:00+08:00"
    assert event["endDate"] == "2027-03-20T16:00:00+08:00"
    assert event["eventStatus"] == "https://schema.org/EventScheduled"
    assert event["location"]["name"] == "小城图书馆"  # type: ignore[index]


def test_a_second_build_renders_nothing_and_touches_no_file(site: Site) -> None:
    first = site.build()
    before = site.times()
    second = site.build()
    assert first.written == len(before)
    assert (second.written, second.unchanged, second.removed) == (0, first.written, 0)
    assert site.times() == before


def test_a_new_title_shows_wherever_the_event_is_named(site: Site) -> None:
    site.build()
    before = site.files()
    site.edit(TALK, "云从哪里来", "雨从哪里来")
    site.build()
    changed = {file for file, content in site.files().items() if before.get(file) != content}
    assert {
        "events/2027-03-20-clouds/index.html",
        "events/2027-03-20-clouds.ics",
        "themes/sky/index.html",
        "feeds/themes/sky.ics",
        "feeds/all.ics",
    } <= changed
    assert {
        "events/2027-04-03-tour.ics",
        "about/index.html",
        "feeds/districts/west.ics",
        "districts/west/index.html",
    }.isdisjoint(changed)
    assert not [file for file in site.files().items() if "云从哪里来".encode() in file[1]]


def test_a_new_body_changes_its_page_alone(site: Site) -> None:
    site.build()
    before = site.times()
    site.edit(TALK, "带一双眼睛来就够了。", "请带望远镜。")
    assert site.build().written == 1
    assert [file for file, time in site.times().items() if before[file] != time] == [
        "events/2027-03-20-clouds/index.html"
    ]


def test_a_deleted_event_goes_from_everywhere_with_its_folder(site: Site) -> None:
    site.build()
    site.delete(TALK)
    report = site.build()
    assert report.removed >= 2
    assert not (site.output / "events/2027-03-20-clouds").exists()
    assert not [file for file, content in site.files().items() if "云从哪里来".encode() in content]


def test_a_renamed_file_keeps_its_address_and_its_uid(site: Site) -> None:
    site.build()
    before = site.file("/events/2027-03-20-clouds.ics")
    content = (site.root / TALK).read_text(encoding="utf-8")
    site.delete(TALK)
    site.write("content/events/talks/clouds.md", content.replace("---\n", "---\nid: 2027-03-20-clouds\n", 1))
    assert site.build().written == 0
    assert site.file("/events/2027-03-20-clouds.ics") == before


def test_an_old_address_leads_to_the_new_one(site: Site) -> None:
    site.edit(TALK, "fee: 免费", "aliases: /events/old-clouds/")
    site.build()
    page = site.page("/events/old-clouds/")
    assert "/kepu/events/2027-03-20-clouds/" in page
    assert 'http-equiv="refresh"' in page
    assert "/events/old-clouds/" not in site.file("/sitemap.xml").decode()


def test_an_event_that_is_called_off_says_so_everywhere(site: Site) -> None:
    site.edit(TALK, "fee: 免费", "status: cancelled\nstatus_note: 因台风取消")
    site.build()
    page = site.page("/events/2027-03-20-clouds/")
    assert "已取消" in page
    assert "因台风取消" in page
    assert structured_data(page)[0]["eventStatus"] == "https://schema.org/EventCancelled"
    feed = site.feed("/feeds/all.ics")
    assert "SUMMARY:【已取消】云从哪里来" in feed
    assert "STATUS:CANCELLED" in feed


def test_a_month_counts_what_takes_place_and_names_apart_what_is_called_off(site: Site) -> None:
    site.event("rain", start="2027-03-20 15:00")

    def day() -> str:
        found = re.search(r'<td[^>]*data-today="2027-03-20">.*?</td>', site.page("/calendar/2027/03/"), re.DOTALL)
        assert found
        return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())

    site.build()
    assert "3 项" in day()
    assert "云从哪里来" in day()
    site.edit(TALK, "fee: 免费", "status: cancelled")
    site.build()
    assert "2 项 1项已取消或延期" in day()
    assert "云从哪里来" not in day()
    assert 'href="#d-2027-03-20"' in site.page("/calendar/2027/03/")


def test_a_file_that_no_build_made_is_left_alone(site: Site) -> None:
    site.build()
    site.write("output/verification.html", "mine")
    site.write("output/events/notes.txt", "mine too")
    site.delete(TALK)
    site.build()
    site.build(clean=True)
    assert site.file("/verification.html") == b"mine"
    assert site.file("/events/notes.txt") == b"mine too"


def test_a_damaged_or_deleted_page_is_made_again(site: Site) -> None:
    site.build()
    good = site.files()
    site.write("output/index.html", "spoilt")
    site.delete("output/about/index.html")
    assert site.build().written == 2
    assert site.files() == good


def test_a_build_that_fails_leaves_the_site_as_it_was(site: Site) -> None:
    site.build()
    before = site.times()
    site.edit(TALK, "theme: [sky, water]", "theme: [skies]")
    site.event("another")
    assert "“skies” is not known" in site.problems()
    assert site.times() == before


def test_a_file_in_the_way_is_named_and_nothing_is_moved(site: Site) -> None:
    site.write("output/events/2027-03-20-clouds/index.html/mine.txt", "a folder where a page belongs")
    report = site.problems()
    assert "index.html: error: Something stands where a page belongs." in report
    assert list(site.files()) == ["events/2027-03-20-clouds/index.html/mine.txt"]


def test_an_event_may_become_a_folder_of_sessions_and_a_page_again(site: Site) -> None:
    site.build()
    site.edit(TALK, "start: 2027-03-20 14:00\nend: 2027-03-20 16:00", "sessions: {id: one, start: 2027-03-20 14:00}")
    site.build()
    assert b"UID:2027-03-20-clouds-one@example.org" in site.file("/events/2027-03-20-clouds/one.ics")


def test_keep_going_publishes_the_sound_events(site: Site) -> None:
    site.edit(TALK, "theme: [sky, water]", "theme: [skies]")
    site.build(keep_going=True)
    assert not (site.output / "events/2027-03-20-clouds").exists()
    assert "水厂一日游" in site.page("/events/2027-04-03-tour/")


def test_an_event_names_its_programme_as_it_was_called_then(site: Site) -> None:
    site.event("early", start="2027-03-01 09:00", programme="lectures")
    site.build()
    site.edit(
        "content/programmes/lectures.md",
        "name: 小城讲坛",
        "name: 城市讲坛\nformer_names: [{name: 小城讲坛, until: 2027-03-10}]",
    )
    site.build()
    assert ">小城讲坛</a>" in site.page("/events/early/")
    assert ">城市讲坛</a>" in site.page("/events/2027-03-20-clouds/")


def test_a_draft_is_not_on_the_site(site: Site) -> None:
    site.edit(TALK, "fee: 免费", "draft: true")
    site.build()
    assert not [file for file, content in site.files().items() if "云从哪里来".encode() in content]


def dead_links(site: Site) -> list[str]:
    """Every link and address of this site, in any published file, that leads to no file, with the file it stands in."""
    files = site.files()
    address = site.base_url or "https://example.org/kepu/"
    base = address.removeprefix("https://example.org")
    found = []
    for file, content in files.items():
        if not file.endswith((".html", ".ics", ".atom", ".json", ".xml", ".txt", ".csv")):
            continue
        words = content.decode().replace("\r\n ", "")
        words = words.replace("&lt;", "<").replace("&#34;", '"')  # in HTML that a page shows as text
        links = set(re.findall(rf'{address}[^\s"<>\\,;]*', words))
        if file.endswith(".html"):
            links |= set(re.findall(r'(?:href|src|action)="([^"]+)"', words))
        elif file.startswith(("screen/", "offline/")):
            links |= set(re.findall(rf'"({base}[^"]*)"', words))
        for link in links:
            if not link.startswith((base, address)):
                assert re.match(r"(?:https?|webcal|tel|geo|mailto):|#", link), f"{file} links to {link}"
                continue
            path = unquote(link.removeprefix(address).removeprefix(base).partition("#")[0].partition("?")[0])
            if (f"{path}index.html" if path.endswith("/") or not path else path) not in files:
                found.append(f"{file} links to {link}")
    return found


@pytest.mark.parametrize("base_url", ["https://example.org/", "https://example.org/a/b/"])
def test_every_link_within_the_site_leads_somewhere(site: Site, base_url: str) -> None:
    site.base_url = base_url
    site.build()
    assert dead_links(site) == []


@pytest.fixture
def linked(site: Site) -> Site:
    """A site whose first page, programme, venue and menus lead everywhere."""
    site.write(
        "content/programmes/lectures.md",
        """---
name: 小城讲坛
featured: true
organiser: kexie
editions:
  - {year: 2027, name: 2027年讲坛月, start: 2027-03-10, end: 2027-03-25,
     months: [{month: 3, title: 看懂天气, theme: [sky]}]}
---
""",
    )
    site.edit("content/pages/about.md", "title:", "menu: header\naliases: /old-about/\ntitle:")
    return site


OPTIONAL = sorted({*outputs()} - {*NEEDED})


@pytest.mark.parametrize(
    "off",
    [*([name] for name in OPTIONAL), ["audiences", "themes"], ["districts", "programmes", "search"], OPTIONAL],
    ids="-".join,
)
def test_nothing_leads_to_an_output_that_is_off(linked: Site, off: list[str]) -> None:
    linked.edit("config.yaml", "title:", f"outputs: {{{', '.join(f'{name}: false' for name in off)}}}\ntitle:")
    linked.build()
    assert dead_links(linked) == []


def test_a_kind_of_facet_without_pages_has_no_feeds_but_is_named(site: Site) -> None:
    site.build()
    assert "feeds/districts/east/audiences/youth.ics" in site.files()
    site.edit("config.yaml", "title:", "outputs: {audiences: false}\ntitle:")
    site.build()
    assert not [file for file in site.files() if "audiences" in file]
    assert {"feeds/districts/east.ics", "feeds/districts/east/themes/sky.ics"} <= site.files().keys()
    assert "<dt>适合人群</dt><dd>青少年" in site.page("/events/2027-03-20-clouds/")
    assert "青少年" not in site.page("/subscribe/")
    for page in ("/", "/search/"):  # one can still choose it where that needs no page
        assert "/audiences/" not in site.page(page)
        assert 'href="/kepu/search/?audience=youth"' in site.page(page)
    assert '"audiences":[{"key":"youth","name":"青少年"}' in site.file("/data/events.json").decode()


def test_the_next_day_changes_no_feed(site: Site) -> None:
    site.build()
    before = {file: time for file, time in site.times().items() if file.endswith(".ics")}
    site.now = datetime(2027, 3, 2, 9, 0)
    site.build()
    assert {file: time for file, time in site.times().items() if file.endswith(".ics")} == before


def test_a_sample_event_says_so_wherever_it_goes(site: Site) -> None:
    site.event("made-up", title="编的", venue="library", sample="true")
    site.event("real", title="真的", venue="library", cover="images/themes/sky.svg", fee="免费", status="scheduled")
    site.write("content/images/themes/sky.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>')
    site.build()
    page = site.page("/events/made-up/")
    assert '<meta name="robots" content="noindex">' in page
    assert '<meta property="og:title" content="（示例）编的' in page
    assert "application/ld+json" not in page
    assert "/events/made-up/" not in site.file("/sitemap.xml").decode()
    assert "SUMMARY:【示例】编的" in site.feed("/events/made-up.ics")
    real = site.page("/events/real/")
    assert '"@type":"PostalAddress"' in real
    assert "/images/themes/sky.svg.png" in real
    assert "OfflineEventAttendanceMode" in real
    assert "og:image" in real


def test_an_event_keeps_its_drawing_when_others_come(site: Site) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>'
    for name in ("sky", "sky-2", "sky-3", "skyline"):
        site.write(f"content/images/themes/{name}.svg", drawing)
    for number in range(12):
        site.event(f"talk-{number}", title=f"讲座{number}")

    def drawings() -> dict[str, str]:
        found = re.findall(
            r'src="/kepu/(images/[^"]+)".*?href="/kepu/events/(talk-[0-9]+)/"', site.page("/themes/sky/"), re.DOTALL
        )
        return {event: picture for picture, event in found}

    site.build()
    before = drawings()
    assert len(before) == 12
    assert set(before.values()) == {f"images/themes/{name}.svg" for name in ("sky", "sky-2", "sky-3")}
    site.event("talk-99", title="新来的")
    site.build()
    assert {event: picture for event, picture in drawings().items() if event != "talk-99"} == before


def test_a_past_event_moves_from_the_next_events_to_its_year(site: Site) -> None:
    site.build()
    before, _, past = site.page("/themes/sky/").partition("往期活动")
    assert "云从哪里来" in before
    assert "云从哪里来" not in past
    site.now = datetime(2027, 3, 21, 9, 0)
    site.build()
    before, _, past = site.page("/themes/sky/").partition("往期活动")
    assert "云从哪里来" not in before
    assert "云从哪里来" in past
    assert "博物馆开放日" in before
    assert "云从哪里来" in site.page("/themes/sky/2027/")


def test_the_first_page_names_the_campaign_the_theme_of_the_month_and_the_next_of_featured_programmes(
    site: Site,
) -> None:
    site.write(
        "content/programmes/lectures.md",
        """---
name: 小城讲坛
featured: true
editions:
  - {year: 2027, name: 2027年讲坛月, start: 2027-03-10, end: 2027-03-25, slogan: 抬头看天}
  - year: 2027
    months: [{month: 3, title: 看懂天气, theme: [sky], days: [{name: 世界气象日, start: 2027-03-23}]}]
---
""",
    )
    site.build()
    home = site.page("/")
    assert "抬头看天" in home
    assert "3月主题</span> 看懂天气" in home
    assert "世界气象日" in home
    assert "下一场：" in home
    site.now = datetime(2027, 4, 2, 9, 0)
    site.build()
    home = site.page("/")
    assert "抬头看天" not in home
    assert "看懂天气" not in home


def test_the_language_of_a_site_can_be_english(site: Site) -> None:
    site.edit("config.yaml", "title: 小城科普历", "title: Small town\nlanguage: en")
    site.build()
    page = site.page("/events/2027-03-20-clouds/")
    assert '<html lang="en"' in page
    assert "Saturday" in page or "Sat" in page


def test_titles_are_kept_as_written_where_yaml_would_read_other_types(site: Site) -> None:
    for name, title in {"year": "2019", "no": "no", "time": "14:30", "null-word": "nothing"}.items():
        site.event(name, title=title)
    site.build()
    for name, title in {"year": "2019", "no": "no", "time": "14:30"}.items():
        assert f">{title}</h1>" in site.page(f"/events/{name}/")


def test_a_mark_before_the_first_letter_and_windows_line_ends_are_accepted(site: Site) -> None:
    site.build()
    content = (site.root / TALK).read_bytes()
    site.write(TALK, b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    assert site.build().written == 0


HOSTILE = """<script>alert(1)</script>

<img src=x onerror="alert(2)"> <a href="javascript:alert(3)">甲</a>
[乙](javascript:alert(4)) <b onclick="alert(5)">粗</b>

<iframe src="https://example.org/"></iframe><style>body{display:none}</style>
{{ settings }} {% include "base.html" %} <svg><script>alert(6)</script></svg>

[丙](https://example.org/?a=1&b="2") <https://example.org/x>
"""


def test_scripts_and_styles_are_removed_from_a_body(site: Site) -> None:
    site.event(
        "hostile", HOSTILE, title='"<script>alert(0)</script>&{{ 7*7 }}"', summary="</title><script>alert(7)</script>"
    )
    site.build()
    page = site.page("/events/hostile/")
    without_ours = re.sub(
        r'<script type="application/ld\+json">.*?</script>|<script[^>]* src="[^"]*"[^>]*></script>',
        "",
        page,
        flags=re.DOTALL,
    )
    for bad in ("<script>", "onerror", "onclick", "javascript:", "<iframe", "display:none", "49"):
        assert bad not in without_ours.replace("2027", ""), bad
    assert "{{ settings }} {% include" in page, "Jinja in a body is text"
    assert "&lt;script&gt;alert(0)&lt;/script&gt;&amp;{{ 7*7 }}" in page
    assert structured_data(page)[0]["name"] == "<script>alert(0)</script>&{{ 7*7 }}"
    for file, content in site.files().items():
        if file.endswith(".html"):
            assert b"<script>alert" not in content, file


def test_a_title_with_a_line_break_and_a_vevent_stays_a_title(site: Site) -> None:
    site.event("inject", title='"会议\\nEND:VEVENT\\nBEGIN:VEVENT\\nSUMMARY:伪造"')
    site.build()
    feed = site.file("/events/inject.ics")
    assert feed.count(b"\r\nBEGIN:VEVENT\r\n") == 1
    assert "SUMMARY:会议 END:VEVENT BEGIN:VEVENT SUMMARY:伪造" in site.feed("/events/inject.ics")


def test_open_registries_make_records_of_the_names_they_meet(site: Site) -> None:
    site.edit("config.yaml", "title: 小城科普历", "title: 小城科普历\nregistries: open")
    site.event("elsewhere", theme="机器人", organiser="[少年宫, kexie]", venue="中心广场")
    site.build()
    assert "中心广场" in site.page("/events/elsewhere/")
    assert "新活动" in site.page("/themes/机器人/")
    assert "新活动" in site.page("/organisers/少年宫/")


def test_an_output_can_be_turned_off(site: Site) -> None:
    site.edit("config.yaml", "title: 小城科普历", "title: 小城科普历\noutputs: {robots: false}")
    site.build()
    assert "robots.txt" not in site.files()


def test_a_site_theme_of_ones_own_overrides_the_default_file_by_file(site: Site) -> None:
    site.edit("config.yaml", "title: 小城科普历", "title: 小城科普历\nsite_theme: mine")
    site.write(
        "themes/mine/templates/404.html", '{% extends "base.html" %}{% block main %}<p>此路不通</p>{% endblock %}'
    )
    site.build()
    assert "此路不通" in (site.output / "404.html").read_text(encoding="utf-8")
    assert "云从哪里来" in site.page("/events/2027-03-20-clouds/")


def test_a_broken_template_is_a_problem_with_its_file_and_line(site: Site) -> None:
    site.edit("config.yaml", "title: 小城科普历", "title: 小城科普历\nsite_theme: mine")
    site.write("themes/mine/templates/404.html", "line one\n{% block main %}")
    assert "404.html" in site.problems()


def test_an_error_of_a_template_is_traced_to_its_line(site: Site) -> None:
    site.edit("config.yaml", "title: 小城科普历", "title: 小城科普历\nsite_theme: mine")
    site.write("themes/mine/templates/404.html", "line one\n{{ view.head.title + 1 }}\n")
    with pytest.raises(TypeError) as raised:
        site.build()
    last = raised.traceback[-1]
    assert (str(last.path).endswith("templates/404.html"), last.lineno + 1) == (True, 2)


def test_only_a_damaged_page_of_an_unknown_output_is_written_again(site: Site) -> None:
    site.build()
    before = site.times()
    shutil.rmtree(site.root / ".almanac")
    site.write("output/about/index.html", "spoilt")
    report = site.build()
    assert report.written == 1
    assert {file: time for file, time in site.times().items() if file != "about/index.html"} == {
        file: time for file, time in before.items() if file != "about/index.html"
    }


def test_a_site_theme_overrides_the_default_file_by_file(site: Site) -> None:
    site.build()
    before = site.files()
    shutil.copytree(REPOSITORY / "tests" / "small_theme", site.root / "themes" / "plain")
    site.write("content/themes/quiet.md", "---\nname: 安静\n---\n")
    site.edit("config.yaml", "title:", "site_theme: plain\ntitle:")
    site.build()
    # Its own template, sheet and words …
    assert '<ol class="plain">' in site.page("/themes/")
    assert "敬请期待" in site.page("/themes/")
    assert site.file("/static/style.css").startswith(b"body{font-family:serif}")
    # … and all other files come from the default: frame, templates, static files, messages.
    assert "主菜单" in site.page("/themes/")
    assert 'class="masthead"' in site.page("/themes/sky/")
    assert site.file("/static/page.js") == before["static/page.js"]
    # A file that is taken out of the theme gives way to the default's again.
    site.delete("themes/plain/static/style.css")
    changed = {*site.build().changed}
    assert {"static/style.css", "sw.js"} <= changed, "the worker's caches have another version"
    assert [file for file in changed if file.endswith((".ics", ".atom", ".json", ".csv"))] == []
    assert site.file("/static/style.css") == before["static/style.css"]
