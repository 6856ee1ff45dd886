"""Months, facets and first pages with too many events for one page.

Every event stays on some page, every link leads to a page, and a new event changes only its own pages.
"""

from __future__ import annotations

import gzip
import random
import re
import subprocess
from datetime import datetime
from xml.etree.ElementTree import fromstring

import pytest
from playwright.sync_api import Browser, expect
from serving import serving
from sites import REPOSITORY, Site
from test_browser import MOST_BYTES, Scheme, violations, visit

from almanac.outputs import home, sitemap
from almanac.site import calendar_days, facet_pages

JUNE = "calendar/2027/06"
DAYS = range(9, 14)
EACH = 8  # events on each of these days


def crowd(site: Site) -> set[str]:
    """Some events on each of some days of June, by their ids."""
    found = {f"talk-{day}-{hour}": f"2027-06-{day:02} {hour:02}:00" for day in DAYS for hour in range(9, 9 + EACH)}
    for name, start in found.items():
        site.event(name, start=start, title=f"讲座{name}")
    site.event("show", start="2027-06-08", end="2027-06-11", title="连展四天")
    return {*found, "show"}


@pytest.fixture
def crowded(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The small site with the crowd, whose pages hold less than others."""
    crowd(site)
    monkeypatch.setattr(calendar_days, "MOST_IN_A_MONTH", 20)
    monkeypatch.setattr(facet_pages, "MOST_IN_A_FACET_YEAR", 15)
    monkeypatch.setattr(facet_pages, "MOST_IN_A_FACET_MONTH", 20)
    monkeypatch.setattr(home, "MOST_AHEAD", 10)
    return site


def shown(page: str) -> list[str]:
    """The ids of the events that have cards on a page, in their order."""
    return re.findall(r'class="name"><a href="/kepu/events/([^"]+)/"', page)


def way(page: str) -> list[tuple[str, str]]:
    """The links from the first page down to a page: address and name."""
    crumbs = page.partition('class="crumbs"')[2].partition("</nav>")[0]
    return re.findall(r'<a href="/kepu/([^"]*)">([^<]*)</a>', crumbs)


def changed(site: Site, before: dict[str, bytes], folder: str) -> set[str]:
    return {file for file, content in site.files().items() if file.startswith(folder) and before.get(file) != content}


def test_a_crowded_month_shows_the_first_of_each_day_and_leads_to_all_of_it(crowded: Site) -> None:
    crowded.build()
    month = crowded.page(f"/{JUNE}/")
    for day in DAYS:
        assert f'href="/kepu/{JUNE}/{day:02}/#d-2027-06-{day:02}"' in month
        of_day = re.findall(rf"talk-{day}-\d+", " ".join(shown(month)))
        assert len(of_day) == calendar_days.FIRST_OF_DAY
    assert "当天全部 9 项" in month
    by_day = {day: shown(crowded.page(f"/{JUNE}/{day:02}/")) for day in DAYS}
    for day, found in by_day.items():
        assert found[:EACH] == [f"talk-{day}-{hour}" for hour in range(9, 9 + EACH)]
    # Dates that began on another day come last: they stand on other days too.
    assert [day for day, found in by_day.items() if found[EACH:] == ["show"]] == [9, 10, 11]
    # Another month of the same site is as it always was.
    assert not (crowded.output / "calendar/2027/04/03").exists()
    assert "#d-2027-04-03" in crowded.page("/calendar/2027/04/")


def test_important_events_are_among_the_first_of_their_day(crowded: Site) -> None:
    crowded.event("highlight", start="2027-06-10 20:00", level="city")
    crowded.event("nothing", start="2027-06-10 08:00", status="cancelled")
    crowded.build()
    of_day = [
        name
        for name in shown(crowded.page(f"/{JUNE}/"))
        if name in {"highlight", "nothing"} or name.startswith("talk-10-")
    ]
    assert of_day == ["talk-10-9", "talk-10-10", "highlight"]


def test_a_new_event_changes_its_month_and_its_day_and_no_other(crowded: Site) -> None:
    crowded.build()
    before = crowded.files()
    crowded.event("late", start="2027-06-11 20:00", theme="water", title="晚间新增")
    crowded.build()
    assert changed(crowded, before, "calendar/") == {
        "calendar/index.html",
        f"{JUNE}/index.html",
        f"{JUNE}/11/index.html",
    }
    before = crowded.files()
    crowded.edit("content/events/late.md", "晚间新增", "晚间改名")
    crowded.build()
    assert changed(crowded, before, "calendar/") == {f"{JUNE}/11/index.html"}


def test_a_day_without_events_loses_its_page_and_its_neighbours_meet(crowded: Site) -> None:
    crowded.build()
    for hour in range(9, 9 + EACH):
        crowded.delete(f"content/events/talk-12-{hour}.md")
    crowded.build()
    assert not (crowded.output / JUNE / "12").exists()
    assert f'rel="next" href="/kepu/{JUNE}/13/"' in crowded.page(f"/{JUNE}/11/")


def test_a_month_that_empties_is_one_page_again(crowded: Site) -> None:
    small = crowded.copy(crowded.root.parent / "small")
    for name in crowd(small) - {"show"}:
        small.delete(f"content/events/{name}.md")
    crowded.build()
    for name in crowd(crowded) - {"show"}:
        crowded.delete(f"content/events/{name}.md")
    crowded.build()
    small.build()
    assert not (crowded.output / JUNE / "10").exists()
    assert crowded.file(f"/{JUNE}/index.html") == small.file(f"/{JUNE}/index.html")


def test_a_facet_with_a_crowded_month_has_a_page_for_each_of_its_days(crowded: Site) -> None:
    crowded.build()
    month = crowded.page("/themes/sky/2027/06/")
    assert shown(month) == []
    for day in DAYS:
        assert f'href="/kepu/themes/sky/2027/06/{day:02}/"' in month
        assert shown(crowded.page(f"/themes/sky/2027/06/{day:02}/")) == [
            f"talk-{day}-{hour}" for hour in range(9, 9 + EACH)
        ]
    before = crowded.files()
    crowded.event("late", start="2027-06-11 20:00")
    crowded.build()
    paged = {file for file in changed(crowded, before, "themes/sky/2027/") if "/06/" in file}
    assert paged == {"themes/sky/2027/06/index.html", "themes/sky/2027/06/11/index.html"}


@pytest.mark.parametrize(
    ("language", "calendar", "month"), [("zh-CN", "日历", "2027年6月"), ("en", "Calendar", "June 2027")]
)
def test_the_way_to_a_day_names_its_month_in_words(crowded: Site, language: str, calendar: str, month: str) -> None:
    crowded.edit("config.yaml", "title: 小城科普历", f"title: 小城科普历\nlanguage: {language}")
    crowded.build()
    assert way(crowded.page(f"/{JUNE}/10/"))[1:] == [("calendar/", calendar), (f"{JUNE}/", month)]
    assert way(crowded.page("/themes/sky/2027/06/10/"))[2:] == [
        ("themes/sky/", "气象"),
        ("themes/sky/2027/", "2027"),
        ("themes/sky/2027/06/", month),
    ]


def test_every_event_and_every_link_of_a_crowded_site_stands(crowded: Site) -> None:
    crowded.now = datetime(2027, 6, 7, 9, 0)
    crowded.build()
    pages = {
        path.removesuffix("index.html"): content.decode()
        for path, content in crowded.files().items()
        if path.endswith(".html")
    }
    days = [page for path, page in pages.items() if re.fullmatch(rf"{JUNE}/\d\d/", path)]
    assert {name for page in days for name in shown(page)} >= {
        name for name in shown(pages["archive/2027/"]) if name.startswith(("talk", "show"))
    }
    for path, page in pages.items():
        for target, anchor in re.findall(r'href="(?:/kepu/([^"#?]*))?(?:\?[^"#]*)?(?:#([^"]+))?"', page):
            if anchor:
                assert f'id="{anchor}"' in pages[target or path], f"{path} links to {target}#{anchor}"
            elif target.endswith("/"):
                assert target in pages, f"{path} links to {target}"


def test_the_first_page_shows_today_and_the_weekend_before_other_days(crowded: Site) -> None:
    crowded.now = datetime(2027, 6, 10, 8, 0)  # a Thursday
    crowded.build()
    upcoming = crowded.page("/").partition("data-always")[2].partition("cards filled")[0]
    counts = [len(re.findall(rf"talk-{day}-\d+/", upcoming)) for day in DAYS]
    assert counts == [0, EACH, EACH, EACH, EACH]
    crowded.now = datetime(2027, 6, 7, 8, 0)  # the Monday before it
    crowded.build()
    upcoming = crowded.page("/").partition("data-always")[2].partition("cards filled")[0]
    assert [len(re.findall(rf"talk-{day}-\d+/", upcoming)) for day in DAYS] == [3, 3, 3, EACH, EACH]
    assert f'href="/kepu/{JUNE}/10/#d-2027-06-10"' in upcoming


def test_a_day_leads_to_all_of_it_until_it_is_over(crowded: Site, browser: Browser) -> None:
    crowded.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    crowded.now = datetime(2027, 6, 7, 9, 0)
    crowded.build()
    with serving(crowded.output) as address:
        # All shown events of the day are over by then; hidden ones may not be.
        for now, visible in {"2027-06-10T23:30:00+08:00": True, "2027-06-11T00:30:00+08:00": False}.items():
            with visit(browser, width=390, now=now) as page:
                page.goto(f"{address}/")
                day = page.locator('[data-upcoming] [data-key="2027-06-10"]')
                assert day.locator(".card:visible", has_text="讲座").count() == 0
                assert day.locator(".whole").is_visible() == visible
                assert page.locator('[data-until="2027-06-10"]').is_visible() == visible
                assert page.evaluate("document.documentElement.scrollWidth") <= 390
                page.goto(f"{address}/{JUNE}/11/")
                expect(page.locator("[data-near]")).to_have_text("明天" if visible else "今天")


SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listed(content: bytes, root: str, entry: str) -> dict[str, datetime | None]:
    """The addresses in a site map or an index, checked by the protocol (https://www.sitemaps.org/protocol.html)."""
    document = fromstring(content)  # noqa: S314 - our own
    assert document.tag == SITEMAPS + root
    assert len(content) <= 50 * 1024 * 1024
    found: dict[str, datetime | None] = {}
    for one in document:
        assert one.tag == SITEMAPS + entry
        assert [part.tag.removeprefix(SITEMAPS) for part in one] in (["loc"], ["loc", "lastmod"])
        location, *rest = (part.text or "" for part in one)
        assert location.startswith("https://example.org/kepu/")
        assert len(location) <= 2048
        assert location.isascii()
        assert location not in found
        found[location] = datetime.fromisoformat(rest[0]) if rest else None
        assert not rest or found[location].tzinfo  # type: ignore[union-attr]
    return found


def listed_in_files(site: Site) -> dict[str, dict[str, datetime | None]]:
    """The addresses in each site map of the index, by its file."""
    index = listed(site.file("/sitemap.xml"), "sitemapindex", "sitemap")
    found = {
        location.rpartition("/")[2]: listed(
            site.file(location.removeprefix("https://example.org/kepu")), "urlset", "url"
        )
        for location in index
    }
    for (file, entries), newest in zip(found.items(), index.values(), strict=True):
        assert 1 <= len(entries) <= sitemap.MOST_IN_A_FILE
        assert newest == max((updated for updated in entries.values() if updated), default=None), file
    assert {*found, "sitemap.xml"} == {file for file in site.files() if file.startswith("sitemap")}
    return found


def test_a_site_map_that_is_too_long_is_divided_and_a_new_event_changes_its_own_part(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.event("old", start="2019-06-01 09:00", updated="2019-05-01")
    site.build()
    before = site.files()
    whole = listed(site.file("/sitemap.xml"), "urlset", "url")

    monkeypatch.setattr(sitemap, "MOST_IN_A_FILE", 15)
    site.build(clean=True)
    files = listed_in_files(site)
    assert files.keys() > {"sitemap-2019.xml", "sitemap-2027.xml", "sitemap-2027-04.xml"}
    assert "https://example.org/kepu/events/2027-04-03-tour/" in files["sitemap-2027-04.xml"]
    assert "https://example.org/kepu/calendar/2027/04/" in files["sitemap-2027-04.xml"]
    assert "https://example.org/kepu/themes/sky/2019/" in files["sitemap-2019.xml"]
    assert sorted(entry for entries in files.values() for entry in entries.items()) == sorted(whole.items())
    assert changed(site, before, "") == {"sitemap.xml", *files}
    assert "Sitemap: https://example.org/kepu/sitemap.xml\n" in site.file("/robots.txt").decode()

    before = site.files()
    site.event("new", start="2027-04-03 19:00", updated="2027-02-28")
    site.build()
    assert changed(site, before, "sitemap") == {"sitemap.xml", "sitemap-2027-04.xml"}
    assert "https://example.org/kepu/events/new/" in listed_in_files(site)["sitemap-2027-04.xml"]

    site.delete("content/events/new.md")
    monkeypatch.undo()
    site.build(clean=True)
    assert listed(site.file("/sitemap.xml"), "urlset", "url") == whole
    assert [file for file in site.files() if file.startswith("sitemap")] == ["sitemap.xml"]


def test_a_site_map_without_times_is_divided_by_digests(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        site.event(f"talk-{number}", start="2027-06-09 09:00")
    monkeypatch.setattr(sitemap, "MOST_IN_A_FILE", 5)
    site.build()
    files = listed_in_files(site)
    days = [file for file in files if re.fullmatch(r"sitemap-2027-06-09-[0-9a-f]+\.xml", file)]
    assert len(days) > 1
    assert len([file for file in files if re.fullmatch(r"sitemap-pages-[0-9a-f]+\.xml", file)]) > 1


def test_axe_finds_nothing_on_pages_of_days_and_pages_that_link_to_them(crowded: Site, browser: Browser) -> None:
    # Of width, scheme and mode every two meet. Forms differ in colours and sizes alone.
    looks_differ_in = ["color-contrast", "link-in-text-block", "target-size"]
    forms: dict[bool, tuple[tuple[int, Scheme], ...]] = {
        False: ((390, "light"), (1280, "dark")),
        True: ((390, "dark"), (1280, "light")),
    }
    crowded.event("highlight", start="2027-06-10 20:00", level="city", status="cancelled", summary="一句话。")
    crowded.edit("config.yaml", "https://example.org/kepu/", "https://example.org/")
    crowded.build()
    pages = (f"/{JUNE}/", f"/{JUNE}/10/", "/themes/sky/2027/06/", "/themes/sky/2027/06/10/")
    with serving(crowded.output) as address:
        for elder, looks in forms.items():
            with visit(browser, elder=elder, now="2027-06-10T09:00:00+08:00") as page:
                for path in pages:
                    page.goto(address + path)
                    for rules, (width, scheme) in zip(((), looks_differ_in), looks, strict=True):
                        page.set_viewport_size({"width": width, "height": 844})
                        page.emulate_media(color_scheme=scheme)
                        assert violations(page, only=rules) == [], (path, width, scheme, elder)
                    page.set_viewport_size({"width": 320, "height": 844})
                    assert page.evaluate("document.documentElement.scrollWidth") == 320, (path, elder)


def test_the_page_of_a_huge_month_stays_light(site: Site) -> None:
    chance = random.Random(7)  # noqa: S311 - it makes titles, no secrets
    for number in range(600):
        title, summary = ("".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(length)) for length in (12, 24))
        site.event(
            f"n{number}", start=f"2027-05-{1 + number % 31:02} {9 + number % 10:02}:00", title=title, summary=summary
        )
    site.build()
    sent = {file: len(gzip.compress(content)) for file, content in site.files().items()}
    common = sum(sent[f"static/{name}"] for name in ("style.css", "icon.svg", "mode.js", "page.js"))
    heavy = {file: size for file, size in sent.items() if file.endswith(".html") and size + common > MOST_BYTES}
    assert heavy == {}
    assert (site.output / "calendar/2027/05/31/index.html").is_file()


def test_the_pages_of_a_crowded_site_are_valid_html(crowded: Site) -> None:
    crowded.now = datetime(2027, 6, 7, 9, 0)
    crowded.build()
    pages = "\n".join(str(crowded.output / file) for file in crowded.files() if file.endswith(".html"))
    checked = subprocess.run(
        ["node", "tests/readers/validate.mjs"], input=pages, cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert checked.stdout == ""
