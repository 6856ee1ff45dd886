"""A build that is killed or fails at any step leaves whole files, and the next one leaves what a clean build makes."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from errno import ENOSPC
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from builds import Kept, build, differences
from sites import Site

from almanac.build import publishing
from almanac.build.publishing import STAGING, is_unfinished
from almanac.cli.reports import as_text
from almanac.incremental import Graph, Store

STEPS: tuple[tuple[Any, str], ...] = (
    (publishing, "open"),  # of a file that will wait in the staging folder
    (os, "mkdir"),
    (os, "replace"),
    (os, "rmdir"),
    (os, "unlink"),
    (Store, "save"),
)
HALF_WAY = "Publishing stopped half way"
UNSAVED = "All is published, but could not be noted for the next build"
ADDED, DELETED, RETITLED = (f"content/events/{name}.md" for name in ("added", "deleted", "retitled"))


@pytest.fixture
def small(site: Site) -> Site:
    """A site of few pages, built once."""
    site.only()
    for path in (site.root / "content/events/2027").iterdir():
        path.unlink()
    site.event("deleted")
    site.event("retitled", title="旧的题目")
    site.build()
    return site


def edit(site: Site) -> None:
    """An event comes, one goes, one changes."""
    site.event("added")
    site.delete(DELETED)
    site.event("retitled", title="新的题目")


@contextmanager
def at_step(number: int, act: Callable[[], None]) -> Iterator[list[str]]:
    """Calls `act` before one of the steps of publishing and saving, counted from 0; yields those that were begun."""
    begun: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        for owner, name in STEPS:
            step = getattr(owner, name, open)
            patched.setattr(owner, name, _counted(step, begun, number, act), raising=False)
        yield begun


def _counted(step: Callable[..., Any], begun: list[str], number: int, act: Callable[[], None]) -> Callable[..., Any]:
    def counted(*given: Any, **named: Any) -> Any:
        begun.append(step.__qualname__)
        if len(begun) == number + 1:
            act()
        return step(*given, **named)

    return counted


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def is_killed(site: Site, interruption: AbstractContextManager[object]) -> bool:
    """Builds in another process; whether that was killed before its end."""
    child = os.fork()
    if child == 0:
        with interruption:
            site.try_build()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0
    return os.WIFSIGNALED(status)


def kill_before_saving(site: Site) -> None:
    """Builds in a process that is killed when all is published and nothing of it is saved."""
    assert is_killed(site, patch.object(Graph, "save", lambda *_: die()))


class Snapshot:
    """What builds have left of a site, to be brought back."""

    def __init__(self, site: Site) -> None:
        self.folders = {site.output: site.root / "kept-output", site.root / ".almanac": site.root / "kept-cache"}
        for folder, kept in self.folders.items():
            shutil.copytree(folder, kept)

    def bring_back(self) -> None:
        for folder, kept in self.folders.items():
            shutil.rmtree(folder)
            shutil.copytree(kept, folder)


def published(site: Site) -> dict[str, bytes]:
    """The files of the output but for those that wait to be published."""
    return {file: content for file, content in site.files().items() if not file.startswith(STAGING)}


def test_a_build_that_is_killed_at_any_step_leaves_whole_files_and_the_next_one_repairs(small: Site) -> None:
    before, snapshot = small.files(), Snapshot(small)
    edit(small)
    small.build()
    after = small.files()
    assert differences(small) == []
    killed = 0
    for number in count():
        snapshot.bring_back()
        if not is_killed(small, at_step(number, die)):
            break
        killed += 1
        for file, content in published(small).items():
            assert content in (before.get(file), after.get(file)), (number, file)
        build(small)
        assert small.files() == after, number
    assert killed > 20


def test_a_build_that_fails_at_any_step_says_so_and_the_next_one_repairs(small: Site) -> None:
    before, snapshot = small.files(), Snapshot(small)
    edit(small)
    small.build()
    after = small.files()

    def fail() -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC), "a full disk")

    failed: list[str] = []
    for number in count():
        snapshot.bring_back()
        kept = Kept(small)
        with at_step(number, fail) as steps:
            built = kept.build()
        if len(steps) <= number:
            break
        if built.report is None:
            failed.append(steps[number])
            said = as_text(built.problems, "en", small.root)
            begun = is_unfinished(small.output)
            moved = published(small) == after
            what = (HALF_WAY, UNSAVED) if begun and moved else (HALF_WAY,) if begun else ("This cannot be written",)
            assert any(f"a full disk: error: {one} (the disk is full)." in said for one in what)
            assert begun or published(small) == before, "“this cannot be written” means that nothing was published"
        for file, content in published(small).items():
            assert content in (before.get(file), after.get(file)), (number, file)
        if number % 2:  # the next build has a new process, or the same one, which is told of nothing
            kept.close()
        kept.build([])
        assert small.files() == after, (number, steps[number])
        kept.close()
    assert {"mkdir", "open", "replace", "Store.save", "unlink"} <= set(failed)


def test_files_of_a_killed_build_go_when_their_event_is_gone(small: Site) -> None:
    small.event("added")
    kill_before_saving(small)
    assert (small.output / "events/added/index.html").exists()
    small.delete(ADDED)
    build(small)
    assert not list(small.output.glob("events/added*"))
    assert differences(small) == []


def test_files_of_two_killed_builds_in_a_row_go_when_their_events_are_gone(small: Site) -> None:
    for name in ("first", "second"):
        small.event(name)
        kill_before_saving(small)
        small.delete(f"content/events/{name}.md")
    assert list(small.output.glob("events/second*"))
    build(small)
    assert not [*small.output.glob("events/first*"), *small.output.glob("events/second*")]
    assert differences(small) == []


def test_files_of_a_killed_build_go_with_a_clean_build_too(small: Site) -> None:
    small.event("added")
    kill_before_saving(small)
    small.delete(ADDED)
    small.build(clean=True)
    assert differences(small) == []


@contextmanager
def full_disk(largest: int) -> Iterator[None]:
    """No file may become larger than some bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_when_the_cache_is_written_is_a_problem_in_words(small: Site) -> None:
    small.event("added", body="长" * 10_000)
    with full_disk(64 * 1024):
        report, problems = small.try_build()
    assert report is None
    assert UNSAVED in as_text(problems, "en", small.root)
    build(small)
    assert differences(small) == []


def cache_of(site: Site) -> Path:
    (found,) = (site.root / ".almanac").glob("*.sqlite")
    return found


def overwrite_all(file: Path) -> None:
    file.write_bytes(b"spoilt" * 1000)


def overwrite_the_middle(file: Path) -> None:
    content = file.read_bytes()
    file.write_bytes(content[:8192] + b"\xff" * (len(content) - 8192))


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20_000])


def change_every_node(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("UPDATE nodes SET data = zeroblob(length(data))")
    database.close()


def put_in_another_database(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE nodes (id TEXT)")
    database.close()


@pytest.mark.parametrize(
    "spoil", [overwrite_all, overwrite_the_middle, cut_off, change_every_node, put_in_another_database]
)
def test_a_spoilt_cache_costs_time_and_nothing_else(small: Site, spoil: Callable[[Path], None]) -> None:
    spoil(cache_of(small))
    small.event("retitled", title="新的题目")
    small.build()
    assert differences(small) == []
    spoil(cache_of(small))
    small.event("retitled", title="又一个题目")
    kept = Kept(small)  # a server begins
    kept.build()
    assert differences(small) == []
    kept.close()
    small.event("retitled", title="又一个题目", body="新的正文。")
    assert build(small).rendered == 1
    assert differences(small) == []
