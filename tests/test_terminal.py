"""Progress and tables at a terminal; plain lines everywhere else."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import redirect_stderr
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sites import REPOSITORY, Site
from terminals import Terminal, at_a_terminal

from almanac.cli.display import FigureTable, show_tables
from almanac.core.printing import width
from almanac.core.problems import text

# Runs the command line with other limits: progress is shown from so many files on, and after so many seconds.
LIMITED = (
    "from almanac.cli import display; display.MANY, display.DELAY, display.PAUSE = {many}, {delay}, 0; "
    'from almanac.cli.app import run; run("site.py")'
)
AT_ONCE = LIMITED.format(many=1, delay=0)
NEVER = LIMITED.format(many=10_000, delay=60)
COLOUR = re.compile(rb"\x1b\[(\d+;)*(3|9)\d(;\d+)*m")


def build(site: Site, *arguments: str, lang: str = "en") -> tuple[str | Path, ...]:
    return ("--root", site.root, "--lang", lang, "build", "--now", "2027-03-01T09:00", *arguments)


def timed(site: Site, *arguments: str, how: str = AT_ONCE, lang: str = "en") -> list[str | Path]:
    return [sys.executable, "-c", how, *build(site, *arguments, lang=lang)]


def seen(terminal: Terminal) -> list[str]:
    """The different last lines of all screens, in order."""
    return list(dict.fromkeys(screen[-1] for screen in terminal.screens if screen))


def without_times(words: str) -> str:
    return re.sub(r"\d+\.\d+", "0.00", words)


def ends_in_a_figure(line: str) -> bool:
    """Whether a line of a table has figures; a long name continues on lines without."""
    return line[-1].isdigit() or line.endswith("%")


def in_order(words: list[str], lines: list[str]) -> bool:
    places = [next((place for place, line in enumerate(lines) if line.startswith(word)), -1) for word in words]
    return -1 not in places and all(first < second for first, second in pairwise(places))


def test_a_large_build_shows_its_stages_and_leaves_only_the_summary(site: Site) -> None:
    terminal = at_a_terminal(timed(site))
    stages = ["Reading files", "Linking", "Choosing what to make", "Making pages", "Publishing"]
    lines = seen(terminal)
    assert in_order(stages, lines), lines
    assert any(re.fullmatch(r"Reading files ━+ 15/15 00:00 left", line) for line in lines), lines
    pages = len(site.files())
    assert any(re.fullmatch(rf"Making pages [━╸╺]+ +{pages // 2}/{pages} 0\d:\d\d left", line) for line in lines), lines
    assert re.fullmatch(rf"{pages} written, 0 unchanged, 0 removed in \S+ s: .*", terminal.screen[0])
    assert "".join(terminal.screen[1:]).endswith("29 feeds; the largest is feeds/organisers/kexie.ics with 6 KB.")
    assert not terminal.cursor_is_hidden


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_stage_takes_one_line_of_a_narrow_terminal(site: Site, lang: str) -> None:
    terminal = at_a_terminal(timed(site, lang=lang), 40)
    shown = [screen for screen in terminal.screens if screen][:-1]
    assert {len(screen) for screen in shown} == {1}
    counted = [screen[0] for screen in shown if "━" in screen[0]]
    pattern = {
        "zh-CN": r"(读取文件|生成页面) [━╸╺]{5,} +\d+/\d+ 剩余 (--:--|\d\d:\d\d)",
        "en": r"(Reading files|Making pages) [━╸╺]{5,} +\d+/\d+ (--:--|\d\d:\d\d) left",
    }
    assert all(re.fullmatch(pattern[lang], line) and width(line) == 40 for line in counted), counted
    assert {line.split()[0] for line in counted} == (
        {"读取文件", "生成页面"} if lang == "zh-CN" else {"Reading", "Making"}
    )


def test_a_long_import_shows_how_far_it_is(site: Site) -> None:
    table = site.root.parent / "汇总.csv"
    rows = "".join(f"第{number}讲,2027-09-{number:02}\n" for number in range(1, 5))
    table.write_text(f"活动名称,活动时间\n{rows}", encoding="utf-8")
    importing = ("--root", site.root, "--lang", "en", "import", table, "--yes")
    terminal = at_a_terminal([sys.executable, "-c", AT_ONCE, *importing])
    lines = seen(terminal)
    for stage in ("Reading rows", "Writing files"):
        assert any(re.fullmatch(rf"{stage} [━╸╺]+ +2/4 .* left", line) for line in lines), lines
    assert "4 new (0 of them drafts), 0 updated, 0 unchanged." in terminal.screen


def test_an_interrupted_build_shows_the_cursor_again(site: Site) -> None:
    terminal = at_a_terminal(timed(site), interrupted_at=b"Making pages")
    assert terminal.code == 1
    assert terminal.screen[-1] == "Ended before it was done."
    assert not terminal.cursor_is_hidden
    assert not site.output.joinpath("index.html").exists()


def test_problems_are_reported_after_the_progress(site: Site) -> None:
    site.event("bad", start="2027-02-31")
    terminal = at_a_terminal(timed(site), environment={"NO_COLOR": "1"})
    assert terminal.code == 1
    assert terminal.screen[0].startswith("content/events/bad.md:3: error:")
    assert terminal.screen[-1] == "Nothing was published: 1 to put right first."


@pytest.mark.parametrize(("many", "delay", "arguments"), [(1, 60, ["--clean"]), (10_000, 0, [])])
def test_short_and_small_builds_show_no_progress(site: Site, many: int, delay: int, arguments: list[str]) -> None:
    terminal = at_a_terminal(timed(site, *arguments, how=LIMITED.format(many=many, delay=delay)))
    assert terminal.code == 0
    assert b"\x1b" not in terminal.written


@pytest.mark.parametrize("environment", [{"CI": "true"}, {"TERM": "dumb"}])
def test_unwatched_output_is_plain_lines(site: Site, environment: dict[str, str]) -> None:
    site.build()
    arguments = ["--clean", "--profile"]
    command = [sys.executable, "site.py", *build(site, *arguments)]
    piped = subprocess.run(command, capture_output=True, check=True, cwd=REPOSITORY).stderr
    terminal = at_a_terminal(command, 160, environment=environment).written.replace(b"\r\n", b"\n")
    assert b"\x1b" not in piped + terminal
    lines = without_times(piped.decode()).splitlines()
    assert without_times(terminal.decode()).splitlines() == lines
    assert "    0.00 s  Making pages" in lines
    assert "       6 KB  feeds/organisers/kexie.ics" in lines


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("columns", [80, 40])
def test_a_profile_is_three_tables_with_aligned_figures(site: Site, lang: str, columns: int) -> None:
    terminal = at_a_terminal(timed(site, "--profile", how=NEVER, lang=lang), columns, lines=120)
    _summary, *tables = [part.splitlines() for part in "\n".join(terminal.screen).split("\n\n")]
    titles = {
        "zh-CN": ["各阶段用时", "各类输出的大小", "最大的订阅源"],
        "en": ["Time by stage", "Size by output", "The largest feeds"],
    }
    assert [table[0] for table in tables] == titles[lang]
    for _title, head, rule, *rows in tables:
        assert {width(line) for line in rows if ends_in_a_figure(line)} == {width(head)} == {width(rule)}
        assert max(map(width, (rule, *rows))) <= columns
    times, sizes, feeds = ([line.split() for line in table[3:] if ends_in_a_figure(line)] for table in tables)
    assert sum(int(row[-1].removesuffix("%")) for row in times) == pytest.approx(100, abs=len(times) / 2)
    assert [row[-1] for row in sizes if row[0] == "feeds/*.ics"] == ["29"]
    assert len(feeds) == 5
    assert feeds[0] == ["feeds/organisers/kexie.ics", "6"]


@pytest.mark.parametrize("environment", [{}, {"TERM": "dumb"}])
def test_the_name_of_a_file_cannot_control_the_terminal(site: Site, environment: dict[str, str]) -> None:
    site.write("content/files/a.\x1b[31m[red]b\x9b2J", "x")
    terminal = at_a_terminal(timed(site, "--profile", how=NEVER), lines=120, environment=environment)
    assert any("files/*.�[31m[red]b�2J" in line for line in terminal.screen), terminal.screen
    assert not COLOUR.search(terminal.written)


def test_no_color_is_respected(site: Site) -> None:
    for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        terminal = at_a_terminal(timed(site, "--clean", "--profile"), lines=120, environment=environment)
        assert "Making pages" in "".join(seen(terminal))
        assert bool(COLOUR.search(terminal.written)) == coloured


def test_import_and_export_count_rows(site: Site, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    for verb, stage, events in (("export", "Making rows", 5), ("import", "Reading rows", 5)):
        terminal = at_a_terminal([sys.executable, "-c", AT_ONCE, "--root", site.root, "--lang", "en", verb, table])
        assert terminal.code == 0, terminal.screen
        assert any(re.fullmatch(rf"{stage} ━+ {events}/{events} 00:00 left", line) for line in seen(terminal)), seen(
            terminal
        )
        assert not any(stage in line for line in terminal.screen)


@given(st.lists(st.text(max_size=30), max_size=4))
def test_no_row_of_a_table_can_control_the_terminal(names: list[str]) -> None:
    written = StringIO()
    with redirect_stderr(written):
        show_tables(
            lambda words: words.show(str),
            [FigureTable(text("Title"), (text("Name"), text("Bytes")), [(name, "1") for name in names])],
        )
    assert all(letter.isprintable() or letter == "\n" for letter in written.getvalue())
    assert written.getvalue().count(" 1\n") == len(names)
