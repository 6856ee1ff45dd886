"""Reports of problems for people, for programs and for a forge."""

from __future__ import annotations

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from sites import REPOSITORY, Site

from almanac.cli.reports import as_github, as_json, as_text
from almanac.content.located import located
from almanac.content.positions import opener, positioned
from almanac.core.printing import WIDEST, cut_line, width
from almanac.core.problems import Location, Problem, text

ANSI = re.compile(r"\x1b\[\d*m")
SCHEMA = json.loads((REPOSITORY / "docs/check-report.schema.json").read_text(encoding="utf-8"))
problem_texts = st.text(max_size=60)


def a_problem(words: str, hint: str | None, path: str, line: int | None, columns: tuple[int, int] | None) -> Problem:
    return Problem(
        Location(path, line, columns=columns),
        text("{words}", words=words),
        text("{hint}", hint=hint) if hint is not None else None,
    )


problems = st.builds(
    a_problem,
    problem_texts,
    st.none() | problem_texts,
    problem_texts,
    st.none() | st.integers(1, 3),
    st.none() | st.tuples(st.integers(1, 9), st.integers(10, 20)),
)


def test_the_mark_stands_below_the_faulty_text_of_anywidth(site: Site) -> None:
    site.event("bad", signup="{how: 现场签到，座位先到先得, capacity: 很多}")
    assert site.problems().splitlines()[1:3] == [
        "    │ signup: {how: 现场签到，座位先到先得, capacity: 很多}",
        "    │                                                 ^^^^",
    ]


def test_unprintable_characters_do_not_shift_the_mark(site: Site) -> None:
    site.event("bad", signup="{how: 十点\u2060到\u202c, capacity: 很多}")
    line, mark = site.problems().splitlines()[1:3]
    assert width(line[: line.index("很多")]) == mark.index("^")


def test_a_long_line_is_cut_around_the_faulty_text(site: Site) -> None:
    site.event("bad", tags=f"[{', '.join(['很长的标签'] * 60)}]", signup=f"{{how: {'长' * 300}, capacity: 很多}}")
    line, mark = site.problems().splitlines()[1:3]
    assert len(line) <= WIDEST
    assert line.strip().startswith("│ …")
    assert line.index("很多") - line.index("…") > 0
    assert width(line[: line.index("很多")]) == mark.index("^")


@given(st.text(alphabet="ab长 ", min_size=1, max_size=400), st.data())
def test_the_span_of_a_cut_line_holds_the_same_text(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(1, len(line)))
    end = data.draw(st.integers(start + 1, min(len(line) + 1, start + 20)))
    shown, first, last = cut_line(line, start, end)
    assert width(shown) <= WIDEST + 2
    assert shown[first - 1 : last - 1] == line[start - 1 : end - 1]


@given(st.lists(problems, max_size=4))
def test_no_text_in_a_report_controls_a_terminal_or_a_forge(found: list[Problem]) -> None:
    for report in (as_text(found, "en"), ANSI.sub("", as_text(found, "en", colour=True)), as_github(found, "en")):
        assert all(letter.isprintable() or letter == "\n" for letter in report)
    commands = as_github(found, "en").splitlines()
    assert len(commands) == len(found)
    for command, problem in zip(commands, found, strict=True):
        properties = re.fullmatch(r"::error ([^:]*)::.*", command)
        assert properties
        assert len(properties[1].split(",")) == (4 if problem.location.columns else 2)


@given(st.lists(problems, max_size=4))
def test_the_json_report_matches_its_schema(found: list[Problem]) -> None:
    report = json.loads(as_json(found, "en"))
    Draft202012Validator(SCHEMA).validate(report)
    assert report["errors"] + report["warnings"] == len(report["problems"]) == len(found)


def test_workflow_commands_have_paths_from_the_repository() -> None:
    output = as_github([Problem(Location("content/a,b:c.md", 3), text("100 %"))], "en", "site/")
    assert output == "::error file=site/content/a%2Cb%3Ac.md,line=3::100 %25\n"


def test_colours_are_off_by_default() -> None:
    found = [Problem(Location("a.md", 1), text("Wrong."))]
    assert "\x1b" not in as_text(found, "en")
    assert ANSI.sub("", as_text(found, "en", colour=True)) == as_text(found, "en")
    assert as_text(found, "en", colour=True).count("\x1b[31m") == 1


def test_problems_are_grouped_by_file_and_in_order(tmp_path: Path) -> None:
    found = [Problem(Location(path, line), text("Wrong.")) for path, line in (("b.md", 2), ("a.md", 9), ("b.md", 1))]
    assert (
        as_text(located(found, tmp_path), "en")
        == "a.md:9: error: Wrong.\n\nb.md:1: error: Wrong.\nb.md:2: error: Wrong.\n"
    )


def test_the_position_of_a_key_is_found_in_any_form_of_yaml(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\nplain: one\nlist:\n  - a\n  - 'b c'\nnested: {inner: 二}\nfolded: >\n  words\nempty:\n---\nbody 二\n",
        encoding="utf-8",
        newline="\r\n",
    )
    opened = opener(tmp_path)
    expected = {
        ("plain",): (2, (8, 11)),
        ("list", 1): (5, (5, 10)),
        ("nested", "inner"): (6, (17, 18)),
        ("folded",): (7, (9, 10)),
        ("empty",): (9, (1, 6)),
        ("list",): (3, (1, 5)),
        ("plain", 0): (2, (8, 11)),
        ("missing",): (1, None),
    }
    for key, place in expected.items():
        location = positioned(Location("a.md", key=key), opened)
        assert (location.line, location.columns) == place, key
    assert positioned(Location("a.md", quote="二"), opened).line == 11
    assert positioned(Location("a.md", key=("nested",), quote="二"), opened).line == 6


@given(
    st.sampled_from([b"", b"---\na: ", b"---\na: [1, "]),
    st.binary(max_size=40),
    st.sampled_from([b"", b"\n---\n", b"]\n---\nx"]),
)
def test_problems_of_broken_files_are_shown(before: bytes, data: bytes, after: bytes) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "a.md").write_bytes(before + data + after)
        found = located(
            [
                Problem(Location("a.md", key=("a", 0)), text("Wrong.")),
                Problem(Location("a.md", quote="x"), text("Wrong.")),
            ],
            Path(folder),
        )
        assert as_text(found, "en", Path(folder)).count("error: Wrong.") == 2
