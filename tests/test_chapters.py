"""Chapters: pages that depend on the same few events are planned together, and not again while these are the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sites import REPOSITORY, Site

from almanac.build import pipeline
from almanac.build.pages import Page, PlannedChapter, Recipe
from almanac.build.pipeline import Options, plan_site
from almanac.content import shelf
from almanac.model.catalogue import BY_BEGIN, Catalogue, Event
from almanac.model.related import Related
from almanac.outputs import Draft, Known, event_pages, plan
from almanac.server.memory import Memory

SKY, WATER = {"theme": "sky", "organiser": "kexie"}, {"theme": "water", "organiser": "museum"}


@pytest.fixture
def planned(site: Site, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A site with events in several months; the names of the chapters that its last build has planned, and not taken over."""
    names: list[str] = []

    def noted(
        catalogue: Catalogue, drafted: list[Draft], known: Known | None = None
    ) -> tuple[list[Page], list[PlannedChapter]]:
        pages, chapters = plan(catalogue, drafted, known)
        names[:] = [chapter.name for chapter in chapters if not chapter.stands]
        return pages, chapters

    site.write("content/organisers/museum.md", "---\nname: 博物馆\n---\n")
    site.event("talk", title="讲座", start="2027-03-09 19:00", **SKY)
    for number in range(20):
        site.event(f"walk-{number:02}", title=f"第{number}次走", start=f"2027-06-{number + 1:02} 10:00", **WATER)
    site.event("party", title="年会", start="2027-12-24 18:00", **SKY)
    site.build()
    monkeypatch.setattr(pipeline, "plan", noted)
    return names


def as_clean(site: Site) -> bool:
    """Whether the output is that of a clean build; the next comparison takes another folder."""
    folder = site.root.parent / f"clean-{sum(1 for _ in site.root.parent.iterdir())}"
    clean = site.copy(folder)
    clean.build()
    return site.files() == clean.files()


def test_a_new_date_plans_the_months_and_facets_of_its_event_again_and_no_others(
    site: Site, planned: list[str]
) -> None:
    site.event("walk-07", title="第7次走", start="2027-06-09 15:00", **WATER)
    site.build()
    touched = {"event_files/2027-06", "event_pages/2027-06", "months/2027-06", "themes/water", "organisers/museum"}
    assert touched <= set(planned)
    assert not {"event_files/2027-12", "event_pages/2027-12", "months/2027-12", "themes/sky", "organisers/kexie"} & set(
        planned
    )
    assert as_clean(site)
    site.event("walk-07", title="第7次走", start="2027-12-25 15:00", **WATER)
    site.build()
    assert touched | {"event_files/2027-12", "event_pages/2027-12", "months/2027-12"} <= set(planned)
    assert "themes/sky" not in planned
    assert as_clean(site)
    site.delete("content/events/walk-07.md")
    site.build()
    assert "event_files/2027-06" not in planned
    assert {"event_files/2027-12", "event_pages/2027-12", "months/2027-12", "themes/water"} <= set(planned)
    assert as_clean(site)


def test_a_date_that_is_over_plans_the_lists_again_that_show_what_is_to_come(site: Site, planned: list[str]) -> None:
    site.now = datetime(2027, 3, 10)
    site.build()
    assert "themes/sky" in planned
    assert "event_pages/2027-03" not in planned
    assert as_clean(site)


def test_words_that_are_taken_back_are_not_taken_for_what_was_published(site: Site, planned: list[str]) -> None:
    site.event("party", title="新的名字", start="2027-12-24 18:00", **SKY)
    site.build()  # follows the plan that was kept
    assert "新的名字" in site.page("/events/party/")
    site.event("party", title="年会", start="2027-12-24 18:00", **SKY)  # as it was when that plan was made
    site.event("walk-07", title="第7次走", start="2027-06-09 15:00", **WATER)
    site.build()
    assert "event_pages/2027-12" in planned
    assert "新的名字" not in site.page("/events/party/")
    assert as_clean(site)


def test_a_page_that_somebody_has_changed_is_planned_again(site: Site, planned: list[str]) -> None:
    site.write("output/events/party/index.html", "spoilt")
    (site.output / "themes/sky/2027/index.html").unlink()
    site.event("walk-07", title="第7次走", start="2027-06-09 15:00", **WATER)
    site.build()
    assert {"event_pages/2027-12", "themes/sky"} <= set(planned)
    assert as_clean(site)


def test_a_new_template_makes_the_pages_anew_whose_events_are_the_same(site: Site, planned: list[str]) -> None:
    frame = (REPOSITORY / "themes/default/templates/event.html").read_text(encoding="utf-8")
    site.edit("config.yaml", "title:", "site_theme: own\ntitle:")
    site.write("themes/own/templates/event.html", frame.replace("<h1>", '<h1 class="new">'))
    site.build()
    assert {"event_pages/2027-06", "event_pages/2027-12"} <= set(planned)
    assert not any(name.startswith("event_files") for name in planned)
    assert '<h1 class="new">' in site.page("/events/party/")
    site.write("themes/own/templates/event.html", "{% broken")
    assert "This template is broken" in site.problems()
    assert as_clean(replace_template(site, frame))


def replace_template(site: Site, template: str) -> Site:
    site.write("themes/own/templates/event.html", template)
    site.build()
    return site


def test_events_that_come_and_go_are_not_taken_for_one_another_in_the_plan_that_is_kept(
    site: Site, planned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(0, 20, 2):
        site.delete(f"content/events/walk-{number:02}.md")
    site.event("walk-01", title="第1次走", start="2027-06-02 15:00", **WATER)
    site.build()
    for number in range(30, 45):
        site.event(f"walk-{number}", title=f"第{number}次走", start=f"2027-08-{number - 29:02} 10:00", **WATER)
    site.build()
    assert "event_pages/2027-12" not in planned
    monkeypatch.delattr(pipeline, "plan_site")  # from here on the plan that was kept is followed
    for name, start in (
        ("party", "2027-12-24 18:00"),
        ("walk-03", "2027-06-04 10:00"),
        ("walk-33", "2027-08-04 10:00"),
    ):
        site.event(name, title="又一个名字", start=start, **(SKY if name == "party" else WATER))
        written = set(site.build().changed)
        assert f"events/{name}/index.html" in written
        assert {path for path in written if path.startswith("events/") and path.endswith(".ics")} == {
            f"events/{name}.ics"
        }
    monkeypatch.undo()
    assert as_clean(site)


def test_a_page_that_claims_the_address_of_one_that_stands_is_told_as_in_a_clean_build(
    site: Site, planned: list[str]
) -> None:
    site.event("walk-07", title="第7次走", start="2027-06-08 10:00", aliases="[/themes/sky/, /events/party/]", **WATER)
    told = site.problems()
    assert "themes/sky" in planned  # which page gives way is for all of them to say
    assert "The address /themes/sky/ is already taken" in told
    assert told == site.copy(site.root.parent / "clean").problems()
    site.build(keep_going=True)
    kept_going = site.copy(site.root.parent / "clean, with problems")
    kept_going.build(keep_going=True)
    assert site.files() == kept_going.files()


def test_the_server_takes_over_chapters_too(site: Site, planned: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "COARSEST", 0)  # the files that were written just now count as read and known
    memory, options = Memory(), Options(site.root, site.output, site.root / ".almanac", site.now)
    memory.build(options, None)
    for start in ("2027-06-09 15:00", "2027-06-09 16:00"):
        site.event("walk-07", title="第7次走", start=start, **WATER)
        memory.build(options, [site.root / "content/events/walk-07.md"])
        assert "event_pages/2027-06" in planned
        assert "event_pages/2027-12" not in planned
        assert as_clean(site)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    found, _ = plan_site(
        Options(REPOSITORY / "tests/small_site", Path("output"), tmp_path_factory.mktemp("cache"), datetime(2027, 3, 1))
    )
    assert found
    return found.catalogue


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.lists(st.integers(0, 24 * 90), max_size=40), choices=st.randoms(use_true_random=False))
def test_a_chapter_knows_all_that_its_events_may_point_to(
    catalogue: Catalogue, hours: Sequence[int], choices: Random
) -> None:
    themes, districts = catalogue.facets["themes"], (*catalogue.facets["districts"], None)
    events = []
    for number, hour in enumerate(hours):
        begins = datetime(2027, 1, 1) + timedelta(hours=hour)
        of_themes = tuple(choices.sample(themes, choices.randint(0, len(themes))))
        events.append(
            replace(
                catalogue.events[0],
                id=f"e{number}",
                begins=begins,
                themes=of_themes,
                district=choices.choice(districts),
            )
        )
    ordered = tuple(sorted(events, key=BY_BEGIN))
    related = Related(ordered)
    seen: list[Event] = []
    for chapter in event_pages.chapters(replace(catalogue, events=ordered)):
        for page in chapter.pages.view():
            assert isinstance(page.view, Recipe)
            event, _, *around, _ = page.view.given
            assert tuple(around) == related.to(event)
            seen.append(event)
    assert tuple(seen) == ordered
