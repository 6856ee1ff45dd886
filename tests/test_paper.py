"""Cards, posters and sheets to print, as those see them who share, keep and hang them."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import pytest
import resvg_py
from click.testing import CliRunner
from pdfua import validate
from sites import NOW, REPOSITORY, Site, small_site
from timing import at_most

from almanac.build.checking import check
from almanac.build.options import Options
from almanac.cli.app import main
from almanac.core.colours import HEX
from almanac.model.site import Site as Model
from almanac.outputs.paper import printed_areas
from almanac.render import rendered, typst
from almanac.render.typst import printable
from almanac.site import addresses
from almanac.site.event_sheets import event_sheet
from almanac.site.month_sheets import month_sheet
from almanac.site.year_charts import year_chart

WORD_JOINER = "\u2060"
TALK = "content/events/2027/2027-03-20-clouds.md"
HOSTILE = '#read("/etc/passwd") *粗* _斜_ $x$ `码` = 标题 @引 <注> \\ // 🎉 𫠁𠮷'
CLOUD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">'
    '<rect width="1200" height="630" fill="#2a5d8a"/><circle cx="600" cy="315" r="200" fill="#fff"/></svg>'
)


def png(width: int, height: int, grey: int) -> bytes:
    """A picture of one grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([grey]) * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def size_of(picture: bytes) -> tuple[int, ...]:
    """Width and height of a PNG in pixels."""
    assert picture.startswith(b"\x89PNG")
    return struct.unpack(">II", picture[16:24])


def typeset(root: Path) -> Site:
    """The small site with cards, posters and paper, and with events that are hard to set."""
    site = small_site(root)
    site.edit("config.yaml", "title:", "outputs: {cards: true, posters: true, paper: true}\ntitle:")
    site.write("content/images/themes/sky.svg", CLOUD)
    site.write("content/images/photo.png", png(1600, 500, 90))
    site.event("hostile", title=f"'{HOSTILE}'", venue="{name: '*地点* #v(1em)'}", fee="'$免费$'")
    site.event("photo", title="一张照片", cover="images/photo.png", cover_alt="灰色", start="2027-03-11 19:00")
    site.event("off", title="不办了", status="cancelled", status_note="因台风取消", start="2027-03-12")
    site.event("old", title="去年的活动", start="2026-12-30 14:00")
    site.event("long", title="很长的题目" * 30, start="2027-03-02", end="2027-03-28", summary="一句话" * 60)
    return site


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """That site, built. Tests that change something copy it."""
    site = typeset(tmp_path_factory.mktemp("paper") / "site")
    site.build()
    return site


@pytest.fixture(scope="module")
def model(built: Site) -> Model:
    """The same site, to ask for views."""
    return model_of(built)


def model_of(site: Site) -> Model:
    # Without a store the site can still be read after the check.
    with check(msgspec.structs.replace(site.options(), cache=site.root / ".none")) as (found, problems):
        assert found is not None, problems
        return found


def pdf(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(data))


def tags(data: bytes) -> Counter[str]:
    """How often each tag stands in the structure of a PDF."""

    def below(node: Any) -> Iterator[str]:
        if isinstance(node, pikepdf.Array):
            for one in node:
                yield from below(one)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield str(node.S)
            yield from below(node.get("/K"))

    with pdf(data) as opened:
        return Counter(below(opened.Root.StructTreeRoot.K))


def test_a_shared_link_shows_the_card_of_the_event(built: Site) -> None:
    page = built.page("/events/2027-03-20-clouds/")
    card = "cards/events/2027-03-20-clouds.png"
    assert f'<meta property="og:image" content="https://example.org/kepu/{card}">' in page
    assert size_of(built.file(card)) == (1200, 630)
    first = re.search(r'<img src="([^"]+)"', page.partition("<main")[2])
    assert first
    assert first[1] == f"/kepu/{card}", "WeChat takes the first picture of the page"


def test_the_menu_of_an_event_leads_to_its_card_and_posters(built: Site) -> None:
    menu = built.page("/events/2027-03-20-clouds/").partition("转发与打印")[2].partition("</ul>")[0]
    links = re.findall(r'href="/kepu/([^"]+)"', menu)
    assert links[-3:] == [
        "cards/events/2027-03-20-clouds.png",
        "posters/events/2027-03-20-clouds.png",
        "print/events/2027-03-20-clouds.pdf",
    ]
    assert size_of(built.file(links[-2])) == (1080, 1440)
    with pdf(built.file(links[-1])) as poster:
        assert [round(float(one) / 72 * 25.4) for one in poster.pages[0].mediabox] == [0, 0, 210, 297]


def test_an_event_of_an_earlier_year_has_neither_and_keeps_its_drawing(built: Site) -> None:
    page = built.page("/events/old/")
    assert not re.search('href="/kepu/(cards|posters|print)/events/', page)
    assert not [file for file in built.files() if file.endswith(("events/old.png", "events/old.pdf"))]
    assert "images/themes/sky.svg.png" in page


def test_nothing_is_made_again_without_a_change_and_a_body_changes_no_card(built: Site, tmp_path: Path) -> None:
    site = built.copy(tmp_path / "copy")
    site.build()
    assert site.files() == built.files(), "the same content in another folder gives the same bytes"
    assert site.build().written == 0
    site.edit(TALK, "带一双眼睛来", "带两双眼睛来")
    assert not [file for file in site.build().changed if file.startswith(("cards", "posters", "print"))]
    site.edit(TALK, "云从哪里来", "雨从哪里来")
    made = {file for file in site.build().changed if file.startswith(("cards", "posters", "print"))}
    assert made == {
        "cards/events/2027-03-20-clouds.png",
        "posters/events/2027-03-20-clouds.png",
        "print/events/2027-03-20-clouds.pdf",
        "print/2027/2027.pdf",
        "print/2027/2027.png",
        "print/2027/03/2027-03.pdf",
        "print/2027/03/2027-03.png",
        "print/2027/03/2027-03-east.pdf",
    }


def test_paper_does_not_depend_on_the_day_of_the_build(built: Site, tmp_path: Path) -> None:
    site = built.copy(tmp_path / "copy")
    site.now = datetime(2027, 3, 25, 18, 0)
    site.build()
    later, before = site.files(), built.files()
    printed = {file for file in before if file.startswith(("cards/", "posters/", "print/"))}
    assert printed == {file for file in later if file.startswith(("cards/", "posters/", "print/"))}
    assert not [file for file in printed if file.endswith((".pdf", ".png")) and before[file] != later[file]]


SHARED = """
import sys
from pathlib import Path
from sites import Site
from almanac.build import pipeline
from almanac.incremental import run_all

pipeline.run_all = lambda *given, worth=0: run_all(*given, worth=0)
first = Site(Path(sys.argv[1]), jobs=2)
second = first.copy(Path(sys.argv[2]))
first.build()
second.build()
"""


@pytest.mark.long
def test_processes_that_share_the_work_make_the_same_bytes(built: Site, tmp_path: Path) -> None:
    """The second build of a process has the first one's threads of Typst, which its forks lack."""
    sites = [built.copy(tmp_path / "first"), replace(built, root=tmp_path / "second")]
    path = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")])
    command: list[str | Path] = [sys.executable, "-c", SHARED, *(site.root for site in sites)]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": path}, timeout=120)
    assert all(site.files() == built.files() for site in sites)


def test_no_text_of_an_event_becomes_markup(built: Site) -> None:
    data = built.file("/print/events/hostile.pdf")
    with pdf(data) as poster:
        title = str(poster.docinfo["/Title"])
    assert title == HOSTILE.replace("🎉 ", "").replace("𫠁", "〓")
    assert not {"/Strong", "/Em", "/Formula", "/Code", "/Link", "/H2", "/Note"} & tags(data).keys()
    assert tags(data)["/H1"] == 1


def test_a_photograph_stands_on_the_card_as_a_drawing_does(built: Site, tmp_path: Path) -> None:
    site = built.copy(tmp_path / "copy")
    site.write("content/images/photo.png", png(1600, 500, 200))
    graph = model_of(site).graph
    for event_id, changed in (("photo", True), ("2027-03-20-clouds", False)):
        card = graph.read(rendered, ("typst:card.png", "almanac.site.event_sheets:event_sheet", event_id))
        assert (card != built.file(f"/cards/events/{event_id}.png")) == changed


@pytest.mark.parametrize(
    "file",
    [
        "events/2027-03-20-clouds.pdf",
        "events/long.pdf",
        "2027/03/2027-03.pdf",
        "2027/03/2027-03-east.pdf",
        "2027/2027.pdf",
    ],
)
def test_a_pdf_can_be_read_aloud(built: Site, file: str) -> None:
    report = validate(str(built.output / "print" / file))
    assert [finding.message for finding in report.findings] == []
    data = built.file(f"/print/{file}")
    found = tags(data)
    with pdf(data) as opened:
        assert str(opened.Root.Lang) == "zh-CN"
        assert opened.docinfo["/Title"]
        assert "/CreationDate" not in opened.docinfo
    assert found["/H1"] == 1
    if file.startswith("2027"):
        assert found["/TH"] == 7 * found["/Table"] > 0


def test_a_card_says_which_dates_depart_from_the_rhythm_or_are_called_off(built: Site, tmp_path: Path) -> None:
    site = built.copy(tmp_path / "site")
    days = [f"  - {{id: d{day}, start: 2027-03-{day} 14:00}}\n" for day in range(10, 14)]
    days.append("  - {id: d14, start: 2027-03-14 14:00, status: cancelled}\n")
    site.write(
        "content/events/days.md", f"---\ntitle: 五天\nsessions:\n{''.join(days)}organiser: kexie\ntheme: sky\n---\n"
    )
    site.edit("content/events/off.md", "因台风取消", "改为参加 2027-03-20-clouds")
    model = model_of(site)

    def when(event_id: str) -> list[str]:
        return [line.replace(WORD_JOINER, "") for line in event_sheet(model, event_id).when]

    assert when("2027-03-06-club") == [
        "每周六 09:00—10:30",
        "2027年3月6日（周六）—5月8日（周六），共 8 场",
        "2027年4月18日（周日）09:00—10:30",
        "2027年4月24日（周六）09:00—10:30【已取消】",
    ]
    assert when("days")[-2:] == [
        "共 4 场，最后一场2027年3月13日（周六）",
        "2027年3月14日（周日）14:00【已取消】",
    ]
    assert event_sheet(model, "off").status_note == "改为参加 “云从哪里来”"


def test_the_sheet_of_a_month_shows_the_whole_month(model: Model) -> None:
    sheet = month_sheet(model, "2027-03", "")
    assert [day.day for week in sheet.weeks for day in week if day.within] == list(range(1, 32))
    entries = {entry.title: entry for entry in sheet.entries}
    assert [entry.number for entry in sheet.entries] == list(range(1, len(entries) + 1))
    talk, off = entries["云从哪里来"], entries["不办了"]
    assert (talk.when, talk.place, talk.off) == (
        (f"3月20日（周六）14:00{WORD_JOINER}—{WORD_JOINER}16:00",),
        "小城图书馆",
        False,
    )
    assert (off.status, off.off) == ("已取消", True)
    on_day = {day.day: day.numbers for week in sheet.weeks for day in week if day.within}
    assert talk.number in on_day[20]
    assert not [day for day, numbers in on_day.items() if off.number in numbers]
    long = entries["很长的题目" * 30]
    assert sheet.lasting == (long.number,), "what lasts for weeks stands above the grid, once"
    words = msgspec.json.encode(sheet).decode()
    assert not re.search("今天|明天|本周|今日|即将", words)


def test_dates_with_the_same_hours_are_one_line(model: Model) -> None:
    sheet = month_sheet(model, "2027-03", "")
    club = next(entry for entry in sheet.entries if entry.title == model.event("2027-03-06-club").fields.title)
    days = [one.start.day for one in model.event("2027-03-06-club").dates.occurrences if one.start.month == 3]
    assert club.when[0].startswith(f"3月{'、'.join(map(str, days))}日（周六）")


def test_dates_at_different_places_name_theirs(built: Site, tmp_path: Path) -> None:
    site = built.copy(tmp_path / "copy")
    sessions = "[{id: a, start: 2027-03-08 09:00}, {id: b, start: 2027-03-09 09:00, venue: library}]"
    site.write(
        "content/events/two.md",
        f"---\ntitle: 两处\nvenue: {{name: 西郊水厂, district: west}}\nsessions: {sessions}\norganiser: kexie\n"
        "theme: sky\nupdated: 2027-02-20\n---\n正文。\n",
    )
    found = model_of(site)
    (entry,) = [entry for entry in month_sheet(found, "2027-03", "").entries if entry.title == "两处"]
    assert entry.when == ("3月8日（周一）09:00 · 西郊水厂", "3月9日（周二）09:00 · 小城图书馆")
    assert entry.place == ""
    sheet = event_sheet(found, "two")
    assert sheet.when == ("2027年3月8日（周一）09:00", "2027年3月9日（周二）09:00 · 小城图书馆")
    assert sheet.place == "西郊水厂"


def test_a_district_has_its_own_sheet_of_each_month_with_events(built: Site, model: Model) -> None:
    page = built.page("/print/2027/04/")
    assert 'href="/kepu/print/2027/04/2027-04-west.pdf"' in page
    assert [entry.title for entry in month_sheet(model, "2027-04", "west").entries] == ["水厂一日游"]
    assert 'href="/kepu/print/2027/04/"' in built.page("/calendar/2027/04/")
    assert 'href="/kepu/print/2027/04/"' in built.page("/print/2027/")
    assert 'href="/kepu/print/2027/"' in built.page("/print/")
    for month, districts in printed_areas(model).items():
        assert (built.output / "print" / month.replace("-", "/") / f"{month}.pdf").is_file()
        for district in districts:
            assert (built.output / "print" / month.replace("-", "/") / f"{month}-{district}.pdf").is_file()


def test_the_chart_of_a_year_has_every_month_and_names_its_events(model: Model) -> None:
    chart = year_chart(model, 2027)
    assert [month.name for month in chart.months] == [f"{number}月" for number in range(1, 13)]
    assert ("20", "云从哪里来") in chart.months[2].highlights
    assert not [title for _, title in chart.months[2].highlights if title == "不办了"]


def test_the_font_has_every_character_of_the_shipped_content() -> None:
    options = Options(REPOSITORY, REPOSITORY / "output", REPOSITORY / ".none", datetime(2026, 12, 1, 9, 0))
    with check(options) as (site, _):
        assert site is not None
    months = printed_areas(site)
    views: list[Any] = [event_sheet(site, event.id) for event in site.events]
    views += [month_sheet(site, month, "") for month in months]
    views += [year_chart(site, year) for year in {int(month[:4]) for month in months}]
    assert len(views) > 400
    for view in views:
        words = msgspec.json.decode(msgspec.json.encode(view).decode().replace(WORD_JOINER, ""))
        assert printable(words) == words


def test_an_english_site_speaks_english(built: Site, tmp_path: Path) -> None:
    site = built.copy(tmp_path / "copy")
    site.edit("config.yaml", "title: 小城科普历", "title: Small city\nlanguage: en")
    site.event(
        "talk", title="Clouds", start="2027-03-20 14:00", theme="sky", ages="6+", signup="{deadline: 2027-03-18}"
    )
    found = model_of(site)
    sheet = event_sheet(found, "talk")
    assert sheet.when == ("Sat 20 March 2027, 14:00",)
    assert sheet.deadline == "Sign up until Thu 18 March"
    assert ("For", "age 6 and over") in sheet.facts
    assert sheet.leaf.lunar == ""
    assert not re.search("[\u3400-\u9fff]", "".join(sheet.labels.values()))
    assert month_sheet(found, "2027-03", "").title == "Science events in March 2027: Small city"
    assert found.graph.read(rendered, ("typst:month.pdf", "almanac.site.month_sheets:month_sheet", "2027-03", ""))


def test_without_what_typesets_the_site_is_as_before_and_says_so_once(
    built: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = built.copy(tmp_path / "copy")
    monkeypatch.setattr(addresses, "can_typeset", lambda: False)
    report, problems = site.try_build()
    assert report is not None
    assert not [file for file in report.changed if file.startswith(("cards/", "posters/", "print/"))]
    (said,) = [problem for problem in problems if problem.location.path == "config.yaml"]
    assert said.severity == "warning"
    page = site.page("/events/2027-03-20-clouds/")
    assert "images/themes/sky.svg.png" in page
    assert not re.search('href="/kepu/(cards|posters|print)/', page)
    assert site.try_build()[1] == []


def test_a_broken_template_of_a_site_theme_is_named(built: Site, tmp_path: Path) -> None:
    site = built.copy(tmp_path / "copy")
    site.write("themes/own/typst/card.typ", "#unknown()")
    site.edit("config.yaml", "title:", "site_theme: own\ntitle:")
    report = site.problems()
    assert "card.typ" in report
    assert "unknown variable: unknown" in report


@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        ("2027-03-20-clouds", ("2027-03-20-clouds.pdf", 210)),
        ("2027-03 --district 东区", ("2027-03-east.pdf", 297)),
        ("2027 --output wall.pdf", ("wall.pdf", 594)),
    ],
)
def test_print_makes_a_pdf_on_demand(
    built: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, made: tuple[str, int]
) -> None:
    monkeypatch.chdir(tmp_path)
    file, width = made
    now = ["--now", NOW.isoformat()]
    done = CliRunner().invoke(main, ["--root", str(built.root), "print", *arguments.split(), *now])
    assert done.exit_code == 0, done.output
    with pdf((tmp_path / file).read_bytes()) as opened:
        assert round(float(opened.pages[0].mediabox[2]) / 72 * 25.4) == width


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("2027-03-20-cloud", "Did you mean “2027-03-20-clouds”?"),
        ("2027 --district east", "--district is for a month"),
        ("2027-03 --district north", "“north” is not known"),
    ],
)
def test_print_says_what_it_does_not_know(built: Site, arguments: str, said: str) -> None:
    done = CliRunner(env={"ALMANAC_LANG": "en"}).invoke(
        main, ["--root", str(built.root), "print", *arguments.split(), "--now", NOW.isoformat()]
    )
    assert done.exit_code == 2
    assert said in done.output


def test_250_cards_take_at_most_20_seconds_on_two_cores(model: Model) -> None:
    ids = [event.id for event in model.events]
    with at_most(20 * 2 / 10):
        for number in range(25):
            event_id = ids[number % len(ids)]
            view = event_sheet(model, event_id)
            typst.render(model, msgspec.structs.replace(view, title=f"{view.title}{number}"), "card.png")


@pytest.mark.parametrize("name", sorted(HEX))
def test_a_colour_has_the_value_that_drawings_give_it(name: str) -> None:
    dot = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1" fill="{}"/></svg>'
    named, given = (resvg_py.svg_to_bytes(svg_string=dot.format(colour)) for colour in (name, HEX[name]))
    assert bytes(named) == bytes(given)
