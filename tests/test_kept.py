"""Large maps in the cache: a little that is new costs little, and whatever becomes of the files, nothing that is read is wrong."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.msgpack import Decoder
from sites import Site

from almanac.build.kept import KeptMap
from almanac.content import shelf

DECODER: Decoder[tuple[str, dict[str, memoryview]]] = Decoder(tuple[str, dict[str, memoryview]])
KEYS = [f"key-{number}" for number in range(40)]


def kept(folder: Path, form: str = "one") -> KeptMap[memoryview]:
    return KeptMap(folder / "map.msgpack", form, DECODER)


def many(word: bytes) -> dict[str, memoryview]:
    return {key: memoryview(word + key.encode()) for key in KEYS}


def test_what_is_new_stands_in_a_small_file_until_it_is_much(tmp_path: Path) -> None:
    kept(tmp_path).write(many(b"old"))
    large = (tmp_path / "map.msgpack").stat()
    for number in range(5):  # each a build of its own
        one = kept(tmp_path)
        one.write({**one.read(), KEYS[number]: memoryview(b"new")})
    assert (tmp_path / "map.msgpack").stat().st_mtime_ns == large.st_mtime_ns
    assert (tmp_path / "map.newer.msgpack").stat().st_size < large.st_size / 4
    assert kept(tmp_path).read() == {**many(b"old"), **dict.fromkeys(KEYS[:5], memoryview(b"new"))}
    one = kept(tmp_path)
    one.write({**one.read(), KEYS[5]: memoryview(b"new")})
    assert not (tmp_path / "map.newer.msgpack").exists()
    assert kept(tmp_path).read() == {**many(b"old"), **dict.fromkeys(KEYS[:6], memoryview(b"new"))}


def test_another_form_or_too_large_a_file_is_as_good_as_none(tmp_path: Path) -> None:
    kept(tmp_path).write(many(b"old"))
    assert kept(tmp_path, "another").read() == {}
    assert kept(tmp_path).read(most=100) == {}


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.dictionaries(st.sampled_from(KEYS), st.binary(max_size=5), max_size=9),
            st.sampled_from(["map.msgpack", "map.newer.msgpack"]),
        )
    )
)
def test_whatever_is_lost_nothing_is_made_up(steps: list[dict[str, bytes] | str]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        written = {key: {bytes(value)} for key, value in many(b"old").items()}  # all that was ever said of each key
        server = kept(folder)
        known = many(b"old")
        server.write(known)
        for step in steps:
            if isinstance(step, str):
                (folder / step).unlink(missing_ok=True)
                continue
            known |= {key: memoryview(value) for key, value in step.items()}
            server.write(known)
            for key, value in step.items():
                written[key].add(value)
            assert all(bytes(value) in written[key] for key, value in kept(folder).read().items())
        if not any(isinstance(step, str) for step in steps):
            assert kept(folder).read() == known


def test_a_new_title_writes_neither_all_records_nor_all_parts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "COARSEST", 0)  # the files that were written just now count as read and known
    for number in range(60):
        site.event(f"talk-{number}", title="旧的题目", body="正文。")
    site.build()
    cache = site.root / ".almanac"
    large = {file: file.stat().st_ino for file in cache.iterdir() if file.name.startswith(("shelf-", "parts-"))}
    assert len(large) > 2
    for number in range(3):
        site.event(f"talk-{number}", title="新的题目", body="新的正文。")
        site.build()
    assert {file: file.stat().st_ino for file in large} == large
    shelf.shelf_of.cache_clear()  # as if another process came
    monkeypatch.delattr("almanac.content.parse.parse")
    assert site.build().written == 0
    assert "新的题目" in site.page("/events/talk-2/")
