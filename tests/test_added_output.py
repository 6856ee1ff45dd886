"""A site with one more output, which is one more module: whatever is edited, its pages are those of a clean build."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from sites import Site

from almanac import outputs
from almanac.build.pipeline import Builder, Options, store_of

ADDED = Path(__file__).parent / "added_outputs"
TALK = "content/events/2027/2027-03-20-clouds.md"
TALK_POSTER = "posters/2027-03-20-clouds/"
TEMPLATE = "themes/posters/templates/poster.html"
POSTER = """<!doctype html>
<title>{{ view.title }} – {{ site.title }}</title>
<h1>{{ view.title }}</h1>
<p>{{ view.start|day }}{% if view.over %}（已结束）{% endif %}</p>
<p>主办：{{ view.organisers|join("、") }}</p>
"""


@pytest.fixture
def site_with_posters(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The small site, made by an engine whose folder of outputs holds posters too."""
    monkeypatch.setattr(outputs, "__path__", [*outputs.__path__, str(ADDED)])
    outputs.outputs.cache_clear()
    site.edit("config.yaml", "title: 小城科普历\n", "title: 小城科普历\nsite_theme: posters\n")
    site.write(TEMPLATE, POSTER)
    yield site
    outputs.outputs.cache_clear()
    sys.modules.pop("almanac.outputs.posters", None)


@dataclass(frozen=True)
class Edit:
    """An edit, how many posters it changes, and words that the poster of the talk has after it."""

    make: Callable[[Site], None]
    posters: int
    shown: str = "<h1>云从哪里来</h1>"


def another_organiser(site: Site) -> None:
    site.write("content/organisers/station.md", "---\nname: 气象台\n---\n")
    site.edit(TALK, "organiser: kexie", "organiser: [kexie, station]")


def after_the_talk(site: Site) -> None:
    site.now = datetime(2027, 3, 20, 16)


EDITS = {
    "nothing": Edit(lambda _: None, 0),
    "title": Edit(lambda site: site.edit(TALK, "云从哪里来", "云到哪里去"), 1, "<h1>云到哪里去</h1>"),
    "body": Edit(lambda site: site.edit(TALK, "带一双眼睛来就够了。", "带一把伞。"), 0),
    "date": Edit(lambda site: site.edit(TALK, "2027-03-20", "2027-03-21"), 1, "<p>2027年3月21日（周日）</p>"),
    "organiser": Edit(another_organiser, 1, "主办：市科协、气象台"),
    "name of the organiser": Edit(
        lambda site: site.edit("content/organisers/kexie.md", "name: 市科协", "name: 小城科协"), 5, "主办：小城科协"
    ),
    "template": Edit(lambda site: site.edit(TEMPLATE, "主办：", "主办单位："), 5, "主办单位：市科协"),
    "config": Edit(lambda site: site.edit("config.yaml", "小城科普历", "新城科普历"), 5, "– 新城科普历"),
    "clock": Edit(after_the_talk, 1, "<p>2027年3月20日（周六）（已结束）</p>"),
    "new event": Edit(lambda site: site.event("new"), 1),
}


def clean_files(site: Site, name: str) -> dict[str, bytes]:
    """What a first build of the same content publishes."""
    clean = site.copy(site.root.parent / name)
    clean.build()
    return clean.files()


def posters(files: Iterable[str]) -> list[str]:
    return [file for file in files if file.startswith("posters/")]


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_the_posters_are_those_of_a_clean_build(site_with_posters: Site, name: str) -> None:
    site, edit = site_with_posters, EDITS[name]
    assert len(posters(site.build().changed)) == 5
    edit.make(site)
    assert len(posters(site.build().changed)) == edit.posters
    assert edit.shown in site.page(TALK_POSTER)
    assert site.files() == clean_files(site, "clean")


def test_posters_stay_those_of_a_clean_build_while_the_site_is_served(site_with_posters: Site) -> None:
    site = site_with_posters
    options = Options(site.root, site.output, site.root / ".almanac", site.now)
    builder = Builder(options, store_of(options))
    builder.build(options)
    for name, edit in EDITS.items():
        edit.make(site)
        builder.build(replace(options, now=site.now))
        assert site.files() == clean_files(site, name), name


def test_the_poster_of_a_deleted_event_goes(site_with_posters: Site) -> None:
    site = site_with_posters
    site.build()
    site.delete(TALK)
    site.build()
    assert len(posters(site.files())) == 4
    assert f"{TALK_POSTER}index.html" not in site.files()


def test_posters_can_be_turned_off_as_any_output(site_with_posters: Site) -> None:
    site = site_with_posters
    site.build()
    site.edit("config.yaml", "title:", "outputs: {posters: false}\ntitle:")
    site.build()
    assert posters(site.files()) == []
