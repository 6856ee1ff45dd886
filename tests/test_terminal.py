"""What a person at a terminal sees of a build, and who sees nothing of it."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from contextlib import redirect_stderr
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import REPOSITORY, Site
from terminals import Terminal, at_a_terminal

from almanac.cli import progress
from almanac.cli.reports import _width
from almanac.cli.terminal import Figures, show_figures
from almanac.core.problems import text
from almanac.core.stopwatch import lap

# The command line, on which a build counts as long from so many files on, and is shown after so many seconds.
TIMED = "from almanac.cli import progress; progress.MANY, progress.DELAY, progress.PAUSE = {many}, {delay}, 0; from almanac.cli.app import run; run()"
AT_ONCE = TIMED.format(many=1, delay=0)
LOADS_RICH = re.compile(rb"\| +rich\b")  # in what `-X importtime` says
COLOUR = re.compile(rb"\x1b\[(\d+;)*(3|9)\d(;\d+)*m")


def build(site: Site, *arguments: str, lang: str = "en") -> tuple[str | Path, ...]:
    return ("--root", site.root, "--lang", lang, "build", "--now", "2027-03-01T09:00", *arguments)


def shipped_command(site: Site, *arguments: str, lang: str = "en") -> list[str | Path]:
    return [sys.executable, "-X", "importtime", "site.py", *build(site, *arguments, lang=lang)]


def timed(site: Site, *arguments: str, how: str = AT_ONCE, lang: str = "en") -> list[str | Path]:
    return [sys.executable, "-c", how, *build(site, *arguments, lang=lang)]


def seen(terminal: Terminal) -> list[str]:
    """Every line that was the last of a screen, once."""
    return list(dict.fromkeys(screen[-1] for screen in terminal.screens() if screen))


def without_times(words: str) -> str:
    return re.sub(r"\d+\.\d+", "0.00", words)


def ends_in_a_figure(line: str) -> bool:
    """Whether a line of a table is a row; a long name goes on in lines of its own."""
    return line[-1].isdigit() or line.endswith("%")


def in_order(words: list[str], lines: list[str]) -> bool:
    places = [next((place for place, line in enumerate(lines) if line.startswith(word)), -1) for word in words]
    return -1 not in places and all(first < second for first, second in pairwise(places))


def test_a_large_build_names_its_stages_and_leaves_nothing_but_the_summary(site: Site) -> None:
    terminal = at_a_terminal(timed(site))
    stages = [
        "Reading files",
        "Linking",
        "Planning",
        "Choosing what to make",
        "Making pages",
        "Publishing",
        "Keeping what the next build needs",
    ]
    lines = seen(terminal)
    assert in_order(stages, lines), lines
    assert any(re.fullmatch(r"Reading files ━+ 13/13 00:00 left", line) for line in lines), lines
    pages = len(site.files())
    assert any(re.fullmatch(rf"Making pages [━╸╺]+ +{pages // 2}/{pages} 0\d:\d\d left", line) for line in lines), lines
    assert re.fullmatch(rf"{pages} written, 0 unchanged, 0 removed in \S+ s: .*", terminal.screen[0])
    assert "".join(terminal.screen[1:]).endswith("22 feeds; the largest is feeds/organisers/kexie.ics with 5 KB.")
    assert not terminal.cursor_is_hidden


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_stage_takes_one_line_of_a_narrow_terminal(site: Site, lang: str) -> None:
    terminal = at_a_terminal(timed(site, lang=lang), 40)
    shown = [screen for screen in terminal.screens() if screen][:-1]
    assert {len(screen) for screen in shown} == {1}
    counted = [screen[0] for screen in shown if "━" in screen[0]]
    pattern = {
        "zh-CN": r"(读取文件|生成页面) [━╸╺]{5,} +\d+/\d+ 剩余 (--|00):(--|\d\d)",
        "en": r"(Reading files|Making pages) [━╸╺]{5,} +\d+/\d+ (--|00):(--|\d\d) left",
    }
    assert all(re.fullmatch(pattern[lang], line) and _width(line) == 40 for line in counted), counted
    assert {line.split()[0] for line in counted} == (
        {"读取文件", "生成页面"} if lang == "zh-CN" else {"Reading", "Making"}
    )


def test_a_build_that_is_interrupted_gives_the_cursor_back(site: Site) -> None:
    terminal = at_a_terminal(timed(site), interrupted_at=b"Making pages")
    assert terminal.code == 1
    assert terminal.screen[-1] == "Aborted!"
    assert not terminal.cursor_is_hidden
    assert not site.output.joinpath("index.html").exists()


def test_problems_are_told_as_ever(site: Site) -> None:
    site.event("bad", start="2027-02-31")
    terminal = at_a_terminal(timed(site), environment={"NO_COLOR": "1"})
    assert terminal.code == 1
    assert terminal.screen[0].startswith("content/events/bad.md:3: error:")
    assert terminal.screen[-1] == "Nothing was published: 1 to put right first."


@pytest.mark.parametrize(("many", "delay", "arguments"), [(1, 60, ["--clean"]), (10_000, 0, [])])
def test_what_is_short_or_small_is_not_shown(site: Site, many: int, delay: int, arguments: list[str]) -> None:
    terminal = at_a_terminal(timed(site, *arguments, how=TIMED.format(many=many, delay=delay)))
    assert terminal.code == 0
    assert b"\x1b" not in terminal.written


def test_an_everyday_build_at_a_terminal_does_not_load_rich(site: Site) -> None:
    site.build()
    for body in (None, "正文。", "新的正文。"):
        if body:
            site.event("talk", body)
        terminal = at_a_terminal(shipped_command(site), 160)
        assert b"almanac.cli.progress\r\n" in terminal.written
        assert not LOADS_RICH.search(terminal.written)
    assert LOADS_RICH.search(at_a_terminal(shipped_command(site, "--profile"), 160).written)


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}])
def test_where_nobody_looks_all_is_told_in_plain_lines(site: Site, environment: dict[str, str]) -> None:
    site.build()
    arguments = ["--clean", "--profile"]
    piped = subprocess.run(shipped_command(site, *arguments), capture_output=True, check=True, cwd=REPOSITORY).stderr
    terminal = at_a_terminal(shipped_command(site, *arguments), 160, environment).written.replace(b"\r\n", b"\n")
    for written in (piped, terminal):
        assert not LOADS_RICH.search(written)
        assert b"\x1b" not in written
    said = [
        [line for line in without_times(written.decode()).splitlines() if not line.startswith("import time:")]
        for written in (piped, terminal)
    ]
    assert said[0] == said[1]
    assert "    0.00 s  Making pages" in said[0]
    assert "       5 KB  feeds/organisers/kexie.ics" in said[0]


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("columns", [80, 40])
def test_a_profile_is_three_tables_whose_figures_stand_below_each_other(site: Site, lang: str, columns: int) -> None:
    terminal = at_a_terminal(timed(site, "--profile", how=TIMED.format(many=10_000, delay=60), lang=lang), columns)
    _summary, *tables = [part.splitlines() for part in "\n".join(terminal.screen).split("\n\n")]
    titles = {
        "zh-CN": ["各阶段用时", "各类输出的大小", "最大的订阅源"],
        "en": ["Time by stage", "Size by output", "The largest feeds"],
    }
    assert [table[0] for table in tables] == titles[lang]
    for _title, head, rule, *rows in tables:
        assert {_width(line) for line in rows if ends_in_a_figure(line)} == {_width(head)} == {_width(rule)}
        assert max(map(_width, (rule, *rows))) <= columns
    times, sizes, feeds = ([line.split() for line in table[3:] if ends_in_a_figure(line)] for table in tables)
    assert sum(int(row[-1].removesuffix("%")) for row in times) == pytest.approx(100, abs=len(times) / 2)
    assert [row[-1] for row in sizes if row[0] == "feeds/*.ics"] == ["22"]
    assert len(feeds) == 5
    assert feeds[0] == ["feeds/organisers/kexie.ics", "5"]


@pytest.mark.parametrize("environment", [{}, {"TERM": "dumb"}])
def test_nothing_that_a_file_is_called_steers_the_terminal(site: Site, environment: dict[str, str]) -> None:
    site.write("content/files/a.\x1b[31m[red]b\x9b2J", "x")
    terminal = at_a_terminal(timed(site, "--profile", how=TIMED.format(many=10_000, delay=60)), environment=environment)
    assert any("files/*.�[31m[red]b�2J" in line for line in terminal.screen), terminal.screen
    assert not COLOUR.search(terminal.written)


def test_whoever_wants_no_colour_gets_none(site: Site) -> None:
    for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        terminal = at_a_terminal(timed(site, "--clean", "--profile"), environment=environment)
        assert "Making pages" in "".join(seen(terminal))
        assert bool(COLOUR.search(terminal.written)) == coloured


def test_to_show_a_stage_starts_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY", 0)
    monkeypatch.setattr(progress, "watched", lambda _stream: True)
    running = threading.active_count()
    with progress.shown(lambda words: words.show(str), long=True) as look, lap(text("Linking")):
        assert list(look("abc", 3)) == ["a", "b", "c"]
        assert threading.active_count() == running


def test_rows_of_tables_are_counted_too(site: Site, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    for verb, stage, events in (("export", "Making rows", 5), ("import", "Reading rows", 5)):
        terminal = at_a_terminal([sys.executable, "-c", AT_ONCE, "--root", site.root, "--lang", "en", verb, table])
        assert terminal.code == 0, terminal.screen
        assert any(re.fullmatch(rf"{stage} ━+ {events}/{events} 00:00 left", line) for line in seen(terminal)), seen(
            terminal
        )
        assert not any(stage in line for line in terminal.screen)


@given(st.lists(st.text(max_size=30), max_size=4))
def test_whatever_a_row_is_called_a_table_steers_nothing(names: list[str]) -> None:
    written = StringIO()
    with redirect_stderr(written):
        show_figures(
            lambda words: words.show(str),
            [Figures(text("Title"), (text("Name"), text("Bytes")), [(name, "1") for name in names])],
        )
    assert all(letter.isprintable() or letter == "\n" for letter in written.getvalue())
    assert written.getvalue().count(" 1\n") == len(names)
