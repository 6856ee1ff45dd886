"""Several processes make what one would, whatever becomes of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from array import array
from pathlib import Path
from typing import Any

import pytest
from incremental.forking import NAMES, TEXTS
from incremental.toy import Toy, article

from almanac.incremental import run_all

REPOSITORY = Path(__file__).parents[2]


def run(story: str, jobs: int, store: Path) -> subprocess.CompletedProcess[str]:
    """Runs the program to its end, and to that of every process that it has started: all of them hold its output."""
    paths = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "tests")))
    return subprocess.run(
        [sys.executable, REPOSITORY / "tests/incremental/forking.py", story, str(jobs), store],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def told(story: str, jobs: int, store: Path) -> dict[str, Any]:
    finished = run(story, jobs, store)
    assert (finished.returncode, finished.stderr) == (0, "")
    found: dict[str, Any] = json.loads(finished.stdout)
    return found


def tables(store: Path) -> tuple[list[Any], list[Any], list[Any]]:
    """The nodes, the readers of each in the order of their ids, and the documents."""
    with sqlite3.connect(store) as database:
        nodes, readers, documents = (
            database.execute(f"SELECT name, data FROM {table} ORDER BY name").fetchall()  # noqa: S608 - a constant
            for table in ("nodes", "readers", "documents")
        )
    database.close()
    return nodes, [(node, sorted(array("q", those))) for node, those in readers], documents


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], tuple[list[Any], list[Any], list[Any]]]:
    """The results and the store of one process."""
    store = tmp_path_factory.mktemp("alone") / "store"
    return told("all is well", 1, store)["results"], tables(store)


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_give_the_results_and_the_store_of_one(
    tmp_path: Path, jobs: int, alone: tuple[dict[str, str], tuple[list[Any], list[Any], list[Any]]]
) -> None:
    found = told("all is well", jobs, tmp_path / "store")
    assert found["made_here"] < len(NAMES)
    assert (found["results"], tables(tmp_path / "store")) == alone


@pytest.mark.parametrize("story", ["workers are killed", "workers fail"])
def test_what_becomes_of_workers_loses_nothing(
    tmp_path: Path, story: str, alone: tuple[dict[str, str], tuple[list[Any], list[Any], list[Any]]]
) -> None:
    found = told(story, 3, tmp_path / "store")
    assert found["made_here"] == len(NAMES)
    assert (found["results"], tables(tmp_path / "store")) == alone


def test_the_next_build_knows_what_workers_have_made(tmp_path: Path) -> None:
    told("all is well", 3, tmp_path / "store")
    toy = Toy({**TEXTS, NAMES[30]: "New\ntext"}, tmp_path / "store")
    toy.build()
    toy.close()
    assert toy.made == {"front", f"article {NAMES[29]}", f"article {NAMES[30]}"}
    assert toy.pages == Toy(toy.texts).build()


def test_workers_make_what_is_stale(tmp_path: Path) -> None:
    told("all is well", 1, tmp_path / "store")
    shutil.copy(tmp_path / "store", tmp_path / "other")
    found = told("every text is edited", 3, tmp_path / "store")
    assert found["made_here"] < len(NAMES)
    assert found["results"] == told("every text is edited", 1, tmp_path / "other")["results"]
    assert tables(tmp_path / "store") == tables(tmp_path / "other")


def test_the_error_of_a_task_shows_itself_once(tmp_path: Path) -> None:
    finished = run("a task fails", 3, tmp_path / "store")
    assert finished.returncode == 1
    assert finished.stderr.count("\nValueError: ") == 1
    assert finished.stderr.count("Traceback") == 1


def test_workers_end_with_the_process_that_has_started_them(tmp_path: Path) -> None:
    assert run("this process is killed", 2, tmp_path / "store").returncode == -signal.SIGKILL


def test_few_tasks_run_here() -> None:
    toy = Toy(dict(TEXTS))
    toy.update()
    assert list(run_all(toy.graph, NAMES, lambda name: article(toy, name), 3)) == [article(toy, name) for name in NAMES]
    assert toy.ran()["article"] == 2 * len(NAMES)
