"""The file that outlasts a process: it is never trusted further than it is whole, and never half written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from incremental.toy import Toy, front, stored, title

from almanac.incremental import Store

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
    toy.save()
    toy.close()
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


DAMAGE: list[Callable[[Path], None]] = [
    truncate,
    empty,
    write_text,
    begin_as_a_database,
    write_a_foreign_database,
    drop_a_table,
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_emptied_and_everything_is_computed_again(path: Path, damage: Callable[[Path], None]) -> None:
    damage(path)
    toy = build(path, {**TEXTS, "b": "Birds\nfly"})
    assert toy.pages == Toy(toy.texts).build()
    assert toy.made == {"front", "article a", "article b"}
    assert build(path, toy.texts).made == set()


@pytest.mark.parametrize("what", [b"Bees", b"Air, ", b"toy:title", b"<a>Bees"])
def test_a_byte_that_has_changed_in_what_is_stored_is_noticed(path: Path, what: bytes) -> None:
    whole = path.read_bytes()
    places = [place for place in range(len(whole)) if whole.startswith(what, place)]
    assert places
    for place in places:
        for edits in ({}, {"a": "Ants\nrun"}, {"b": "Birds\nfly"}):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            toy = build(path, {**TEXTS, **edits})
            assert toy.pages == Toy(toy.texts).build()


@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_file_with_any_changed_byte_can_be_built_from(path: Path, data: st.DataObject) -> None:
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    path.write_bytes(whole[:place] + bytes([data.draw(st.integers(0, 255))]) + whole[place + 1 :])
    toy = Toy({**TEXTS, "b": "Birds\nfly"}, path)
    toy.build()
    toy.close()
    path.write_bytes(whole)


def test_where_no_file_can_be_made_the_error_says_where(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    with pytest.raises(OSError, match="store"):
        Store(tmp_path / "store", "1")


def test_nothing_is_written_before_the_store_is_saved(tmp_path: Path) -> None:
    path = tmp_path / "store"
    first = Toy(TEXTS, path)
    first.build()
    assert Toy(TEXTS, path).pages == {}
    assert stored(path, [(title, ("a",)), (front, ())]) == [False, False]
    first.save()
    assert Toy(TEXTS, path).pages == first.pages
    assert stored(path, [(title, ("a",)), (front, ())]) == [True, True]


def test_a_save_that_fails_half_way_leaves_what_was_there(path: Path) -> None:
    toy = Toy({**TEXTS, "b": "Birds\nfly"}, path)
    toy.build()
    with pytest.raises(TypeError):
        toy.graph.save({"first": b"", "toy": cast("bytes", "no bytes")})
    assert Store(path, "1").document("first") is None
    assert build(path, toy.texts).made == {"front", "article a", "article b"}


def test_a_save_that_failed_can_be_tried_again(path: Path) -> None:
    toy = Toy({**TEXTS, "b": "Birds\nfly"}, path)
    toy.build()
    with pytest.raises(TypeError):
        toy.graph.save({"toy": cast("bytes", "no bytes")})
    toy.save()
    assert build(path, toy.texts).made == set()
