"""Chinese dates. The cases are in `chinese_date_cases.txt`, to which anyone can add a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from event_values import fields_of
from hypothesis import given, settings
from hypothesis import strategies as st

from almanac.content.frontmatter import Tree
from almanac.content.occurrences import dates
from almanac.content.records.event import EventFields
from almanac.exchange.chinese_dates import read_date_text

LINES = (Path(__file__).parent / "chinese_date_cases.txt").read_text(encoding="utf-8").splitlines()
CASES = [tuple(part.strip() for part in line.split("|")) for line in LINES if line and not line.startswith("#")]
PIECES = (
    "9月15日",
    "周六",
    "每周六",
    "每天",
    "下午",
    "上午9点",
    "14:00",
    "16:30",
    "2026年",
    "9.15",
    "待定",
    "至",
    "—",
    "、",
    "；",
    "（",
    "）",
    "-",
    "日",
    "月",
)
SCRAPS = (
    "点",
    "1",
    "12",
    "31",
    "下旬",
    "全天",
    "\n",
    "２",
    "十五",
    "半",
    "2026-09-15",
    "25:00",
    "晚",
    "~",
    "每",
    "周",
    "分",
    "刻",
    "/",
    "12月",
)
TEXTS = st.lists(st.sampled_from(PIECES + SCRAPS) | st.text(max_size=3), max_size=9).map("".join)


def shown(value: Tree) -> str:
    if not isinstance(value, list):
        return str(value)
    spans = [
        " – ".join(str(one[key]) for key in ("start", "end") if key in one) for one in value if isinstance(one, dict)
    ]
    return f"[{'; '.join(spans)}]"


@pytest.mark.parametrize(("written", "expected", "questions"), CASES, ids=[case[0] for case in CASES])
def test_each_case_is_read_as_expected(written: str, expected: str, questions: str) -> None:
    found = read_date_text(written, 2026)
    assert (
        ", ".join(
            f"{key}: {shown(found.keys[key])}" for key in ("start", "end", "repeat", "sessions") if key in found.keys
        )
        == expected
    )
    assert " ".join(message.show(str) for message in found.questions) == questions


def test_a_date_without_a_year_is_a_question() -> None:
    found = read_date_text("9月15日")
    assert not found.keys
    assert [message.show(str) for message in found.questions] == ["“9月15日” does not say the year."]
    assert read_date_text("2026年9月15日—21日").keys == {"start": "2026-09-15", "end": "2026-09-21"}


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from([None, 2026]))
def test_any_text_gives_valid_dates_or_a_question(written: str, year: int | None) -> None:
    found = read_date_text(written, year)
    assert found.keys or found.questions
    if found.keys:
        fields = fields_of({"title": "x", **found.keys})
        assert isinstance(fields, EventFields)
        assert dates(fields).occurrences
