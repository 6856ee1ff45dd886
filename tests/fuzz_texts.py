"""Kinds of `make fuzz`: texts of authors and files to import. A find becomes a case of `test_hostile_input.py`."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from zoneinfo import ZoneInfo

from event_values import REGISTRIES
from fuzz_kind import Kind, kind
from hypothesis import strategies as st
from test_hostile_input import word_file, workbook

from almanac.content.fences import CONTROLS
from almanac.content.front_matter_text import file_text
from almanac.content.frontmatter import Tree
from almanac.content.markdown import to_html
from almanac.content.occurrences import Impossible, dates
from almanac.content.queries import parse_file
from almanac.content.records.event import EventFields
from almanac.content.trials import is_simple
from almanac.core.problems import Problem
from almanac.exchange.calendar_dates import SiteZone
from almanac.exchange.calendars import read_calendar
from almanac.exchange.cells import CellContext
from almanac.exchange.chinese_dates import read_date_text
from almanac.exchange.html_text import markdown_of
from almanac.exchange.table_files import read_sheets

TAG = re.compile(r"<(/?)(w:\w+)(?=[ >])(?![^>]*/>)")
ZONE = SiteZone(ZoneInfo("Asia/Shanghai"))


def pieces(*words: str, most: int = 40) -> st.SearchStrategy[str]:
    """Texts of these words and of any characters, of which each may stand there many times."""
    word = st.sampled_from(words) | st.text(max_size=3)
    return st.lists(st.tuples(word, st.sampled_from((1, 1, 1, 2, 50, 700))), max_size=most).map(
        lambda found: "".join(piece * times for piece, times in found)
    )


MARKDOWN = pieces(
    *"[]()<>!*_`~|#-+=:\\&\"' \n", "[a](", "[^1]", "<![CDATA[", "<!--", "<div>", "```\n", "    ", "1. ", "&#"
)
FRONT = pieces(
    "title: ",
    "start: ",
    "2026-12-05",
    "repeat: ",
    "FREQ=DAILY;COUNT=3",
    "sessions:\n",
    "- ",
    "  ",
    "\n",
    ": ",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "#",
    "|",
    ">",
    "&a",
    "*a",
    "!!python",
    "---\n",
    "venue: ",
    "ages: ",
    "theme: ",
    "except: ",
)
RULE = st.lists(
    st.tuples(
        st.sampled_from(["FREQ", "UNTIL", "COUNT", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"]),
        st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "20270331", "SA", "-1SU", "31", "-31", "2", "366"])
        | st.text(max_size=4),
    ),
    max_size=7,
).map(lambda parts: ";".join(f"{name}={value}" for name, value in [("FREQ", "DAILY"), ("COUNT", "3"), *parts]))
ICS = pieces(
    "DTSTART:20261205T060000Z\n",
    "DTEND:",
    "DURATION:P",
    "RRULE:FREQ=DAILY;COUNT=3\n",
    "EXDATE:",
    "RDATE:",
    "UID:",
    "\n",
    "DESCRIPTION:<p>",
    ";VALUE=DATE",
    ";TZID=",
    "99991231",
    "BEGIN:VEVENT\n",
    "END:VEVENT\n",
    "SUMMARY:讲座\n",
    "\\,",
    "\n ",
)
SHEET = pieces(
    "<row>",
    "</row>",
    '<row r="9">',
    "<c/>",
    "<c><v>1</v></c>",
    '<c t="inlineStr"><is><t>',
    "</t></is></c>",
    "<f>1</f>",
    "&",
)
DOCUMENT = pieces(
    "<w:tbl>",
    "</w:tbl>",
    "<w:tr>",
    "</w:tr>",
    "<w:tc>",
    "</w:tc>",
    "<w:p>",
    "</w:p>",
    "<w:r>",
    "</w:r>",
    "<w:r><w:t>12月5日</w:t></w:r>",
    '<w:tc><w:tcPr><w:gridSpan w:val="9"/><w:vMerge/></w:tcPr>',
    '<w:gridSpan w:val="x"/>',
    "<w:rPr><w:strike/></w:rPr>",
    "<w:br/>",
    "&",
)
DATE = pieces(*"年月日至、-~:.0123456789周六每上下午", "12月5日", "9:00", "每周六", "第一个")


def markdown(body: str) -> None:
    """A body that needs no trial becomes HTML without control characters."""
    body = CONTROLS.sub("", body)  # as `site.body` does
    if is_simple(body):
        (html,) = to_html([body], "/")
        assert not CONTROLS.search(html), html


def front_matter(head: str) -> None:
    parse_file("content/events/a.md", f"---\n{head}\n---\n正文\n".encode(errors="replace"))


def repeat(rule: str) -> None:
    with suppress(Impossible):
        dates(EventFields(title="甲", start=date(2026, 12, 5), repeat=rule))


def calendar(lines: str) -> None:
    """What a calendar is read into passes `check`."""
    whole = f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:讲座\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n"
    found = read_calendar("x.ics", whole.encode(errors="replace"), CellContext(REGISTRIES), ZONE)
    for one in () if isinstance(found, Problem) else found.events:
        origin: dict[str, Tree] = {"source": "x.ics", "row": one.source_key, "cells": {}}
        tree: dict[str, Tree] = {**one.tree, "imported": origin}
        written = file_text(tree, one.body or "", [question.show(str) for question in one.questions])
        assert not isinstance(parse_file("content/events/a.md", written.encode()), list), written


def spreadsheet(rows: str) -> None:
    read_sheets("a.xlsx", workbook(rows))


def document(content: str) -> None:
    """Word's tables; what is still open is closed, so that most examples can be read."""
    open_ones: list[str] = []
    for closing, name in TAG.findall(content):
        if not closing:
            open_ones.append(name)
        elif open_ones and open_ones[-1] == name:
            open_ones.pop()
    read_sheets("a.docx", word_file(content + "".join(f"</{name}>" for name in reversed(open_ones))))


def page(words: str) -> None:
    markdown_of(f"<p>{words}")
    read_sheets("a.html", f"<table><tr><td>{words}".encode(errors="replace"))


def cell(words: str) -> None:
    read_date_text(words)


TEXTS: tuple[Kind, ...] = (
    kind(markdown, MARKDOWN),
    kind(front_matter, FRONT),
    kind(repeat, RULE),
    kind(calendar, ICS),
    kind(spreadsheet, SHEET),
    kind(document, DOCUMENT),
    kind(page, MARKDOWN),
    kind(cell, DATE),
)
