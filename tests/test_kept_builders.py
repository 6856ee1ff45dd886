"""A builder that stays in memory, as in `serve`, makes what a clean build makes, whatever it was told or refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from builds import Kept, build, differences
from sites import REPOSITORY, Site

from almanac.content import site_themes, sources

CLOUDS = "content/events/2027/2027-03-20-clouds.md"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="9"/>'
EVENT_TEMPLATE = (REPOSITORY / "themes/default/templates/event.html").read_text(encoding="utf-8")


@pytest.fixture
def kept(site: Site) -> Iterator[Kept]:
    """A builder of the small site, with a theme of its own, a drawing and a talk, that has built it once."""
    site.edit("config.yaml", "title:", "site_theme: own\ntitle:")
    site.write("themes/own/static/own.css", "main { color: black }\n")
    site.write("content/images/drawing.svg", DRAWING.format(8))
    site.event("talk")
    builder = Kept(site)
    assert builder.build().report
    yield builder
    builder.close()


def places(site: Site, *paths: str) -> list[Path]:
    """Where these files of the site are, as a watcher tells of them."""
    return [site.root / path for path in paths]


def test_a_build_that_is_told_of_nothing_new_renders_nothing(site: Site, kept: Kept) -> None:
    before = site.times()
    for changed in ([], places(site, CLOUDS), places(site, "config.yaml", "content/images/drawing.svg"), None):
        assert kept.build(changed).rendered == 0
    assert site.times() == before


def test_a_builder_looks_at_everything_at_first_whatever_it_is_told(site: Site, kept: Kept) -> None:
    kept.close()
    site.event("talk", title="新的题目")
    kept.build([])
    assert "新的题目" in site.page("/events/talk/")
    assert differences(site) == []


def test_it_reads_the_files_that_it_is_told_of(site: Site, kept: Kept) -> None:
    site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
    site.write("content/images/drawing.svg", DRAWING.format(9))
    kept.build(places(site, CLOUDS, "content/images/drawing.svg"))
    site.edit("config.yaml", "小城科普历", "新城科普历")
    kept.build(places(site, "config.yaml"))
    site.edit("content/organisers/kexie.md", "name: 市科协", "name: 科协")
    kept.build(places(site, "content/organisers/kexie.md"))
    assert differences(site) == []


@pytest.mark.parametrize(
    "number", [0, *(pytest.param(number, marks=pytest.mark.long) for number in range(1, 4))]
)  # in whichever order it looks at them
def test_a_burst_with_files_that_come_and_go_is_read_whole(site: Site, kept: Kept, number: int) -> None:
    site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
    (site.root / "content/events/talk.md").rename(site.root / f"content/events/talk-{number}.md")
    burst = [CLOUDS, "content/events/talk.md", f"content/events/talk-{number}.md", "content/events/.talk.swp"]
    kept.build(places(site, *burst[number:], *burst[:number]))
    assert "雨从哪里来" in site.page("/events/2027-03-20-clouds/")
    assert differences(site) == []


def test_what_changes_while_the_config_is_broken_shows_when_it_is_mended(site: Site, kept: Kept) -> None:
    site.edit("config.yaml", "districts:", "districtz:")
    assert kept.build().report is None
    site.edit("content/themes/sky.md", "name:", "name: 天空与")
    assert kept.build().report is None
    site.edit("config.yaml", "districtz: {east: 东区", "districts: {east: 东城")
    kept.build()
    assert "东城" in site.page("/calendar/2027/03/")
    assert differences(site) == []
    site.edit("content/venues/library.md", "name: 小城图书馆", "name: 新图书馆")  # read by all that was read anew
    site.delete("content/events/talk.md")
    kept.build()
    assert differences(site) == []


def test_what_is_refused_for_one_page_is_published_when_that_is_mended(site: Site, kept: Kept) -> None:
    site.write("content/images/drawing.svg", "<svg")
    site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
    site.event("another")
    before = site.files()
    assert "This drawing holds a program, or it cannot be read" in str(kept.build().problems)
    assert site.files() == before
    site.write("content/images/drawing.svg", DRAWING.format(9))
    kept.build(places(site, "content/images/drawing.svg"))
    assert "雨从哪里来" in site.page("/events/2027-03-20-clouds/")
    assert differences(site) == []


def test_what_is_taken_back_while_a_page_is_refused_is_not_published(site: Site, kept: Kept) -> None:
    before = site.files()
    site.write("content/images/drawing.svg", "<svg")
    site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
    site.event("another")
    assert kept.build().report is None
    site.write("content/images/drawing.svg", DRAWING.format(8))
    site.edit(CLOUDS, "雨从哪里来", "云从哪里来")
    site.delete("content/events/another.md")
    kept.build()
    assert site.files() == before


def test_a_file_that_had_gone_while_a_build_was_refused_may_come_back(site: Site, kept: Kept) -> None:
    talk = site.root / "content/events/talk.md"
    content = talk.read_text(encoding="utf-8")
    talk.unlink()
    site.event("typo", theme="skies")
    assert kept.build().report is None
    site.delete("content/events/typo.md")
    talk.write_text(content.replace("新活动", "回来了"), encoding="utf-8")
    kept.build()
    assert "回来了" in site.page("/events/talk/")
    assert differences(site) == []


def test_what_stands_in_the_way_of_a_page_may_be_moved_away(site: Site, kept: Kept) -> None:
    site.write("output/events/another/index.html/mine.txt", "a folder where a page belongs")
    site.event("another")
    site.edit(CLOUDS, "云从哪里来", "雨从哪里来")
    assert "Something stands where a page belongs" in str(kept.build().problems)
    shutil.rmtree(site.output / "events/another")
    kept.build([])
    assert differences(site) == []


def test_a_template_of_ones_own_takes_the_place_of_the_default_and_gives_it_back(site: Site, kept: Kept) -> None:
    own = "themes/own/templates/event.html"
    for heading in ('<h1 class="new">', '<h1 class="newer">', None, '<h1 class="new">'):
        site.write(own, EVENT_TEMPLATE.replace("<h1>", heading)) if heading else site.delete(own)
        kept.build(places(site, own))
        assert (heading or "<h1>") in site.page("/events/talk/")
        assert differences(site) == []


def test_a_template_that_is_saved_with_its_old_time_shows(site: Site, kept: Kept) -> None:
    own = site.root / "themes/own/templates/event.html"
    site.write("themes/own/templates/event.html", EVENT_TEMPLATE.replace("<h1>", '<h1 class="a">'))
    kept.build()
    old = site.root / "old.html"
    shutil.copy2(own, old)
    own.write_text(EVENT_TEMPLATE.replace("<h1>", '<h1 class="b">'), encoding="utf-8")
    shutil.copystat(old, own)
    kept.build()
    assert '<h1 class="b">' in site.page("/events/talk/")


def test_a_site_theme_that_is_edited_while_another_is_chosen_shows_when_it_is_chosen_again(
    site: Site, kept: Kept
) -> None:
    site.edit("config.yaml", "site_theme: own", "site_theme: default")
    site.event("typo", theme="skies")
    assert kept.build().report is None
    site.write("themes/own/templates/event.html", EVENT_TEMPLATE.replace("<h1>", '<h1 class="new">'))
    assert kept.build().report is None
    site.edit("config.yaml", "site_theme: default", "site_theme: own")
    site.delete("content/events/typo.md")
    kept.build()
    assert '<h1 class="new">' in site.page("/events/talk/")
    assert differences(site) == []


def test_a_template_outside_the_site_is_seen_when_it_changes(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = tmp_path / "themes"
    shutil.copytree(REPOSITORY / "themes", shipped)
    monkeypatch.setattr(site_themes, "SHIPPED", shipped)
    monkeypatch.setattr(sources, "COARSEST", 0)  # the files that were written just now count as read and known
    kept = Kept(site)
    kept.build()
    template = shipped / "default/templates/event.html"
    template.write_text(EVENT_TEMPLATE.replace("<h1>", '<h1 class="new">'), encoding="utf-8")
    kept.build([template])
    assert '<h1 class="new">' in site.page("/events/2027-03-20-clouds/")
    kept.close()


def test_builds_of_new_processes_and_of_one_that_stays_take_turns(site: Site, kept: Kept) -> None:
    for number, title in enumerate(("甲", "乙", "丙", "丁")):
        site.event("talk", title=title)
        if number % 2:
            kept.build()
        else:
            kept.close()
            build(site)
        assert title in site.page("/events/talk/")
    assert differences(site) == []


def test_two_builders_of_one_site_do_not_mislead_each_other(site: Site, kept: Kept) -> None:
    other = Kept(site)
    for number, title in enumerate(("甲", "乙", "甲", "乙", "甲", "丙")):
        site.event("talk", title=title, start=f"2027-0{3 + number % 2}-10 14:00")
        site.edit("content/organisers/kexie.md", "办讲座的地方。", f"办讲座的地方。{number}")
        (kept if number in {0, 1, 4} else other).build()
        assert title in site.page("/events/talk/")
        assert differences(site) == []
    assert other.build().rendered == 0
    other.close()
