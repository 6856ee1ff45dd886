"""Input made to hang, to fill the memory or to act on others: each is refused with its place, or taken as it is."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from click.testing import CliRunner
from dateutil.rrule import rrulestr
from event_values import REGISTRIES
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError
from sites import REPOSITORY, Site
from timing import at_most

from almanac.cli.app import main
from almanac.content.config import Bodies
from almanac.content.front_matter_text import file_text
from almanac.content.frontmatter import Tree
from almanac.content.markdown import to_html
from almanac.content.occurrences import Impossible, dates
from almanac.content.queries import parse_file
from almanac.content.records import Record
from almanac.content.records.event import EventFields
from almanac.content.recurrence import InvalidRule, checked_rule, starts_of
from almanac.content.trials import is_simple, problem_of
from almanac.core.digests import digest_bytes
from almanac.core.json_text import as_json
from almanac.core.printing import WIDEST, cut_line, width
from almanac.core.problems import Problem
from almanac.exchange.calendar_dates import SiteZone
from almanac.exchange.calendars import read_calendar
from almanac.exchange.cells import CellContext
from almanac.exchange.chinese_dates import read_date_text
from almanac.exchange.html_text import markdown_of
from almanac.exchange.table_files import read_sheets
from almanac.exchange.writing import write_new, write_over
from almanac.render.templates import ClosedEnvironment

GOOD = "从前有座山。\n\n- 带水\n- 穿鞋\n\n"  # five lines before what is bad
SECONDS = 3  # of processor time that anything here may take, on a slow machine

# Bodies

SLOW = [
    "[*n ]*n",
    "[ *n",
    "[a](",
    "[a][",
    "<![CDATA[",
    "<a b=",
    "<a href='",
    "[^1] ",
    "[^",
    "<http://",
    "<a@",
    "~~~ a\n",
]
PATTERNS = [
    *SLOW,
    "![",
    "`",
    "``a` ",
    "**a",
    "*_",
    "> ",
    "- ",
    "1. ",
    "<div>",
    "<div>\n",
    "&#x",
    "|",
    "\\|",
    "a\n===\n",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_body_without_need_of_a_trial_is_rendered_in_a_moment(pattern: str) -> None:
    longest = max(count for count in range(1, 400) if is_simple(pattern * count))
    lines = max(count for count in range(1, 400) if is_simple(f"{pattern * 10}\n" * count))
    for body in (pattern * longest, " " * 30_000 + pattern * longest, f"{pattern * 10}\n" * lines):
        with at_most(1):
            to_html([body], "/")


@pytest.mark.parametrize("pattern", ["[a](", "<![CDATA["])
def test_a_body_that_takes_ever_longer_is_a_problem_at_the_line_where_it_does(pattern: str) -> None:
    body = f"{GOOD}{pattern * 20_000}\n\n完。\n"
    found = problem_of(Record("a.md", "a", None, body, 7), Bodies(seconds=1))
    assert found is not None
    assert found.message.message.startswith("This text cannot be turned into HTML within")
    assert found.location.line == 7 + 5


def test_lists_that_are_nested_too_deep_are_a_problem() -> None:
    body = f"{GOOD}{'1. ' * 3000}x\n"
    found = problem_of(Record("a.md", "a", None, body, 7), Bodies())
    assert found is not None
    assert found.message.message.startswith("Lists or quotes are nested too deep")
    assert found.location.line == 7 + 5


def test_a_long_plain_text_and_a_long_table_need_no_more_than_their_trial() -> None:
    table = "| 时间 | 内容 |\n| --- | --- |\n" + "| 9:00 | 讲座 |\n" * 300
    assert is_simple("字，" * 10_000)
    assert not is_simple(table)
    assert problem_of(Record("a.md", "a", None, table, 1), Bodies()) is None


def test_one_bad_body_keeps_no_other_event_from_being_built(site: Site) -> None:
    site.edit("config.yaml", "title:", "bodies: {seconds: 1, kilobytes: 64}\ntitle:")
    site.event("long", body="字" * 65 * 1024)
    site.event("slow", body=f"好\n\n{'[a](' * 15_000}")
    site.event("good", title="好活动")
    shown = site.problems()
    assert "content/events/long.md:8: error: The text below the front matter is longer than 64 KB." in shown
    assert "content/events/slow.md:10: error: This text cannot be turned into HTML within 1 s" in shown
    site.build(keep_going=True)
    assert "好活动" in site.page("/events/good/")
    assert not (site.output / "events/slow").exists()


def test_no_control_character_passes_from_a_body_into_any_output(site: Site) -> None:
    site.event("controls", body="一\x07二\x1b[31m三&#7;四&#x1b;五 [六](/a&#8;b) <b title='&#27;'>七</b>\x85\ufeff")
    site.build()
    texts = [data for name, data in site.files().items() if name.endswith((".html", ".ics", ".atom", ".json", ".xml"))]
    assert any("一二".encode() in data for data in texts)
    assert not any(re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", data) for data in texts)


# Files


def test_pipes_links_to_themselves_and_huge_files_are_refused_at_once(site: Site) -> None:
    os.mkfifo(site.root / "content/events/pipe.md")
    (site.root / "content/images").mkdir(exist_ok=True)
    os.mkfifo(site.root / "content/images/pipe.png")
    (site.root / "content/events/loop.md").symlink_to("loop.md")
    with (site.root / "content/events/huge.md").open("wb") as opened:
        opened.truncate(50 << 20)
    shown = site.problems()
    assert "content/events/pipe.md: error: This is no file but a pipe, a socket or a device." in shown
    assert "content/images/pipe.png: error: This is no file but a pipe, a socket or a device." in shown
    assert "content/events/loop.md: error: This is a link to a folder, to nothing, or out" in shown
    assert "content/events/huge.md: error: This file is larger than 1 MB." in shown


def faults(content: str, path: str = "content/events/a.md") -> list[Problem]:
    found = parse_file(path, content.encode())
    return found if isinstance(found, list) else []


@pytest.mark.parametrize(
    ("name", "better"),
    [("科普 讲座", "科普-讲座"), ("2026-12-05 科普（一）", "2026-12-05-科普-一"), ("Big[1]", "big-1"), ("（）", None)],
)
def test_a_name_that_cannot_be_an_address_gets_a_better_one(name: str, better: str | None) -> None:
    (found,) = faults("---\ntitle: 甲\nstart: 2026-12-05\n---\n", f"content/events/{name}.md")
    assert found.hint
    assert found.hint.values.get("name") == (f"{better}.md" if better else None)


@pytest.mark.parametrize(
    "title", ["\u200b\u200b", "\u200d", "\u00ad\u2060\u200e", "\u3164", "\u2800", "\ufe0f", "\u034f"]
)
def test_a_title_that_shows_nothing_is_refused(title: str) -> None:
    (found,) = faults(f'---\ntitle: "{title}"\nstart: 2026-12-05\n---\n')
    assert found.location.line == 2


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_quote_that_is_not_closed_is_shown_on_its_line(quote: str) -> None:
    (found,) = faults(f"---\ntitle: 甲\nstart: 2026-12-05\nsummary: {quote}乙\nfee: 免费\n---\n")
    assert (found.location.line, found.message.message) == (4, "The quote is not closed.")


def test_a_drawing_with_a_program_is_a_problem(site: Site) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
    for name, inner in {
        "plain": '<a href="https://example.org/"><text>甲</text></a><image href="data:image/png;base64,AA=="/>',
        "script": "<script>alert(1)</script>",
        "load": '<g onload="alert(1)"/>',
        "link": '<a xlink:href="java&#10;script:alert(1)"><text>乙</text></a>',
        "set": '<a><set attributeName="href" to="javascript:alert(1)"/></a>',
    }.items():
        site.write(f"content/images/{name}.svg", drawing.format(inner))
    shown = site.problems()
    assert re.findall(r"^content/images/(\w+)\.svg: error: This drawing holds a program", shown, re.MULTILINE) == [
        "link",
        "load",
        "script",
        "set",
    ]


def test_an_import_writes_through_no_link_out_of_the_site(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "site"
    outside.mkdir()
    (root / "content/events").mkdir(parents=True)
    victim = outside / "victim"
    victim.write_text("foreign")
    (root / "content/events/a.md").write_text("old")
    (root / "content/events/.a.md.almanac-part").symlink_to(victim)
    assert write_over(root, "content/events/a.md", "new") is None
    assert (root / "content/events/a.md").read_text() == "new"
    assert victim.read_text() == "foreign"
    (root / "content/events/2027").symlink_to(outside)
    assert isinstance(write_new(root, "content/events/2027/05/b.md", "new"), Problem)
    assert [path.name for path in outside.iterdir()] == ["victim"]


# Rules of repetition

NEVER = [
    "FREQ=DAILY;BYSETPOS=366;BYDAY=SA;COUNT=5",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
    "FREQ=WEEKLY;BYSETPOS=8;BYDAY=SA;COUNT=2",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2",
    "FREQ=MONTHLY;BYDAY=6SA;COUNT=2",
    "FREQ=MONTHLY;BYDAY=99TU;UNTIL=20270331",
    "FREQ=YEARLY;BYMONTH=13;COUNT=2",
    "FREQ=DAILY;INTERVAL=99999999999999999999;COUNT=2",
    "FREQ=YEARLY;INTERVAL=800;COUNT=2",
    "FREQ=WEEKLY;WKST=XX;COUNT=2",
    f"FREQ=DAILY;BYMONTHDAY={','.join(['5'] * 20_000)};COUNT=2",
    f"FREQ=MONTHLY;BYDAY={','.join(['SA'] * 5000)};BYSETPOS=1;COUNT=9",
    "FREQ=DAILY;COUNT=" + "9" * 5000,
    "FREQ=DAILY;COUNT=１０",
    "FREQ=DAILY;COUNT=1_0",
    "FREQ=DAILY;COUNT=3;BYDAY=SA(1)",
    "FREQ=DAILY;COUNT=3;COUNT=5",
    "FREQ=DAILY;UNTIL=２０２６１２１０",
    "FREQ=DAILY;COUNT=3\nDTSTART:20200101",
    "FREQ=DAILY;COUNT=3;BYMONTHDAY=0",
    "FREQ=WEEKLY;BYDAY=;COUNT=2",
    "FREQ=WEEKLY;BYDAY=1SA;COUNT=2",
    "FREQ=DAILY;COUNT=0",
]


@pytest.mark.parametrize("rule", NEVER)
def test_a_rule_that_is_none_or_never_comes_true_is_refused_at_once(rule: str) -> None:
    with at_most(1):
        with pytest.raises(Impossible) as refused:
            dates(EventFields(title="甲", start=date(2026, 12, 5), repeat=rule))
        assert refused.value.fault[0] == ("repeat",)


def test_an_event_of_more_than_ten_years_is_refused() -> None:
    with pytest.raises(Impossible):
        dates(EventFields(title="甲", start=date(1951, 1, 1), end=date(2099, 12, 31)))


DAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    # Of a rule that names some days with a number and some without, the other library takes what is both.
    numbered = frequency in {"MONTHLY", "YEARLY"} and draw(st.booleans())
    ordinal = st.sampled_from(["1", "2", "-1", "5"]) if numbered else st.just("")
    if draw(st.booleans()):
        named = draw(st.lists(st.tuples(ordinal, DAYS), min_size=1, max_size=3, unique=True))
        parts.append(f"BYDAY={','.join(map(''.join, named))}")
    if draw(st.booleans()):
        months = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True))
        parts.append(f"BYMONTH={','.join(map(str, months))}")
    if frequency != "WEEKLY" and draw(st.booleans()):
        days = draw(st.lists(st.integers(1, 31) | st.integers(-31, -1), min_size=1, max_size=4, unique=True))
        parts.append(f"BYMONTHDAY={','.join(map(str, days))}")
    if frequency in {"MONTHLY", "YEARLY"} and len(parts) > 2 and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from(['1', '-1', '2', '1,-1']))}")
    return ";".join(parts)


@settings(max_examples=60, deadline=None)
@given(rules(), st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)))
def test_the_dates_of_a_rule_are_those_that_another_library_finds(rule: str, moment: datetime) -> None:
    start = moment.replace(second=0, microsecond=0)
    until = start + timedelta(days=1500)
    checked = checked_rule(f"{rule};UNTIL={until:%Y%m%dT%H%M%S}", start)
    try:
        found = starts_of(checked, start)
    except InvalidRule:
        return  # there are too many, or none: the other library would search for one up to the year 9999
    counted = checked.replace(f"UNTIL={until:%Y%m%dT%H%M%S}", f"COUNT={len(found)}")
    assert found == list(rrulestr(counted, dtstart=start))


# Tables and calendars


def workbook(rows: str = "", styles: str = "", after: str = "") -> bytes:
    """A workbook with these rows, styles and marks, as no program writes it."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", f"<workbook {main}/>")
        archive.writestr("xl/styles.xml", f"<styleSheet {main}>{styles}</styleSheet>")
        sheet = f"<worksheet {main}><sheetData>{rows}</sheetData>{after}</worksheet>"
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return written.getvalue()


def refused(name: str, data: bytes) -> str:
    found = read_sheets(name, data)
    assert isinstance(found, Problem)
    return found.message.show(str)


def test_a_workbook_of_a_million_empty_cells_rows_or_styles_is_refused() -> None:
    busy = "This workbook has too many cells, rows, sheets or styles, most of which may be empty."
    varied = "".join(f'<row r="{number}"/>' for number in range(1, 700_000))
    with at_most(SECONDS * 2):
        assert refused("a.xlsx", workbook(varied + varied)) == busy
        fonts = "".join(f'<font><sz val="{number}"/></font>' for number in range(120_000))
        assert refused("a.xlsx", workbook(styles=fonts)) == busy


def word_file(content: str) -> bytes:
    """A Word document with this content."""
    main = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document {main}><w:body>{content}</w:body></w:document>")
    return written.getvalue()


def test_a_table_of_a_document_with_absurd_spans_is_read_in_a_moment() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc>'
    with at_most(SECONDS):
        read_sheets("a.docx", word_file(f"<w:tbl><w:tr>{cell * 3}</w:tr></w:tbl>"))
        page = "<table><tr>" + '<td rowspan="99999999" colspan="99999999">甲</td>' * 300 + "</tr></table>"
        read_sheets("a.html", page.encode())


def test_a_table_of_a_document_that_is_too_long_loses_no_row_without_a_word() -> None:
    words = (digest_bytes(bytes(str(number), "ascii")).hex() for number in range(20_001))  # which compress little
    rows = "".join(f"<w:tr><w:tc><w:p><w:r><w:t>{word}</w:t></w:r></w:p></w:tc></w:tr>" for word in words)
    with at_most(SECONDS):
        said = refused("a.docx", word_file(f"<w:tbl>{rows}</w:tbl>"))
    assert said == "The sheet “表1” has 20001 rows and 1 columns; at most 20000 and 300 are read."
    cells = "<w:tc/>" * 301
    assert "1 rows and 301 columns" in refused("a.docx", word_file(f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>"))


def test_runs_within_runs_of_a_document_are_read_once() -> None:
    inner = "".join(f"<w:r><w:t>{number % 10}</w:t>" for number in range(5000)) + "</w:r>" * 5000
    with at_most(SECONDS):
        found = read_sheets("a.docx", word_file(f"<w:tbl><w:tr><w:tc><w:p>{inner}</w:p></w:tc></w:tr></w:tbl>"))
    assert not isinstance(found, Problem)
    assert found[0].rows == (("0123456789" * 500,),)


def test_a_cell_as_long_as_a_book_is_no_date() -> None:
    found = read_date_text("、".join(f"{month}月{day}日" for month in range(1, 13) for day in range(1, 29)) * 20)
    assert not found.keys
    assert found.questions


START = "DTSTART:20261205T060000Z"
WEEKLY = f"{START}\nRRULE:FREQ=WEEKLY;COUNT=3"


@pytest.mark.parametrize(
    "lines",
    [
        f"{START}\nDURATION:P999999999999999D",
        f"{START}\nDURATION:P99999999W",
        "DTSTART;VALUE=DATE:19510101\nDTEND;VALUE=DATE:20991231",
        f"{WEEKLY}\nEXDATE;VALUE=DURATION:PT1H",
        f"{WEEKLY}\nEXDATE:00010101T000000Z",
        f"{START}\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        f"{START}\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1\nRDATE:20261210T060000Z",
        f"{START}\nRRULE:FREQ=DAILY;INTERVAL=99999999999;COUNT=2",
        f"{START}\nSEQUENCE:{'9' * 5000}",
        f"{START}\nDESCRIPTION:{'<p ' * 1000}",
        f"{START}\nDESCRIPTION:{'a' * 300_000}",
        f"{START}\nDESCRIPTION:\x07\x1b好",
        "\n".join([START, *[f"ATTACH:https://example.org/{number}.pdf" for number in range(2000)]]),
    ],
)
def test_what_is_imported_from_a_calendar_passes_check(lines: str) -> None:
    event = f"BEGIN:VEVENT\nUID:a\x07b\x1bc\u202e\nSUMMARY:讲座\n{lines}\nEND:VEVENT"
    data = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{event}\nEND:VCALENDAR\n".replace("\n", "\r\n").encode()
    with at_most(SECONDS):
        found = read_calendar("x.ics", data, CellContext(REGISTRIES), SiteZone(ZoneInfo("Asia/Shanghai")))
        if isinstance(found, Problem):
            return
        for one in found.events:
            origin: dict[str, Tree] = {"source": "x.ics", "row": one.source_key, "cells": {}}
            tree: dict[str, Tree] = {**one.tree, "imported": origin}
            written = file_text(tree, one.body or "", [question.show(str) for question in one.questions])
            assert faults(written) == []


@pytest.mark.parametrize("tag", ["<p ", "<a href='", "<!--", "<!--a>", "<![CDATA[>", "<a b=", "<?", "</", "<script>"])
def test_a_description_full_of_broken_tags_is_read_in_a_moment(tag: str) -> None:
    with at_most(SECONDS):
        markdown_of("<p>甲</p>" + tag * 20_000)


# Reports, commands, servers


def test_a_line_is_cut_in_a_moment_however_long_it_is() -> None:
    with at_most(1):
        shown, start, end = cut_line("start: " + "字" * 200_000, 8, 200_008)
    assert width(shown) <= WIDEST + 1
    assert (start, end) == (8, len(shown) + 1)


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31 23:00", "0001-01-01T00:00+08:00"])
def test_a_moment_that_no_site_is_built_for_is_wrong_usage(site: Site, moment: str) -> None:
    done = CliRunner().invoke(main, ["--root", str(site.root), "--lang", "en", "check", "--now", moment])
    assert done.exit_code == 2
    assert "2026-12-05T14:00" in done.stderr


def test_json_can_end_no_script() -> None:
    assert as_json({"a": "</script>"}) == b'{"a":"\\u003c/script>"}'


def test_a_theme_in_the_sandbox_cannot_reach_python(site: Site) -> None:
    site.edit("config.yaml", "title:", "themes: {sandbox: true}\ntitle:")
    site.event("good", title="好活动")
    site.build()
    assert "好活动" in site.page("/events/good/")
    closed = ClosedEnvironment()
    for attack in ("''.__class__.__mro__", "folder.read_text()", "cycler.__init__.__globals__"):
        with pytest.raises(SecurityError):
            closed.from_string(f"{{{{ {attack} }}}}").render(folder=site.root)


def test_recipes_name_the_actions_of_others_by_commit() -> None:
    for name in ("github.yml", "gitea.yml"):
        recipe = yaml.safe_load((REPOSITORY / "docs/recipes" / name).read_text(encoding="utf-8"))
        used = [step["uses"] for job in recipe["jobs"].values() for step in job["steps"] if "uses" in step]
        assert used
        assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", one) for one in used)
