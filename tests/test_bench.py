"""The benchmark builds the same events with both generators, and its edits and figures are right."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from sites import Site

from bench import measure
from bench.corpus import NOW, events, write_for_hugo, write_for_us
from bench.measure import Run, memory_of, ratio, run
from bench.sites import Site as Measured
from bench.sites import edit_body, edit_date, edit_title


def test_the_events_are_the_same_in_every_run_and_share_no_sentences() -> None:
    found = list(events(400))
    assert found == list(events(400))
    sentences = [sentence for event in found for sentence in re.findall("[^。\\n]{20,}。", event.body)]
    assert len(set(sentences)) > 0.99 * len(sentences)
    assert 230 < sum(len(event.body) for event in found) / len(found) < 280


def test_the_corpus_builds_and_shows_every_kind_of_edit(tmp_path: Path) -> None:
    write_for_us(tmp_path / "ours", 30)
    site = Site(tmp_path / "ours", now=NOW)
    site.build()
    source = Measured("ours", site.root, tmp_path).sources()[7]
    for edit, word in ((edit_body, "w1"), (edit_title, "w2")):
        edit(source, word)
        site.build()
        assert word in site.page(f"/events/{source.stem}/")
    for hours in (True, False):  # whole days have none
        moved = next(
            file
            for file in Measured("ours", site.root, tmp_path).sources()
            if bool(re.search(r'^start: ".* ', _text(file), re.MULTILINE)) is hours
        )
        before = site.page(f"/events/{moved.stem}/")
        edit_date(moved, "w03")
        site.build()
        assert site.page(f"/events/{moved.stem}/") != before


def test_each_edit_changes_any_event_of_both_corpora(tmp_path: Path) -> None:
    for name, write in (("ours", write_for_us), ("hugo", write_for_hugo)):
        write(tmp_path / name, 60)
        for source in Measured(name, tmp_path / name, tmp_path).sources():
            for edit in (edit_body, edit_title, edit_date):
                before = _text(source)
                edit(source, "w03")
                assert _text(source) != before


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def test_both_corpora_have_the_same_files(tmp_path: Path) -> None:
    write_for_us(tmp_path / "ours", 30)
    write_for_hugo(tmp_path / "hugo", 30)
    files = [
        sorted(file.relative_to(tmp_path / name).as_posix() for file in (tmp_path / name).rglob("events/**/*.md"))
        for name in ("ours", "hugo")
    ]
    assert files[0] == files[1]
    assert len(files[0]) == 30


CHILD = """
import sys
from pathlib import Path
from time import perf_counter
began = perf_counter()
held = bytearray(60_000_000)
while not Path(sys.argv[1]).exists():
    pass
print(perf_counter() - began)
"""


def test_time_and_memory_include_child_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child holds its memory until a sample has shown it, and says how long it ran."""
    seen, log = tmp_path / "seen", tmp_path / "log"

    def sampled(process: int) -> float:
        found = memory_of(process)
        if found > 60:
            seen.touch()
        return found

    monkeypatch.setattr(measure, "memory_of", sampled)
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}, {str(seen)!r}], check=True)"
    found = run([sys.executable, "-c", parent], tmp_path, log)
    assert found.memory > 60
    assert found.seconds >= float(log.read_text(encoding="utf-8"))
    assert memory_of(2**22 + 1) == 0


def test_the_ratio_is_the_median_of_pairs() -> None:
    ours, theirs = [Run(1, 0), Run(4, 0), Run(2, 0)], [Run(2, 0), Run(4, 0), Run(8, 0)]
    assert ratio((one.seconds for one in ours), (one.seconds for one in theirs)) == pytest.approx(0.5)
