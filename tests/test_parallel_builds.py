"""However many processes render the pages, and whatever becomes of them, the bytes are the same."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builds import build, clean_copy, more_outputs
from sites import REPOSITORY, Site

from almanac.build import pipeline
from almanac.incremental import run_all

SHEETS = '''
"""`/sheets/<id>.txt`: what becomes of a process that was started for them, the description of the site says."""

import os
from multiprocessing import parent_process

from almanac.site.pages import page


def pages(site):
    for event in site.events:
        yield page(f"/sheets/{event.id}.txt", "copy", sheet, event.id)


def sheet(site, event_id):
    if parent_process():
        (site.root / "taken-part").touch()
        if site.config.description == "a worker ends":
            os._exit(9)
        if site.config.description == "a worker fails":
            raise ValueError(event_id)
    return f"{event_id}: {site.event(event_id).fields.title}, {len(site.events)}".encode()
'''


@pytest.fixture
def shared(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site whose builds are always shared by two processes. The threads of the test runner do not count."""

    def share(*given: Any, **named: Any) -> Any:
        return run_all(*given, **{**named, "worth": 0})

    monkeypatch.setattr(pipeline, "run_all", share)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    for number in range(8):
        site.event(f"talk-{number}", title=f"第{number}讲", start=f"2027-06-0{number + 1} 19:00")
    site.jobs = 2
    with more_outputs(tmp_path / "outputs", all_sheets=SHEETS):  # pages of the first outputs are given away first
        yield site


def alone(site: Site) -> dict[str, bytes]:
    """What one process makes of the same content."""
    other = clean_copy(site)
    other.jobs = 1
    other.build()
    return other.files()


def test_several_processes_follow_every_edit_as_one_does(shared: Site) -> None:
    shared.build()
    assert (shared.root / "taken-part").exists()
    assert shared.files() == alone(shared)
    shared.event("talk-3", title="新的题目", start="2027-06-04 19:00")
    assert build(shared).changed == {file for file, content in shared.files().items() if "新的题目".encode() in content}
    shared.edit("config.yaml", "小城科普历", "新城科普历")
    shared.delete("content/events/talk-4.md")
    shared.event("talk-9", title="第9讲")
    build(shared)
    assert shared.files() == alone(shared)
    shared.edit(
        "content/organisers/kexie.md", "name: 市科协", "name: 科协"
    )  # what other processes have read is known here
    build(shared)
    assert shared.files() == alone(shared)
    assert build(shared).changed == set()


@pytest.mark.parametrize("becomes", ["a worker ends", "a worker fails"])
def test_what_a_worker_does_not_render_is_rendered_here(shared: Site, becomes: str) -> None:
    shared.edit("config.yaml", "测试用的小城", becomes)
    shared.build()
    assert (shared.root / "taken-part").exists()
    assert shared.files() == alone(shared)
    shared.event("talk-3", title="新的题目", start="2027-06-04 19:00")
    build(shared)
    assert shared.files() == alone(shared)


def test_where_no_process_can_be_started_everything_is_rendered_here(
    shared: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("os.fork", refuse)
    shared.build()
    assert not (shared.root / "taken-part").exists()
    assert shared.files() == alone(shared)


def test_an_event_that_cannot_be_read_is_told_alike_by_any_number_of_processes(shared: Site) -> None:
    shared.event("talk-3", theme="skies")
    shared.event("talk-4", titel="第4讲")
    said = shared.problems()
    shared.jobs = 1
    assert said == clean_copy(shared).problems()


def test_the_command_makes_the_same_bytes_with_one_job_and_with_three(site: Site) -> None:
    for number in range(160):
        site.event(f"talk-{number}", title=f"第{number}讲", start=f"2027-{number % 12 + 1:02}-10 19:00")

    def built(jobs: int, name: str) -> dict[str, bytes]:
        made = Site(site.root.parent / name)
        moment = f"{site.now:%Y-%m-%dT%H:%M}"
        command: list[str | Path] = [sys.executable, "site.py", "--root", site.root, "build", "--output", made.output]
        command += ["--jobs", str(jobs), "--now", moment]
        subprocess.run(command, check=True, capture_output=True, cwd=REPOSITORY)
        return made.files()

    first = built(1, "one")
    assert built(3, "three") == first
    site.edit("content/organisers/kexie.md", "name: 市科协", "name: 科协")
    assert built(3, "three") == built(1, "clean")
