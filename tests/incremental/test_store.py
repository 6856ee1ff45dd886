"""The file that outlasts a process: it is never trusted further than it is whole, and never half written."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import cast
from zlib import crc32

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from incremental.toy import Toy, front, stored, title
from msgspec.structs import replace

from almanac.incremental import Store
from almanac.incremental.queries import encode, id_of
from almanac.incremental.store import ROW, Row, packed

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
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_changed_bit_is_noticed_or_harmless(path: Path, data: st.DataObject) -> None:
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << data.draw(st.integers(0, 7)))]) + whole[place + 1 :])
    for texts in ({**TEXTS, "b": "Birds\nfly"}, {"index": "a c", "a": "Air\nblows\nnext: c", "c": "Crows\ncall"}):
        assert build(path, texts).pages == Toy(texts).build()
    path.write_bytes(whole)


def keyed(*parts: object) -> Callable[[Row], Row]:
    """Gives a row a key, which its id follows."""
    key = encode(parts)
    return lambda row: replace(row, key=key, id=id_of(key))


HOSTILE: list[Callable[[Row], Row]] = [
    lambda row: replace(row, key=b"\xc1"),
    lambda row: replace(row, id=row.id ^ 1),
    lambda row: replace(row, height=10**6),
    lambda row: replace(row, reads=row.reads + b"odd"),
    lambda row: replace(row, reads=b""),
    lambda row: replace(row, value=b"\xc1" if row.value is not None else None),
    lambda row: replace(row, value=encode({"a": 1, "b": 2}) if row.value is not None else None),
]


@pytest.mark.parametrize("change", HOSTILE)
@pytest.mark.parametrize("edits", [{}, {"a": "Ants\nrun"}, {"index": "a"}])
def test_a_store_that_holds_what_no_graph_has_written_ends_in_no_traceback(
    path: Path, change: Callable[[Row], Row], edits: dict[str, str]
) -> None:
    """Checksums are true: such a file may come with a cache from elsewhere."""
    rewrite(path, "nodes", lambda data: encode(change(ROW.decode(data))))
    toy = build(path, {**TEXTS, **edits})
    assert toy.pages == Toy(toy.texts).build()


@pytest.mark.parametrize("readers", [b"odd", packed([1, 2]), packed([id_of(encode(("text", "a")))])])
def test_readers_that_no_graph_has_written_end_in_no_traceback(path: Path, readers: bytes) -> None:
    rewrite(path, "readers", lambda _: readers)
    toy = Toy({**TEXTS, "index": "a"}, path)
    toy.build()
    toy.close()


@pytest.mark.parametrize("parts", [("os:system", "id"), ("none",), (1,), (), ("text", ["a"])])
def test_a_row_of_a_query_that_does_not_exist_ends_in_no_traceback(path: Path, parts: tuple[object, ...]) -> None:
    with sqlite3.connect(path) as database:
        ((data,),) = database.execute("SELECT data FROM nodes LIMIT 1")
        foreign = keyed(*parts)(ROW.decode(data))
        kept = encode(foreign)
        database.execute("INSERT INTO nodes VALUES (?, ?, ?)", (foreign.id, checksum("nodes", foreign.id, kept), kept))
    database.close()
    rewrite(path, "readers", lambda _: packed([foreign.id]))
    toy = build(path, {**TEXTS, "a": "Ants\nrun"})
    assert toy.pages == Toy(toy.texts).build()


def checksum(table: str, name: int, data: bytes) -> int:
    """As the store computes it."""
    return crc32(data, crc32(f"{table} {name}".encode()))


def rewrite(path: Path, table: str, change: Callable[[bytes], bytes]) -> None:
    """Changes every entry of a table; their checksums are true."""
    with sqlite3.connect(path) as database:
        for name, data in database.execute(f"SELECT name, data FROM {table}").fetchall():  # noqa: S608 - a table's name
            new = change(data)
            values = (new, checksum(table, name, new), name)
            database.execute(f"UPDATE {table} SET data = ?, checksum = ? WHERE name = ?", values)  # noqa: S608
    database.close()


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
