"""After any sequence of edits, an incremental build leaves what a clean build of the same content makes, byte for byte."""

from __future__ import annotations

import gc
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from errno import EAGAIN
from multiprocessing import active_children, get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from almanac.build.manifest import Manifest, manifest_file, read_manifest
from almanac.build.pages import Page, PlannedChapter
from almanac.content.reading import Content
from almanac.model.catalogue import Catalogue, opened
from almanac.server.memory import Memory
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sites import NOW, REPOSITORY, Site, small_site

from almanac import outputs
from almanac.build import kept_plan, parallel, pipeline, publish
from almanac.build.pipeline import Before, Options, Plan
from almanac.content import parse, shelf, site_themes
from almanac.content.sources import Source
from almanac.core.problems import Problem
from almanac.outputs import Draft, Known
from almanac.render import Settings, filters, html, markdown, search

NAMES = st.sampled_from(["one", "two", "three", "folder/four"])
TITLES = st.sampled_from(["甲活动", "乙活动", "A, b; c", "2019"])
THEMES = st.sampled_from(["sky", "water", "[water, sky]"])
STATUSES = st.sampled_from(["scheduled", "cancelled", "full"])
STARTS = st.datetimes(datetime(2027, 1, 1), datetime(2028, 3, 1)).map(lambda moment: f"{moment:%Y-%m-%d %H:%M}")


class Edits(RuleBasedStateMachine):
    """Edits that staff make, in any order; every build is held against a clean one."""

    @initialize(coarsest=st.sampled_from([0, shelf.COARSEST]))
    def begin(self, coarsest: int) -> None:
        self.coarsest, shelf.COARSEST = (
            shelf.COARSEST,
            coarsest,
        )  # whether the states of files that have just changed are trusted
        self.folder = tempfile.TemporaryDirectory()
        self.site = small_site(Path(self.folder.name) / "site")
        self.clean_builds = 0

    @rule(name=NAMES, title=TITLES, theme=THEMES, status=STATUSES, start=STARTS)
    def write_event(self, name: str, title: str, theme: str, status: str, start: str) -> None:
        self.site.event(name, title=title, theme=theme, status=status, start=start)

    @rule(name=NAMES, body=st.sampled_from(["", "新的正文。", "## 标题\n\n- *甲*\n- [乙](/about/)\n"]))
    def edit_body(self, name: str, body: str) -> None:
        file = self.site.root / f"content/events/{name}.md"
        if file.exists():
            head = file.read_text(encoding="utf-8").rpartition("---\n")[0]
            self.site.write(f"content/events/{name}.md", f"{head}---\n{body}")

    @rule(name=NAMES, old=st.sampled_from(["甲", "乙", "title: "]), new=st.sampled_from(["丙", "丁", "title: 又"]))
    def correct_a_word(self, name: str, old: str, new: str) -> None:
        file = self.site.root / f"content/events/{name}.md"
        if file.exists() and old in file.read_text(encoding="utf-8"):
            self.site.edit(f"content/events/{name}.md", old, new)

    @rule(
        name=NAMES,
        keys=st.sampled_from([{"repeat": "FREQ=WEEKLY;COUNT=4"}, {"repeat": "FREQ=MONTHLY;COUNT=3", "fee": "免费"}]),
    )
    def repeat_event(self, name: str, keys: dict[str, str]) -> None:
        self.site.event(name, **keys)

    @rule(name=NAMES)
    def mistype(self, name: str) -> None:
        self.site.event(name, start="2027-02-31")

    @rule(name=NAMES)
    def delete_event(self, name: str) -> None:
        (self.site.root / f"content/events/{name}.md").unlink(missing_ok=True)

    @rule(name=st.sampled_from(["市科协", "科学技术协会"]))
    def rename_organiser(self, name: str) -> None:
        self.site.write("content/organisers/kexie.md", f"---\nname: {name}\n---\n办讲座的地方。\n")

    @rule(title=st.sampled_from(["小城科普历", "新城科普历"]))
    def retitle_site(self, title: str) -> None:
        config = (self.site.root / "config.yaml").read_text(encoding="utf-8")
        self.site.write("config.yaml", f"title: {title}\n{config.partition(chr(10))[2]}")

    @rule(days=st.integers(0, 120), minutes=st.integers(0, 1439))
    def let_time_pass(self, days: int, minutes: int) -> None:
        self.site.now = NOW + timedelta(days=days, minutes=minutes)

    @rule(file=st.sampled_from(["index.html", "feeds/all.ics", "themes/sky/index.html"]))
    def spoil_a_page(self, file: str) -> None:
        if (self.site.output / file).exists():
            self.site.write(f"output/{file}", "spoilt")

    @invariant()
    def same_as_clean(self) -> None:
        report, problems = self.site.try_build()
        self.clean_builds += 1
        clean = self.site.copy(Path(self.folder.name) / f"clean-{self.clean_builds}")
        clean_report, clean_problems = clean.try_build()
        assert problems == clean_problems
        assert (report is None) == (clean_report is None)
        if report:
            assert self.site.files() == clean.files()

    def teardown(self) -> None:
        shelf.COARSEST = self.coarsest
        self.folder.cleanup()


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    max_examples=12, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_however_many_processes_make_the_pages_the_bytes_are_the_same(
    site: Site, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = site.copy(site.root.parent / "alone")
    alone.build()
    monkeypatch.setattr(parallel, "WORTH_A_PROCESS", 10)
    monkeypatch.setattr(parallel, "context", lambda: get_context(start))
    site.jobs = 2
    site.build()
    assert site.files() == alone.files()


def test_other_processes_convert_the_bodies_of_events_while_this_one_plans(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told, to_html = tmp_path / "told", markdown.to_html

    def noted(bodies: Sequence[str], base: str) -> list[str]:
        with told.open("a", encoding="utf-8") as file:
            file.writelines(f"{os.getpid()} {body.strip()}\n" for body in bodies)
        return to_html(bodies, base)

    bodies = [f"正文{number}。" for number in range(20)]
    for number, body in enumerate(bodies):
        site.event(f"talk-{number}", body=body)
    plan = outputs.plan

    def plan_slowly(
        catalogue: Catalogue, drafted: list[Draft], known: Known | None
    ) -> tuple[list[Page], list[PlannedChapter]]:
        """A plan takes a moment; that of so small a site could be there before the other process has begun."""
        deadline = monotonic() + 60
        while not told.exists() and monotonic() < deadline:
            sleep(0.01)
        return plan(catalogue, drafted, known)

    monkeypatch.setattr(pipeline, "plan", plan_slowly)
    monkeypatch.setattr(markdown, "to_html", noted)
    monkeypatch.setattr(parallel, "WORTH_A_PROCESS", 10)
    monkeypatch.setattr(parallel, "_forks", lambda: True)
    site.jobs = 2
    site.build()
    converted = [line.partition(" ")[::2] for line in told.read_text(encoding="utf-8").splitlines()]
    assert sorted(body for _, body in converted if body in bodies) == sorted(
        bodies
    )  # once each; two processes may meet the same empty body of a facet
    assert str(os.getpid()) not in {process for process, body in converted if body in bodies}
    assert "正文7。" in site.page("/events/talk-7/")
    monkeypatch.setattr(shelf, "COARSEST", 0)  # the files that were written just now count as read and known
    site.build()
    monkeypatch.setattr(html, "convert_bodies", lambda *_: pytest.fail("looked for the bodies of all events"))
    site.event("talk-7", body="正文7。", start="2027-03-11 19:00")
    site.build()
    assert 'datetime="2027-03-11T19:00' in site.page("/events/talk-7/")


def test_another_process_parses_an_edit_and_keeps_the_plan(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told, parsed, kept = tmp_path / "told", parse.parse, kept_plan.encode_plan

    def noted(*given: Any) -> Any:
        with told.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()} {given[0].path if isinstance(given[0], Source) else 'plan'}\n")
        return parsed(*given) if isinstance(given[0], Source) else kept(*given)

    site.event("talk", title="旧的题目", start="2027-03-09 19:00")
    site.build()
    monkeypatch.setattr(parse, "parse", noted)
    monkeypatch.setattr(kept_plan, "encode_plan", noted)
    monkeypatch.setattr(parallel, "_forks", lambda: True)
    site.jobs = 2
    site.event("talk", title="新的题目", start="2027-03-10 19:00")
    site.build()
    processes, what = zip(*(line.split() for line in told.read_text(encoding="utf-8").splitlines()), strict=True)
    assert what == ("content/events/talk.md", "plan")
    assert str(os.getpid()) not in processes
    monkeypatch.delattr(pipeline, "plan_site")
    site.event("talk", title="又一个题目", start="2027-03-10 19:00")  # the plan that was kept is followed
    assert site.build().written
    assert "又一个题目" in site.page("/events/talk/")
    monkeypatch.setattr(shelf, "COARSEST", 0)  # the file that was written just now counts as read and known
    site.build()
    told.unlink()
    assert not site.build().written
    assert not told.exists()
    assert not active_children()  # nobody waits for something to parse


def test_another_process_parses_a_small_site_that_is_new(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told, parsed = tmp_path / "told", parse.parse

    def noted(*given: Any) -> Any:
        with told.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        return parsed(*given)

    monkeypatch.setattr(parse, "parse", noted)
    monkeypatch.setattr(parallel, "_forks", lambda: True)
    site.jobs = 2
    site.build()
    processes = set(told.read_text(encoding="utf-8").split())
    assert processes
    assert str(os.getpid()) not in processes


def no_more_processes() -> BaseContext:
    raise BlockingIOError(EAGAIN, "Resource temporarily unavailable")


def test_what_becomes_of_other_processes_matters_to_no_build(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.event("talk", start="2027-03-09 19:00")
    site.build()
    monkeypatch.setattr(parallel, "_forks", lambda: True)
    monkeypatch.setattr(parallel, "_stand_by", lambda *_: os._exit(9))
    site.jobs = 2
    site.event("talk", start="2027-03-10 19:00")
    assert site.build().written
    site.event("talk", title="", start="2027-03-11 19:00")
    assert "title" in site.problems()
    monkeypatch.setattr(parallel, "context", no_more_processes)
    site.event("talk", start="2027-03-11 19:00")
    assert site.build().written
    clean = site.copy(site.root.parent / "clean")
    clean.build()
    assert site.files() == clean.files()


def test_what_the_search_is_told_is_made_with_the_pages_of_the_events(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = search.render

    def of_what_is_known(view: object, argument: str, settings: Settings) -> bytes:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(search, "_encoded", lambda *_, **__: pytest.fail("an event was opened once more"))
            return render(view, argument, settings)

    monkeypatch.setattr(search, "render", of_what_is_known)
    for title in ("甲", "乙"):
        site.event("talk", title=title)
        site.build()
        assert title in site.file("/search/2027.json").decode()


def test_another_process_looks_at_a_large_output(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told, altered = tmp_path / "told", publish.altered

    def noted(manifest: Manifest, output: Path) -> list[str]:
        told.write_text(str(os.getpid()), encoding="utf-8")
        return altered(manifest, output)

    site.event("talk")
    site.build()
    before = site.files()
    monkeypatch.setattr(pipeline, "altered", noted)
    monkeypatch.setattr(pipeline, "WORTH_LOOKING_ASIDE", 1)
    monkeypatch.setattr(parallel, "_forks", lambda: True)
    site.jobs = 2
    assert not site.build().written
    assert told.read_text(encoding="utf-8") != str(os.getpid())
    (site.output / "events/talk/index.html").unlink()
    (site.output / "index.html").write_text("overwritten", encoding="utf-8")
    assert site.build().changed == ("events/talk/index.html", "index.html")
    assert site.files() == before
    monkeypatch.setattr(parallel, "_stand_by", lambda *_: os._exit(9))
    (site.output / "index.html").unlink()
    assert site.build().changed == ("index.html",)
    assert site.files() == before


def test_the_server_sees_a_template_change_that_lies_outside_the_site(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shipped = tmp_path / "themes"
    shutil.copytree(REPOSITORY / "themes", shipped)
    monkeypatch.setattr(site_themes, "SHIPPED", shipped)
    monkeypatch.setattr(shelf, "COARSEST", 0)  # the files that were written just now count as read and known
    site.event("talk", title="旧的题目")
    memory, options = Memory(), Options(site.root, site.output, site.root / ".almanac", site.now)
    for changed in (None, [site.root / "content/events/talk.md"]):
        memory.build(options, changed)
        memory.prepare(options)
        site.event("talk", title="新的题目")
    template = shipped / "default/templates/event.html"
    template.write_text(template.read_text(encoding="utf-8").replace("<h1>", '<h1 class="new">'), encoding="utf-8")
    memory.build(options, [template])
    assert '<h1 class="new">新的题目' in site.page("/events/talk/")
    gc.unfreeze()


def test_an_edit_just_after_a_build_that_saw_another_is_not_missed(site: Site) -> None:
    for title in ("第一", "第二", "第三"):
        site.event("quick", title=title)
        site.build()
        assert title in site.page("/events/quick/")


def test_the_last_plan_is_followed_until_a_date_begins_or_ends_and_no_longer(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[datetime] = []
    plan_site = pipeline.plan_site

    def noted(options: Options, content: Content, before: Before) -> tuple[Plan | None, list[Problem]]:
        planned.append(options.now)
        return plan_site(options, content, before)

    monkeypatch.setattr(pipeline, "plan_site", noted)
    site.event("short", start="2027-03-01 10:00", end="2027-03-01 11:00")
    moments = [
        datetime(2027, 3, 1, hour, minute) for hour, minute in ((9, 0), (9, 59), (10, 0), (10, 59), (11, 0), (23, 59))
    ]
    for site.now in (*moments, datetime(2027, 3, 2)):
        site.build()
    assert [f"{moment:%d %H:%M}" for moment in planned] == ["01 09:00", "01 10:00", "01 11:00", "02 00:00"]


def keys(site: Site) -> dict[str, str]:
    """What the last build knows of the pages by their files: their keys."""
    manifest = read_manifest(manifest_file(site.root / ".almanac", site.output))
    return {file: published.key for file, published in manifest.files.items()}


def test_new_words_need_no_plan_and_a_spoilt_page_does(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.event("talk", title="旧的题目", body="旧的正文。", theme="water", start="2027-03-09 19:00")
    site.build()
    with monkeypatch.context() as without_plans:
        without_plans.delattr(pipeline, "plan_site")
        site.event("talk", title="旧的题目", body="新的正文。", theme="water", start="2027-03-09 19:00")
        assert site.build().written == 1
        assert "新的正文。" in site.page("/events/talk/")
        site.event("talk", title="新的题目", body="新的正文。", theme="water", start="2027-03-09 19:00", summary="短句")
        written = set(site.build().changed)
        assert {
            "index.html",
            "events/talk/index.html",
            "events/talk.ics",
            "feeds/all.ics",
            "themes/water/index.html",
            "search/2027.json",
        } <= written
        shown = {path for path, content in site.files().items() if "新的题目".encode() in content}
        assert written == shown
    clean = site.copy(site.root.parent / "clean")
    clean.build()
    assert keys(site) == keys(clean)
    site.event("talk", title="新的题目", body="新的正文。", theme="sky", start="2027-03-09 19:00", summary="短句")
    with monkeypatch.context() as without_plans:
        without_plans.delattr(pipeline, "plan_site")
        with pytest.raises(NameError, match="plan_site"):  # another theme is a new fact
            site.build()
    site.event("talk", title="新的题目", body="新的正文。", theme="water", start="2027-03-09 19:00", summary="短句")
    site.write("output/events/talk/index.html", "spoilt")
    assert site.build().written == 1
    assert "新的正文。" in site.page("/events/talk/")


def test_the_name_of_an_organiser_makes_no_list_of_cards_anew(site: Site) -> None:
    site.event("talk", theme="water", organiser="kexie", start="2027-03-09 19:00")
    site.write("content/organisers/museum.md", "---\nname: 博物馆\n---\n")
    site.event("walk", theme="water", organiser="museum", start="2027-03-10 19:00")
    site.build()
    before, pages = keys(site), site.files()
    site.write("content/organisers/kexie.md", "---\nname: 新的名字\n---\n办讲座的地方。\n")
    site.build()
    made_anew = {file for file, key in keys(site).items() if key != before[file]}
    assert {file for file, content in site.files().items() if content != pages[file]} <= made_anew
    assert {"events/talk/index.html", "events/talk.ics", "feeds/all.ics", "organisers/kexie/index.html"} <= made_anew
    assert (
        not {
            "index.html",
            "themes/water/index.html",
            "themes/water/2027/index.html",
            "calendar/2027/03/index.html",
            "events/walk/index.html",
        }
        & made_anew
    )


def test_a_title_makes_those_pages_of_other_events_anew_that_show_it_and_none_else(site: Site) -> None:
    for number in range(20):
        site.event(f"talk-{number:02}", title=f"第{number}讲", theme="water", start=f"2027-06-{number + 1:02} 19:00")
    site.build()
    before = keys(site)
    site.event("talk-10", title="新的题目", theme="water", start="2027-06-11 19:00")
    site.build()
    pages = {file for file in before if file.startswith("events/") and file.endswith("/index.html")}
    made_anew = {file for file in pages if keys(site)[file] != before[file]}
    assert made_anew == {file for file in pages if "新的题目" in (site.output / file).read_text(encoding="utf-8")}
    assert len(made_anew) > 1


def test_a_spoilt_cache_costs_time_and_nothing_else(site: Site) -> None:
    site.event("talk", title="旧名")
    site.build()
    for file in (site.root / ".almanac").iterdir():
        file.write_bytes(b"spoilt" * 1000)
    site.event("talk", title="新名")
    site.build()
    site.event("talk", title="新名", body="新的正文。")
    site.build()
    clean = site.copy(site.root.parent / "clean")
    clean.build()
    assert site.files() == clean.files()


def test_a_build_opens_only_the_files_of_the_events_that_it_shows_anew(site: Site) -> None:
    for number in range(40):
        site.event(f"old-{number}", start=f"2026-01-{number % 28 + 1:02} 10:00", theme="water")
    site.build()
    opened.cache_clear()
    site.event("old-7", start="2026-01-08 10:00", theme="water", title="新名")
    assert site.build().written
    assert "新名" in site.page("/events/old-7/")
    assert (
        opened.cache_info().misses < 40 + 10
    )  # it stands in lists of all forty, and the first page shows what is to come
    opened.cache_clear()
    site.write("themes/own/static/style.css", "main { color: black }\n")
    (site.root / "config.yaml").write_text(
        (site.root / "config.yaml").read_text(encoding="utf-8") + "site_theme: own\n", encoding="utf-8"
    )
    site.build()
    assert opened.cache_info().misses < 20


def test_a_new_template_converts_no_body_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    filters.body_html.cache_clear()  # those of other tests
    site.event("talk", body="带*重点*的正文。")
    site.build()
    filters.body_html.cache_clear()
    monkeypatch.setattr(markdown, "to_html", lambda bodies, base: pytest.fail(f"converted again: {bodies}{base}"))
    frame = (REPOSITORY / "themes/default/templates/event.html").read_text(encoding="utf-8")
    site.write("themes/own/templates/event.html", frame.replace("<h1>", '<h1 class="new">'))
    (site.root / "config.yaml").write_text(
        (site.root / "config.yaml").read_text(encoding="utf-8") + "site_theme: own\n", encoding="utf-8"
    )
    site.build()
    assert '<h1 class="new">' in site.page("/events/talk/")
    assert "<em>重点</em>" in site.page("/events/talk/")


def loaded_by(site: Site, *arguments: str) -> set[str]:
    """The modules that a build of the site loads in this and all other processes."""
    command: list[str | Path] = [
        sys.executable,
        "-X",
        "importtime",
        "site.py",
        "--root",
        site.root,
        "build",
        "--now",
        f"{site.now:%Y-%m-%dT%H:%M}",
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY, encoding="utf-8")
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def test_an_edit_loads_what_it_takes_and_no_more(site: Site) -> None:
    site.event("talk", body="旧的正文。")
    slow = {"icalendar", "markdown", "pydantic"}
    assert slow <= loaded_by(site, "--jobs", "1")
    site.event("talk", body="新的正文。")
    assert slow & loaded_by(site, "--jobs", "1") == {"markdown"}
    assert "新的正文" in site.page("/events/talk/")
    site.event("talk", body="新的正文。", start="2027-03-11 14:00")
    assert slow & loaded_by(site, "--jobs", "1") == {"icalendar", "pydantic"}


def test_a_command_knows_what_it_is_asked_before_the_engine_is_loaded() -> None:
    program = "import sys, almanac.commands.build; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    loaded = set(done.stdout.split())
    assert "almanac.content.reader" in loaded
    assert (
        not {"almanac.build.pipeline", "almanac.model.catalogue", "almanac.content.reading", "almanac.outputs"} & loaded
    )


def test_an_event_on_another_date_leaves_the_site_map_as_it_is(site: Site) -> None:
    for number in range(5):
        site.event(f"talk-{number}", start=f"2027-03-1{number} 14:00")
    site.build()
    addresses = re.findall("<loc>(.*)</loc>", site.file("/sitemap.xml").decode())
    assert addresses == sorted(addresses)
    assert len(addresses) > 20
    site.event("talk-0", start="2027-03-14 18:00")
    assert "sitemap.xml" not in site.build().changed


def test_whoever_follows_a_plan_unpacks_those_chapters_that_show_the_events(site: Site) -> None:
    for month in range(1, 13):
        site.event(f"talk-{month:02}", start=f"2028-{month:02}-10 14:00", theme="water")
    site.build()
    cache = site.root / ".almanac"
    standing = read_manifest(manifest_file(cache, site.output)).standing
    assert standing
    plan = kept_plan.read_plan(pipeline.plan_file(manifest_file(cache, site.output)), standing.plan)
    assert plan
    path = "content/events/talk-07.md"
    assert [page.address for page in kept_plan.affected(plan, [], [path])] == ["/events/talk-07/"]
    shown = {page.address for page in kept_plan.affected(plan, [path], [])}
    assert {
        "/events/talk-07/",
        "/events/talk-07.ics",
        "/events/talk-06/",
        "/calendar/2028/07/",
        "/themes/water/2028/",
        "/archive/2028/",
        "/feeds/archive/2028.ics",
    } <= shown
    assert not {"/events/talk-01/", "/calendar/2028/06/", "/themes/sky/", "/events/talk-07.svg"} & shown
    unpacked = sum("pages" in vars(chapter) for chapter in plan.chapters)
    assert 0 < unpacked < len(plan.chapters) / 2
