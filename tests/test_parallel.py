"""Several processes make pages: who makes which, and that nothing is lost or left behind, whatever becomes of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from errno import EAGAIN
from functools import partial
from multiprocessing import active_children
from multiprocessing.context import BaseContext
from time import monotonic, sleep

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sites import REPOSITORY

from almanac.build import parallel
from almanac.build.parts import part

HERE = os.getpid()


@pytest.fixture(autouse=True)
def forks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few pages are worth a process, and threads of the test runner are none of ours."""
    monkeypatch.setattr(parallel, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(parallel, "MOST", 5)
    monkeypatch.setattr(parallel, "FEW", 5)
    monkeypatch.setattr(parallel, "_forks", lambda: True)


def no_more_processes() -> BaseContext:
    raise BlockingIOError(EAGAIN, "Resource temporarily unavailable")


def made_by(numbers: Sequence[int]) -> list[tuple[int, int]]:
    sleep(0.01)
    return [(number, os.getpid()) for number in numbers]


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_each_page_is_made_once_by_one_of_all_processes(jobs: int) -> None:
    found = list(parallel.make_all(made_by, range(100), range(100, 110), jobs))
    assert sorted(number for number, _ in found) == list(range(110))
    assert {number for number, _ in found[:100]} == set(range(100))
    for numbers in (range(100), range(100, 110)):
        assert len({process for number, process in found if number in numbers}) == jobs


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_whoever_makes_what_comes_then_knows_the_parts_that_the_first_have_brought(jobs: int) -> None:
    def key_by_key(numbers: Sequence[int]) -> list[list[bytes]]:
        sleep(0.01)
        asked = range(100) if 100 in numbers or 101 in numbers or 102 in numbers else numbers
        return [
            [
                part(f"of-a-test-{jobs}", str(number), lambda: b"again" if len(numbers) == 1 else b"first")
                for number in asked
            ]
        ]

    found = list(parallel.make_all(key_by_key, range(100), [100, 101, 102], jobs))
    assert found[-3:] == [[b"first"] * 100] * 3


_loaded: list[int] = []


def load() -> None:
    _loaded.append(os.getpid())


def who_has_loaded(task: str) -> tuple[str, list[int]]:
    return task, list(_loaded)


def test_a_process_that_stands_by_has_loaded_what_its_task_takes() -> None:
    begin = parallel.standby(load, who_has_loaded, jobs=2)
    task, loaded = begin.ask("a task")()
    assert task == "a task"
    assert len(loaded) == 1
    assert loaded != [HERE]
    assert not _loaded
    alone = parallel.standby(load, who_has_loaded, jobs=1)
    assert not alone.elsewhere
    assert alone.ask("a task")() == ("a task", [])  # here whoever does it loads what it takes


def test_a_process_that_stands_by_may_tell_something_first() -> None:
    waiting = parallel.standby(partial(sleep, 0.1), who_has_loaded, jobs=2, tell=partial(divmod, 7, 2))
    assert waiting.told() == (3, 1)
    assert waiting.ask("a task")() == ("a task", [])
    alone = parallel.standby(load, who_has_loaded, jobs=1, tell=partial(divmod, 7, 2))
    assert alone.told() is None
    lost = parallel.standby(load, who_has_loaded, jobs=2, tell=partial(os._exit, 9))
    assert lost.told() is None
    assert lost.ask("a task")() == ("a task", [])
    assert not active_children()


def test_a_process_that_is_not_needed_ends_at_once() -> None:
    waiting = parallel.standby(partial(sleep, 600), len, jobs=2)
    began = monotonic()
    waiting.dismiss()
    assert not active_children()
    assert monotonic() - began < 60
    waiting.dismiss()  # whoever clears up need not know what has become of it


def test_nobody_goes_on_where_a_page_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(numbers: Sequence[int]) -> list[int]:
        if os.getpid() != HERE:
            sleep(600)
        raise ValueError(numbers)

    monkeypatch.setattr(parallel, "WORTH_A_PROCESS", 1000)
    with pytest.raises(ValueError, match=r"\[1, 2\]"):
        list(parallel.make_all(broken, [1, 2], [3], jobs=2, long=True))
    assert not active_children()


def test_what_takes_long_is_made_by_another_process_even_where_there_is_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "WORTH_A_PROCESS", 1000)
    found = dict(parallel.make_all(made_by, [1, 2], [3, 4], jobs=2, long=True))
    assert found[1] == found[2] == HERE
    assert found[3] == found[4] != HERE
    assert set(dict(parallel.make_all(made_by, [1, 2], [3, 4], jobs=2)).values()) == {HERE}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # it sets the same for every example
@given(st.integers(0, 3000), st.integers(1, 8), st.integers(1, 500), st.lists(st.booleans(), max_size=30))
def test_tasks_are_taken_from_both_ends_and_grow_smaller_towards_the_end(
    count: int, processes: int, most: int, from_first: list[bool]
) -> None:
    queue = parallel._Queue(range(count), processes, most)
    before: list[int] = []
    after: list[int] = []
    sizes = [most]
    for first in from_first:
        taken = list(queue.first() if first else queue.last())
        assert bool(taken) == (len(before) + len(after) < count)
        sizes.append(len(taken))
        before, after = (before + taken, after) if first else (before, taken + after)
    assert sizes == sorted(sizes, reverse=True)
    assert [*before, *queue.numbers, *after] == list(range(count))


def test_no_process_waits_while_long_pages_are_left() -> None:
    def slowly(numbers: Sequence[int]) -> list[tuple[int, int]]:
        sleep(0.2)
        return [(number, os.getpid()) for number in numbers]

    found = dict(parallel.make_all(slowly, [0], [1, 2, 3, 4], 2))
    assert sorted(found) == [0, 1, 2, 3, 4]
    assert found[3] == found[4] == os.getpid() != found[1] == found[2]


def test_what_a_worker_does_not_answer_is_made_here() -> None:
    def deadly(numbers: Sequence[int]) -> list[int]:
        sleep(0.01)
        if 10 in numbers and os.getpid() != HERE:
            os._exit(9)
        return list(numbers)

    assert sorted(parallel.make_all(deadly, range(100), [100, 101, 102], 2)) == list(range(103))


def test_an_error_of_a_worker_is_met_here_too() -> None:
    def broken(numbers: Sequence[int]) -> list[int]:
        sleep(0.01)
        if 0 in numbers:
            raise ValueError("broken")
        return list(numbers)

    with pytest.raises(ValueError, match="broken"):
        list(parallel.make_all(broken, range(100), (), 2))


def test_where_no_process_can_be_started_everything_is_made_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "context", no_more_processes)
    found = list(parallel.make_all(made_by, range(20), [20, 21], 3))
    assert sorted(found) == [(number, os.getpid()) for number in range(22)]


KILLED = """
import os, time
from almanac.build import parallel

def make(numbers):
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(0.05)
    return [b"x" * 3_000_000]

parallel.WORTH_A_PROCESS = parallel.MOST = parallel.FEW = 1
for _ in parallel.make_all(make, range(1000), (), 3):
    pass
"""


def test_workers_end_with_the_process_that_started_them_even_if_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout
        workers: set[int] = set()
        while len(workers) < 2:
            workers |= {int(started.stdout.readline())} - {started.pid}
        started.kill()
        started.communicate(timeout=30)  # to the end, which comes when the last of them has closed it
