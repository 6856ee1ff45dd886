"""Front matter with mistakes: every fault of a file in one run, each with the corrected line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from almanac.advice import names
from almanac.cli.reports import translator
from almanac.content.parse import parse
from almanac.content.records import Record, kinds
from almanac.content.sources import Source
from almanac.core.printing import display as said
from almanac.core.problems import Problem

CASES = (Path(__file__).parent / "front_matter_cases.txt").read_text(encoding="utf-8")
CHINESE = translator("zh-CN")
GENERATED = settings(max_examples=200, deadline=None)


def cases() -> dict[str, tuple[str, str]]:
    """The front matter of each case and what is said of it, by the heading of the case."""
    blocks = re.split(r"^## (.*)\n", CASES, flags=re.MULTILINE)[1:]
    parts = (block.rstrip("\n").partition("\n=>") for block in blocks[1::2])
    return {name: (front, report.strip("\n")) for name, (front, _, report) in zip(blocks[::2], parts, strict=True)}


def read(data: bytes) -> Record[Any] | list[Problem]:
    return parse(Source("a.md", "events", "a", data), kinds()["events"], names())


def whole(front: str) -> str:
    """A file with this front matter, and with a title and a start if it has none."""
    required = {"title: 题目": "^(title|标题)", "start: 2027-03-10": "^(start|开始|sessions)"}
    missing = [line for line, given in required.items() if not re.search(given, front, re.IGNORECASE | re.MULTILINE)]
    return "\n".join(["---", front, *missing, "---", "正文。", ""])


def shown(problem: Problem) -> str:
    columns = "-".join(str(column) for column in problem.location.columns or ())
    hint = f"\n  {said(problem.hint, CHINESE)}" if problem.hint else ""
    return f"{problem.location.line}:{columns} {said(problem.message, CHINESE)}{hint}"


@pytest.mark.parametrize("name", cases())
def test_mistakes_are_explained_with_the_corrected_line(name: str) -> None:
    front, report = cases()[name]
    found = read(whole(front).encode())
    assert "\n".join(map(shown, found if isinstance(found, list) else [])) == report


VALID = [
    "title: 走进人工智能",
    "start: 2026-12-05 14:00",
    "theme: [artificial-intelligence, water]",
    "organiser:",
    "  - kexie",
    "  - keji-ju",
    "venue: {name: 东坡公园, address: 延陵东路, district: tianning}",
    'fee: "免费"',
    "signup:",
    "  how: 电话报名",
    "  phone: 0519-86619627",
    "speakers:",
    "  - name: 气象台高级工程师",
    "    title: 主讲",
    "  - {name: 李明, organisation: 常州市气象台}",
    "repeat: FREQ=WEEKLY;BYDAY=SA;UNTIL=20270331",
    "overrides:",
    "  2026-12-12: {status: cancelled, note: 因台风取消}",
    "ignore: {short-text: 海报上有全文}",
]
MISTAKES: dict[str, Callable[[str], str]] = {
    "a full-width colon": lambda line: line.replace(": ", "：", 1),
    "full-width colons": lambda line: line.replace(": ", "："),
    "a missing space": lambda line: line.replace(": ", ":", 1),
    "missing spaces": lambda line: line.replace(": ", ":"),
    "a no-break space": lambda line: line.replace(": ", ":\u00a0"),
    "full-width signs": lambda line: line.replace(": ", "：").replace(", ", "，") if "{" in line else line,
    "a tab": lambda line: line.replace("  ", "\t", 1) if line.startswith("  ") else line,
    "full-width indentation": lambda line: line.replace("  ", "\u3000", 1) if line.startswith("  ") else line,
    "no space behind a hyphen": lambda line: line.replace("- ", "-", 1),
    "no closing bracket": lambda line: line.rstrip("]}"),
    "no closing quote": lambda line: line.removesuffix('"'),
    "a Chinese quote": lambda line: f"{line[:-1]}”" if line.endswith('"') else line,
}


@GENERATED
@given(st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.sampled_from(sorted(MISTAKES))), min_size=1, max_size=6))
def test_corrected_lines_have_the_intended_values(mistakes: list[tuple[int, str]]) -> None:
    lines = list(VALID)
    for number, kind in dict(mistakes).items():
        lines[number] = MISTAKES[kind](lines[number])
    found = read(file(lines))
    corrected = list(lines)
    for problem in found if isinstance(found, list) else []:
        assert problem.hint, shown(problem)
        assert problem.hint.message == "Write: {line}", shown(problem)
        assert problem.location.line
        corrected[problem.location.line - 2] = str(problem.hint.values["line"])
    meant, right = read(file(VALID)), read(file(corrected))
    assert isinstance(meant, Record)
    assert isinstance(right, Record), "\n".join(map(shown, right))
    assert right.fields == meant.fields
    assert lines == VALID or isinstance(found, list) or found.fields == meant.fields


def file(lines: list[str]) -> bytes:
    return "\n".join(["---", *lines, "---", "正文。", ""]).encode()


@GENERATED
@given(st.text(alphabet="title：: \n-{}[]\"'#&*!|>，、\t\u3000\u00a0\u2028\x00取消2026-12-05", max_size=60))
def test_no_text_keeps_its_faults_from_being_reported(front: str) -> None:
    found = read(f"---\n{front}\n---\n".encode())
    for problem in found if isinstance(found, list) else []:
        assert 1 <= (problem.location.line or 1) <= front.count("\n") + 4
        assert re.search("[\u4e00-\u9fff]", shown(problem))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "---", ["1: 第一行必须是 ---。"]),
        ("----\n", "---", ["1:1-5 这一行应为三个半角连字符：---"]),
        ("———\n", "---", ["1:1-4 这一行应为三个半角连字符：---"]),
        ("\n---\n", "---", ["1: 第一行必须是 ---。"]),
        ("---\n", "--", ["4:1-3 这一行应为三个半角连字符：---"]),
        ("---\n", "－－－", ["4:1-4 这一行应为三个半角连字符：---"]),
        ("---\n", "", ["3: 开头部分没有结束。"]),
    ],
)
def test_lines_around_the_front_matter(before: str, after: str, expected: list[str]) -> None:
    found = read(f"{before}title: 题目\nstart: 2027-13-01\n{after}\n正文一句。\n\n---\n\n又一句。\n".encode())
    assert isinstance(found, list)
    lines = [shown(problem).partition("\n")[0] for problem in found]
    assert [line for line in lines if "start" not in line] == expected
    assert sum("start" in line for line in lines) == 1, "the other faults of the file are reported too"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_in_another_encoding_is_read_to_the_end(encoding: str) -> None:
    found = read("---\ntitle: 题目\nstart：2027-03-10\n---\n正文。\n".encode(encoding))
    assert isinstance(found, list)
    assert sorted(shown(problem).partition(" ")[2].partition("\n")[0] for problem in found) == [
        "“start”后面是全角冒号“：”，应为半角冒号加空格“: ”。",
        "这个文件不是 UTF-8 编码。",
    ]
