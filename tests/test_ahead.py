"""Feeds, the data of the search and open data are made by another process while the site is planned; nobody sees that but by the time it takes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from multiprocessing import active_children
from pathlib import Path

import pytest
from sites import REPOSITORY, Site

from almanac.build import ahead, parallel
from almanac.build.ahead import Asked, Edit
from almanac.build.publishing import STAGING, Made
from almanac.content import shelf
from almanac.model.catalogue import Event
from almanac.render import Settings, ics, making


@pytest.fixture
def busy(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site whose edits are worth a process, built once."""
    monkeypatch.setattr(shelf, "COARSEST", 0)  # the files that were written just now count as read and known
    monkeypatch.setattr(making, "WORTH_A_FORK", 1)
    monkeypatch.setattr(parallel, "_forks", lambda: True)
    site.event("talk", start="2027-03-09 19:00")
    site.jobs = 2
    site.build()
    return site


@pytest.fixture
def brought(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file that lists what the other process brings, and by which process."""
    told, put = tmp_path / "brought", ahead._put

    def noted(contents: Mapping[tuple[str, str], bytes], output: Path, asked: Sequence[Asked]) -> list[Made]:
        found = put(contents, output, asked)
        with told.open("a", encoding="utf-8") as file:
            file.writelines(f"{os.getpid()} {one.file}\n" for one in found)
        return found

    monkeypatch.setattr(ahead, "_put", noted)
    return told


def as_clean(site: Site) -> bool:
    clean = site.copy(site.root.parent / f"clean-{sum(1 for _ in site.root.parent.iterdir())}")
    clean.build()
    return site.files() == clean.files() and not (site.output / STAGING).exists() and not active_children()


def test_a_new_date_has_its_feeds_made_elsewhere(busy: Site, brought: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, render = os.getpid(), ics.render

    def render_elsewhere(view: object, argument: str, settings: Settings) -> bytes:
        assert os.getpid() != here, "a feed that the other process brings was made once more"
        return render(view, argument, settings)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ics, "render", render_elsewhere)
        busy.event("talk", start="2027-03-10 19:00")
        changed = busy.build().changed
    lines = [line.split() for line in brought.read_text(encoding="utf-8").splitlines()]
    assert {
        "feeds/all.ics",
        "feeds/themes/sky.ics",
        "feeds/archive/2027.ics",
        "search/2027.json",
        "data/events.json",
        "events/talk.ics",
    } <= {file for _, file in lines}
    assert {file for _, file in lines} <= set(changed)
    assert str(here) not in {process for process, _ in lines}
    assert "20270310T190000" in busy.feed("/feeds/all.ics")
    assert as_clean(busy)
    busy.jobs = 1
    assert not busy.build().written


def test_what_it_has_worked_out_is_not_worked_out_here(busy: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered: list[str] = []
    remember = Event.remember

    def noted(event: Event, digest: bytes, card_digest: bytes) -> None:
        assert (digest, card_digest) == (event.digest, event.card_digest)
        remembered.append(event.id)
        remember(event, digest, card_digest)

    monkeypatch.setattr(Event, "remember", noted)
    busy.event("talk", start="2027-03-10 19:00")
    busy.build()
    assert "talk" in remembered
    assert len(remembered) == len(set(remembered)) > 1


def test_whatever_it_does_not_bring_is_made_here(busy: Site, brought: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = ahead._make

    def other_keys(edit: Edit, contents: dict[tuple[str, str], bytes]) -> None:
        make(edit, contents)
        for file, key in list(contents):
            contents[file, key[::-1]] = contents.pop((file, key))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ahead, "_make", other_keys)
        busy.event("talk", start="2027-03-10 19:00")
        assert busy.build().written
        assert not brought.read_text(encoding="utf-8")
        assert as_clean(busy)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ahead, "_make", lambda *_: os._exit(9))
        busy.event("talk", start="2027-03-11 19:00")
        assert busy.build().written
        assert as_clean(busy)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ahead, "_digests", lambda *_: os._exit(9))
        busy.event("talk", start="2027-03-12 19:00")
        assert busy.build().written
        assert as_clean(busy)


def test_where_most_pages_are_new_it_is_dismissed(busy: Site, brought: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "worth_processes", lambda count: count > 0)
    busy.event("talk", start="2027-03-10 19:00")
    busy.build()
    assert not brought.exists()
    assert as_clean(busy)


def test_a_site_that_is_not_published_leaves_nothing_behind(busy: Site) -> None:
    before = busy.files()
    busy.event("talk", start="2027-03-10 19:00")
    busy.event("other", start="2027-03-11 19:00", aliases="/events/talk/")
    assert "is already taken" in busy.problems()
    assert busy.files() == before
    busy.delete("content/events/other.md")
    template = (REPOSITORY / "themes/default/templates/event.html").read_text(encoding="utf-8")
    busy.edit("config.yaml", "title:", "site_theme: own\ntitle:")
    busy.write("themes/own/templates/event.html", template.replace("<h1>", "{{ view.unknown }}<h1>"))
    assert "unknown" in busy.problems()
    assert not (busy.output / STAGING).exists()
    assert busy.files() == before
    assert not active_children()
    busy.write("themes/own/templates/event.html", template)
    busy.build()
    assert as_clean(busy)
