"""The file that outlasts a process: it is never trusted further than it is whole, and never half written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from incremental.toy import Toy

TEXTS = {"index": "a b", "a": "Air\nblows\nnext: b", "b": "Bees\nfly"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of a site that has been built."""
    path = tmp_path / "store"
    build(path, TEXTS)
    assert set(tmp_path.iterdir()) == {path}
    return path


def build(path: Path, texts: dict[str, str]) -> Toy:
    toy = Toy(texts, path)
    toy.build()
    assert toy.save()
    assert toy.store
    toy.store.close()
    return toy


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-5000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def write_text(path: Path) -> None:
    path.write_text("Not a store.\n" * 1000)


def begin_as_a_database(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0" + bytes(5000))


def write_a_foreign_database(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE nodes (id INTEGER PRIMARY KEY, name TEXT)")
        database.execute("INSERT INTO nodes VALUES (1, 'foreign')")
    database.close()


def drop_a_table(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE nodes")
    database.close()
